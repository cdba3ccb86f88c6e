import { describe, expect, it } from "@jest/globals";
import { ArgumentError, DTypeError, ShapeError } from "../../util/errors.js";
import { jit } from "../../compile/jit.js";
import { vmap } from "../../compile/vmap.js";
import { backendNames } from "../../compile/backends.js";
import { seededRandom } from "../../testing/random.js";
import { laplacianPattern, networkPattern, scatteredPattern } from "../../testing/sparsePatterns.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { csr, csrFromDense, type CsrMatrix } from "./csr.js";
import { sparsePattern, type PatternParts } from "./pattern.js";
import { sparseLu, type SparseLuOptions } from "./sparseLu.js";

/** A matrix of a pattern with a strong diagonal. */
function matrixOf(parts: PatternParts, seed: number): CsrMatrix {
  const random = seededRandom(seed);
  const pattern = sparsePattern(parts);
  const values = Array.from(pattern.rows, (row, entry) =>
    row === pattern.columns[entry] ? random.uniform(4, 6) : random.uniform(-1, 1),
  );
  return csr(pattern, values);
}

function vectorOf(size: number, seed: number): Tensor {
  const random = seededRandom(seed);
  return np.array(Array.from({ length: size }, () => random.uniform(-1, 1)));
}

function largest(x: Tensor): number {
  return np.max(np.abs(x)).item();
}

const cases: readonly (readonly [name: string, A: CsrMatrix])[] = [
  ["one number", matrixOf(scatteredPattern(1, 0, 1), 1)],
  ["a diagonal", matrixOf(scatteredPattern(6, 0, 1), 2)],
  ["a full matrix", matrixOf(scatteredPattern(7, 6, 1), 3)],
  ["a network", matrixOf(networkPattern(12, 9, 4), 4)],
  ["scattered entries, not symmetric", matrixOf(scatteredPattern(16, 2, 5), 5)],
  ["a Laplacian", matrixOf(laplacianPattern(4), 6)],
];

describe("sparseLu", () => {
  describe.each(cases)("on %s", (_, A) => {
    const n = A.shape[0];
    const b = vectorOf(n, 7);

    it.each<SparseLuOptions>([{ form: "scalars" }, { form: "loops" }, { form: "loops", ordering: "natural" }])(
      "solves with the matrix and its transpose: %j",
      (options) => {
        const lu = sparseLu(A.pattern, options);
        const factors = lu.factor(A.values);
        expect(factors.shape).toEqual([lu.fill.entries]);
        expect(lu.isRegular(factors).item()).toBe(1);
        expect(largest(A.matvec(lu.solve(factors, b)).sub(b))).toBeLessThan(1e-14);
        expect(largest(A.transposeMatvec(lu.solveTransposed(factors, b)).sub(b))).toBeLessThan(1e-14);
      },
    );

    it("gives the same bits in scalars and in loops, on every backend", () => {
      const results = backendNames.flatMap((backend) =>
        (["scalars", "loops"] as const).map((form) => {
          const lu = sparseLu(A.pattern, { form });
          const run = jit(
            (values: Tensor, right: Tensor) => {
              const factors = lu.factor(values);
              return [factors, lu.solve(factors, right), lu.solveTransposed(factors, right)];
            },
            { backend },
          );
          return run(A.values, b).map((x) => x.toArray());
        }),
      );
      for (const result of results) expect(result).toEqual(results[0]);
    });
  });

  it("takes several right-hand sides, and batches", () => {
    for (const form of ["scalars", "loops"] as const) {
      const A = matrixOf(networkPattern(12, 9, 1), 1);
      const lu = sparseLu(A.pattern, { form });
      const factors = lu.factor(A.values);
      const b = np.stack([vectorOf(12, 1), vectorOf(12, 2), vectorOf(12, 3)], 1);
      const x = lu.solve(factors, b);
      expect(x.shape).toEqual([12, 3]);
      expect(largest(A.matvec(x).sub(b))).toBeLessThan(1e-14);
      expect(largest(A.transposeMatvec(lu.solveTransposed(factors, b)).sub(b))).toBeLessThan(1e-14);
      const scaled = vmap((values: Tensor, right: Tensor) => lu.solve(lu.factor(values), right))(
        np.stack([A.values, A.values.mul(2), A.values.mul(-4)]),
        b.T,
      );
      expect(largest(scaled.mul([[1], [2], [-4]]).sub(x.T))).toBeLessThan(1e-14);
    }
  });

  it("keeps float32", () => {
    const A = matrixOf(networkPattern(12, 9, 1), 1);
    const lu = sparseLu(A.pattern);
    const x = lu.solve(lu.factor(A.values.astype("float32")), vectorOf(12, 1).astype("float32"));
    expect(x.dtype).toBe("float32");
    expect(largest(A.matvec(x.astype("float64")).sub(vectorOf(12, 1)))).toBeLessThan(1e-5);
  });

  it("fills in little", () => {
    const laplacian = sparsePattern(laplacianPattern(20));
    const { fill } = sparseLu(laplacian);
    // the natural order fills the band: about 2 n^3 entries for a side of n
    expect(fill.entries).toBeLessThan(8000);
    expect(sparseLu(laplacian, { ordering: "natural" }).fill.entries).toBeGreaterThan(15000);
    expect(fill.added).toBe(fill.entries - laplacian.nnz);
    const network = sparseLu(sparsePattern(networkPattern(500, 350, 2)));
    expect(network.fill.entries).toBeLessThan(8000);
    expect(network.form).toBe("loops");
    const tree = sparseLu(
      sparsePattern({
        shape: [5, 5],
        rows: [0, 0, 0, 0, 0, 1, 2, 3, 4, 1, 2, 3, 4],
        columns: [0, 1, 2, 3, 4, 0, 0, 0, 0, 1, 2, 3, 4],
      }),
    );
    // an arrow whose head comes first: eliminated last, it fills nothing
    expect(tree.fill.added).toBe(0);
    expect(tree.form).toBe("scalars");
  });

  it("finds pivots where the diagonal has none", () => {
    const A = csrFromDense([
      [0, 2, 0, 1],
      [3, 0, 0, 0],
      [0, 1, 0, 4],
      [1, 0, 5, 0],
    ]);
    const lu = sparseLu(A.pattern);
    const factors = lu.factor(A.values);
    const b = np.array([1, 2, 3, 4]);
    expect(largest(A.matvec(lu.solve(factors, b)).sub(b))).toBeLessThan(1e-14);
    expect(largest(A.transposeMatvec(lu.solveTransposed(factors, b)).sub(b))).toBeLessThan(1e-14);
    expect([...lu.rowOrder].sort()).toEqual([0, 1, 2, 3]);
  });

  it("moves pivots along a path where they are in the way of each other", () => {
    // a cycle: only the rows in another order have a full diagonal
    const n = 30;
    const rows = Array.from({ length: n }, (_, i) => i);
    const pattern = sparsePattern({
      shape: [n, n],
      rows: [...rows, ...rows.slice(1)],
      columns: [...rows.map((i) => (i + 1) % n), ...rows.slice(1)],
    });
    const lu = sparseLu(pattern);
    const A = csr(pattern, np.ones([pattern.nnz]));
    const b = vectorOf(n, 3);
    expect(largest(A.matvec(lu.solve(lu.factor(A.values), b)).sub(b))).toBeLessThan(1e-12);
  });

  it("refuses patterns that are singular whatever the values are", () => {
    expect(() =>
      sparseLu(
        csrFromDense([
          [1, 0],
          [1, 0],
        ]).pattern,
      ),
    ).toThrow(/sparseLu: every matrix of this pattern is singular.*no row is left for column 1/);
    const twoForThree = csrFromDense([
      [1, 1, 1],
      [0, 0, 1],
      [0, 0, 1],
    ]);
    expect(() => sparseLu(twoForThree.pattern)).toThrow(ArgumentError);
  });

  it("says where a pivot vanishes", () => {
    const pattern = csrFromDense([
      [1, 1],
      [1, 1],
    ]).pattern;
    for (const form of ["scalars", "loops"] as const) {
      const lu = sparseLu(pattern, { form });
      expect(lu.isRegular(lu.factor([1, 1, 1, 1])).item()).toBe(0);
      expect(lu.isRegular(lu.factor([1, 1, 1, NaN])).item()).toBe(0);
      expect(lu.isRegular(lu.factor([Infinity, 1, 1, 1])).item()).toBe(0);
      expect(lu.isRegular(lu.factor([1, 1, 1, 2])).item()).toBe(1);
    }
  });

  it("refuses what does not fit", () => {
    const lu = sparseLu(sparsePattern(laplacianPattern(2)));
    expect(() => sparseLu(csrFromDense([[1, 2]]).pattern)).toThrow(ShapeError);
    expect(() => sparseLu(lu.pattern, { ordering: "random" as "natural" })).toThrow(ArgumentError);
    expect(() => lu.factor([1, 2])).toThrow(ShapeError);
    expect(() => lu.factor(np.ones([12], "int32"))).toThrow(DTypeError);
    const factors = lu.factor(np.arange(12).add(1));
    expect(() => lu.solve(factors, [1, 2])).toThrow(ShapeError);
    expect(() => lu.solve(np.ones([3]), [1, 2, 3, 4])).toThrow(ShapeError);
  });

  it("solves systems without unknowns", () => {
    const lu = sparseLu(sparsePattern({ shape: [0, 0], rows: [], columns: [] }));
    const factors = lu.factor(new Float64Array(0));
    expect(lu.solve(factors, new Float64Array(0)).shape).toEqual([0]);
  });
});
