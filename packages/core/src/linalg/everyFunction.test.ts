import { describe, expect, it } from "@jest/globals";
import { backendNames } from "../compile/backends.js";
import { jit } from "../compile/jit.js";
import { vmap } from "../compile/vmap.js";
import { seededNumbers } from "../testing/linalgGolden.js";
import { foriLoop } from "../trace/control.js";
import type { Tensor } from "../trace/tensor.js";
import { DTypeError, ShapeError } from "../util/errors.js";
import { np } from "./np.js";

const { linalg } = np;

function distance(a: Tensor, b: Tensor): number {
  return np.max(np.abs(np.subtract(a, b))).item();
}

function definite(...shape: number[]): Tensor {
  const a = seededNumbers(shape, 7);
  return np.add(np.matmul(a, np.moveaxis(a, -1, -2)), np.eye(shape.at(-1) as number));
}

/** 0, 1, ..., one for each row, in the dtype of a matrix. */
function ascending(a: Tensor): Tensor {
  return np.arange(a.shape.at(-1) as number, { dtype: a.dtype });
}

/** Every function, as one of a square matrix. */
const functions: Readonly<Record<string, (a: Tensor) => unknown>> = {
  solve: (a) => linalg.solve(a, np.expandDims(ascending(a), 1)),
  inv: (a) => linalg.inv(a),
  triangularSolve: (a) => linalg.triangularSolve(a, ascending(a)),
  lu: (a) => linalg.lu(a),
  det: (a) => linalg.det(a),
  slogDet: (a) => linalg.slogDet(a),
  cholesky: (a) => linalg.cholesky(a),
  qr: (a) => linalg.qr(a),
  eigh: (a) => linalg.eigh(a),
  svd: (a) => linalg.svd(a),
  pinv: (a) => linalg.pinv(a),
  expm: (a) => linalg.expm(a),
};
const named = Object.entries(functions);

const leaves = (result: unknown): readonly Tensor[] =>
  typeof (result as Tensor).dtype === "string" ? [result as Tensor] : Object.values(result as Record<string, Tensor>);
const numbers = (result: unknown): unknown => leaves(result).map((leaf) => leaf.toArray());

describe("every function of np.linalg", () => {
  it.each(named)("%s has the same bits on every backend", (_, f) => {
    for (const n of [3, 9]) {
      const a = definite(n, n);
      const results = backendNames.map((backend) => numbers(jit((x: Tensor) => f(x), { backend })(a)));
      results.forEach((result) => expect(result).toEqual(results[0]));
    }
  });

  it.each(named)("%s of a batch has the bits of its elements, by leading axes and by vmap", (_, f) => {
    const batch = definite(2, 3, 3);
    const whole = leaves(f(batch));
    const mapped = leaves(vmap((a: Tensor) => f(a))(batch));
    for (const i of [0, 1]) {
      const alone = numbers(f(batch.slice(i)));
      expect(whole.map((leaf) => leaf.slice(i).toArray())).toEqual(alone);
      expect(mapped.map((leaf) => leaf.slice(i).toArray())).toEqual(alone);
    }
  });

  it.each(named)("%s keeps float32 and makes float64 of integers", (_, f) => {
    const a = definite(4, 4);
    const narrow = leaves(f(a.astype("float32")));
    leaves(f(a)).forEach((leaf, i) => {
      const other = narrow[i] as Tensor;
      expect([leaf.dtype, other.dtype]).toEqual(["float64", "float32"]);
      expect(distance(leaf, other.astype("float64"))).toBeLessThan(2e-6);
    });
    leaves(f(np.array([[2, 1], [1, 3]], "int32"))).forEach((leaf) => expect(leaf.dtype).toBe("float64")); // prettier-ignore
  });

  it.each(named)("%s names itself where the argument is no square matrix, or one of bools", (name, f) => {
    if (!["qr", "svd", "pinv"].includes(name)) {
      expect(() => f(np.ones([2, 3]))).toThrow(new RegExp(`np.linalg.${name} wants a square matrix.*\\[2, 3\\]`));
    }
    if (name !== "solve" && name !== "triangularSolve") {
      expect(() => f(np.ones(3))).toThrow(new RegExp(`np.linalg.${name} wants a matrix`));
      expect(() => f(np.ones([2, 2], "bool"))).toThrow(DTypeError);
    }
    expect(() => f(np.ones([0, 0]))).toThrow(ShapeError);
  });

  it("takes matrices of one row", () => {
    for (const [name, f] of named) {
      const results = leaves(f(np.array([[2]])));
      results.forEach((leaf) => expect([name, np.all(np.isfinite(leaf)).item()]).toEqual([name, 1]));
    }
    expect(linalg.expm([[0]]).item()).toBe(1);
  });

  it("runs inside of loops and compiled functions", () => {
    const step = jit((x: Tensor) => foriLoop(0, 3, (_, y: Tensor) => linalg.solve(definite(2, 2), y), x));
    const direct = linalg.solve(linalg.matrixPower(definite(2, 2), 3), [1, 2]);
    expect(distance(step(np.array([1, 2])), direct)).toBeLessThan(1e-14);
  });
});
