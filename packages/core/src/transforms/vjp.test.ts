import { describe, expect, it } from "@jest/globals";
import { interpret } from "../ir/interpret.js";
import type { Graph, Var } from "../ir/types.js";
import type { ArrayValue, Value } from "../ir/values.js";
import { scalarValue } from "../ir/values.js";
import { asArray, rowOf } from "../testing/arrays.js";
import { checkGraphGradients } from "../testing/finiteDifferences.js";
import { f64, f64s, floats, i32, numbers, opCase, program } from "../testing/opCases/case.js";
import { opCases } from "../testing/opCases.js";
import { isOp } from "./bodies.js";
import { jvp } from "./jvp.js";
import { vectorize } from "./vectorize.js";
import { vjp } from "./vjp.js";

const keep = { kind: "auto" } as const;

/** Gradients of the only output at a point. */
function gradientAt(graph: Graph, inputs: readonly ArrayValue[]): ArrayValue[] {
  const back = vjp(
    graph,
    inputs.map(() => true),
  );
  return interpret(back.graph, [...inputs, scalarValue("float64", 1)])
    .slice(graph.outputs.length)
    .map(asArray);
}

describe("vjp", () => {
  it("tells which outputs take a cotangent and which inputs get one", () => {
    const graph = program([f64, i32, f64], (b, x, n, y) => [n, b.one("sin", {}, [x]), y, b.one("floor", {}, [x])]);
    const back = vjp(graph, [true, true, false]);
    expect(back.cotangentOf).toEqual([1]);
    expect(back.gradientOf).toEqual([0]);
    expect(back.graph.inputs).toHaveLength(4);
    expect(back.graph.outputs).toHaveLength(5);
  });

  it("gives real zeros where nothing flows", () => {
    const graph = program([f64, f64s(2)], (b, x) => b.one("sin", {}, [x]));
    const [, gradient] = gradientAt(graph, [scalarValue("float64", 1), floats(1, [2])]);
    expect([...(gradient as ArrayValue).data]).toEqual([0, 0]);
  });

  it("mixes second derivatives", () => {
    const { graph, inputs } = opCase("x^2 sin(y) z", [floats(1, []), floats(2, []), floats(3, [])], (b, x, y, z) =>
      b.one("mul", {}, [b.one("mul", {}, [x, x]), b.one("mul", {}, [b.one("sin", {}, [y]), z])]),
    );
    checkGraphGradients(graph, inputs, { order: 3 });
  });

  it("handles outputs that are inputs, constants, or the same", () => {
    const { graph, inputs } = opCase("several outputs", [floats(1, [2]), floats(2, [2])], (b, x, y) => {
      const s = b.one("sin", {}, [x]);
      return [s, x, s, b.literal("float64", [2], 3), y, b.one("mul", {}, [s, y])];
    });
    checkGraphGradients(graph, inputs, { order: 2 });
  });

  it("lets one output feed another", () => {
    const { graph, inputs } = opCase("a chain", [floats(1, [3])], (b, x) => {
      const y = b.one("exp", {}, [x]);
      const z = b.one("mul", {}, [y, x]);
      return [y, z, b.one("tanh", {}, [z])];
    });
    checkGraphGradients(graph, inputs, { order: 3 });
  });

  it("has no NaN in the gradient of a batched adaptive while whose last step is clipped", () => {
    const adaptive = opCases.while.find(({ name }) => name.includes("clipped"));
    if (adaptive === undefined) throw new TypeError("the case is missing");
    const size = 5;
    const back = vjp(adaptive.graph, [true, true]);
    const all = vectorize(back.graph, [true, true, true], size).graph;
    // Step 0.25 ends at 1 exactly, 2 reaches it in one clipped step.
    const inputs = [
      numbers("float64", [size], [0.25, 0.3, 1, 2, 0.1]),
      floats(4, [size]),
      numbers("float64", [size], [1, 1, 1, 1, 1]),
    ];
    const together = interpret(all, inputs).map(asArray);
    for (const { data } of together) for (const value of data) expect(Number.isFinite(value)).toBe(true);
    for (let k = 0; k < size; k++) {
      const alone = interpret(
        back.graph,
        inputs.map((input) => rowOf(input, k)),
      );
      expect(together.map((value) => rowOf(value, k))).toEqual(alone);
    }
  });

  it("accumulates the cotangent of a constant over nested loops", () => {
    // p is added 3 * 4 times, each time doubled by the outer loop: the gradient is an integer.
    const inner = program([f64, f64], (b, p, x) => b.one("add", {}, [x, p]));
    const outer = program([f64, f64], (b, p, x) => {
      const [y] = b.emit("scan", { length: 4, reverse: false, nConst: 1, nCarry: 1, yHistory: [], body: inner, keep }, [
        p,
        x,
      ]);
      return b.one("add", {}, [y as Var, y as Var]);
    });
    const graph = program([f64, f64], (b, p, x) =>
      b.emit("scan", { length: 3, reverse: false, nConst: 1, nCarry: 1, yHistory: [], body: outer, keep }, [p, x]),
    );
    const [p, x] = gradientAt(graph, [scalarValue("float64", 0.5), scalarValue("float64", 1)]);
    expect([p?.data[0], x?.data[0]]).toEqual([4 * (2 + 4 + 8), 8]);
  });

  it("reads and writes one table in a loop at places that are computed", () => {
    const at = (b: Parameters<Parameters<typeof program>[1]>[0], k: Var): Var => b.one("reshape", { shape: [1] }, [k]);
    const body = program([f64s(6), f64s(6), i32], (b, table, state, k) => {
      const read = (x: Var): Var => b.one("dynamicSlice", { batch: 0, sizes: [1] }, [x, at(b, k)]);
      const value = b.one("sin", {}, [b.one("mul", {}, [read(table), read(state)])]);
      const next = b.one("add", {}, [k, b.literal("int32", [], 1)]);
      const written = b.one("dynamicUpdate", { batch: 0 }, [
        state,
        b.one("add", {}, [value, read(table)]),
        at(b, next),
      ]);
      return [written, next];
    });
    const { graph, inputs } = opCase("a sweep", [floats(1, [6]), floats(2, [6])], (b, table, state) =>
      b
        .emit("scan", { length: 5, reverse: false, nConst: 1, nCarry: 2, yHistory: [], body, keep }, [
          table,
          state,
          b.literal("int32", [], 0),
        ])
        .slice(0, 1),
    );
    checkGraphGradients(graph, inputs, { order: 3 });
  });

  it("keeps a body that is called often shared", () => {
    const body = program([f64s(2), f64], (b, x, p) => {
      const wide = b.one("broadcast", { shape: [2], axes: [] }, [p]);
      return b.one("mul", {}, [b.one("sin", {}, [x]), wide]);
    });
    const graph = program([f64s(2), f64], (b, x, p) => {
      let y = x;
      for (let k = 0; k < 7; k++) y = b.one("call", { body, map: null }, [y, p]);
      return b.one("reduceSum", { axes: [0] }, [y]);
    });
    const bodies = (of: Graph): number =>
      new Set(of.equations.flatMap((equation) => (isOp(equation, "call") ? [equation.params.body] : []))).size;
    const first = vjp(graph, [true, true]);
    expect(bodies(first.graph)).toBeLessThanOrEqual(3);
    expect(bodies(vjp(first.graph, [true, true, true]).graph)).toBeLessThanOrEqual(9);
  });

  it("differentiates a large loop of a run-time length as one of a static length", () => {
    const body = program([f64, f64], (b, p, x) => b.one("sin", {}, [b.one("add", {}, [x, p])]));
    const loop = (length: number | null): Graph =>
      program([i32, f64, f64], (b, n, p, x) =>
        b.emit("scan", { length, reverse: false, nConst: 1, nCarry: 1, yHistory: [], body, keep }, [
          ...(length === null ? [n] : []),
          p,
          x,
        ]),
      );
    const inputs: Value[] = [numbers("int32", [], [50]), floats(1, []), floats(2, []), scalarValue("float64", 1)];
    const results = [null, 50].map((length) => interpret(vjp(loop(length), [false, true, true]).graph, inputs));
    expect(results[0]).toEqual(results[1]);
  });
});

describe("an inverse", () => {
  // (u, v) -> (p sin u - v, u)
  const force = (b: Parameters<Parameters<typeof program>[1]>[0], p: Var, u: Var): Var =>
    b.one("mul", {}, [p, b.one("sin", {}, [u])]);
  const body = program([f64, f64, f64], (b, p, u, v) => [b.one("sub", {}, [force(b, p, u), v]), u]);
  const inverse = program([f64, f64, f64], (b, p, u, v) => [v, b.one("sub", {}, [force(b, p, v), u])]);
  const graph = program([f64, f64, f64], (b, p, u, v) =>
    b.emit(
      "scan",
      {
        length: 4,
        reverse: false,
        nConst: 1,
        nCarry: 2,
        yHistory: [],
        body,
        keep: { kind: "inverse", body: inverse, tolerance: 1e-9 },
      },
      [p, u, v],
    ),
  );

  const expectUndone = (of: Graph, values: readonly ArrayValue[]): void => {
    const loop = of.equations.find(({ op }) => op === "scan");
    if (loop === undefined || !isOp(loop, "scan") || loop.params.keep.kind !== "inverse")
      throw new TypeError("no inverse");
    const { nConst, nCarry } = loop.params;
    expect(loop.params.body.inputs).toHaveLength(values.length);
    const next = interpret(loop.params.body, values).slice(0, nCarry);
    const back = interpret(loop.params.keep.body, [...values.slice(0, nConst), ...next]);
    back.forEach((value, k) => {
      asArray(value).data.forEach((x, i) =>
        expect(x).toBeCloseTo((values[nConst + k] as ArrayValue).data[i] as number, 12),
      );
    });
  };

  it("of a step with tangents takes both back", () => {
    const values = Array.from({ length: 6 }, (_, k) => floats(k + 1, []));
    expectUndone(jvp(graph, [true, true, true], "forward").graph, values);
  });

  it("of a step with some tangents takes back what there is", () => {
    const dual = jvp(graph, [true, false, false], "forward").graph;
    expectUndone(
      dual,
      Array.from({ length: 6 }, (_, k) => floats(k + 1, [])),
    );
  });

  it("of a batched step takes all elements back", () => {
    const all = vectorize(graph, [false, true, false], 3).graph;
    expectUndone(all, [floats(1, []), floats(2, [3]), floats(3, [3])]);
    checkGraphGradients(all, [floats(1, []), floats(2, [3]), floats(3, [])], { order: 2 });
  });
});
