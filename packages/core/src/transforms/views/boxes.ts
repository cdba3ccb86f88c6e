import { at } from "../bodies.js";

/** A half-open range of indices along each axis. */
export type Box = readonly (readonly [number, number])[];

/** All of an array. */
export function fullBox(shape: readonly number[]): Box {
  return shape.map((extent) => [0, extent] as const);
}

/** Whether a box holds no index. */
export function isEmpty(box: Box): boolean {
  return box.some(([low, high]) => low >= high);
}

/** Number of indices in a box. */
export function volume(box: Box): number {
  return box.reduce((product, [low, high]) => product * Math.max(0, high - low), 1);
}

/** The indices that two boxes share; may be empty. */
export function intersect(a: Box, b: Box): Box {
  return a.map(([low, high], axis) => [Math.max(low, at(b, axis)[0]), Math.min(high, at(b, axis)[1])] as const);
}

/** `box` without `hole`, in disjoint boxes. */
export function subtract(box: Box, hole: Box): Box[] {
  const common = intersect(box, hole);
  if (isEmpty(common)) return [box];
  const parts: Box[] = [];
  let rest = box;
  common.forEach(([low, high], axis) => {
    const [start, end] = at(rest, axis);
    if (start < low) parts.push(replace(rest, axis, start, low));
    if (high < end) parts.push(replace(rest, axis, high, end));
    rest = replace(rest, axis, low, high);
  });
  return parts;
}

/** The indices of `boxes` that are in none of `holes`. */
export function subtractAll(boxes: readonly Box[], holes: readonly Box[]): Box[] {
  let rest = boxes.slice();
  for (const hole of holes) rest = rest.flatMap((box) => subtract(box, hole));
  return rest;
}

/** The box with another range along one axis. */
export function replace(box: Box, axis: number, low: number, high: number): Box {
  return box.map((range, a) => (a === axis ? ([low, high] as const) : range));
}

/**
 * The places where a row-major array of bools is `wanted`, in disjoint boxes: runs along the last axis, joined where rows
 * repeat them. Null if there are more than `limit`.
 */
export function boxesWhere(
  data: ArrayLike<number>,
  shape: readonly number[],
  wanted: boolean,
  limit: number,
): readonly Box[] | null {
  if (shape.length === 0) return (data[0] !== 0) === wanted ? [[]] : [];
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));

  function slab(axis: number, offset: number): readonly Box[] | null {
    const extent = at(shape, axis);
    if (axis === shape.length - 1) {
      const runs: Box[] = [];
      for (let i = 0; i < extent; i++) {
        if ((data[offset + i] !== 0) !== wanted) continue;
        const start = i;
        while (i < extent && (data[offset + i] !== 0) === wanted) i++;
        runs.push([[start, i]]);
        if (runs.length > limit) return null;
      }
      return runs;
    }
    const closed: Box[] = [];
    let open = new Map<string, { readonly start: number; readonly rest: Box }>();
    for (let i = 0; i <= extent; i++) {
      const rows = i < extent ? slab(axis + 1, offset + i * at(strides, axis)) : [];
      if (rows === null) return null;
      const next: typeof open = new Map();
      for (const rest of rows) {
        const key = rest.map(([low, high]) => `${low}:${high}`).join();
        next.set(key, open.get(key) ?? { start: i, rest });
      }
      for (const [key, { start, rest }] of open) if (!next.has(key)) closed.push([[start, i], ...rest]);
      if (closed.length > limit) return null;
      open = next;
    }
    return closed;
  }
  return slab(0, 0);
}
