import { identity, multiply, solveSquare } from "../linear/matrices.js";
import { addScaled, difference, dot } from "../linear/vectors.js";
import { longestStep, project as projectToBox, type Box } from "../box.js";
import type { CauchyPoint } from "./cauchyPoint.js";
import type { CompactModel } from "./compactModel.js";

/**
 * Minimises the model over the coordinates that are free at the Cauchy point: Byrd, Lu, Nocedal and Zhu 1995, direct primal
 * method (5.11), by the formula of Sherman, Morrison and Woodbury. The step is projected into the box; if that does not go
 * downhill it is shortened instead (Morales and Nocedal 2011).
 *
 * @returns null where the small system is singular
 */
export function minimizeInSubspace(
  start: Float64Array,
  gradient: Float64Array,
  cauchy: CauchyPoint,
  model: CompactModel,
  box: Box,
): Float64Array | null {
  const { theta, size, columns } = model;
  const n = start.length;
  if (size === 0 || !cauchy.free.includes(true)) return cauchy.x;

  // The gradient of the model at the Cauchy point, on the free coordinates: g + theta (xc - x) - W M c.
  const mc = multiply(model.middle, cauchy.c);
  const reduced = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (cauchy.free[i] !== true) continue;
    let sum = gradient[i]! + theta * (cauchy.x[i]! - start[i]!);
    for (let k = 0; k < size; k++) sum -= columns[k]![i]! * mc[k]!;
    reduced[i] = sum;
  }
  // Columns of W with the rows of coordinates at their bounds struck out.
  const inner = columns.map((column) => column.map((entry, i) => (cauchy.free[i] === true ? entry : 0)));
  const v = multiply(model.middle, productsWith(inner, reduced));
  const products = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    for (let j = 0; j <= k; j++) {
      const product = dot(inner[k]!, inner[j]!) / theta;
      products[k * size + j] = product;
      products[j * size + k] = product;
    }
  }
  const system = identity(size);
  for (let k = 0; k < size; k++) {
    // Column k of M Wᵀ W / theta; the products are symmetric, so that their row is the column.
    const mixed = multiply(model.middle, products.subarray(k * size, (k + 1) * size));
    for (let j = 0; j < size; j++) system[j * size + k]! -= mixed[j]!;
  }
  const w = solveSquare(system, v);
  if (w === null || !w.every(Number.isFinite)) return null;
  const step = reduced.map((entry) => -entry / theta);
  for (let k = 0; k < size; k++) addScaled(step, -w[k]! / theta ** 2, inner[k]!);

  const unbounded = cauchy.x.map((entry, i) => entry + step[i]!);
  const projected = projectToBox(unbounded, box);
  if (dot(difference(projected, start), gradient) <= 0) return projected;
  const part = Math.min(1, longestStep(cauchy.x, step, box));
  return projectToBox(
    cauchy.x.map((entry, i) => entry + part * step[i]!),
    box,
  );
}

function productsWith(columns: readonly Float64Array[], vector: Float64Array): Float64Array {
  const result = new Float64Array(columns.length);
  for (let k = 0; k < columns.length; k++) result[k] = dot(columns[k]!, vector);
  return result;
}
