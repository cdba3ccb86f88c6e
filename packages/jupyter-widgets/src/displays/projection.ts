import { ArgumentError } from "@simgrad/core";

/** Direction from which a surface in space is looked at. */
export interface View {
  /** Degrees around the z axis, from x towards y; default 30. */
  readonly azimuth?: number;
  /** Degrees above the x-y plane; default 25. */
  readonly elevation?: number;
}

/** Points as they are drawn: to the right, up, and towards the viewer. */
export interface Projected {
  readonly right: Float64Array;
  readonly up: Float64Array;
  readonly near: Float64Array;
}

/**
 * Projects points along parallel lines. Points in the plane stay where they are.
 * @param data [rows, dimension], row-major, dimension 2 or 3.
 */
export function project(data: ArrayLike<number>, dimension: 2 | 3, view: View = {}): Projected {
  const { azimuth = 30, elevation = 25 } = view;
  if (!Number.isFinite(azimuth) || !Number.isFinite(elevation)) {
    throw new ArgumentError({
      what: "meshPlot: the view is no direction.",
      got: `azimuth ${azimuth}, elevation ${elevation}`,
      expected: "two numbers in degrees",
    });
  }
  const rows = data.length / dimension;
  const result = { right: new Float64Array(rows), up: new Float64Array(rows), near: new Float64Array(rows) };
  const [a, e] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
  for (let row = 0; row < rows; row++) {
    const [x, y] = [data[dimension * row] as number, data[dimension * row + 1] as number];
    if (dimension === 2) {
      result.right[row] = x;
      result.up[row] = y;
      continue;
    }
    const z = data[dimension * row + 2] as number;
    // The viewer stands at (cos a cos e, sin a cos e, sin e).
    const forward = x * Math.cos(a) + y * Math.sin(a);
    result.right[row] = y * Math.cos(a) - x * Math.sin(a);
    result.up[row] = z * Math.cos(e) - forward * Math.sin(e);
    result.near[row] = forward * Math.cos(e) + z * Math.sin(e);
  }
  return result;
}
