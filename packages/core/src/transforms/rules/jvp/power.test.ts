import { describe, expect, it } from "@jest/globals";
import { grad } from "../../../compile/grad.js";
import { hessian } from "../../../compile/jacobian.js";
import { vmap } from "../../../compile/vmap.js";
import { np } from "../../../trace/np.js";
import type { Tensor } from "../../../trace/tensor.js";

const power = (x: Tensor, y: Tensor): Tensor => np.power(x, y);
const first = grad(power);
const second = grad(first);
const third = grad(second);

describe("derivatives of powers with an exponent that is no literal", () => {
  it.each([
    [0, 2, 0, 2, 0],
    [0, 3, 0, 0, 6],
    [0, 4, 0, 0, 0],
    [-2, 3, 12, -12, 6],
    [2, 1, 1, 0, 0],
    [Infinity, 2, Infinity, 2, 0],
  ])("are right at x = %d, y = %d, to third order", (x, y, one, two, three) => {
    expect([first(x, y).item(), second(x, y).item()]).toEqual([one, two]);
    expect(third(x, y).item()).toBeCloseTo(three, 12);
  });

  it("have limits at 0 and infinity", () => {
    expect(first(0, 1).item()).toBe(1);
    expect(first(0, 0.5).item()).toBe(Infinity);
    expect(first(0, 0).item()).toBe(0);
    expect(first(-Infinity, 2).item()).toBe(-Infinity);
    expect(Math.abs(first(Infinity, -1).item())).toBe(0);
  });

  it("agree with closed forms, mixed ones too, each and in a batch", () => {
    const [x, y] = [1.3, 2.2];
    const log = Math.log(x);
    const wanted = [
      [y * (y - 1) * x ** (y - 2), x ** (y - 1) * (1 + y * log)],
      [x ** (y - 1) * (1 + y * log), x ** y * log * log],
    ];
    const both = (v: Tensor): Tensor => power(v.at(0).get(), v.at(1).get());
    const got = hessian(both)(np.array([x, y])).toArray() as number[][];
    wanted.forEach((row, i) => row.forEach((value, j) => expect(got[i]?.[j]).toBeCloseTo(value, 12)));
    expect(vmap(first)(np.array([0, 1, 2]), np.array([2, 2, 3])).toArray()).toEqual([0, 2, 12]);
    expect(vmap((z: Tensor) => second(z, 2))(np.array([0, 1, 2])).toArray()).toEqual([2, 2, 2]);
  });
});
