import { describe, expect, it } from "@jest/globals";
import { interpret } from "../ir/interpret.js";
import { print } from "../ir/print.js";
import type { Graph } from "../ir/types.js";
import { checkBatches } from "../testing/batches.js";
import { checkGraphGradients } from "../testing/finiteDifferences.js";
import { f64, f64s, floats, i32, numbers, program } from "../testing/opCases/case.js";
import { NumericalError } from "../util/errors.js";
import { vectorize } from "./vectorize.js";
import { vjp } from "./vjp.js";

const keep = { kind: "auto" } as const;

/** x -> x + p^2 + exp(x) / 4, until it is at the bound: it gets there, whatever p is. */
function until(): Graph {
  const cond = program([f64, f64], (b, bound, x) => b.one("compare", { relation: "lt" }, [x, bound]));
  const body = program([f64, f64], (b, p, x) => {
    const growth = b.one("mul", {}, [b.one("exp", {}, [x]), b.literal("float64", [], 0.25)]);
    return b.one("add", {}, [x, b.one("add", {}, [b.one("mul", {}, [p, p]), growth])]);
  });
  return program([f64, f64, f64], (b, bound, p, x) =>
    b.emit("while", { nCondConst: 1, nConst: 1, nCarry: 1, cond, body, keep }, [bound, p, x]).slice(0, 1),
  );
}

function opsOf(graph: Graph): string[] {
  return graph.equations.map(({ op }) => op).filter((op) => ["call", "cond", "scan", "while"].includes(op));
}

describe("vectorize", () => {
  it("puts the batch axis in front, and leaves alone what is the same for all elements", () => {
    const graph = program([f64s(3), f64], (b, x, p) => {
      const scale = b.one("broadcast", { shape: [3], axes: [] }, [b.one("exp", {}, [p])]);
      return [b.one("reduceSum", { axes: [0] }, [b.one("mul", {}, [x, scale])]), b.one("neg", {}, [p])];
    });
    const { graph: all, batchedOut } = vectorize(graph, [true, false], 4);
    expect(batchedOut).toEqual([true, false]);
    expect(print(all)).toMatchInlineSnapshot(`
      "graph (a: float64[4,3], b: float64[]) {
        c: float64[] = exp b
        d: float64[3] = broadcast{shape: [3], axes: []} c
        e: float64[4,3] = broadcast{shape: [4, 3], axes: [1]} d
        f: float64[4,3] = mul a e
        g: float64[4] = reduceSum{axes: [1]} f
        h: float64[] = neg b
        return g, h
      }"
    `);
    expect(vectorize(graph, [true, false], 4, [true, true]).batchedOut).toEqual([true, true]);
  });

  it("keeps one loop where all elements have the same trips", () => {
    const body = program([f64, f64], (b, p, x) => [b.one("mul", {}, [p, x]), x]);
    const graph = program([i32, f64, f64], (b, n, p, x) =>
      b
        .emit("scan", { length: null, reverse: false, nConst: 1, nCarry: 1, yHistory: [true], body, keep }, [n, p, x])
        .slice(0, 1),
    );
    expect(opsOf(vectorize(graph, [false, true, false], 2).graph)).toEqual(["scan"]);
    expect(opsOf(vectorize(graph, [true, false, false], 2).graph)).toEqual(["call"]);
  });

  it("evaluates a while whose condition differs by element one by one", () => {
    expect(opsOf(vectorize(until(), [false, true, false], 2).graph)).toEqual(["call"]);
    checkBatches(until(), [numbers("float64", [], [1]), floats(1, [], 0.2, 0.3), floats(2, [])], { spread: 0.5 });
  });

  it("evaluates both branches of nothing: a batched predicate makes a map", () => {
    const branches = [
      program([f64], (b, x) => b.one("sqrt", {}, [x])),
      program([f64], (b, x) => b.one("neg", {}, [x])),
    ] as const;
    const graph = program([f64], (b, x) =>
      b.emit("cond", { branches }, [b.one("compare", { relation: "gt" }, [x, b.literal("float64", [], 0)]), x]),
    );
    expect(opsOf(vectorize(graph, [true], 3).graph)).toEqual(["call"]);
    checkBatches(graph, [numbers("float64", [], [0])], { spread: 1, size: 5 });
  });

  it("fails a batched check if any element fails it", () => {
    const graph = program([f64], (b, x) => {
      b.emit("check", { message: "x must be positive" }, [
        b.one("compare", { relation: "gt" }, [x, b.literal("float64", [], 0)]),
      ]);
      return x;
    });
    const all = vectorize(graph, [true], 3).graph;
    expect(() => interpret(all, [numbers("float64", [3], [1, 2, 3])])).not.toThrow();
    expect(() => interpret(all, [numbers("float64", [3], [1, -2, 3])])).toThrow(NumericalError);
  });

  it("batches a History that is added to a batched one, through calls too", () => {
    const record = program([f64, f64], (b, p, x) => [b.one("sin", {}, [b.one("mul", {}, [p, x])]), x]);
    const run = program([f64, f64], (b, p, x) =>
      b
        .emit("scan", { length: 3, reverse: false, nConst: 1, nCarry: 1, yHistory: [true], body: record, keep }, [p, x])
        .slice(1),
    );
    const read = program([f64, f64], (b, s, y) => b.one("add", {}, [b.one("mul", {}, [s, s]), y]));
    const graph = program([f64, f64], (b, p, q) => {
      const one = b.one("call", { body: run, map: null }, [p, p]);
      const other = b.one("call", { body: run, map: null }, [q, q]);
      const both = b.one("historyAdd", {}, [one, other]);
      return b.emit("scan", { length: 3, reverse: true, nConst: 0, nCarry: 1, yHistory: [], body: read, keep }, [
        b.literal("float64", [], 0.5),
        both,
      ]);
    });
    const point = [floats(1, []), floats(2, [])];
    checkBatches(graph, point, { batched: [true, false] });
    checkBatches(graph, point, { batched: [false, true] });
    checkGraphGradients(graph, point, { order: 3, tolerance: 1e-5 });
  });

  it("batches what is batched already", () => {
    const twice = vectorize(until(), [false, true, false], 2).graph;
    const point = [numbers("float64", [], [1]), floats(1, [2], 0.2, 0.3), floats(2, [])];
    checkBatches(twice, point, { spread: 0.5 });
    const gradient = vjp(twice, [false, true, true]).graph;
    checkBatches(gradient, [...point, floats(3, [2])], { spread: 0.5, batched: [true, false, true, false] });
    checkGraphGradients(vectorize(twice, [false, false, true], 3).graph, [...point.slice(0, 2), floats(4, [3])], {
      order: 2,
    });
  });
});
