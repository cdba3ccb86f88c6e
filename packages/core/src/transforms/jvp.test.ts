import { describe, expect, it } from "@jest/globals";
import { interpret } from "../ir/interpret.js";
import { print } from "../ir/print.js";
import type { Graph } from "../ir/types.js";
import type { Value } from "../ir/values.js";
import { scalarValue } from "../ir/values.js";
import { asArray } from "../testing/arrays.js";
import { f64, f64s, i32, numbers, program } from "../testing/opCases/case.js";
import { jvp } from "./jvp.js";

/** Tangent of output 0 of a function of scalars, along input `along`. */
function slope(graph: Graph, point: readonly number[], along = 0): number {
  const active = point.map((_, i) => i === along);
  const { graph: dual } = jvp(
    graph,
    active,
    "forward",
    graph.outputs.map(() => true),
  );
  const inputs: Value[] = [...point, 1].map((value) => scalarValue("float64", value));
  return asArray(interpret(dual, inputs)[graph.outputs.length] as Value).data[0] as number;
}

const one = program([f64, f64], (b, x, y) => b.one("mul", {}, [x, b.one("sin", {}, [y])]));

describe("jvp", () => {
  it("computes primals and the tangents of active inputs", () => {
    const { graph, activeOut } = jvp(one, [true, false], "forward");
    expect(activeOut).toEqual([true]);
    expect(print(graph)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[], c: float64[]) {
        d: float64[] = sin b
        e: float64[] = mul a d
        f: float64[] = mul c d
        return e, f
      }"
    `);
  });

  it("gives outputs that depend on no active input no tangent, unless asked", () => {
    const graph = program([f64, f64], (b, x, y) => [x, y, b.one("floor", {}, [x])]);
    expect(jvp(graph, [true, false], "forward").activeOut).toEqual([true, false, false]);
    expect(jvp(graph, [true, false], "forward", [false, true, true]).activeOut).toEqual([true, true, true]);
  });

  it("never gives integers a tangent", () => {
    const graph = program([i32, f64], (b, n, x) => [n, b.one("convert", { dtype: "int32" }, [x])]);
    const dual = jvp(graph, [true, true], "forward", [true, true]);
    expect(dual.activeOut).toEqual([false, false]);
    expect(dual.graph.inputs).toHaveLength(3);
  });

  it("returns the same Graph for the same question", () => {
    expect(jvp(one, [true, true], "forward")).toBe(jvp(one, [true, true], "forward", [false]));
    expect(jvp(one, [true, true], "forward")).not.toBe(jvp(one, [true, false], "forward"));
  });
});

describe("derivatives at kinks", () => {
  const unary = (op: "abs" | "sqrt"): Graph => program([f64], (b, x) => b.one(op, {}, [x]));
  const binary = (op: "max" | "min" | "pow"): Graph => program([f64, f64], (b, x, y) => b.one(op, {}, [x, y]));

  it("are 0 for abs at 0 and infinite for sqrt at 0", () => {
    expect(slope(unary("abs"), [0])).toBe(0);
    expect(slope(unary("sqrt"), [0])).toBe(Infinity);
  });

  it("are halved between equal operands of max and min", () => {
    expect(slope(binary("max"), [2, 2])).toBe(0.5);
    expect(slope(binary("min"), [2, 2], 1)).toBe(0.5);
    expect(slope(binary("max"), [3, 2])).toBe(1);
    expect(slope(binary("max"), [3, 2], 1)).toBe(0);
  });

  it("are split evenly between equal extrema", () => {
    const graph = program([f64s(4)], (b, x) => b.one("reduceMax", { axes: [0] }, [x]));
    const { graph: dual } = jvp(graph, [true], "forward");
    const [, t] = interpret(dual, [numbers("float64", [4], [1, 5, 5, 2]), numbers("float64", [4], [7, 1, 2, 9])]);
    expect(asArray(t as Value).data[0]).toBe(1.5);
  });

  it("are finite for powers at 0", () => {
    expect(slope(binary("pow"), [0, 0])).toBe(0);
    expect(slope(binary("pow"), [0, 2])).toBe(0);
    expect(slope(binary("pow"), [0, 2], 1)).toBe(0);
    expect(slope(binary("pow"), [-2, 3])).toBe(12);
    expect(slope(binary("pow"), [-2, 3], 1)).toBeCloseTo(0, 15);
  });

  it("are not spoilt by a branch that is not taken", () => {
    const graph = program([f64], (b, x) => {
      const positive = b.one("compare", { relation: "gt" }, [x, b.literal("float64", [], 0)]);
      return b.one("select", {}, [positive, b.one("sqrt", {}, [x]), b.literal("float64", [], 0)]);
    });
    expect(slope(graph, [-1])).toBe(0);
  });

  it("do not multiply infinity by a tangent that is symbolically zero", () => {
    const graph = program([f64, f64], (b, x, y) => b.one("add", {}, [b.one("sqrt", {}, [x]), y]));
    expect(slope(graph, [0, 1], 1)).toBe(1);
  });
});

describe("jvp in linearize mode", () => {
  const body = program([f64, f64], (b, p, x) => b.one("mul", {}, [p, b.one("sin", {}, [x])]));
  const keep = { kind: "auto" } as const;

  it("records the carries that the linear loop reads, and no others", () => {
    const step = program([f64, f64, f64], (b, p, x, y) => [
      b.one("mul", {}, [p, b.one("sin", {}, [x])]),
      b.one("add", {}, [y, x]),
    ]);
    const graph = program([f64, f64, f64], (b, p, x, y) =>
      b.emit("scan", { length: 3, reverse: false, nConst: 1, nCarry: 2, yHistory: [], body: step, keep }, [p, x, y]),
    );
    const dual = jvp(graph, [true, true, true], "linearize").graph;
    const [recorded, linear] = dual.equations.filter(({ op }) => op === "scan");
    expect(recorded?.outputs.map(({ type }) => type.kind)).toEqual(["array", "array", "history"]);
    expect(linear?.inputs.filter(({ type }) => type.kind === "history")).toHaveLength(1);
  });

  it("does not record a carry twice", () => {
    const graph = program([f64, f64], (b, p, x) => {
      const seen = program([f64, f64], (c, q, y) => [c.one("mul", {}, [q, c.one("sin", {}, [y])]), y]);
      return b.emit("scan", { length: 3, reverse: false, nConst: 1, nCarry: 1, yHistory: [false], body: seen, keep }, [
        p,
        x,
      ]);
    });
    const [recorded] = jvp(graph, [true, true], "linearize").graph.equations.filter(({ op }) => op === "scan");
    expect(recorded?.outputs).toHaveLength(2);
  });

  it("turns a while into a recorded while and a scan of as many trips", () => {
    const cond = program([f64], (b, x) => b.one("compare", { relation: "lt" }, [x, b.literal("float64", [], 0.9)]));
    const graph = program([f64, f64], (b, p, x) =>
      b.emit("while", { nCondConst: 0, nConst: 1, nCarry: 1, cond, body, keep }, [p, x]).slice(0, 1),
    );
    const dual = jvp(graph, [true, true], "linearize").graph;
    const loops = dual.equations.filter(({ op }) => op === "while" || op === "scan");
    expect(loops.map(({ op }) => op)).toEqual(["while", "scan"]);
    expect(loops[1]?.inputs[0]).toBe(loops[0]?.outputs[1]);
  });

  it("passes the strategy of a loop on, but an inverse to the recorded loop alone", () => {
    const inverse = program([f64, f64], (_, __, x) => x);
    for (const kept of [
      { kind: "blocks", size: 4 },
      { kind: "inverse", body: inverse, tolerance: 1 },
    ] as const) {
      const graph = program([f64, f64], (b, p, x) =>
        b.emit("scan", { length: 3, reverse: false, nConst: 1, nCarry: 1, yHistory: [], body, keep: kept }, [p, x]),
      );
      const kinds = jvp(graph, [true, true], "linearize").graph.equations.flatMap(({ op, params }) =>
        op === "scan" ? [(params as { keep: { kind: string } }).keep.kind] : [],
      );
      expect(kinds).toEqual([kept.kind, kept.kind === "inverse" ? "auto" : "blocks"]);
    }
  });
});
