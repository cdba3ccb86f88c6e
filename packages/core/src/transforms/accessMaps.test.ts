import { describe, expect, it } from "@jest/globals";
import { graphBuilder, type Builder } from "../ir/builder.js";
import { interpret } from "../ir/interpret.js";
import { graphKey } from "../ir/key.js";
import { print } from "../ir/print.js";
import type { Graph, Type, Var } from "../ir/types.js";
import { arrayType } from "../ir/types.js";
import { sameBits } from "../ir/values.js";
import { accessMaps } from "./accessMaps.js";
import { runPasses } from "./pass.js";
import { beforeDifferentiation } from "./pipelines.js";
import { randomValues, seeded } from "../testing/graphs/randomGraph.js";
import { transpose } from "./transpose.js";

const n = 10;
const vector = arrayType("float64", [n]);
const matrix = arrayType("float64", [4, 5]);

function graphOf(types: readonly Type[], make: (b: Builder, ...inputs: Var[]) => Var): Graph {
  const b = graphBuilder();
  const inputs = types.map((type) => b.input(type));
  return b.build([make(b, ...inputs)]);
}

function cut(b: Builder, x: Var, start: number, limit: number): Var {
  return b.one("slice", { start: [start], limit: [limit], stride: [1] }, [x]);
}

function roll(b: Builder, x: Var, shift: 1 | -1): Var {
  const split = shift === 1 ? n - 1 : 1;
  return b.one("concatenate", { axis: 0 }, [cut(b, x, split, n), cut(b, x, 0, split)]);
}

function index(b: Builder, value: number): Var {
  return b.literal("int32", [1], value);
}

type Shift = (b: Builder, x: Var, shift: 1 | -1) => Var;

/** The neighbour to the left (shift 1) or right (shift -1), 0 beyond the border, in the ways in which it is written. */
const shifts: { readonly [name: string]: Shift } = {
  "roll and where": (b, x, shift) => {
    const place = b.one("iota", { type: arrayType("int32", [n]), axis: 0 }, []);
    const border = b.literal("int32", [n], shift === 1 ? 0 : n - 1);
    const isBorder = b.one("compare", { relation: "eq" }, [place, border]);
    return b.one("select", {}, [isBorder, b.literal("float64", [n], 0), roll(b, x, shift)]);
  },
  "roll and where, with a mask of floats": (b, x, shift) => {
    const place = b.one("iota", { type: vector, axis: 0 }, []);
    const half = b.one("mul", {}, [place, b.literal("float64", [n], 0.5)]);
    const border = b.literal("float64", [n], shift === 1 ? 0.25 : (n - 1) / 2 - 0.25);
    const inside = b.one("compare", { relation: shift === 1 ? "gt" : "lt" }, [half, border]);
    return b.one("select", {}, [inside, roll(b, x, shift), b.literal("float64", [n], 0)]);
  },
  "pad of slice": (b, x, shift) => {
    const inner = shift === 1 ? cut(b, x, 0, n - 1) : cut(b, x, 1, n);
    return b.one("pad", { low: [shift === 1 ? 1 : 0], high: [shift === 1 ? 0 : 1], interior: [0], value: 0 }, [inner]);
  },
  "slice and concatenate with zeros": (b, x, shift) => {
    const zero = b.literal("float64", [1], 0);
    const inner = shift === 1 ? cut(b, x, 0, n - 1) : cut(b, x, 1, n);
    return b.one("concatenate", { axis: 0 }, shift === 1 ? [zero, inner] : [inner, zero]);
  },
  "roll and a static update": (b, x, shift) => {
    const operands = [roll(b, x, shift), b.literal("float64", [1], 0), index(b, shift === 1 ? 0 : n - 1)];
    return b.one("dynamicUpdate", { batch: 0 }, operands);
  },
  "roll and scatter of an index": (b, x, shift) => {
    const operands = [roll(b, x, shift), index(b, shift === 1 ? 0 : n - 1), b.literal("float64", [1], 0)];
    return b.one("scatterSet", { batch: 0, mode: "drop" }, operands);
  },
  "gather by computed indices, dropping": (b, x, shift) => {
    const place = b.one("iota", { type: arrayType("int32", [n]), axis: 0 }, []);
    const moved = b.one("sub", {}, [place, b.literal("int32", [n], shift)]);
    return b.one("gather", { batch: 0, mode: "drop" }, [x, moved]);
  },
};

function laplacian(shift: Shift): Graph {
  return graphOf([vector], (b, u) => {
    const twice = b.one("mul", {}, [b.literal("float64", [n], 2), u]);
    return b.one("add", {}, [b.one("sub", {}, [shift(b, u!, 1), twice]), shift(b, u!, -1)]);
  });
}

const simplified = (graph: Graph): Graph => runPasses(beforeDifferentiation, graph, { verify: true });

describe("the Laplacian with zeros beyond its borders", () => {
  it("is one Graph", () => {
    const printed = Object.entries(shifts).map(([name, shift]) => [name, print(simplified(laplacian(shift)))]);
    const [first] = printed;
    for (const [name, text] of printed) expect([name, text]).toEqual([name, first?.[1]]);
    expect(first?.[1]).toMatchInlineSnapshot(`
      "graph (a: float64[10]) {
        b: float64[10] = literal{type: float64[10], value: 2}
        c: float64[10] = mul a b
        d: float64[10] = view{shape: [10], pieces: [{box: [[1, 10]], input: 0, index: [{axis: 0, stride: 1, offset: -1}]}]} a
        e: float64[10] = sub d c
        f: float64[10] = view{shape: [10], pieces: [{box: [[0, 9]], input: 0, index: [{axis: 0, stride: 1, offset: 1}]}]} a
        g: float64[10] = add e f
        return g
      }"
    `);
  });

  it("has one transpose, however it was written", () => {
    const transposed = Object.values(shifts).map((shift) =>
      print(simplified(transpose(simplified(laplacian(shift)), [true], [true]).graph)),
    );
    expect(transposed[0]).toMatchInlineSnapshot(`
      "graph (a: float64[10]) {
        b: float64[10] = literal{type: float64[10], value: 2}
        c: float64[10] = view{shape: [10], pieces: [{box: [[1, 10]], input: 0, index: [{axis: 0, stride: 1, offset: -1}]}]} a
        d: float64[10] = view{shape: [10], pieces: [{box: [[0, 9]], input: 0, index: [{axis: 0, stride: 1, offset: 1}]}]} a
        e: float64[10] = add c d
        f: float64[10] = mul a b
        g: float64[10] = sub e f
        return g
      }"
    `);
    expect(new Set(transposed).size).toBe(1);
  });
});

describe("accessMaps", () => {
  const after = (types: readonly Type[], make: (b: Builder, ...inputs: Var[]) => Var): string =>
    print(accessMaps(graphOf(types, make)));

  it("composes shape ops of several axes", () => {
    expect(
      after([matrix], (b, x) => {
        const turned = b.one("reverse", { axes: [0] }, [b.one("transpose", { permutation: [1, 0] }, [x])]);
        const part = b.one("slice", { start: [1, 0], limit: [5, 4], stride: [2, 1] }, [turned]);
        return b.one("reshape", { shape: [2, 1, 4] }, [part]);
      }),
    ).toMatchInlineSnapshot(`
      "graph (a: float64[4,5]) {
        b: float64[2,1,4] = view{shape: [2, 1, 4], pieces: [{box: [[0, 2], [0, 1], [0, 4]], input: 0, index: [{axis: 2, stride: 1, offset: 0}, {axis: 0, stride: -2, offset: 3}]}]} a
        return b
      }"
    `);
  });

  it("lets views that change nothing vanish", () => {
    expect(
      after([matrix], (b, x) => {
        const there = b.one("transpose", { permutation: [1, 0] }, [b.one("reverse", { axes: [0, 1] }, [x])]);
        return b.one("reverse", { axes: [0, 1] }, [b.one("transpose", { permutation: [1, 0] }, [there])]);
      }),
    ).toMatchInlineSnapshot(`
      "graph (a: float64[4,5]) {
        return a
      }"
    `);
  });

  it("puts together again what was cut", () => {
    expect(
      after([matrix], (b, x) => {
        const part = (start: readonly number[], limit: readonly number[]): Var =>
          b.one("slice", { start, limit, stride: [1, 1] }, [x]);
        const top = b.one("concatenate", { axis: 1 }, [part([0, 0], [2, 3]), part([0, 3], [2, 5])]);
        return b.one("concatenate", { axis: 0 }, [top, part([2, 0], [3, 5]), part([3, 0], [4, 5])]);
      }),
    ).toMatchInlineSnapshot(`
      "graph (a: float64[4,5]) {
        return a
      }"
    `);
  });

  it("cuts a frame of a matrix in one way, by mask or by pad", () => {
    const byMask = graphOf([matrix], (b, x) => {
      const type = arrayType("int32", [4, 5]);
      const inside = [0, 1].map((axis) => {
        const place = b.one("iota", { type, axis }, []);
        const above = b.one("compare", { relation: "ge" }, [place, b.literal("int32", [4, 5], 1)]);
        return b.one("and", {}, [
          above,
          b.one("compare", { relation: "lt" }, [place, b.literal("int32", [4, 5], 3 + axis)]),
        ]);
      });
      const mask = b.one("not", {}, [b.one("and", {}, inside)]);
      return b.one("select", {}, [mask, b.literal("float64", [4, 5], 1.5), x!]);
    });
    const byPad = graphOf([matrix], (b, x) => {
      const inner = b.one("slice", { start: [1, 1], limit: [3, 4], stride: [1, 1] }, [x]);
      return b.one("pad", { low: [1, 1], high: [1, 1], interior: [0, 0], value: 1.5 }, [inner]);
    });
    expect(graphKey(accessMaps(byMask))).toBe(graphKey(accessMaps(byPad)));
    expect(print(accessMaps(byPad))).toMatchInlineSnapshot(`
      "graph (a: float64[4,5]) {
        b: float64[] = literal{type: float64[], value: 1.5}
        c: float64[4,5] = view{shape: [4, 5], pieces: [{box: [[0, 1], [0, 5]], input: 0, index: []}, {box: [[1, 3], [0, 1]], input: 0, index: []}, {box: [[1, 3], [1, 4]], input: 1, index: [{axis: 0, stride: 1, offset: 0}, {axis: 1, stride: 1, offset: 0}]}, {box: [[1, 3], [4, 5]], input: 0, index: []}, {box: [[3, 4], [0, 5]], input: 0, index: []}]} b a
        return c
      }"
    `);
  });

  it("takes pieces from both sides of a selection", () => {
    expect(
      after([vector, vector], (b, x, y) => {
        const place = b.one("iota", { type: arrayType("int32", [n]), axis: 0 }, []);
        const early = b.one("compare", { relation: "lt" }, [place, b.literal("int32", [n], 4)]);
        return b.one("select", {}, [early, x, b.one("reverse", { axes: [0] }, [y])]);
      }),
    ).toMatchInlineSnapshot(`
      "graph (a: float64[10], b: float64[10]) {
        c: float64[10] = view{shape: [10], pieces: [{box: [[0, 4]], input: 0, index: [{axis: 0, stride: 1, offset: 0}]}, {box: [[4, 10]], input: 1, index: [{axis: 0, stride: -1, offset: 9}]}]} a b
        return c
      }"
    `);
  });

  it("reads a repeated border as one place", () => {
    const edge = (make: (b: Builder, x: Var) => Var): string => after([vector], make);
    const byConcatenate = edge((b, x) => b.one("concatenate", { axis: 0 }, [cut(b, x, 0, 1), cut(b, x, 0, 1), x]));
    const byGather = edge((b, x) => {
      const place = b.one("iota", { type: arrayType("int32", [n + 2]), axis: 0 }, []);
      const moved = b.one("sub", {}, [place, b.literal("int32", [n + 2], 2)]);
      return b.one("gather", { batch: 0, mode: "clip" }, [x, moved]);
    });
    expect(byGather.match(/view.*/)?.[0]).toBe(byConcatenate.match(/view.*/)?.[0]);
    expect(byConcatenate).toMatchInlineSnapshot(`
      "graph (a: float64[10]) {
        b: float64[12] = view{shape: [12], pieces: [{box: [[0, 2]], input: 0, index: [{axis: null, stride: 0, offset: 0}]}, {box: [[2, 12]], input: 0, index: [{axis: 0, stride: 1, offset: -2}]}]} a
        return b
      }"
    `);
  });

  it("leaves a mask of many runs as data", () => {
    const long = arrayType("float64", [40]);
    expect(
      after([long], (b, x) => {
        const place = b.one("iota", { type: long, axis: 0 }, []);
        const half = b.one("mul", {}, [place, b.literal("float64", [40], 0.5)]);
        const even = b.one("compare", { relation: "eq" }, [half, b.one("floor", {}, [half])]);
        return b.one("select", {}, [even, x, b.literal("float64", [40], 0)]);
      }),
    ).toMatchInlineSnapshot(`
      "graph (a: float64[40]) {
        b: float64[40] = iota{type: float64[40], axis: 0}
        c: float64[40] = literal{type: float64[40], value: 0.5}
        d: float64[40] = mul b c
        e: float64[40] = floor d
        f: bool[40] = compare{relation: "eq"} d e
        g: float64[40] = literal{type: float64[40], value: 0}
        h: float64[40] = select f a g
        return h
      }"
    `);
  });

  it("leaves ops that compute, and moves nothing through them", () => {
    expect(after([vector], (b, x) => cut(b, b.one("neg", {}, [b.one("reverse", { axes: [0] }, [x])]), 2, 5)))
      .toMatchInlineSnapshot(`
      "graph (a: float64[10]) {
        b: float64[10] = view{shape: [10], pieces: [{box: [[0, 10]], input: 0, index: [{axis: 0, stride: -1, offset: 9}]}]} a
        c: float64[10] = neg b
        d: float64[3] = view{shape: [3], pieces: [{box: [[0, 3]], input: 0, index: [{axis: 0, stride: 1, offset: 2}]}]} c
        return d
      }"
    `);
  });

  it("leaves reshapes that merge axes, and indices that are data", () => {
    expect(
      after([matrix, arrayType("int32", [3])], (b, x, indices) => {
        const flat = b.one("reshape", { shape: [20] }, [b.one("transpose", { permutation: [1, 0] }, [x])]);
        return b.one("gather", { batch: 0, mode: "clip" }, [flat, indices]);
      }),
    ).toMatchInlineSnapshot(`
      "graph (a: float64[4,5], b: int32[3]) {
        c: float64[5,4] = view{shape: [5, 4], pieces: [{box: [[0, 5], [0, 4]], input: 0, index: [{axis: 1, stride: 1, offset: 0}, {axis: 0, stride: 1, offset: 0}]}]} a
        d: float64[20] = reshape{shape: [20]} c
        e: float64[3] = gather{batch: 0, mode: "clip"} d b
        return e
      }"
    `);
  });

  it("sees in a loop what is static around it", () => {
    expect(
      after([vector], (b, x) => {
        const place = b.one("iota", { type: arrayType("int32", [n]), axis: 0 }, []);
        const inside = b.one("compare", { relation: "gt" }, [place, b.literal("int32", [n], 0)]);
        const inner = graphBuilder();
        const [mask, carry] = [inner.input(arrayType("bool", [n])), inner.input(vector)];
        const next = inner.one("select", {}, [mask, inner.one("neg", {}, [carry]), inner.literal("float64", [n], 0)]);
        const body = inner.build([next]);
        const params = {
          length: 3,
          reverse: false,
          nConst: 1,
          nCarry: 1,
          yHistory: [],
          body,
          keep: { kind: "all" },
        } as const;
        return b.one("scan", params, [inside, x]);
      }),
    ).toMatchInlineSnapshot(`
      "graph (a: float64[10]) {
        b: float64[10] = scan{length: 3, reverse: false, nConst: 0, nCarry: 1, yHistory: [], keep: all} a
          body (c: float64[10]) {
            d: float64[10] = neg c
            e: float64[10] = view{shape: [10], pieces: [{box: [[1, 10]], input: 0, index: [{axis: 0, stride: 1, offset: 0}]}]} d
            return e
          }
        return b
      }"
    `);
  });

  it("splits arrays with batch axes by one row of starts", () => {
    expect(
      after([matrix], (b, x) => {
        const starts = b.literal("int32", [4, 1], 9);
        return b.one("dynamicSlice", { batch: 1, sizes: [2] }, [x, starts]);
      }),
    ).toMatchInlineSnapshot(`
      "graph (a: float64[4,5]) {
        b: float64[4,2] = view{shape: [4, 2], pieces: [{box: [[0, 4], [0, 2]], input: 0, index: [{axis: 0, stride: 1, offset: 0}, {axis: 1, stride: 1, offset: 3}]}]} a
        return b
      }"
    `);
  });

  it("keeps values through masks, rolls and updates of every offset", () => {
    for (let start = -2; start < n + 2; start++) {
      const graph = graphOf([vector, vector], (b, x, y) => {
        const rolled = roll(b, x!, 1);
        const updated = b.one("dynamicUpdate", { batch: 0 }, [rolled, cut(b, y!, 2, 5), index(b, start)]);
        const place = b.one("iota", { type: arrayType("int32", [n]), axis: 0 }, []);
        const mask = b.one("compare", { relation: "ne" }, [place, b.literal("int32", [n], start)]);
        return b.one("select", {}, [mask, updated, b.one("reverse", { axes: [0] }, [y])]);
      });
      const values = randomValues([vector, vector], seeded(start + 50));
      const changed = accessMaps(graph);
      expect(changed.equations.map(({ op }) => op)).toEqual(["view"]);
      expect(sameBits(interpret(changed, values)[0]!, interpret(graph, values)[0]!)).toBe(true);
    }
  });
});
