import { inverse } from "../linear/matrices.js";
import { dot } from "../linear/vectors.js";
import type { CurvaturePair } from "../lbfgs.js";

/** The Hessian of the model: B = theta I - W M Wᵀ. */
export interface CompactModel {
  readonly theta: number;
  /** Columns of W: the changes of the gradient, then theta times the steps. */
  readonly columns: readonly Float64Array[];
  /** Number of columns, twice that of the pairs. */
  readonly size: number;
  /** M, row-major, `[size, size]`. */
  readonly middle: Float64Array;
}

/**
 * The limited-memory BFGS matrix in compact form: Byrd, Lu, Nocedal and Zhu 1995, equations (3.2) to (3.4).
 *
 * @returns null where M cannot be formed
 */
export function compactModel(pairs: readonly CurvaturePair[]): CompactModel | null {
  const m = pairs.length;
  const newest = pairs.at(-1);
  if (newest === undefined) return { theta: 1, columns: [], size: 0, middle: new Float64Array(0) };
  const theta = dot(newest.change, newest.change) / dot(newest.step, newest.change);
  if (!(theta > 0) || theta === Infinity) return null;
  const columns = [
    ...pairs.map(({ change }) => change),
    ...pairs.map(({ step }) => step.map((entry) => theta * entry)),
  ];
  // M is the inverse of [[-D, Lᵀ], [L, theta SᵀS]], L the part of SᵀY below its diagonal D.
  const size = 2 * m;
  const blocks = new Float64Array(size * size);
  pairs.forEach((row, i) =>
    pairs.slice(0, i + 1).forEach((column, j) => {
      const ss = theta * dot(row.step, column.step);
      blocks[(m + i) * size + m + j] = ss;
      blocks[(m + j) * size + m + i] = ss;
      const sy = dot(row.step, column.change);
      if (i === j) blocks[i * size + i] = -sy;
      else blocks[(m + i) * size + j] = blocks[j * size + m + i] = sy;
    }),
  );
  const middle = inverse(blocks, size);
  return middle === null ? null : { theta, columns, size, middle };
}

/** Wᵀ v. */
export function toColumns(model: CompactModel, vector: Float64Array): Float64Array {
  const result = new Float64Array(model.size);
  for (let k = 0; k < model.size; k++) result[k] = dot(model.columns[k]!, vector);
  return result;
}

/** Row i of W. */
export function rowOf(model: CompactModel, i: number): Float64Array {
  const row = new Float64Array(model.size);
  for (let k = 0; k < model.size; k++) row[k] = model.columns[k]![i]!;
  return row;
}
