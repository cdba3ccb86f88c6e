import { describe, expect, it } from "@jest/globals";
import { ArgumentError, TreeError } from "../util/errors.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { adam, scaleByAdam } from "./adam.js";
import { applyUpdates } from "./applyUpdates.js";
import { chain } from "./chain.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { scale } from "./scale.js";
import { sgd } from "./sgd.js";

/** Parameters after updates along given gradients. */
function follow<State>(
  optimizer: GradientTransformation<State>,
  start: Tensor,
  gradients: readonly number[][],
): number[][] {
  let params = start;
  let state = optimizer.init(params);
  return gradients.map((gradient) => {
    const [updates, next] = optimizer.update(np.array(gradient), state, params);
    state = next;
    params = applyUpdates(params, updates);
    return Array.from(params.data);
  });
}

describe("adam", () => {
  it("follows Algorithm 1 of Kingma and Ba, written out in numbers", () => {
    const [rate, b1, b2, eps] = [1e-3, 0.9, 0.999, 1e-8];
    const gradients = Array.from({ length: 30 }, (_, t) => [Math.sin(t), 10 * Math.cos(2 * t), 1e-6 * (t - 15)]);
    const expected = [0, 1, 2].map((entry) => {
      let [theta, m, v] = [1, 0, 0];
      return gradients.map((gradient, i) => {
        const g = gradient[entry] as number;
        m = b1 * m + (1 - b1) * g;
        v = b2 * v + (1 - b2) * g * g;
        theta -= (rate * (m / (1 - b1 ** (i + 1)))) / (Math.sqrt(v / (1 - b2 ** (i + 1))) + eps);
        return theta;
      });
    });
    follow(adam({ learningRate: rate }), np.ones(3), gradients).forEach((params, i) =>
      params.forEach((value, entry) => expect(value).toBeCloseTo(expected[entry]?.[i] as number, 13)),
    );
  });

  it("moves each parameter by the learning rate at first, whatever its gradient", () => {
    const [first] = follow(adam({ learningRate: 0.5 }), np.zeros(2), [[1e3, -1e-3]]);
    expect(first?.[0]).toBeCloseTo(-0.5, 9);
    expect(first?.[1]).toBeCloseTo(0.5, 4);
  });

  it("takes trees, keeps float32, and leaves integers alone", () => {
    const params = { a: [np.ones(2, "float32")], n: np.array(3, "int32") };
    const optimizer = adam({ learningRate: 0.1 });
    const [updates] = optimizer.update({ a: [np.ones(2, "float32")], n: np.array(7, "int32") }, optimizer.init(params));
    const next = applyUpdates(params, updates);
    expect(next.a[0]?.dtype).toBe("float32");
    expect(next.a[0]?.data[0]).toBeCloseTo(0.9, 5);
    expect(next.n.item()).toBe(3);
  });

  it("counts its updates in the state it returns, and keeps nothing inside", () => {
    const optimizer = scaleByAdam();
    const start = optimizer.init(np.zeros(1));
    const [, once] = optimizer.update(np.ones(1), start);
    const [, again] = optimizer.update(np.ones(1), start);
    expect(once.count.item()).toBe(1);
    expect(again.count.item()).toBe(1);
    expect(start.count.item()).toBe(0);
  });

  it.each([
    { learningRate: 0 },
    { learningRate: NaN },
    { learningRate: 1, b1: 1 },
    { learningRate: 1, b2: -0.1 },
    { learningRate: 1, eps: 0 },
  ])("refuses options out of range: %j", (options) => {
    expect(() => adam(options)).toThrow(ArgumentError);
  });

  it("refuses gradients that are not built as the parameters are", () => {
    const optimizer = adam({ learningRate: 0.1 });
    const state = optimizer.init({ a: np.zeros(1) });
    expect(() => optimizer.update({ b: np.zeros(1) }, state)).toThrow(TreeError);
  });
});

describe("chain, scale and sgd", () => {
  it("apply one after the other", () => {
    expect(follow(chain(scale(2), scale(-3)), np.zeros(2), [[1, 2]])).toEqual([[-6, -12]]);
    expect(chain(scale(2), scale(-3)).name).toBe("chain(scale(2), scale(-3))");
  });

  it("go downhill by the learning rate times the gradient", () => {
    expect(
      follow(sgd({ learningRate: 0.5 }), np.array([1, 1]), [
        [1, 0],
        [0, 2],
      ]),
    ).toEqual([
      [0.5, 1],
      [0.5, 0],
    ]);
    expect(() => sgd({ learningRate: -1 })).toThrow(ArgumentError);
  });
});
