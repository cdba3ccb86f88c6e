import { describe, expect, it } from "@jest/globals";
import type { Builder } from "../../ir/builder.js";
import { evaluate } from "../../ir/evaluate/evaluate.js";
import { interpret } from "../../ir/interpret.js";
import type { Equation, Graph, Keep, OpName, Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";
import { arrayValue, sameBits, scalarValue, type ArrayValue, type Value } from "../../ir/values.js";
import { emitScan, graphOf, scalar, vector } from "../../testing/graphs/build.js";
import { ArgumentError } from "../../util/errors.js";
import { bodiesOf, makeGraph } from "../bodies.js";
import { chooseStrategies } from "../chooseStrategies.js";
import { runPasses } from "../pass.js";
import { afterDifferentiation, beforeDifferentiation } from "../pipelines.js";
import { vjp } from "../vjp.js";
import { keepCapped } from "./capped.js";
import { onlineRows } from "./online.js";
import { pairsOf } from "./pairs.js";
import { binomialSteps } from "./revolve.js";

/** Bytes of `rows` states of one double. */
const capOf = (rows: number): Keep => ({ kind: "capped", bytes: rows * 16 });
const all: Keep = { kind: "all" };

const int = arrayType("int32", []);

/** x -> sin(c x), with a sum that the step adds to: (c, x, row of xs) -> (x, sum, y). */
function step(b: Builder, c: Var, x: Var, sum: Var, row: Var): readonly Var[] {
  const next = b.one("sin", {}, [b.one("mul", {}, [c, x])]);
  return [next, b.one("add", {}, [sum, b.one("mul", {}, [x, row])]), b.one("mul", {}, [x, row])];
}

/** (c, x, xs) -> (x, sum, ys) after `length` steps. */
function loop(length: number, keep: Keep, reverse = false): Graph {
  return graphOf([scalar, scalar, vector(length)], (b, [c, x, xs]) =>
    emitScan(
      b,
      { length, reverse, keep, consts: [c!], carry: [x!, b.literal("float64", [], 0)], xs: [xs!], yHistory: [false] },
      (inner, [k, p, s, row]) => step(inner, k!, p!, s!, row!),
    ),
  );
}

/** (c, x, n) -> (x, count) after n steps of a loop whose condition counts them, or of a scan of that many. */
function runTimeLoop(op: "while" | "scan", keep: Keep): Graph {
  return graphOf([scalar, scalar, int], (b, [c, x, n]) => {
    const count = b.literal("int32", [], 0);
    const body = graphOf([scalar, scalar, int], (inner, [k, p, i]) => [
      inner.one("sin", {}, [inner.one("mul", {}, [k!, p!])]),
      inner.one("add", {}, [i!, inner.literal("int32", [], 1)]),
    ]);
    if (op === "scan") {
      const params = { length: null, reverse: false, nConst: 1, nCarry: 2, yHistory: [], body, keep };
      return b.emit("scan", params, [n!, c!, x!, count]);
    }
    const cond = graphOf([int, scalar, int], (inner, [limit, , i]) =>
      inner.one("compare", { relation: "lt" }, [i!, limit!]),
    );
    return b.emit("while", { nCondConst: 1, nConst: 1, nCarry: 2, cond, body, keep }, [n!, c!, x!, count]);
  });
}

function derivativeOf(graph: Graph): Graph {
  const active = graph.inputs.map(({ type }) => type.kind === "array" && type.dtype === "float64");
  return vjp(runPasses(beforeDifferentiation, graph, { verify: true }), active).graph;
}

function gradientOf(graph: Graph): Graph {
  return runPasses(afterDifferentiation(), derivativeOf(graph), { verify: true });
}

/** Values for the inputs: cotangents and all else between 0.4 and 1.1. */
function valuesFor(graph: Graph, trips = 0): Value[] {
  return graph.inputs.map(({ type }, i) => {
    if (type.kind !== "array") throw new Error("no array");
    if (type.dtype === "int32") return scalarValue("int32", trips);
    const length = type.shape.reduce((n, extent) => n * extent, 1);
    return arrayValue(
      "float64",
      type.shape,
      Float64Array.from({ length }, (_, k) => 0.4 + ((0.37 * (i + 1) + 0.61 * k) % 0.7)),
    );
  });
}

function expectSameBits(got: readonly Value[], expected: readonly Value[]): void {
  expect(got.length).toBe(expected.length);
  got.forEach((value, k) => expect(sameBits(value, expected[k]!)).toBe(true));
}

/** How often an operation is evaluated in a run. */
function countRuns(graph: Graph, inputs: readonly Value[], op: OpName): number {
  let count = 0;
  const run = (body: Graph, values: readonly Value[]): readonly Value[] => {
    const known = new Map<Var, Value>(body.inputs.map((input, i) => [input, values[i]!]));
    for (const equation of body.equations) {
      if (equation.op === op) count++;
      const operands = equation.inputs.map((input) => known.get(input)!);
      evaluate(equation.op, equation.params, operands, run).forEach((value, k) =>
        known.set(equation.outputs[k]!, value),
      );
    }
    return body.outputs.map((output) => known.get(output)!);
  };
  run(graph, inputs);
  return count;
}

function everyEquation(graph: Graph): Equation[] {
  return graph.equations.flatMap((equation) => [equation, ...bodiesOf(equation).flatMap(everyEquation)]);
}

const hasHistory = (graph: Graph): boolean =>
  everyEquation(graph).some(({ outputs }) => outputs.some(({ type }) => type.kind === "history"));

describe("a scan under a cap", () => {
  it.each([1, 2, 3, 5, 16, 61])("has the bits of all, over %i steps", (length) => {
    for (const reverse of [false, true]) {
      const whole = gradientOf(loop(length, all, reverse));
      const expected = interpret(whole, valuesFor(whole));
      for (const rows of [2, 3, 4, 7]) {
        const capped = gradientOf(loop(length, capOf(rows), reverse));
        expectSameBits(interpret(capped, valuesFor(capped)), expected);
        if (length > 16) expect(hasHistory(capped)).toBe(false);
      }
    }
  });

  it.each([
    [1000, 10],
    [1000, 40],
    [197, 3],
    [50, 2],
    [50, 1],
  ])("runs %i steps with %i states beside the first as often as the formula says", (length, states) => {
    const derived = derivativeOf(loop(length, all));
    const [pair] = pairsOf(derived, derived.equations);
    const { forward, reverse } = keepCapped(pair!, states + 1);
    const equations = derived.equations.flatMap((equation, i) =>
      i === pair!.first ? forward : i === pair!.second ? reverse : [equation],
    );
    const graph = makeGraph(derived.inputs, equations, derived.outputs);
    // The last step is run too: its result is wanted.
    expect(countRuns(graph, valuesFor(graph), "sin")).toBe(binomialSteps(length, states) + 1);
  });

  it("keeps all where that fits, else blocks, else states; and says what the least cap is", () => {
    const runs = (bytes: number): number => {
      const graph = gradientOf(loop(100, { kind: "capped", bytes }));
      return countRuns(graph, valuesFor(graph), "sin");
    };
    expect(runs(800)).toBe(100);
    expect(runs(799)).toBe(200);
    expect(runs(160)).toBe(200);
    expect(runs(159)).toBe(binomialSteps(100, 8) + 1);
    expect(() => runs(31)).toThrow(ArgumentError);
    expect(() => runs(31)).toThrow(/too small.*31 bytes.*at least 32.*historyLimitBytes/);
  });

  it("does not keep what no step reads back", () => {
    // The sum is 8 bytes more: ten states of x alone fit.
    const graph = gradientOf(loop(300, capOf(10)));
    const stacks = everyEquation(graph).filter(({ op }) => op === "dynamicUpdate");
    const shapes = stacks.map(({ outputs }) => outputs[0]!.type).map((type) => type.kind === "array" && type.shape);
    expect(shapes.filter((shape) => shape !== false && shape[0] === 10).length).toBeGreaterThan(0);
  });

  it("shares a cap among the loops of a program", () => {
    const twice = (keep: Keep): Graph =>
      graphOf([scalar, scalar, vector(15), vector(500)], (b, [c, x, short, long]) => {
        const [y] = b.inline(loop(15, keep), [c!, x!, short!]) as [Var];
        return b.inline(loop(500, keep), [c!, y, long!]);
      });
    const derived = derivativeOf(twice({ kind: "auto" }));
    const whole = runPasses(afterDifferentiation(), derived);
    const capped = runPasses(afterDifferentiation({ capBytes: 120 + 10 * 16 }), derived, { verify: true });
    expectSameBits(interpret(capped, valuesFor(capped)), interpret(whole, valuesFor(whole)));
    // The short loop keeps all of its 15 states of 8 bytes, the long one ten.
    expect(countRuns(capped, valuesFor(capped), "sin")).toBe(15 + binomialSteps(500, 9) + 1);
  });
});

describe.each(["while", "scan"] as const)("a %s of run-time length under a cap", (op) => {
  it("has the bits of all", () => {
    const whole = gradientOf(runTimeLoop(op, all));
    for (const rows of [2, 3, 4, 6, 11]) {
      const capped = gradientOf(runTimeLoop(op, capOf(rows)));
      expect(hasHistory(capped)).toBe(false);
      for (const trips of [0, 1, 2, 3, 9, 40, 101]) {
        expectSameBits(interpret(capped, valuesFor(capped, trips)), interpret(whole, valuesFor(whole, trips)));
      }
    }
  });
});

describe("a while under a cap", () => {
  it.each([2, 4, 6, 12, 40])(
    "runs its steps at most 1.8 times as often as one that knows how many (%i rows)",
    (rows) => {
      const graph = gradientOf(runTimeLoop("while", capOf(rows)));
      let [total, best] = [0, 0];
      for (const trips of [17, 41, 100, 333, 1000]) {
        if (rows === 2 && trips > 100) continue;
        const runs = countRuns(graph, valuesFor(graph, trips), "sin");
        const least = binomialSteps(trips, rows - 1) + 1;
        expect(runs).toBeLessThanOrEqual(1.8 * least);
        total += runs / least;
        best++;
      }
      expect(total / best).toBeLessThan(1.4);
    },
  );

  it("keeps half of the rows for the way back", () => {
    expect([2, 3, 4, 5, 6, 8, 11, 12].map(onlineRows)).toEqual([1, 1, 2, 2, 2, 4, 4, 6]);
  });
});

describe("loops in loops", () => {
  const inner = (b: Builder, keep: Keep, c: Var, x: Var): Var =>
    emitScan(b, { length: 20, keep, consts: [c], carry: [x] }, (w, [k, p]) => [
      w.one("sin", {}, [w.one("mul", {}, [k!, p!])]),
    ])[0]!;
  const nested = (outerKeep: Keep, innerKeep: Keep): Graph =>
    graphOf([scalar, scalar], (b, [c, x]) =>
      emitScan(b, { length: 30, keep: outerKeep, consts: [c!], carry: [x!] }, (w, [k, p]) => [
        inner(w, innerKeep, k!, p!),
      ]),
    );

  it("have the bits of all, whichever are capped", () => {
    const whole = gradientOf(nested(all, all));
    const expected = interpret(whole, valuesFor(whole));
    const blocks: Keep = { kind: "blocks", size: 4 };
    for (const [outer, within] of [
      [capOf(4), all],
      [all, capOf(4)],
      [capOf(3), capOf(3)],
      [blocks, capOf(3)],
      [capOf(3), blocks],
    ] as const) {
      const graph = gradientOf(nested(outer, within));
      expectSameBits(interpret(graph, valuesFor(graph)), expected);
    }
  });

  it("are kept whole where a History has two readers", () => {
    const twice = graphOf([scalar], (b, [x]) => {
      const recorded = emitScan(b, { length: 6, carry: [x!], yHistory: [true], keep: capOf(2) }, (w, [p]) => [
        w.one("sin", {}, [p!]),
        p!,
      ]);
      return (["sin", "cos"] as const).flatMap((op) =>
        emitScan(b, { length: 6, reverse: true, carry: [x!], xs: [recorded[1]!] }, (w, [ct, entry]) => [
          w.one("mul", {}, [ct!, w.one(op, {}, [entry!])]),
        ]),
      );
    });
    expect(hasHistory(chooseStrategies(twice))).toBe(true);
    const values = [arrayValue("float64", [], Float64Array.of(0.5))] as ArrayValue[];
    expectSameBits(interpret(chooseStrategies(twice), values), interpret(twice, values));
  });
});
