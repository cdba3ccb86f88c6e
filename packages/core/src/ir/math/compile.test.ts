import { describe, expect, it } from "@jest/globals";
import { mathProgram } from "./build.js";
import { compileMath, mathHelpers, mathSource } from "./compile.js";
import { mathPrograms } from "./functions.js";
import { roundToEven } from "./round.js";

describe("compileMath", () => {
  it("falls back to walking where generated source is forbidden", () => {
    const twice = mathProgram("exp", 1, (b) => b.add(b.arg(0), b.arg(0)));
    const original = globalThis.Function;
    globalThis.Function = function () {
      throw new EvalError("forbidden");
    } as unknown as FunctionConstructor;
    try {
      const walked = compileMath(twice);
      expect(walked(21)).toBe(42);
      // A compiled function names its arguments.
      expect(walked).toHaveLength(0);
    } finally {
      globalThis.Function = original;
    }
  });

  it("equal nodes are shared, zeros of different sign are not", () => {
    const program = mathProgram("exp", 1, (b) => {
      const sum = b.add(b.arg(0), b.constant(0));
      return b.mul(b.add(sum, b.constant(-0)), b.add(b.arg(0), b.constant(0)));
    });
    expect(program.nodes.map((node) => node.op)).toEqual(["arg", "const", "add", "const", "add", "mul"]);
  });

  it("source stands alone beside its helpers", () => {
    const make = new Function("h", `return ${mathSource(mathPrograms.sin, "h")}`) as (
      h: unknown,
    ) => (x: number) => number;
    expect(make(mathHelpers)(0.5)).toBe(0.479425538604203);
  });
});

describe("operations on bits", () => {
  it.each([-1022, -1, 0, 52, 1023])("pow2(%p)", (k) => {
    expect(mathHelpers.pow2(k)).toBe(2 ** k);
    expect(mathHelpers.exponent(-(2 ** k) * 1.5)).toBe(k);
    expect(mathHelpers.mantissa(-(2 ** k) * 1.75)).toBe(1.75);
  });

  it.each([
    [0.5, 0],
    [1.5, 2],
    [-0.5, -0],
    [-0, -0],
    [2251799813685248.5, 2251799813685248],
    [4503599627370497, 4503599627370497],
    [-Infinity, -Infinity],
  ])("nearest of %p is %p", (x, expected) => {
    expect(roundToEven(x)).toBe(expected);
  });
});
