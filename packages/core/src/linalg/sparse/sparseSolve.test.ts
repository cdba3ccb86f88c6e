import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { grad, jit, jvp, np, vmap, type Tensor } from "../../index.js";
import { ArgumentError, NumericalError, ShapeError } from "../../util/errors.js";
import { checkGrads } from "../../testing/checkGrads.js";
import { csr, csrFromDense } from "./csr.js";
import { sparsePattern } from "./pattern.js";
import { sparseLu } from "./sparseLu.js";
import { sparseSolve } from "./sparseSolve.js";

/** Made by bench/peers/sparse_golden.py. */
interface GoldenCase {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly rowPointers: readonly number[];
  readonly columns: readonly number[];
  readonly values: readonly number[];
  readonly b: readonly number[];
  readonly w: readonly number[];
  readonly dvalues: readonly number[];
  readonly db: readonly number[];
  readonly x: readonly number[];
  readonly gradientOfB: readonly number[];
  readonly gradientOfValues: readonly number[];
  readonly tangent: readonly number[];
}

const { cases } = JSON.parse(readFileSync(new URL("testdata/scipy.json", import.meta.url), "utf8")) as {
  readonly cases: readonly GoldenCase[];
};

/** Largest difference relative to the largest element. */
function difference(x: Tensor, wanted: readonly number[]): number {
  const reference = np.array(wanted);
  return np.max(np.abs(x.sub(reference))).item() / np.max(np.abs(reference)).item();
}

describe("sparseSolve", () => {
  describe.each(cases)("on $name", (golden) => {
    const pattern = sparsePattern(golden);
    const values = np.array(golden.values);
    const b = np.array(golden.b);
    const w = np.array(golden.w);
    const solve = (v: Tensor, right: Tensor): Tensor => sparseSolve(csr(pattern, v), right);

    it("gives the solution and derivatives of scipy", () => {
      const [x, tangent] = jvp(solve, [values, b], [np.array(golden.dvalues), np.array(golden.db)]);
      expect(difference(x, golden.x)).toBeLessThan(1e-11);
      expect(difference(tangent, golden.tangent)).toBeLessThan(1e-11);
      const [ofValues, ofB] = grad((v: Tensor, right: Tensor) => solve(v, right).dot(w), { argnums: [0, 1] })(
        values,
        b,
      );
      expect(difference(ofValues, golden.gradientOfValues)).toBeLessThan(1e-11);
      expect(difference(ofB, golden.gradientOfB)).toBeLessThan(1e-11);
    });
  });

  const small = csrFromDense([
    [4, 1, 0],
    [0, 3, -1],
    [2, 0, 5],
  ]);
  const b = np.array([1, 2, 3]);

  it("is differentiable to second order in both forms, forward, in reverse and mixed", () => {
    for (const form of ["scalars", "loops"] as const) {
      const lu = sparseLu(small.pattern, { form });
      checkGrads(
        (v: Tensor, right: Tensor) => sparseSolve(csr(small.pattern, v), right, { lu }).square().sum(),
        [small.values, b],
        { order: 2 },
      );
    }
  });

  it("solves for several right-hand sides, and in batches", () => {
    const rights = np.stack([b, b.mul(-2)], 1);
    const x = sparseSolve(small, rights);
    expect(np.max(np.abs(small.matvec(x).sub(rights))).item()).toBeLessThan(1e-15);
    const f = (v: Tensor, right: Tensor): Tensor => sparseSolve(csr(small.pattern, v), right).square().sum();
    const many = np.stack([small.values, small.values.mul(2)]);
    const batched = vmap(grad(f))(many, np.stack([b, b]));
    [0, 1].forEach((i) => {
      expect(np.max(np.abs(batched.slice(i).sub(grad(f)(many.slice(i), b)))).item()).toBeLessThan(1e-16);
    });
  });

  it("refines what small pivots lose", () => {
    const weak = csrFromDense([
      [1e-9, 1],
      [1, 1],
    ]);
    const exact = [1 / (1 - 1e-9), 1 - 1e-9 / (1 - 1e-9)];
    const error = (refine: number): number => difference(sparseSolve(weak, [1, 2], { refine, check: false }), exact);
    expect(error(0)).toBeGreaterThan(1e-9);
    expect(error(1)).toBeLessThan(1e-14);
  });

  it("fails by name where the equation is not satisfied", () => {
    const ones = csrFromDense([
      [1, 1],
      [1, 1],
    ]);
    expect(() => sparseSolve(ones, [1, 2])).toThrow(NumericalError);
    expect(() => sparseSolve(ones, [1, 2])).toThrow(/the solution does not satisfy the equation/);
    expect(() => sparseSolve(small, [1, NaN, 0])).toThrow(NumericalError);
    expect(() => sparseSolve(small.scale(Infinity), b)).toThrow(NumericalError);
    expect(() => jit((right: Tensor) => sparseSolve(ones, right))([1, 2] as never)).toThrow(NumericalError);
    expect(sparseSolve(ones, [1, 2], { check: false }).isfinite().all().item()).toBe(0);
  });

  it("keeps float32", () => {
    const x = sparseSolve(small.withValues(small.values.astype("float32")), b.astype("float32"));
    expect(x.dtype).toBe("float32");
    expect(np.max(np.abs(small.matvec(x.astype("float64")).sub(b))).item()).toBeLessThan(1e-6);
  });

  it("refuses what does not fit", () => {
    expect(() => sparseSolve(small, [1, 2])).toThrow(ShapeError);
    expect(() => sparseSolve(small, b, { lu: sparseLu(csrFromDense([[1]]).pattern) })).toThrow(ArgumentError);
    expect(() => sparseSolve(small, b, { refine: -1 })).toThrow(ArgumentError);
    expect(() =>
      sparseSolve(
        csrFromDense([
          [1, 0],
          [1, 0],
        ]),
        [1, 2],
      ),
    ).toThrow(/singular/);
  });
});
