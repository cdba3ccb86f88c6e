import { describe, expect, it } from "@jest/globals";
import {
  ArgumentError,
  DTypeError,
  ShapeError,
  TracedValueError,
  TreeError,
  UnsupportedError,
} from "../../util/errors.js";
import { cond, foriLoop, scan, switchCase, whileLoop } from "../control.js";
import { asProgram } from "../frame.js";
import { np } from "../np.js";
import type { Tensor } from "../tensor.js";

/** Runs `build` as part of a trace, so that nothing is known when tracing. */
function traced(build: () => Tensor): unknown {
  return (asProgram("test", () => [build()]) as [Tensor])[0].toArray();
}

/** The tensor, not known when tracing. */
function hidden(tensor: Tensor): Tensor {
  return tensor.dtype === "bool" ? tensor.logicalNot().logicalNot() : tensor.add(0);
}

describe("scan", () => {
  it("hands a carry on and stacks what it collects", () => {
    const [total, sums] = scan((sum, x: Tensor) => [sum.add(x), { sum, double: x.mul(2) }], 0, { xs: np.arange(4) });
    expect(total.item()).toBe(6);
    expect(sums.sum.toArray()).toEqual([0, 0, 1, 3]);
    expect(sums.double.toArray()).toEqual([0, 2, 4, 6]);
  });

  it("takes trees as carry and xs", () => {
    interface State {
      readonly position: Tensor;
      readonly velocity: Tensor;
    }
    const start: State = { position: np.zeros(2), velocity: np.array([1, 2]) };
    const [end] = scan(
      (state: State, x: { readonly force: Tensor; readonly dt: Tensor }) => [
        { velocity: state.velocity.add(x.force.mul(x.dt)), position: state.position.add(state.velocity.mul(x.dt)) },
        null,
      ],
      start,
      { xs: { force: np.ones([3, 2]), dt: np.array([1, 1, 2]) } },
    );
    expect(end.position.toArray()).toEqual([1 + 2 + 6, 2 + 3 + 8]);
  });

  it("runs in reverse, each step with its own row", () => {
    const [last, seen] = scan((c, x: Tensor) => [c.mul(10).add(x), c], 0, { xs: np.arange(3), reverse: true });
    expect(last.item()).toBe(210);
    expect(seen.toArray()).toEqual([21, 2, 0]);
  });

  it("of no steps returns the start", () => {
    const [last, ys] = scan((c) => [c.add(1), c], np.array([1, 2]), { length: 0 });
    expect(last.toArray()).toEqual([1, 2]);
    expect(ys.shape).toEqual([0, 2]);
  });

  it("gives a number at the start the dtype that the body returns", () => {
    expect(scan((c, x: Tensor) => [c.add(x), null], 0, { xs: np.arange(3, { dtype: "int32" }) })[0].dtype).toBe(
      "int32",
    );
    expect(scan((c, x: Tensor) => [c.mul(x), null], 1, { xs: np.ones(3, "float32") })[0].dtype).toBe("float32");
    expect(scan((_, x: Tensor) => [x, null], 0, { xs: np.ones(3, "float32") })[0].dtype).toBe("float32");
    expect(scan((c) => [c.add(1), null], 0, { length: 3 })[0].dtype).toBe("float64");
    expect(
      scan(
        (c: { n: Tensor; x: Tensor }) => [{ n: c.n.add(np.array(1, "int32")), x: c.x.mul(0.5) }, null],
        { n: 0, x: 1 },
        { length: 3 },
      )[0].n.dtype,
    ).toBe("int32");
    expect(() => scan((c, x: Tensor) => [c.add(x), null], 0.5, { xs: np.arange(3, { dtype: "int32" }) })).toThrow(
      DTypeError,
    );
  });

  it("takes numbers as next carry in the dtype of the carry", () => {
    expect(scan(() => [1, null], np.array(0, "int32"), { length: 1 })[0].dtype).toBe("int32");
    expect(() => scan(() => [0.5, null], np.array(0, "int32"), { length: 1 })).toThrow(/0\.5.*int32|int32.*0\.5/);
  });

  it("names the leaf whose type the body changes", () => {
    const start = { u: np.zeros(3), n: np.array(0, "int32") };
    expect(() => scan((c: typeof start) => [{ u: c.u.slice([0, 2]), n: c.n }, null], start, { length: 2 })).toThrow(
      ShapeError,
    );
    expect(() => scan((c: typeof start) => [{ u: c.u.slice([0, 2]), n: c.n }, null], start, { length: 2 })).toThrow(
      /the body of scan changed that of carry\.u\. Got: float64\[2\]\. Expected: float64\[3\]/,
    );
    expect(() => scan((c: typeof start) => [{ u: c.u, n: c.n.mul(0.5) }, null], start, { length: 2 })).toThrow(
      /carry\.n\. Got: float64\[\]\. Expected: int32\[\].*astype/,
    );
    expect(() => scan((c: typeof start) => [{ u: c.u } as typeof start, null], start, { length: 2 })).toThrow(
      TreeError,
    );
    expect(() => scan((c: typeof start) => [{ u: c.u } as typeof start, null], start, { length: 2 })).toThrow(
      /the keys u\. Expected: an object with the keys n, u, as init is/,
    );
    expect(() => scan(((c: Tensor) => c) as never, 0, { length: 2 })).toThrow(/must return `\[carry, y\]`/);
    expect(() => scan((c) => [np.zeros(3).add(c), null], 0, { length: 2 })).toThrow(/np\.zeros/);
  });

  it("wants to know its number of steps", () => {
    const body = (c: Tensor): [Tensor, null] => [c, null];
    expect(() => scan(body, 0)).toThrow(/how many steps/);
    expect(() => scan(body, 0, { length: -1 })).toThrow(ArgumentError);
    expect(() => scan(body, 0, { length: np.array(3) as never })).toThrow(ArgumentError);
    expect(() => scan(body, 0, { length: 2, xs: np.zeros(3) })).toThrow(/xs with 3 rows.*Expected: 2/);
    expect(() => scan(body, 0, { xs: { a: np.zeros(3), b: np.zeros(4) } })).toThrow(
      /xs\.b with 4 rows.*3, as xs\.a says/,
    );
    expect(() => scan(body, 0, { xs: [1, 2, 3] })).toThrow(/xs\[0\] has no first axis.*np\.array/);
  });

  it("refuses a Promise and host reads, and says which body", () => {
    expect(() => scan((async (c: Tensor) => [await Promise.resolve(c), null]) as never, 0, { length: 1 })).toThrow(
      UnsupportedError,
    );
    expect(() => scan((c) => [(c as unknown as number) > 1 ? c : c.mul(2), null], 1, { length: 1 })).toThrow(
      TracedValueError,
    );
  });

  it("checks how its history is kept", () => {
    const body = (c: Tensor): [Tensor, null] => [c.mul(2), null];
    for (const keep of ["auto", "all", "blocks", { blocks: 2 }] as const)
      expect(scan(body, 1, { length: 5, keep })[0].item()).toBe(32);
    expect(scan(body, 1, { length: 5, inverse: (c) => c.div(2) })[0].item()).toBe(32);
    expect(() => scan(body, 1, { length: 5, keep: "inverse" })).toThrow(/inverse: \(carry, x\)/);
    expect(() => scan(body, 1, { length: 5, keep: { blocks: 0 } })).toThrow(ArgumentError);
    expect(() => scan(body, 1, { length: 5, keep: "some" as never })).toThrow(/"auto", "all"/);
    expect(() => scan(body, np.ones(2), { length: 5, inverse: (c) => c.slice([0, 1]) })).toThrow(
      /the inverse of scan's body changed that of carry/,
    );
  });

  it("reads tensors from outside, in a body and its inverse", () => {
    const factor = np.array(3);
    const unused = np.array(7);
    expect(
      scan((c) => [c.mul(factor), null], 1, { length: 2, inverse: (c) => c.div(factor).add(unused.mul(0)) })[0].item(),
    ).toBe(9);
  });
});

describe("foriLoop", () => {
  it("counts from the lower bound to below the upper", () => {
    expect(foriLoop(2, 5, (i, c) => c.mul(10).add(i), 0).item()).toBe(234);
    expect(foriLoop(5, 2, (i, c) => c.add(i), 1).item()).toBe(1);
  });

  it("takes bounds that are known at run time only", () => {
    expect(foriLoop(np.array(2, "int32"), np.array(5, "int32"), (i, c) => c.mul(10).add(i), 0).item()).toBe(234);
    expect(foriLoop(0, np.array(-3, "int32"), (i, c) => c.add(i), 1).item()).toBe(1);
    expect(
      foriLoop(0, np.array(3, "int32"), (i, c: { s: Tensor }) => ({ s: c.s.add(i.astype("float64").mul(0.5)) }), {
        s: 0,
      }).s.item(),
    ).toBe(1.5);
  });

  it("refuses bounds that are no whole numbers", () => {
    expect(() => foriLoop(0, 2.5, (_, c) => c, 0)).toThrow(/`upper` must be a whole number/);
    expect(() => foriLoop(0, np.array(3), (_, c) => c, 0)).toThrow(DTypeError);
    expect(() => foriLoop(0, np.array([3], "int32"), (_, c) => c, 0)).toThrow(ArgumentError);
  });

  it("names itself in errors", () => {
    expect(() => foriLoop(0, 3, (_, c) => np.zeros(2).add(c), 0)).toThrow(
      /the body of foriLoop changed that of carry\./,
    );
  });
});

describe("whileLoop", () => {
  it("repeats as long as its condition holds", () => {
    expect(
      whileLoop(
        (x) => x.less(100),
        (x) => x.mul(3),
        1,
      ).item(),
    ).toBe(243);
    const { n, x } = whileLoop(
      (s: { n: Tensor; x: Tensor }) => np.logicalAnd(s.x.greater(1), s.n.less(10)),
      (s) => ({ n: s.n.add(1), x: s.x.mul(0.5) }),
      { n: 0, x: 20 },
    );
    expect([n.item(), x.item()]).toEqual([5, 0.625]);
    expect(
      whileLoop(
        () => false,
        (x) => x.add(1),
        1,
      ).item(),
    ).toBe(1);
  });

  it("wants one bool as condition", () => {
    expect(() =>
      whileLoop(
        (x) => x,
        (x) => x,
        1,
      ),
    ).toThrow(/one bool.*float64\[\]/);
    expect(() =>
      whileLoop(
        (x) => x.less(1),
        (x) => x,
        np.zeros(2),
      ),
    ).toThrow(/bool\[2\].*np\.all/);
  });

  it("reads tensors from outside in condition and body", () => {
    const limit = np.array(50);
    const factor = np.array(2);
    expect(
      whileLoop(
        (x) => x.less(limit),
        (x) => x.mul(factor),
        1,
      ).item(),
    ).toBe(64);
  });
});

describe("cond", () => {
  const choose = (x: number): unknown =>
    traced(() => {
      const v = hidden(np.array(x));
      return cond(
        v.greater(0),
        (a: Tensor) => a.mul(2),
        (a) => a.neg(),
        v,
      );
    });

  it("runs one of two branches", () => {
    expect(choose(3)).toBe(6);
    expect(choose(-3)).toBe(3);
  });

  it("runs only the branch that is chosen, where the choice is known", () => {
    const never = (): Tensor => {
      throw new ArgumentError({ what: "not me" });
    };
    expect(cond(true, () => np.array(1), never).item()).toBe(1);
    expect(cond(np.array(false), never, () => np.array(2)).item()).toBe(2);
    expect(
      cond(
        np.array(true),
        (x: Tensor) => x.add(np.array(1, "int32")),
        (x: Tensor) => x,
        4,
      ).dtype,
    ).toBe("int32");
  });

  it("shares what both branches capture", () => {
    const a = np.array(2);
    const b = np.array(3);
    expect(
      traced(() =>
        cond(
          hidden(np.array(true)),
          () => a.mul(b),
          () => b,
        ),
      ),
    ).toBe(6);
    expect(
      traced(() =>
        cond(
          hidden(np.array(false)),
          () => a.mul(b),
          () => b,
        ),
      ),
    ).toBe(3);
  });

  it("gives numbers the dtype of the other branch", () => {
    expect(
      traced(
        () =>
          cond(
            hidden(np.array(true)),
            () => 1 as Tensor | number,
            () => np.array(2, "int32"),
          ) as Tensor,
      ),
    ).toBe(1);
    expect(
      traced(() =>
        cond(
          hidden(np.array(true)),
          (x: Tensor) => x.add(np.array(1, "int32")),
          (x: Tensor) => x,
          4,
        ),
      ),
    ).toBe(5);
  });

  it("refuses branches that differ, and predicates that are no bool", () => {
    const predicate = np.array(true);
    const run = (onTrue: () => unknown, onFalse: () => unknown) => () =>
      traced(() => cond(hidden(predicate), onTrue, onFalse) as Tensor);
    expect(
      run(
        () => np.zeros(2),
        () => np.zeros(3),
      ),
    ).toThrow(/different shapes.*float64\[2\] from the first, float64\[3\]/);
    expect(
      run(
        () => ({ a: np.zeros(2) }),
        () => ({ a: np.zeros(2, "float32") }),
      ),
    ).toThrow(/different dtypes at \.a.*astype/);
    expect(
      run(
        () => ({ a: 1 }),
        () => ({ b: 1 }),
      ),
    ).toThrow(TreeError);
    expect(() =>
      cond(
        np.array(1),
        () => 1,
        () => 2,
      ),
    ).toThrow(/one bool.*greater\(0\)/);
    expect(() =>
      cond(
        np.array([true]),
        () => 1,
        () => 2,
      ),
    ).toThrow(/np\.where/);
  });
});

describe("switchCase", () => {
  const branches = [(x: Tensor) => x, (x: Tensor) => x.mul(10), (x: Tensor) => x.mul(100)];

  it("runs the branch of the index, clamped where it is known at run time only", () => {
    expect([0, 1, 2].map((i) => switchCase(i, branches, 3).item())).toEqual([3, 30, 300]);
    expect([-5, 0, 1, 2, 9].map((i) => traced(() => switchCase(hidden(np.array(i, "int32")), branches, 3)))).toEqual([
      3, 3, 30, 300, 300,
    ]);
    expect(switchCase(np.array(7, "int32"), branches, 3).item()).toBe(300);
  });

  it("refuses an index without a branch", () => {
    expect(() => switchCase(3, branches, 1)).toThrow(/no such branch.*0 to 2/);
    expect(() => switchCase(0, [])).toThrow(ArgumentError);
    expect(() => switchCase(np.array(0.5), branches, 1)).toThrow(DTypeError);
  });
});
