import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";

/** A nonlinear least-squares problem of the literature: minimise half the sum of squares of the residuals. */
export interface StandardProblem {
  readonly name: string;
  readonly start: readonly number[];
  /** x `[n]` -> residuals `[m]`. */
  residual(x: Tensor): Tensor;
}

/**
 * Twenty problems of J. J. Moré, B. S. Garbow and K. E. Hillstrom, Testing Unconstrained Optimization Software, ACM TOMS 7
 * (1981); the number of each in that paper stands beside it. Starts are theirs. `bench/peers/standard_problems.py` has the same.
 */
export const standardProblems: readonly StandardProblem[] = [
  // (1)
  problem("rosenbrock", [-1.2, 1], (x) => {
    const [a, b] = entries(x, 2);
    return stack([b.sub(a.square()).mul(10), a.neg().add(1)]);
  }),
  // (2)
  problem("freudensteinRoth", [0.5, -2], (x) => {
    const [a, b] = entries(x, 2);
    return stack([a.sub(13).add(b.neg().add(5).mul(b).sub(2).mul(b)), a.sub(29).add(b.add(1).mul(b).sub(14).mul(b))]);
  }),
  // (3)
  problem("powellBadlyScaled", [0, 1], (x) => {
    const [a, b] = entries(x, 2);
    return stack([a.mul(b).mul(1e4).sub(1), a.neg().exp().add(b.neg().exp()).sub(1.0001)]);
  }),
  // (4)
  problem("brownBadlyScaled", [1, 1], (x) => {
    const [a, b] = entries(x, 2);
    return stack([a.sub(1e6), b.sub(2e-6), a.mul(b).sub(2)]);
  }),
  // (5)
  problem("beale", [1, 1], (x) => {
    const [a, b] = entries(x, 2);
    const powers = [b, b.square(), b.mul(b.square())];
    return stack([1.5, 2.25, 2.625].map((y, i) => np.sub(y, a.mul(np.sub(1, powers[i]!)))));
  }),
  // (6)
  problem("jennrichSampson", [0.3, 0.4], (x) => {
    const [a, b] = entries(x, 2);
    const i = np.arange(1, 11);
    return np.sub(i.mul(2).add(2), i.mul(a).exp().add(i.mul(b).exp()));
  }),
  // (7)
  problem("helicalValley", [-1, 0, 0], (x) => {
    const [a, b, c] = entries(x, 3);
    const turn = b.arctan2(a).div(2 * Math.PI);
    return stack([c.sub(turn.mul(10)).mul(10), a.square().add(b.square()).sqrt().sub(1).mul(10), c]);
  }),
  // (8)
  problem("bard", [1, 1, 1], (x) => {
    const [a, b, c] = entries(x, 3);
    const y = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39];
    const u = np.arange(1, 16);
    const v = np.sub(16, u);
    return np.sub(y, a.add(u.div(v.mul(b).add(np.minimum(u, v).mul(c)))));
  }),
  // (9)
  problem("gaussian", [0.4, 1, 0], (x) => {
    const [a, b, c] = entries(x, 3);
    const half = [0.0009, 0.0044, 0.0175, 0.054, 0.1295, 0.242, 0.3521];
    const y = [...half, 0.3989, ...half.slice().reverse()];
    const t = np.arange(1, 16).neg().add(8).div(2);
    return a.mul(b.neg().mul(t.sub(c).square()).div(2).exp()).sub(y);
  }),
  // (12)
  problem("box3d", [0, 10, 20], (x) => {
    const [a, b, c] = entries(x, 3);
    const t = np.arange(1, 11).mul(0.1);
    const last = t.neg().exp().sub(t.mul(-10).exp());
    return t.mul(a).neg().exp().sub(t.mul(b).neg().exp()).sub(c.mul(last));
  }),
  // (13)
  problem("powellSingular", [3, -1, 0, 1], (x) => {
    const [a, b, c, d] = entries(x, 4);
    return stack([
      a.add(b.mul(10)),
      c.sub(d).mul(Math.sqrt(5)),
      b.sub(c.mul(2)).square(),
      a.sub(d).square().mul(Math.sqrt(10)),
    ]);
  }),
  // (14)
  problem("wood", [-3, -1, -3, -1], (x) => {
    const [a, b, c, d] = entries(x, 4);
    return stack([
      b.sub(a.square()).mul(10),
      np.sub(1, a),
      d.sub(c.square()).mul(Math.sqrt(90)),
      np.sub(1, c),
      b.add(d).sub(2).mul(Math.sqrt(10)),
      b.sub(d).div(Math.sqrt(10)),
    ]);
  }),
  // (15)
  problem("kowalikOsborne", [0.25, 0.39, 0.415, 0.39], (x) => {
    const [a, b, c, d] = entries(x, 4);
    const y = np.array([0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]);
    const u = np.array([4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]);
    const squared = u.square();
    return y.sub(a.mul(squared.add(u.mul(b))).div(squared.add(u.mul(c)).add(d)));
  }),
  // (16)
  problem("brownDennis", [25, 5, -5, -1], (x) => {
    const [a, b, c, d] = entries(x, 4);
    const t = np.arange(1, 21).div(5);
    const first = a.add(t.mul(b)).sub(t.exp()).square();
    return first.add(c.add(d.mul(t.sin())).sub(t.cos()).square());
  }),
  // (18)
  problem("biggsExp6", [1, 2, 1, 1, 1, 1], (x) => {
    const [a, b, c, d, e, f] = entries(x, 6);
    const t = np.arange(1, 14).mul(0.1);
    const y = t.neg().exp().sub(t.mul(-10).exp().mul(5)).add(t.mul(-4).exp().mul(3));
    const decay = (rate: Tensor): Tensor => t.mul(rate).neg().exp();
    return c
      .mul(decay(a))
      .sub(d.mul(decay(b)))
      .add(f.mul(decay(e)))
      .sub(y);
  }),
  // (21)
  problem("extendedRosenbrock", alternating([-1.2, 1], 10), (x) => {
    const pairs = x.reshape([5, 2]);
    const [a, b] = [pairs.slice(null, 0), pairs.slice(null, 1)];
    return np.concatenate([b.sub(a.square()).mul(10), np.sub(1, a)]);
  }),
  // (22)
  problem("extendedPowellSingular", alternating([3, -1, 0, 1], 12), (x) => {
    const fours = x.reshape([3, 4]);
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => fours.slice(null, i)) as [Tensor, Tensor, Tensor, Tensor];
    return np.concatenate([
      a.add(b.mul(10)),
      c.sub(d).mul(Math.sqrt(5)),
      b.sub(c.mul(2)).square(),
      a.sub(d).square().mul(Math.sqrt(10)),
    ]);
  }),
  // (23)
  problem(
    "penalty1",
    Array.from({ length: 10 }, (_, i) => i + 1),
    (x) => np.concatenate([x.sub(1).mul(Math.sqrt(1e-5)), x.square().sum().sub(0.25).reshape([1])]),
  ),
  // (25)
  problem(
    "variablyDimensioned",
    Array.from({ length: 10 }, (_, i) => 1 - (i + 1) / 10),
    (x) => {
      const weighted = np.arange(1, 11).mul(x.sub(1)).sum().reshape([1]);
      return np.concatenate([x.sub(1), weighted, weighted.square()]);
    },
  ),
  // (30)
  problem("broydenTridiagonal", alternating([-1], 10), (x) => {
    const before = np.pad(x, [[1, 0]]).slice([0, 10]);
    const after = np.pad(x, [[0, 1]]).slice([1, 11]);
    return np.sub(3, x.mul(2)).mul(x).sub(before).sub(after.mul(2)).add(1);
  }),
];

/** Half the sum of squares of a problem's residuals. */
export function halfSquareOf({ residual }: StandardProblem): (x: Tensor) => Tensor {
  return (x) => np.mul(np.sum(np.square(residual(x))), 0.5);
}

function problem(name: string, start: readonly number[], residual: (x: Tensor) => Tensor): StandardProblem {
  return { name, start, residual };
}

function alternating(values: readonly number[], n: number): number[] {
  return Array.from({ length: n }, (_, i) => values[i % values.length]!);
}

function entries(x: Tensor, n: 2): [Tensor, Tensor];
function entries(x: Tensor, n: 3): [Tensor, Tensor, Tensor];
function entries(x: Tensor, n: 4): [Tensor, Tensor, Tensor, Tensor];
function entries(x: Tensor, n: 6): [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
function entries(x: Tensor, n: number): Tensor[] {
  return Array.from({ length: n }, (_, i) => x.slice(i));
}

function stack(values: readonly Tensor[]): Tensor {
  return np.stack(values);
}
