import { describe, expect, it } from "@jest/globals";
import { ArgumentError, ShapeError } from "../../../util/errors.js";
import { np } from "../../../trace/np.js";
import type { Tensor } from "../../../trace/tensor.js";
import { robertson } from "../../../testing/stiffProblems.js";
import { integrate } from "../integrate.js";
import { rodas5p } from "./rodas5p.js";

/**
 * The coefficients in the classical form: alpha, beta = alpha + Gamma and b for weights of the transformed stages u = Gamma k (Hairer, Wanner, Solving
 * ODEs II, eqs. IV.7.24 and IV.7.25).
 */
function classical(): {
  alpha: number[][];
  beta: number[][];
  weightsOf: (m: readonly number[]) => number[];
} {
  const { gamma, stages, couplings } = rodas5p().tableau;
  const s = stages.length;
  const square = (f: (i: number, j: number) => number): number[][] =>
    Array.from({ length: s }, (_, i) => Array.from({ length: s }, (_, j) => f(i, j)));
  // C = diag(1 / gamma) - Gamma^-1, by rows from the first: Gamma = (diag(1 / gamma) - C)^-1
  const inverse = square((i, j) => (i === j ? 1 / gamma : -(couplings[i]?.[j] ?? 0)));
  const big = square(() => 0);
  for (let j = 0; j < s; j++) {
    for (let i = j; i < s; i++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= (inverse[i]?.[k] as number) * (big[k]?.[j] as number);
      (big[i] as number[])[j] = sum * gamma;
    }
  }
  const timesGamma = (row: readonly number[]): number[] =>
    Array.from({ length: s }, (_, j) => row.reduce((sum, value, k) => sum + value * (big[k]?.[j] as number), 0));
  const alpha = stages.map(timesGamma);
  return {
    alpha,
    beta: alpha.map((row, i) => row.map((value, j) => value + (big[i]?.[j] as number))),
    weightsOf: timesGamma,
  };
}

/** Left and right sides of the order conditions of Rosenbrock methods up to order 4 (Hairer, Wanner II, table IV.7.1), and one of order 5. */
function conditions(b: readonly number[]): readonly (readonly [order: number, left: number, right: number])[] {
  const { alpha, beta } = classical();
  const apply = (m: readonly (readonly number[])[], x: readonly number[]): number[] =>
    m.map((row) => row.reduce((sum, value, j) => sum + value * (x[j] as number), 0));
  const times = (x: readonly number[], y: readonly number[]): number[] => x.map((value, i) => value * (y[i] as number));
  const dot = (x: readonly number[]): number => b.reduce((sum, value, i) => sum + value * (x[i] as number), 0);
  const one = alpha.map(() => 1);
  const a = apply(alpha, one);
  const c = apply(beta, one);
  const square = times(a, a);
  return [
    [1, dot(one), 1],
    [2, dot(c), 1 / 2],
    [3, dot(square), 1 / 3],
    [3, dot(apply(beta, c)), 1 / 6],
    [4, dot(times(square, a)), 1 / 4],
    [4, dot(times(a, apply(alpha, c))), 1 / 8],
    [4, dot(apply(beta, square)), 1 / 12],
    [4, dot(apply(beta, apply(beta, c))), 1 / 24],
    [5, dot(times(square, square)), 1 / 5],
    [5, dot(apply(beta, times(square, a))), 1 / 20],
    [5, dot(apply(beta, apply(beta, apply(beta, c)))), 1 / 120],
  ];
}

describe("the coefficients of rodas5p", () => {
  const { stages, dense, nodes, timeWeights, gamma, errorOrder } = rodas5p().tableau;
  const last = stages[stages.length - 1] as readonly number[];
  const misses = (weights: readonly number[], theta = 1): readonly (readonly [number, number])[] =>
    conditions(classical().weightsOf(weights)).map(([order, left, right]) => [
      order,
      Math.abs(left - right * theta ** order),
    ]);

  it("satisfy the order conditions, those of order 5 with its step alone", () => {
    for (const [, miss] of misses([...last, 1])) expect(miss).toBeLessThan(1e-11);
    const embedded = misses(last);
    for (const [order, miss] of embedded) if (order <= errorOrder) expect(miss).toBeLessThan(1e-11);
    expect(Math.max(...embedded.map(([, miss]) => miss))).toBeGreaterThan(1e-4);
  });

  it("have times and time weights that follow from the others", () => {
    const { alpha, beta } = classical();
    alpha.forEach((row, i) => {
      const sum = row.reduce((total, value) => total + value, 0);
      const whole = (beta[i] as readonly number[]).reduce((total, value) => total + value, 0);
      expect(Math.abs(sum - (nodes[i] as number))).toBeLessThan(1e-12);
      expect(Math.abs(whole - sum - (timeWeights[i] as number))).toBeLessThan(1e-12);
      expect(beta[i]?.[i]).toBeCloseTo(gamma, 14);
    });
  });

  it.each([0.1, 0.5, 0.9])("have dense output of order 4 at theta = %d", (theta) => {
    const weights = [...last, 1].map((weight, j) => {
      const [k1, k2, k3] = dense.map((row) => row[j] as number) as [number, number, number];
      return theta * (weight + (1 - theta) * (k1 + theta * (k2 + theta * k3)));
    });
    for (const [order, miss] of misses(weights, theta)) if (order <= 4) expect(miss).toBeLessThan(1e-10);
  });

  it("damp stiff components away: the stability function vanishes at infinity", () => {
    const run = (h: number): number =>
      integrate(
        (_t: Tensor, y: Tensor) => y.mul(-1),
        1,
        { times: [0, h], method: rodas5p(), rtol: 1e9, firstStep: h },
        null,
      ).final.item();
    // rounding leaves about epsilon times the largest coefficient, and 1 / h
    expect(Math.abs(run(1e8))).toBeLessThan(1e-6);
    expect(Math.abs(run(30))).toBeLessThan(1);
  });
});

describe("rodas5p", () => {
  it("keeps its order on the problem of Prothero and Robinson, whose stiffness is arbitrary", () => {
    const rhs = (t: Tensor, y: Tensor): Tensor => y.sub(np.sin(t)).mul(-1e6).add(np.cos(t));
    const method = rodas5p({ minFactor: 1 - 1e-12, maxFactor: 1 + 1e-12 });
    const held = { ...method, controller: { ...method.controller, maxFactor: 1 } };
    const errors = [10, 20, 40].map((steps) => {
      const { final } = integrate(rhs, 0, { times: [0, 2], method: held, rtol: 1e3, firstStep: 2 / steps }, null);
      return Math.abs(final.item() - Math.sin(2));
    });
    // Its order there is 4 (Steinebach 2023, section 2), against 1 or 2 of RODAS and others without the condition.
    for (let i = 1; i < errors.length; i++) {
      expect(Math.log2((errors[i - 1] as number) / (errors[i] as number))).toBeGreaterThan(2.8);
    }
    expect(errors[2]).toBeLessThan(1e-8);
  });

  it("takes a Jacobian of the caller, with the same steps", () => {
    const jacobian = (_t: Tensor, y: Tensor, params: Tensor): Tensor => {
      const [, b, c] = [0, 1, 2].map((i) => y.at(i).get()) as [Tensor, Tensor, Tensor];
      const [k1, k2, k3] = [0, 1, 2].map((i) => params.at(i).get()) as [Tensor, Tensor, Tensor];
      const [byB, byC, fast] = [c.mul(k3), b.mul(k3), b.mul(k2).mul(2)];
      const zero = k1.mul(0);
      return np.stack([
        np.stack([k1.neg(), byB, byC]),
        np.stack([k1, byB.add(fast).neg(), byC.neg()]),
        np.stack([zero, fast, zero]),
      ]);
    };
    const run = (method: ReturnType<typeof rodas5p>) =>
      integrate(
        robertson,
        np.array([1, 0, 0]),
        { times: [0, 40], method, rtol: 1e-6, atol: 1e-12 },
        np.array([0.04, 3e7, 1e4]),
      );
    const [own, found] = [run(rodas5p({ jacobian })), run(rodas5p())];
    expect(own.accepted.item()).toBe(found.accepted.item());
    own.final.data.forEach((value, i) =>
      expect(Math.abs(value / (found.final.data[i] as number) - 1)).toBeLessThan(1e-12),
    );
  });

  it("takes a state that is a tree, and time-dependent equations", () => {
    interface State {
      readonly fast: Tensor;
      readonly slow: Tensor;
    }
    const rhs = (t: Tensor, { fast, slow }: State): State => ({
      fast: slow.sum().sub(fast).mul(1e5).add(np.cos(t)),
      slow: slow.neg().add(np.sin(t)),
    });
    const { final, accepted } = integrate<State, null>(
      rhs,
      { fast: 0, slow: np.array([1, 2]) },
      { times: [0, 3], method: rodas5p(), rtol: 1e-9, atol: 1e-9 },
      null,
    );
    const slow = (y0: number): number => (Math.sin(3) - Math.cos(3)) / 2 + (y0 + 0.5) * Math.exp(-3);
    expect(Math.abs((final.slow.data[0] as number) - slow(1))).toBeLessThan(1e-8);
    expect(Math.abs((final.slow.data[1] as number) - slow(2))).toBeLessThan(1e-8);
    // The fast one follows the sum of the slow ones, (cos t - their slope) / 1e5 behind.
    const slope = 2 * Math.sin(3) - slow(1) - slow(2);
    expect(Math.abs(final.fast.item() - slow(1) - slow(2) - (Math.cos(3) - slope) / 1e5)).toBeLessThan(1e-7);
    expect(accepted.item()).toBeLessThan(300);
  });

  it("refuses a Jacobian of another shape", () => {
    const run = (jacobian: never) => () =>
      integrate((_t: Tensor, y: Tensor) => y, np.ones(2), { times: [0, 1], method: rodas5p({ jacobian }) }, null);
    expect(run((() => np.ones([2, 3])) as never)).toThrow(ShapeError);
    expect(run((() => 3) as never)).toThrow(ShapeError);
    expect(() => rodas5p({ safety: 2 })).toThrow(ArgumentError);
  });
});
