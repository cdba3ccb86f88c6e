import { describe, expect, it } from "@jest/globals";
import { ArgumentError, ShapeError } from "../util/errors.js";
import { elementsOf } from "../trace/frame.js";
import { scan } from "../trace/control.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { npCases } from "../testing/npCases.js";
import { vmap } from "./vmap.js";

describe("vmap", () => {
  it("maps over the first axis of all arguments", () => {
    expect(
      vmap((x: Tensor, y: Tensor) => x.dot(y))(np.reshape(np.arange(6), [3, 2]), np.ones([3, 2])).toArray(),
    ).toEqual([1, 5, 9]);
  });

  it("maps over chosen axes, and leaves others whole", () => {
    const rows = np.reshape(np.arange(6), [2, 3]);
    expect(
      vmap((x: Tensor, y: Tensor) => x.dot(y), { inAxes: [0, null] })(rows, [1, 0, 1] as never as Tensor).shape,
    ).toEqual([2]);
    expect(vmap((x: Tensor) => x, { inAxes: -1 })(rows).toArray()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(vmap((x: Tensor) => x, { outAxes: 1 })(rows).toArray()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(
      vmap((p: { a: Tensor; b: Tensor }) => ({ sum: p.a.add(p.b), b: p.b }), {
        inAxes: [{ a: 0, b: null }],
        outAxes: { sum: 0, b: null },
      })({ a: np.arange(3), b: 5 }).b.shape,
    ).toEqual([]);
  });

  it("gives results that do not depend on the arguments an axis too", () => {
    expect(vmap((() => np.array(7)) as (x: Tensor) => Tensor)(np.zeros(3)).toArray()).toEqual([7, 7, 7]);
  });

  it("goes through loops with their own numbers", () => {
    const f = (x: Tensor): Tensor => scan((c, n: Tensor) => [c.mul(x).add(n), null], 0, { xs: np.arange(3) })[0];
    expect(vmap(f)(np.array([1, 2])).toArray()).toEqual([3, 4]);
  });

  it("nests", () => {
    const table = vmap((x: Tensor) => vmap((y: Tensor) => x.mul(10).add(y))(np.arange(3)))(np.arange(2));
    expect(table.toArray()).toEqual([
      [0, 1, 2],
      [10, 11, 12],
    ]);
  });

  it("refuses axes that do not fit", () => {
    const f = (x: Tensor, y: Tensor): Tensor => x.add(y);
    expect(() => vmap(f)(np.zeros(3), np.zeros(4))).toThrow(ShapeError);
    expect(() => vmap(f)(np.zeros(3), np.zeros(4))).toThrow(
      /3 on axis 0 of argument \[0\], 4 on axis 0 of argument \[1\]/,
    );
    expect(() => vmap(f)(np.zeros(3), 1)).toThrow(/argument \[1\] has no axis 0.*shape \[\].*null/);
    expect(() => vmap(f, { inAxes: [0] })(np.zeros(3), 1)).toThrow(ArgumentError);
    expect(() => vmap(f, { inAxes: null })(np.zeros(3), 1)).toThrow(/nothing is mapped/);
    expect(() => vmap((x: Tensor) => x, { outAxes: null })(np.zeros(3))).toThrow(/differs between the elements/);
    expect(() => vmap((x: Tensor) => x, { inAxes: [{ a: 0 }] })(np.zeros(3))).toThrow(/nested deeper/);
  });
});

describe("every function of np", () => {
  it.each(npCases)("maps as it is applied one by one: $name", ({ args, apply }) => {
    const operands = args();
    const batch = operands.map((operand) =>
      np.stack([operand, operand.dtype === "bool" ? operand : np.flip(operand), operand]),
    );
    const mapped = vmap(apply)(...(batch as [Tensor]));
    const single = [0, 1, 2].map((i) => apply(...batch.map((each) => each.at(i).get())));
    const expected = np.stack(single);
    expect([mapped.dtype, mapped.shape]).toEqual([expected.dtype, expected.shape]);
    const [got, wanted] = [elementsOf(mapped), elementsOf(expected)];
    expect(Array.from(got).every((element, i) => Object.is(element, wanted[i]))).toBe(true);
  });
});
