import { describe, expect, it } from "@jest/globals";
import { ArgumentError, DTypeError, ShapeError, TracedValueError, UnsupportedError } from "../util/errors.js";
import { registerTree } from "../util/tree.js";
import { isFloat } from "../util/dtype.js";
import { cond, foriLoop, scan, whileLoop } from "../trace/control.js";
import { math } from "../trace/math/template.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { npCases } from "../testing/npCases.js";
import { jvp } from "./forward.js";
import { grad, valueAndGrad } from "./grad.js";
import { hessian, hvp, jacfwd, jacrev } from "./jacobian.js";
import { jit } from "./jit.js";
import { vjp } from "./reverse.js";
import { vmap } from "./vmap.js";

interface Params {
  readonly speed: Tensor;
  readonly source: { readonly at: Tensor; readonly count: Tensor };
}

/** Leapfrog-like loop with a parameter that is used in every step. */
const decay = (rate: Tensor): Tensor => scan((x) => [x.sub(x.mul(rate).mul(0.1)), null], 1, { length: 10 })[0];
const slope = (rate: number): number => -((1 - 0.1 * rate) ** 9);

describe("grad", () => {
  it("differentiates by the first argument", () => {
    expect(grad((x: Tensor) => x.square().sum())(np.array([1, 2])).toArray()).toEqual([2, 4]);
    expect(grad((x: Tensor, k: Tensor) => x.mul(k))(3, 5).item()).toBe(5);
  });

  it("differentiates by chosen arguments", () => {
    const f = (x: Tensor, y: Tensor, z: { a: Tensor }): Tensor => x.mul(y).mul(z.a);
    expect(grad(f, { argnums: 1 })(2, 3, { a: 5 }).item()).toBe(10);
    const [dx, dz] = grad(f, { argnums: [0, 2] })(2, 3, { a: 5 });
    expect([dx.item(), dz.a.item()]).toEqual([15, 6]);
    expect(() => grad(f, { argnums: 3 as 0 })(1, 2, { a: 3 })).toThrow(/no argument 3.*3 arguments/);
    expect(() => grad(f, { argnums: -1 as 0 })).toThrow(ArgumentError);
  });

  it("has the structure of the argument, and leaves integers unchanged", () => {
    const loss = (p: Params): Tensor => np.sum(p.speed.square()).mul(p.source.at).mul(p.source.count.astype("float64"));
    const g = grad(loss)({ speed: np.array([1, 2]), source: { at: 3, count: np.array(2, "int32") } });
    expect(g.source.at.item()).toBe(10);
    expect(g.source.count).toEqual(np.array(2, "int32"));
    const [value, same] = valueAndGrad(loss)({
      speed: Float64Array.of(1, 2),
      source: { at: 3, count: np.array(2, "int32") },
    });
    expect(value.item()).toBe(30);
    expect(same.speed.toArray()).toEqual([12, 24]);
  });

  it("goes through registered classes", () => {
    class Spring {
      readonly stiffness: Tensor;
      constructor(stiffness: Tensor) {
        this.stiffness = stiffness;
      }
    }
    registerTree(Spring, {
      toTree: ({ stiffness }) => ({ stiffness }),
      fromTree: (children) => new Spring(children["stiffness"] as Tensor),
    });
    const g = grad((spring: Spring) => spring.stiffness.pow(2))(new Spring(np.array(3)) as never) as unknown as Spring;
    expect(g).toBeInstanceOf(Spring);
    expect(g.stiffness.item()).toBe(6);
  });

  it("is zero where nothing depends on the argument", () => {
    expect(grad((_x: Tensor) => np.ones(3).sum())(np.array([1, 2])).toArray()).toEqual([0, 0]);
    expect(grad((x: Tensor) => x.sum().astype("int32").astype("float64"))(np.array([1, 2])).toArray()).toEqual([0, 0]);
    expect(grad((() => 1) as (x: Tensor) => number)(np.array(2))).toEqual(np.array(0));
  });

  it("wants one floating-point number", () => {
    expect(() => grad((x: Tensor) => x.mul(2))(np.zeros(3))).toThrow(ShapeError);
    expect(() => grad((x: Tensor) => x.mul(2))(np.zeros(3))).toThrow(
      /grad\(function\).*float64\[3\].*`\.sum\(\)`.*jacrev.*vjp/,
    );
    expect(() => grad(((x: Tensor) => ({ a: x })) as never)(1 as never)).toThrow(/a tree of 1 leaves/);
    expect(() => grad((x: Tensor) => x.astype("int32"))(1)).toThrow(ShapeError);
  });

  it("says what is wrong in the function", () => {
    const named = (x: Tensor): Tensor => ((x as unknown as number) > 0 ? x : x.neg());
    expect(() => grad(named)(1)).toThrow(TracedValueError);
    expect(() => grad(named)(1)).toThrow(/traced by grad\(named\).*np\.where/);
    expect(() => grad((async (x: Tensor) => Promise.resolve(x)) as never)(1 as never)).toThrow(UnsupportedError);
  });

  it("keeps float32", () => {
    const g = grad((x: Tensor) => x.mul(0.1).sum())(np.ones(2, "float32"));
    expect([g.dtype, g.data[0]]).toEqual(["float32", Math.fround(0.1)]);
  });
});

describe("every float function of np", () => {
  const smooth = npCases.filter(({ name, args, apply }) => {
    const operands = args();
    return (
      operands.some((operand) => isFloat(operand.dtype)) &&
      isFloat(apply(...operands).dtype) &&
      !["floor", "ceil", "round", "floorDivide"].includes(name)
    );
  });

  it.each(smooth)("has a gradient that agrees with finite differences: $name", ({ args, apply }) => {
    const operands = args();
    const floats = operands.flatMap((operand, i) => (isFloat(operand.dtype) ? [i] : []));
    const weighted = (...all: Tensor[]): Tensor => {
      const result = apply(...all).astype("float64");
      return result.mul(np.linspace(0.5, 1.5, Math.max(1, result.size)).reshape(result.shape)).sum();
    };
    for (const argnum of floats) {
      const gradient = grad(weighted, { argnums: argnum })(...operands) as unknown as Tensor;
      const x = operands[argnum] as Tensor;
      for (let i = 0; i < x.size; i++) {
        const moved = (by: number): number => {
          const data = Float64Array.from(x.data, (value, k) => (k === i ? value + by : value));
          return weighted(
            ...operands.map((operand, k) => (k === argnum ? np.array(data).reshape(x.shape).astype(x.dtype) : operand)),
          ).item();
        };
        const h = 1e-6;
        const expected = (moved(h) - moved(-h)) / (2 * h);
        // float32 results, kinks and the ends of domains cannot be differenced
        if (!Number.isFinite(expected) || single(apply, operands) || nearKink(moved, h)) continue;
        const got = gradient.data[i] as number;
        expect(Math.abs(got - expected)).toBeLessThan(2e-6 * Math.max(1, Math.abs(expected)));
      }
    }
  });
});

/** Whether the result is float32, in which differences drown. */
function single(apply: (...args: Tensor[]) => Tensor, operands: readonly Tensor[]): boolean {
  return apply(...operands).dtype === "float32";
}

/** Whether the one-sided slopes differ. */
function nearKink(moved: (by: number) => number, h: number): boolean {
  const right = moved(h) - moved(0);
  const left = moved(0) - moved(-h);
  return Math.abs(right - left) > 1e-3 * Math.max(h, Math.abs(right));
}

describe("transforms nest", () => {
  const rates = np.array([1, 2, 0.5]);
  const slopes = [1, 2, 0.5].map(slope);
  const close = (got: Tensor, expected: readonly number[]): void => {
    expect(got.size).toBe(expected.length);
    expected.forEach((each, i) => expect(got.data[i]).toBeCloseTo(each, 12));
  };

  it("jit, grad and vmap in any order", () => {
    close(vmap(grad(decay))(rates), slopes);
    close(jit(vmap(grad(decay)))(rates), slopes);
    close(vmap(jit(grad(decay)))(rates), slopes);
    close(grad((r: Tensor) => vmap(decay)(r).sum())(rates), slopes);
    close(grad((r: Tensor) => jit(vmap(jit(decay)))(r).sum())(rates), slopes);
  });

  it("to second order, over loops", () => {
    const second = 90 * 0.01 * 0.9 ** 8;
    close(grad(grad(decay))(1), [second]);
    close(grad((r: Tensor) => jvp(decay, [r], [1])[1])(1), [second]);
    close(jvp(grad(decay), [1], [1])[1], [second]);
    close(hvp(decay, 1, 1), [second]);
    close(vmap(grad(grad(decay)))(np.array([1, 1])), [second, second]);
    close(grad((r: Tensor) => vmap(grad(decay))(np.stack([r, r])).sum())(1), [2 * second]);
    close(grad(grad(grad(decay)))(1), [-720 * 0.001 * 0.9 ** 7]);
  });

  it("a gradient inside a loop, differentiated through", () => {
    const energy = (x: Tensor, rest: Tensor): Tensor => x.sub(rest).square().mul(0.5).sum();
    const descend = (rest: Tensor): Tensor =>
      scan((x) => [math`${x} - 0.1*${grad(energy)(x, rest)}`, null], np.array([4, 0]), { length: 20 })[0];
    close(descend(np.array(1)), [1 + 3 * 0.9 ** 20, 1 - 0.9 ** 20]);
    close(jit(grad((rest: Tensor) => descend(rest).sum()))(1), [2 * (1 - 0.9 ** 20)]);
    close(jacfwd(descend)(1), [1 - 0.9 ** 20, 1 - 0.9 ** 20]);
  });

  it("through while, cond and run-time loops", () => {
    expect(
      grad((x: Tensor) =>
        whileLoop(
          (y) => y.less(100),
          (y) => y.mul(x),
          x,
        ),
      )(3).item(),
    ).toBe(5 * 81);
    expect(grad((x: Tensor) => foriLoop(0, np.array(3, "int32"), (_, y) => y.mul(x), 1))(3).item()).toBe(27);
    expect(
      vmap(
        grad((x: Tensor) =>
          cond(
            x.greater(1),
            (y: Tensor) => y.square(),
            (y) => y.neg(),
            x,
          ),
        ),
      )(np.array([3, 0])).toArray(),
    ).toEqual([6, -1]);
    expect(vmap((n: Tensor) => foriLoop(0, n, (_, y) => y.mul(2), 1))(np.array([0, 3], "int32")).toArray()).toEqual([
      1, 8,
    ]);
  });

  it("and captured tracers of an outer trace get their share", () => {
    const f = (a: Tensor): Tensor =>
      grad((x: Tensor) => x.mul(a).mul(x))(2).mul(scan((c) => [c.mul(a), null], 1, { length: 2 })[0]);
    // 4a * a^2 -> 12 a^2
    expect(grad(f)(3).item()).toBe(108);
  });

  it("and a function that is applied several times is differentiated once", () => {
    const inner = (x: Tensor): Tensor => x.sin().mul(x).exp().sum();
    const g = grad(inner);
    const f = jit((x: Tensor) =>
      g(x)
        .add(g(x.mul(2)))
        .add(g(x.mul(3))),
    );
    const x = np.array([0.1, 0.2]);
    const expected = g(x)
      .add(g(x.mul(2)))
      .add(g(x.mul(3)));
    close(f(x), Array.from(expected.data));
  });
});

describe("jvp and vjp", () => {
  const f = (x: Tensor, p: { k: Tensor }): { y: Tensor; n: Tensor } => ({
    y: x.mul(p.k),
    n: x.greater(0).astype("int32"),
  });

  it("push tangents and pull cotangents of trees", () => {
    const [value, tangent] = jvp(f, [np.array([1, 2]), { k: 3 }], [np.array([1, 0]), { k: 1 }]);
    expect([value.y.toArray(), tangent.y.toArray(), tangent.n.toArray()]).toEqual([
      [3, 6],
      [4, 2],
      [0, 0],
    ]);
    const [same, pullback] = vjp(f, np.array([1, 2]), { k: 3 });
    expect(same).toEqual(value);
    const [dx, dp] = pullback({ y: np.array([1, 10]), n: np.array([0, 0], "int32") });
    expect([dx.toArray(), dp.k.item()]).toEqual([[3, 30], 21]);
  });

  it("leave integers alone", () => {
    const [, pullback] = vjp((x: Tensor, n: Tensor) => x.mul(n.astype("float64")), 2, np.array(3, "int32"));
    expect(pullback(1).map((each) => each.item())).toEqual([3, 0]);
    expect(
      jvp(
        (x: Tensor, n: Tensor) => x.mul(n.astype("float64")),
        [2, np.array(3, "int32")],
        [1, np.array(0, "int32")],
      )[1].item(),
    ).toBe(3);
  });

  it("refuse what does not fit", () => {
    expect(() => jvp((x: Tensor) => x, [np.zeros(2)], [np.zeros(3)])).toThrow(
      /tangents\[0\] does not have the shape of primals\[0\].*\[3\].*\[2\]/,
    );
    expect(() => jvp((x: Tensor) => x, [np.zeros(2)], [np.zeros(2, "float32")])).toThrow(DTypeError);
    expect(() => jvp((x: Tensor) => x, [np.zeros(2)], [] as never)).toThrow(/tangents are like the arguments/);
    expect(() => vjp((x: Tensor) => x, np.zeros(2))[1](np.zeros(3))).toThrow(
      /cotangent does not have the shape of result/,
    );
    expect(() => vjp((x: Tensor) => ({ a: x }), np.zeros(2))[1]([np.zeros(2)] as never)).toThrow(
      /cotangent is like the result/,
    );
  });
});

describe("Jacobians", () => {
  const f = (x: Tensor): Tensor =>
    np
      .array([
        [1, 2],
        [3, 4],
        [5, 6],
      ])
      .matmul(x.square());
  const expected = [
    [2, 8],
    [6, 16],
    [10, 24],
  ];

  it("agree in forward and reverse mode", () => {
    expect(jacfwd(f)(np.array([1, 2])).toArray()).toEqual(expected);
    expect(jacrev(f)(np.array([1, 2])).toArray()).toEqual(expected);
    expect(jit(jacrev(f))(np.array([1, 2])).toArray()).toEqual(expected);
  });

  it("have a tree in the place of each leaf", () => {
    const g = (p: { a: Tensor; b: Tensor }, k: Tensor): { y: Tensor } => ({ y: p.a.mul(k).add(p.b) });
    for (const jacobian of [jacfwd(g), jacrev(g)]) {
      const { y } = jacobian({ a: np.array([1, 2]), b: 3 }, 5);
      expect([y.a.toArray(), y.b.toArray()]).toEqual([
        [
          [5, 0],
          [0, 5],
        ],
        [1, 1],
      ]);
    }
    const matrix = (x: Tensor): Tensor => x.T.mul(2);
    expect(jacfwd(matrix)(np.ones([2, 3])).shape).toEqual([3, 2, 2, 3]);
    expect(jacfwd(matrix)(np.ones([2, 3]))).toEqual(jacrev(matrix)(np.ones([2, 3])));
  });

  it("of the gradient are the Hessian, mixed derivatives included", () => {
    const h = (p: { x: Tensor; y: Tensor }): Tensor => p.x.square().mul(p.y).sum();
    const second = hessian(h)({ x: np.array([1, 2]), y: np.array([3, 4]) });
    expect(second.x.x.toArray()).toEqual([
      [6, 0],
      [0, 8],
    ]);
    expect(second.x.y.toArray()).toEqual([
      [2, 0],
      [0, 4],
    ]);
    expect(second.y.x.toArray()).toEqual([
      [2, 0],
      [0, 4],
    ]);
    expect(second.y.y.toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    const along = hvp(h, { x: np.array([1, 2]), y: np.array([3, 4]) }, { x: np.array([1, 1]), y: np.array([0, 1]) });
    expect([along.x.toArray(), along.y.toArray()]).toEqual([
      [6, 12],
      [2, 4],
    ]);
  });

  it("refuse integers", () => {
    expect(() => jacfwd((x: Tensor) => x.astype("float64"))(np.array([1], "int32"))).toThrow(DTypeError);
  });
});
