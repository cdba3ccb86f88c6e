import { describe, expect, it } from "@jest/globals";
import { print } from "../ir/print.js";
import { f64, f64s, program } from "../testing/opCases/case.js";
import { jvp } from "./jvp.js";
import { linearize } from "./linearize.js";
import { partialEval } from "./partialEval.js";

describe("partialEval", () => {
  it("splits by equations into what is known and what is linear", () => {
    const graph = program([f64, f64], (b, x, y) => b.one("mul", {}, [b.one("exp", {}, [x]), b.one("sin", {}, [y])]));
    const dual = jvp(graph, [true, false], "linearize").graph;
    const { known, linear, residuals, unknownOut } = partialEval(dual, [false, false, true]);
    expect(unknownOut).toEqual([false, true]);
    expect(residuals).toBe(2);
    expect(print(known)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[]) {
        c: float64[] = exp a
        d: float64[] = sin b
        e: float64[] = mul c d
        return e, c, d
      }"
    `);
    expect(print(linear)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[], c: float64[]) {
        d: float64[] = mul c a
        e: float64[] = mul d b
        return e
      }"
    `);
  });

  it("uses a known input as its own residual", () => {
    const graph = program([f64, f64], (b, x, t) => b.one("mul", {}, [t, x]));
    const { known, residuals } = partialEval(graph, [false, true]);
    expect(residuals).toBe(1);
    expect(known.equations).toHaveLength(0);
    expect(known.outputs).toEqual([known.inputs[0]]);
  });

  it("makes literals and broadcasts again instead of keeping them", () => {
    const graph = program([f64, f64s(3)], (b, x, t) => {
      const wide = b.one("broadcast", { shape: [3], axes: [] }, [b.one("exp", {}, [x])]);
      return b.one("mul", {}, [b.one("mul", {}, [t, wide]), b.literal("float64", [3], 2)]);
    });
    const { known, linear, residuals } = partialEval(graph, [false, true]);
    expect(residuals).toBe(1);
    expect(known.outputs[0]?.type).toEqual(f64);
    expect(linear.equations.map(({ op }) => op)).toEqual(["broadcast", "literal", "mul", "mul"]);
  });
});

describe("linearize", () => {
  it("says which inputs and outputs have tangents", () => {
    const graph = program([f64, f64], (b, x, y) => [b.one("sin", {}, [x]), y]);
    expect(linearize(graph, [true, false])).toMatchObject({ active: [true, false], activeOut: [true, false] });
  });

  it("has a Graph without equations for what is linear in nothing", () => {
    const graph = program([f64], (b, x) => b.one("floor", {}, [x]));
    const { linear, activeOut } = linearize(graph, [true]);
    expect(activeOut).toEqual([false]);
    expect(linear.outputs).toHaveLength(0);
  });
});
