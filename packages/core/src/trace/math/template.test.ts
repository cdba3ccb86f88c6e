import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "../../util/errors.js";
import { np } from "../np.js";
import { math } from "./template.js";

describe("the math template", () => {
  const a = np.array([1, 2]);
  const b = np.array([3, 5]);

  it("has the precedence of mathematics", () => {
    expect(math`2*${a} - ${b}**2`.toArray()).toEqual([-7, -21]);
    expect(math`-${a}**2`.toArray()).toEqual([-1, -4]);
    expect(math`2**3**2`.item()).toBe(512);
    expect(math`2**-1`.item()).toBe(0.5);
    expect(math`8 / 4 / 2`.item()).toBe(1);
    expect(math`7 - 4 - 1`.item()).toBe(2);
    expect(math`(1 + 2)*3 - -1`.item()).toBe(10);
    expect(math`-2*-3 + +1`.item()).toBe(7);
    expect(math`-7 % 3`.item()).toBe(2);
    expect(math`${a} + 1 < ${b} - 1`.toArray()).toEqual([0, 1]);
    expect(math`${a} @ ${b}`.item()).toBe(13);
  });

  it("knows the functions of np, pi and e", () => {
    expect(math`sin(pi/2) + maximum(${a}, 2)`.toArray()).toEqual([3, 3]);
    expect(math`where(${a} > 1, ${b}, 0)`.toArray()).toEqual([0, 5]);
    expect(math`sum(${a}*${b})`.item()).toBe(13);
    expect(math`log(e)`.item()).toBe(1);
    expect(math`1.5e-3 + .5 + 2.`.item()).toBe(2.5015);
  });

  it("folds numbers, so that they keep the dtype of tensors", () => {
    expect(math`1/2*${np.ones(2, "float32")}`.dtype).toBe("float32");
    expect(math`(3 - 1)*${np.ones(2, "int32")}`.dtype).toBe("int32");
  });

  it("gives the bits of the functions", () => {
    const x = np.linspace(-1, 1, 7);
    expect(math`2*${x} - exp(-${x}**2)`).toEqual(np.sub(np.mul(2, x), np.exp(np.neg(np.power(x, 2)))));
  });

  it.each<[string, () => unknown, RegExp]>([
    ["a missing operand", () => math`2*${a} + * 3`, /value is wanted, not `\*`\.\n {2}2\*\$\{0\} \+ \* 3\n {2} {9}\^/],
    ["a missing end", () => math`2 +`, /ends where a value is wanted/],
    ["a missing operator", () => math`2 ${a}`, /operator is wanted before `\$\{0\}`/],
    ["an open parenthesis", () => math`(2 + 3`, /closing parenthesis is missing/],
    ["a strange character", () => math`2 # 3`, /`#` means nothing here/],
    ["a name that is not interpolated", () => math`2*x`, /`x` is not known here.*\$\{x\}/],
    ["an unknown function", () => math`frobnicate(2)`, /no function `frobnicate`; there are abs/],
    ["a function without arguments", () => math`sin`, /wants its arguments in parentheses/],
    ["a wrong number of arguments", () => math`maximum(1)`, /`maximum` takes 2 arguments, not 1/],
    ["a chain of comparisons", () => math`1 < 2 < 3`, /do not chain/],
    ["nothing", () => math``, /ends where/],
  ])("shows the place of %s", (_, run, message) => {
    expect(run).toThrow(ArgumentError);
    expect(run).toThrow(message);
  });
});
