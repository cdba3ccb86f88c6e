import { describe, expect, it } from "@jest/globals";
import { ShapeError } from "../../../util/errors.js";
import { grad } from "../../../compile/grad.js";
import { jit } from "../../../compile/jit.js";
import { sparsePattern } from "../../../linalg/sparse/pattern.js";
import { np } from "../../../trace/np.js";
import type { Tensor } from "../../../trace/tensor.js";
import { brusselator } from "../../../testing/stiffProblems.js";
import { integrate } from "../integrate.js";
import { rodas5p } from "./rodas5p.js";

const points = 30;
const places = Array.from({ length: points }, (_, i) => (i + 1) / (points + 1));
const start = np.array([...places.map((x) => 1 + Math.sin(2 * Math.PI * x)), ...places.map(() => 3)]);
const dense = rodas5p();
const sparse = rodas5p({ jacobian: { sparsity: "detect" } });
const solve = (method: typeof dense, y0: Tensor, alpha: Tensor | number) =>
  integrate(brusselator, y0, { times: [0, 2, 4], method, rtol: 1e-8, atol: 1e-8 }, np.reshape(np.asarray(alpha), [1]));

describe("a sparse Jacobian", () => {
  it("gives the steps and the solution of a dense one", () => {
    const [a, b] = [solve(dense, start, 0.1), solve(sparse, start, 0.1)];
    expect(b.accepted.item()).toBe(a.accepted.item());
    b.outputs.data.forEach((value, i) =>
      expect(Math.abs(value / (a.outputs.data[i] as number) - 1)).toBeLessThan(1e-10),
    );
  });

  it("gives the derivatives of a dense one", () => {
    const loss = (method: typeof dense) => (y0: Tensor, alpha: Tensor) => solve(method, y0, alpha).final.square().sum();
    const gradient = (method: typeof dense) => jit(grad(loss(method), { argnums: [0, 1] }))(start, 0.1);
    const [a, b] = [gradient(dense), gradient(sparse)];
    const largest = Math.max(...Array.from(a[0].data, Math.abs));
    b[0].data.forEach((value, i) => expect(Math.abs(value - (a[0].data[i] as number)) / largest).toBeLessThan(1e-9));
    expect(Math.abs(b[1].item() / a[1].item() - 1)).toBeLessThan(1e-9);
  });

  it("may have a pattern of the caller, which must fit the state", () => {
    const rows: number[] = [];
    const columns: number[] = [];
    const put = (i: number, j: number): void => void (rows.push(i), columns.push(j));
    for (let i = 0; i < points; i++) {
      for (const part of [0, points]) {
        for (const j of [i - 1, i, i + 1]) if (j >= 0 && j < points) put(part + i, part + j);
        put(part + i, points - part + i);
      }
    }
    const n = 2 * points;
    const sparsity = sparsePattern({ shape: [n, n], rows, columns });
    const own = solve(rodas5p({ jacobian: { sparsity } }), start, 0.1);
    expect(own.final.toArray()).toEqual(solve(sparse, start, 0.1).final.toArray());
    const wrong = sparsePattern({ shape: [2, 2], rows: [0], columns: [1] });
    expect(() => solve(rodas5p({ jacobian: { sparsity: wrong } }), start, 0.1)).toThrow(ShapeError);
  });

  it("serves a state that is a tree, and equations that depend on time", () => {
    interface State {
      readonly fast: Tensor;
      readonly slow: Tensor;
    }
    const rhs = (t: Tensor, { fast, slow }: State): State => ({
      fast: slow.sub(fast).mul(1e4).add(np.cos(t)),
      slow: slow.neg().add(np.sin(t)),
    });
    const run = (method: typeof dense) =>
      integrate<State, null>(
        rhs,
        { fast: np.zeros(4), slow: np.array([1, 2, 3, 4]) },
        { times: [0, 3], method, rtol: 1e-9, atol: 1e-9 },
        null,
      );
    const [a, b] = [run(dense), run(sparse)];
    b.final.fast.data.forEach((value, i) =>
      expect(Math.abs(value - (a.final.fast.data[i] as number))).toBeLessThan(1e-9),
    );
    b.final.slow.data.forEach((value, i) =>
      expect(Math.abs(value - (a.final.slow.data[i] as number))).toBeLessThan(1e-9),
    );
  });
});
