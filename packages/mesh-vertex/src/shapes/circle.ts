import { np } from "@simgrad/core";

/** A point, [x, y] or [x, y, z]. */
export type Point = readonly number[];

/**
 * Cosines and sines, by the engine's own functions: those of `Math` differ between versions of Node, and a shape is
 * the same everywhere.
 */
export function cosAndSin(angles: readonly number[]): readonly (readonly [number, number])[] {
  const tensor = np.array(Float64Array.from(angles));
  const [cos, sin] = [np.cos(tensor).data, np.sin(tensor).data];
  return angles.map((_, i) => [cos[i] as number, sin[i] as number] as const);
}

/** Points of the unit circle, `count` of them, counterclockwise; the first is at `shift` steps from (1, 0). */
export function circle(count: number, shift = 0): readonly (readonly [number, number])[] {
  return cosAndSin(Array.from({ length: count }, (_, i) => (2 * Math.PI * (i + shift)) / count));
}
