import { describe, expect, it } from "@jest/globals";
import {
  checkpoint,
  customJvp,
  customVjp,
  foriLoop,
  grad,
  hessian,
  jit,
  jvp,
  linearSolve,
  np,
  random,
  stopGradient,
  type Tensor,
  valueAndGrad,
  vmap,
} from "../../index.js";
import { checkGrads } from "../../testing/checkGrads.js";
import { explain } from "../../compile/explain.js";

const numbers = (x: unknown): unknown => (x as Tensor).toArray();

describe("stopGradient", () => {
  it("makes a constant of a value", () => {
    const f = (x: Tensor): Tensor => stopGradient(x.square()).mul(x);
    expect(numbers(f(np.array(3)))).toBe(27);
    expect(numbers(grad(f)(3))).toBe(9);
    expect(numbers(jvp(f, [np.array(3)], [np.array(2)])[1])).toBe(18);
    expect(numbers(grad(grad(f))(3))).toBe(0);
  });

  it("stops whole trees, and in loops", () => {
    const f = (x: Tensor): Tensor => {
      const { a, b } = stopGradient({ a: x, b: [x.mul(2)] });
      return a.mul(x).add(b[0] as Tensor);
    };
    expect(numbers(grad(f)(5))).toBe(5);
    const loop = (x: Tensor): Tensor => foriLoop(0, 3, (_, y: Tensor) => y.mul(stopGradient(y)), x);
    expect(numbers(jit(grad(loop))(2))).toBe(2 * 4 * 16);
  });
});

describe("customJvp", () => {
  const softplus = customJvp(
    (x: Tensor) => np.log1p(np.exp(x)),
    ([x], [dx]) => [np.log1p(np.exp(x)), dx.div(np.exp(x.neg()).add(1))],
  );

  it("gives the derivative by its rule in every mode and order", () => {
    checkGrads(
      (x: Tensor) =>
        softplus(x)
          .mul(softplus(x.mul(2)))
          .sum(),
      [np.array([0.3, -1, 2])],
      { order: 2 },
    );
    // where the derivative of the body is Infinity / Infinity
    expect(numbers(grad((x: Tensor) => softplus(x))(800))).toBe(1);
  });

  it("is batched as what it is", () => {
    const rows = np.array([0.5, -0.25, 3]);
    const direct = rows.toArray() as number[];
    const expected = direct.map((x) => 1 / (1 + Math.exp(-x)));
    const got = numbers(vmap(grad((x: Tensor) => softplus(x)))(rows)) as number[];
    got.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 14));
  });

  it("may call itself in its rule, and use constants of its own", () => {
    const table = np.array([1, 2, 3]);
    const powers: (x: Tensor | number) => Tensor = customJvp(
      (x: Tensor) => np.exp(x.mul(table)),
      ([x], [dx]) => {
        const y = powers(x);
        return [y, y.mul(np.array([1, 2, 3])).mul(dx)];
      },
    );
    const f = (x: Tensor): Tensor => powers(x).sum();
    checkGrads(f, [np.array(0.3)], { order: 2 });
    const third = grad(grad(grad(f)));
    expect(numbers(third(0.1)) as number).toBeCloseTo(
      [1, 2, 3].reduce((sum, k) => sum + k ** 3 * Math.exp(0.1 * k), 0),
      10,
    );
  });

  it("takes trees and integers, and passes zeros for what does not move", () => {
    const f = customJvp(
      (p: { a: Tensor; n: Tensor }) => ({ y: p.a.mul(p.n.astype("float64")), n: p.n }),
      ([p], [d]) => [
        { y: p.a.mul(p.n.astype("float64")), n: p.n },
        { y: d.a.mul(100), n: d.n },
      ],
    );
    const g = (a: Tensor): Tensor => f({ a, n: np.array(3, "int32") }).y;
    expect(numbers(g(np.array(2)))).toBe(6);
    expect(numbers(grad(g)(2))).toBe(100);
  });

  it("holds in loops, where its values are recorded", () => {
    const f = (x: Tensor): Tensor => foriLoop(0, 4, (_, y: Tensor) => softplus(y), x).sum();
    checkGrads(f, [np.array([0.2, 1])], { order: 2 });
  });

  it("may have loops in its rule that mix values and tangents", () => {
    const power = customJvp(
      (x: Tensor) => foriLoop(0, 3, (_, y: Tensor) => y.mul(x), np.onesLike(x)),
      ([x], [dx]) =>
        foriLoop(0, 3, (_, [y, t]: [Tensor, Tensor]) => [y.mul(x), t.mul(x).add(y.mul(dx))], [
          np.onesLike(x),
          np.zerosLike(x),
        ]),
    );
    checkGrads((x: Tensor) => power(x).sum(), [np.array([0.7, 1.5])], { order: 2 });
  });

  it("names what is wrong with a rule", () => {
    const bad = customJvp(
      (x: Tensor) => x.sum(),
      ([x], [dx]) => [x.sum(), dx],
    );
    expect(() => bad(np.array([1, 2]))).toThrow(
      /tangent of the rule.*does not have the shape of the function's result/,
    );
    const one = customJvp((x: Tensor) => x, (([x]: [Tensor]) => x) as never);
    expect(() => one(1)).toThrow(/must return two things/);
    const f = (a: Tensor): Tensor =>
      customJvp(
        (x: Tensor) => x.mul(a),
        ([x], [dx]) => [x.mul(a), dx],
      )(1);
    expect(() => grad(f)(2)).toThrow(/captures a traced value/);
  });
});

describe("customVjp", () => {
  const clipped = customVjp((x: Tensor) => x.mul(1), {
    forward: (x: Tensor) => [x.mul(1), { x }],
    backward: ({ x }, ct) => [np.clip(ct, -1, 1).mul(np.sign(x).abs())],
  });

  it("gives the gradient by its rule", () => {
    const f = (x: Tensor): Tensor =>
      clipped(x)
        .mul(np.array([5, 0.5]))
        .sum();
    expect(numbers(f(np.array([1, 2])))).toBe(6);
    expect(numbers(grad(f)(np.array([1, 2])))).toEqual([1, 0.5]);
    expect(
      numbers(
        jit(vmap(grad(f)))(
          np.array([
            [1, 2],
            [0, 4],
          ]),
        ),
      ),
    ).toEqual([
      [1, 0.5],
      [0, 0.5],
    ]);
  });

  it("is differentiated again through its rule", () => {
    const cube = customVjp((x: Tensor) => x.mul(x).mul(x), {
      forward: (x: Tensor) => [x.mul(x).mul(x), x],
      backward: (x, ct) => [x.square().mul(3).mul(ct)],
    });
    const f = (x: Tensor): Tensor => cube(x).sum();
    expect(numbers(grad(f)(np.array([2, 3])))).toEqual([12, 27]);
    expect(numbers(hessian(f)(np.array([2, 3])))).toEqual([
      [12, 0],
      [0, 18],
    ]);
  });

  it("sums over a batch what one argument serves", () => {
    const product = customVjp((x: Tensor, k: Tensor) => x.mul(k), {
      forward: (x: Tensor, k: Tensor) => [x.mul(k), [x, k]],
      backward: ([x, k], ct) => [ct.mul(k as Tensor), ct.mul(x as Tensor)],
    });
    const f = (k: Tensor): Tensor => vmap((x: Tensor) => product(x, k))(np.array([1, 2, 3])).sum();
    expect(numbers(grad(f)(2))).toBe(6);
  });

  it("says that forward mode is not to be had", () => {
    expect(() => jvp((x: Tensor) => clipped(x), [np.array(1)], [np.array(1)])).toThrow(/only a rule for cotangents/);
  });

  it("demands a cotangent for each argument", () => {
    const two = customVjp((x: Tensor, y: Tensor) => x.mul(y), {
      forward: (x: Tensor, y: Tensor) => [x.mul(y), null],
      backward: (() => [null]) as never,
    });
    expect(() => two(1, 2)).toThrow(/a cotangent for each argument.*Expected: a list of 2/);
  });
});

describe("checkpoint", () => {
  const layer = (x: Tensor): Tensor => np.tanh(x.mul(1.5)).mul(x);

  it("gives the same bits as without", () => {
    const plain = (x: Tensor): Tensor => layer(layer(layer(x))).sum();
    const kept = (x: Tensor): Tensor => checkpoint(layer)(checkpoint(layer)(checkpoint(layer)(x))).sum();
    const x = random.normal(random.key(1), [50]);
    expect(numbers(jit(grad(kept))(x))).toEqual(numbers(jit(grad(plain))(x)));
    expect(numbers(jit(hessian(kept))(x))).toEqual(numbers(jit(hessian(plain))(x)));
    expect(numbers(vmap(grad(kept))(np.stack([x, x.mul(2)])))).toEqual(
      numbers(vmap(grad(plain))(np.stack([x, x.mul(2)]))),
    );
    checkGrads(kept, [np.array([0.4, -0.2])], { order: 2 });
  });

  it("computes again what it did not keep", () => {
    const kept = (x: Tensor): Tensor => checkpoint(layer)(x).sum();
    const plain = (x: Tensor): Tensor => layer(x).sum();
    const count = (f: (x: Tensor) => Tensor): number =>
      (String(explain(valueAndGrad(f))(np.array([1, 2, 3])).stages.at(-3)?.text).match(/tanh/g) ?? []).length;
    expect(count(plain)).toBe(1);
    expect(count(kept)).toBe(2);
  });
});

describe("linearSolve", () => {
  const solve2 = (a: Tensor, b: Tensor): Tensor => {
    const [p, q, r, s] = [a.slice(0, 0), a.slice(0, 1), a.slice(1, 0), a.slice(1, 1)];
    const det = p.mul(s).sub(q.mul(r));
    const inverse = np.stack([np.stack([s, q.neg()]), np.stack([r.neg(), p])]).div(det);
    return np.matmul(inverse, b);
  };
  const solve = (a: Tensor, b: Tensor): Tensor =>
    linearSolve((x: Tensor) => np.matmul(a, x), b, {
      solve: (right) => solve2(stopGradient(a), right),
      transposeSolve: (ct) => solve2(stopGradient(a).transpose(), ct),
    });
  const a = np.array([
    [2, 1],
    [-1, 3],
  ]);
  const b = np.array([1, 5]);

  it("solves, and differentiates by the equation", () => {
    const x = numbers(solve(a, b)) as number[];
    expect(x[0]).toBeCloseTo(-2 / 7, 14);
    expect(x[1]).toBeCloseTo(11 / 7, 14);
    checkGrads((m: Tensor, v: Tensor) => solve(m, v).square().sum(), [a, b], { order: 2 });
  });

  it("is batched in either operand, forwards and backwards", () => {
    const many = np.stack([a, a.mul(2), a.transpose()]);
    const f = (m: Tensor): Tensor => solve(m, b).square().sum();
    const batched = numbers(vmap(grad(f))(many)) as number[][][];
    [0, 1, 2].forEach((i) => {
      const alone = numbers(grad(f)(many.slice(i))) as number[][];
      alone.flat().forEach((value, k) => expect((batched[i] as number[][]).flat()[k]).toBeCloseTo(value, 12));
    });
    const rights = np.array([
      [1, 2],
      [3, 4],
    ]);
    expect(numbers(vmap((v: Tensor) => solve(a, v))(rights))).toEqual([
      numbers(solve(a, rights.slice(0))),
      numbers(solve(a, rights.slice(1))),
    ]);
  });

  it("takes trees, and a symmetric operator needs no transposed solution", () => {
    const f = (k: Tensor): Tensor => {
      const x = linearSolve(
        (v: { p: Tensor; q: Tensor }) => ({ p: v.p.mul(k), q: v.q.mul(k.square()) }),
        { p: np.array(1), q: np.array([2, 3]) },
        { solve: (r) => ({ p: r.p.div(k), q: r.q.div(k.square()) }), symmetric: true },
      );
      return x.p.add(x.q.sum());
    };
    expect(numbers(f(np.array(2)))).toBe(0.5 + 5 / 4);
    expect(numbers(grad(f)(2)) as number).toBeCloseTo(-0.25 - (2 * 5) / 8, 14);
  });

  it("says what reverse mode lacks", () => {
    const f = (k: Tensor): Tensor => linearSolve((x: Tensor) => x.mul(k), np.array(1), { solve: (r) => r.div(k) });
    expect(numbers(jvp(f, [np.array(2)], [np.array(1)])[1])).toBe(-0.25);
    expect(() => grad(f)(2)).toThrow(/how the transposed equation is solved was not given.*transposeSolve/);
  });

  it("refuses an operator that is not square", () => {
    expect(() => linearSolve((x: Tensor) => x.sum(), np.array([1, 2]), { solve: (r) => r })).toThrow(/square/);
  });
});
