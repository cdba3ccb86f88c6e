import { describe, expect, it } from "@jest/globals";
import { grad, hessian, implicitMinimum, implicitRoot, jacrev, jit, jvp, np, vmap, type Tensor } from "../index.js";
import { checkGrads } from "../testing/checkGrads.js";

const numbers = (x: unknown): unknown => (x as Tensor).toArray();
const number = (x: unknown): number => numbers(x) as number;

describe("implicitRoot", () => {
  const squareRoot = implicitRoot((x: Tensor, a: Tensor) => x.square().sub(a));

  it("solves and differentiates to third order", () => {
    const f = (a: Tensor): Tensor => squareRoot(1, a).root as Tensor;
    expect(number(f(np.array(4)))).toBeCloseTo(2, 12);
    expect(number(grad(f)(4))).toBeCloseTo(0.25, 12);
    expect(number(grad(grad(f))(4))).toBeCloseTo(-1 / 32, 12);
    expect(number(grad(grad(grad(f)))(4))).toBeCloseTo(3 / 256, 11);
    expect(number(jvp(f, [np.array(4)], [np.array(2)])[1])).toBeCloseTo(0.5, 12);
  });

  it("has no derivative in the start, and certifies the residual", () => {
    const { root, residual, converged } = squareRoot(3, 2);
    expect(number(root)).toBeCloseTo(Math.SQRT2, 12);
    expect(number(residual)).toBeLessThan(1e-10);
    expect(numbers(converged)).toBe(1);
    expect(number(grad((g: Tensor) => squareRoot(g, 2).root as Tensor)(3))).toBe(0);
  });

  // Two unknowns in a tree, coupled: x^2 + y = a, x - y^3 = b.
  const coupled = implicitRoot((u: { x: Tensor; y: Tensor }, p: { a: Tensor; b: Tensor }) => ({
    x: u.x.square().add(u.y).sub(p.a),
    y: u.x.sub(u.y.mul(u.y).mul(u.y)).sub(p.b),
  }));
  const value = (a: Tensor, b: Tensor): Tensor => {
    const { x, y } = coupled({ x: 1, y: 1 }, { a, b }).root;
    return x.mul(3).add(y.square());
  };

  it("takes trees, in both modes and in batches", () => {
    checkGrads(value, [np.array(2.5), np.array(0.3)], { order: 2 });
    const rows = np.array([2, 2.5, 3]);
    const batched = numbers(vmap((a: Tensor) => grad(value)(a, np.array(0.3)))(rows)) as number[];
    [2, 2.5, 3].forEach((a, i) => expect(batched[i]).toBeCloseTo(number(grad(value)(a, 0.3)), 11));
  });

  it("takes another iteration and another linear solver", () => {
    const cosine = implicitRoot((x: Tensor, p: Tensor) => x.sub(np.cos(x.mul(p))), {
      solve: (f, guess) => {
        let x = guess;
        for (let k = 0; k < 60; k++) x = x.sub(f(x));
        return x;
      },
      // one unknown: its product with 1 is its entry
      linearSolver: (matvec, b) => b.div(matvec(np.onesLike(b))),
      tolerance: 1e-8,
    });
    const f = (p: Tensor): Tensor => cosine(0.5, p).root as Tensor;
    const x = number(f(np.array(0.8)));
    const slope = (-Math.sin(0.8 * x) * x) / (1 + 0.8 * Math.sin(0.8 * x));
    expect(number(grad(f)(0.8))).toBeCloseTo(slope, 8);
    expect(number(jvp(f, [np.array(0.8)], [np.array(1)])[1])).toBeCloseTo(slope, 8);
  });

  it("fails where there is no root, or says so", () => {
    const none = (x: Tensor, a: Tensor): Tensor => x.square().add(a);
    expect(() => implicitRoot(none)(1, 1)).toThrow(/the residual is larger than the tolerance/);
    expect(numbers(implicitRoot(none, { check: false })(1, 1).converged)).toBe(0);
    expect(() => implicitRoot(none, { tolerance: 0 })).toThrow(/tolerance is no bound/);
    expect(() => implicitRoot(none, { maxIterations: 1.5 })).toThrow(/maxIterations/);
    expect(() => squareRoot(np.array(1, "int32") as never, 2)).toThrow(/must be floats/);
  });
});

describe("implicitMinimum", () => {
  // A chain of springs of unequal rest lengths between fixed ends, with a quartic term.
  const energy = (x: Tensor, rest: Tensor): Tensor => {
    const all = np.concatenate([np.array([0]), x, np.array([4])]);
    const length = np.diff(all);
    const stretch = length.sub(rest);
    return np.sum(stretch.square().add(stretch.square().square().mul(0.1)));
  };
  const chain = implicitMinimum(energy);
  const guess = np.array([0.5, 1.5, 2.5]);
  const rest = np.array([1, 0.8, 1.3, 1.1]);

  it("differentiates the minimum, and certifies it", () => {
    const result = chain(guess, rest);
    expect(number(result.gradient)).toBeLessThan(1e-8);
    expect(number(result.smallestEigenvalue)).toBeGreaterThan(0.5);
    expect(numbers(result.converged)).toBe(1);
    checkGrads((r: Tensor) => np.sum((chain(guess, r).minimum as Tensor).square()), [rest], { order: 2 });
    const jacobian = numbers(jit(jacrev((r: Tensor) => chain(guess, r).minimum as Tensor))(rest)) as number[][];
    // longer springs on the left push the beads to the right, all of them
    expect((jacobian[0] as number[])[0]).toBeGreaterThan(0);
  });

  it("agrees with the derivative of many steps of descent", () => {
    const descent = implicitMinimum(energy, {
      solve: (f, start) => {
        let x = start;
        for (let k = 0; k < 120; k++) x = x.sub((grad(f as (x: Tensor) => Tensor)(x) as Tensor).mul(0.2));
        return x;
      },
      tolerance: 1e-7,
      linearSolver: (matvec, b) => np.linalg.solve(np.stack([0, 1, 2].map((i) => matvec(np.eye(3).slice(i)))), b),
    });
    const exact = numbers(grad((r: Tensor) => np.sum(chain(guess, r).minimum as Tensor))(rest)) as number[];
    const other = numbers(grad((r: Tensor) => np.sum(descent(guess, r).minimum as Tensor))(rest)) as number[];
    exact.forEach((entry, i) => expect(other[i]).toBeCloseTo(entry, 6));
  });

  it("estimates the smallest eigenvalue of many unknowns", () => {
    const n = 120;
    const stiffness = np.arange(1, n + 1).div(10);
    const bowl = implicitMinimum((x: Tensor, k: Tensor) => np.sum(k.mul(x.sub(1).square())).mul(0.5));
    const result = bowl(np.zeros([n]), stiffness);
    expect(number(result.smallestEigenvalue)).toBeGreaterThan(0.0999);
    expect(number(result.smallestEigenvalue)).toBeLessThan(0.13);
  });

  it("refuses a saddle and a minimum that is not isolated", () => {
    const saddle = implicitMinimum((x: Tensor, a: Tensor) => x.slice(0).square().sub(x.slice(1).square()).mul(a));
    expect(() => saddle(np.array([0, 0]), 1)).toThrow(/an eigenvalue that is not positive/);
    const free = implicitMinimum((x: Tensor, a: Tensor) => x.slice(0).sub(x.slice(1)).sub(a).square(), {
      check: false,
    });
    expect(numbers(free(np.array([0, 0]), 1).converged)).toBe(0);
  });

  it("has second derivatives", () => {
    const f = (r: Tensor): Tensor => np.sum(chain(guess, r).minimum as Tensor);
    const h = numbers(hessian(f)(rest)) as number[][];
    h.forEach((row, i) => row.forEach((entry, j) => expect(entry).toBeCloseTo((h[j] as number[])[i] as number, 9)));
  });
});
