import { describe, expect, it } from "@jest/globals";
import { jacfwd, jit, np, type Tensor } from "../../index.js";
import { ShapeError } from "../../util/errors.js";
import { checkGrads } from "../../testing/checkGrads.js";
import { laplacianPattern, networkPattern } from "../../testing/sparsePatterns.js";
import { columnColoring } from "./coloring.js";
import { jacobianSparsity } from "./jacobianSparsity.js";
import { sparsePattern } from "./pattern.js";
import { sparseJacobian } from "./sparseJacobian.js";

/** Mass action of a chain of reactions: species i and i + 1 become i + 2. */
function network(y: Tensor, rates: Tensor): Tensor {
  const n = y.shape[0] as number;
  const index = np.arange(n - 2).astype("int32");
  const speeds = np
    .take(y, index)
    .mul(np.take(y, index.add(1)))
    .mul(rates);
  return np.zeros([n]).at(index).add(speeds.neg()).at(index.add(1)).add(speeds.neg()).at(index.add(2)).add(speeds);
}

describe("columnColoring", () => {
  it("puts no two columns with a row in common into one group", () => {
    for (const parts of [laplacianPattern(9), networkPattern(60, 40, 3)]) {
      const pattern = sparsePattern(parts);
      const { count, colors } = columnColoring(pattern);
      for (let row = 0; row < pattern.shape[0]; row++) {
        const own = [...pattern.columns.slice(pattern.rowPointers[row], pattern.rowPointers[row + 1])];
        expect(new Set(own.map((column) => colors[column])).size).toBe(own.length);
      }
      expect(Math.max(...colors)).toBe(count - 1);
    }
  });

  it("needs few groups", () => {
    // a row of the five-point Laplacian has five entries, so that five is the least
    expect(columnColoring(sparsePattern(laplacianPattern(20))).count).toBeLessThanOrEqual(9);
    const rows = Array.from({ length: 50 }, (_, i) => i);
    const band = sparsePattern({
      shape: [50, 50],
      rows: [...rows, ...rows.slice(1), ...rows.slice(0, -1)],
      columns: [...rows, ...rows.slice(0, -1), ...rows.slice(1)],
    });
    expect(columnColoring(band).count).toBeLessThanOrEqual(4);
  });
});

describe("sparseJacobian", () => {
  const y = np.linspace(0.5, 2, 12);
  const rates = np.linspace(1, 3, 10);

  it("has the derivatives that jacfwd gives", () => {
    const pattern = jacobianSparsity(network, y, rates);
    expect(pattern.nnz).toBeLessThan(12 * 5);
    const J = jit((state: Tensor, k: Tensor) => sparseJacobian(network, pattern)(state, k).toDense())(y, rates);
    expect(np.max(np.abs(J.sub(jacfwd(network)(y, rates)))).item()).toBeLessThan(1e-15);
  });

  it("is differentiable in turn, by all arguments", () => {
    const J = sparseJacobian(network, jacobianSparsity(network, y, rates));
    checkGrads((state: Tensor, k: Tensor) => J(state, k).values.square().sum(), [y, rates], { order: 1 });
  });

  it("takes functions with more results than arguments, and none", () => {
    const f = (x: Tensor): Tensor => np.concatenate([x.square(), x.diff()]);
    const x = np.array([1, 2, 4]);
    const pattern = jacobianSparsity(f, x);
    expect(pattern.shape).toEqual([5, 3]);
    expect(sparseJacobian(f, pattern)(x).toDense().toArray()).toEqual([
      [2, 0, 0],
      [0, 4, 0],
      [0, 0, 8],
      [-1, 1, 0],
      [0, -1, 1],
    ]);
    const constant = (z: Tensor): Tensor => z.round();
    expect(sparseJacobian(constant, jacobianSparsity(constant, x))(x).toDense().toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("refuses what does not fit the pattern", () => {
    const J = sparseJacobian((x: Tensor) => x.slice([0, 2]), sparsePattern(laplacianPattern(2)));
    expect(() => J(np.ones([3]))).toThrow(/the argument x does not fit the pattern/);
    expect(() => J(np.ones([4]))).toThrow(ShapeError);
  });
});
