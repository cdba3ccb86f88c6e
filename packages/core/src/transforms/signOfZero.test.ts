import { describe, expect, it } from "@jest/globals";
import { interpret } from "../ir/interpret.js";
import { print } from "../ir/print.js";
import { sameBits } from "../ir/values.js";
import { accessMaps } from "./accessMaps.js";
import { carryForms } from "./carryForms.js";
import { ignoresSignOfZero } from "./signOfZero.js";
import { simplify } from "./simplify.js";
import { emitScan, graphOf, vector } from "../testing/graphs/build.js";
import { randomValues, seeded } from "../testing/graphs/randomGraph.js";
import type { Builder } from "../ir/builder.js";
import type { Graph, Var } from "../ir/types.js";

const four = vector(4);

function masked(b: Builder, x: Var): Var {
  const middle = b.one("slice", { start: [1], limit: [3], stride: [1] }, [x]);
  return b.one("pad", { low: [1], high: [1], interior: [0], value: 0 }, [middle]);
}

describe("ignoresSignOfZero", () => {
  const border = [[[0, 1]], [[3, 4]]] as const;
  const ask = (make: (b: Builder, x: Var, y: Var) => Var): boolean => {
    const graph = accessMaps(graphOf([four, four], (b, [x, y]) => make(b, x!, y!)));
    return ignoresSignOfZero(graph, graph.inputs[0]!, border);
  };

  it("holds where what is added is no -0 there", () => {
    expect(ask((b, x, y) => b.one("add", {}, [x, masked(b, y)]))).toBe(true);
    expect(ask((b, x, y) => b.one("sub", {}, [masked(b, y), x]))).toBe(true);
    expect(ask((b, x, y) => b.one("sub", {}, [x, b.one("neg", {}, [masked(b, y)])]))).toBe(true);
    const product = (b: Builder, y: Var): Var => b.one("mul", {}, [masked(b, y), y]);
    expect(ask((b, x, y) => b.one("add", {}, [x, b.one("sub", {}, [masked(b, y), product(b, y)])]))).toBe(true);
  });

  it("does not hold where it may be one, or where the input is read otherwise", () => {
    expect(ask((b, x, y) => b.one("add", {}, [x, y]))).toBe(false);
    expect(ask((b, x, y) => b.one("sub", {}, [x, masked(b, y)]))).toBe(false);
    expect(ask((b, x, y) => b.one("add", {}, [x, b.one("mul", {}, [masked(b, y), y])]))).toBe(false);
    expect(ask((b, x, y) => b.one("add", {}, [x, b.one("sub", {}, [y, masked(b, y)])]))).toBe(false);
    expect(ask((b, x) => b.one("add", {}, [x, x]))).toBe(false);
    expect(ask((b, x) => b.one("sqrt", {}, [x]))).toBe(false);
    expect(ask((_b, x) => x)).toBe(false);
  });
});

describe("a carry that starts as +0 and goes on as a negated masked one", () => {
  const loop = (length: number, isMasked: boolean): Graph =>
    graphOf([four, four], (b, [x, c]) =>
      emitScan(b, { length, consts: [c!], carry: [b.literal("float64", [4], 0), x!] }, (inner, [k, a, z]) => {
        const now = masked(inner, z!);
        const other = isMasked ? inner.one("mul", {}, [now, inner.literal("float64", [4], 2)]) : k!;
        return [
          inner.one("neg", {}, [now]),
          inner.one("add", {}, [a!, inner.one("sub", {}, [other, inner.one("mul", {}, [now, k!])])]),
        ];
      }),
    );

  it("is stored as the other one, if the first step cannot tell", () => {
    const graph = loop(3, true);
    const changed = simplify(carryForms(accessMaps(graph)));
    expect(print(changed)).toMatchInlineSnapshot(`
      "graph (a: float64[4], b: float64[4]) {
        c: float64[4] = literal{type: float64[4], value: -0}
        d: float64[4], e: float64[4] = scan{length: 3, reverse: false, nConst: 1, nCarry: 2, yHistory: [], keep: auto} b c a
          body (f: float64[4], g: float64[4], h: float64[4]) {
            i: float64[4] = view{shape: [4], pieces: [{box: [[1, 3]], input: 0, index: [{axis: 0, stride: 1, offset: 0}]}]} g
            j: float64[4] = view{shape: [4], pieces: [{box: [[1, 3]], input: 0, index: [{axis: 0, stride: 1, offset: 0}]}]} h
            k: float64[4] = literal{type: float64[4], value: 2}
            l: float64[4] = mul j k
            m: float64[4] = mul j f
            n: float64[4] = sub l m
            o: float64[4] = sub n i
            return h, o
          }
        p: float64[4] = view{shape: [4], pieces: [{box: [[1, 3]], input: 0, index: [{axis: 0, stride: 1, offset: 0}]}]} d
        q: float64[4] = neg p
        return q, e
      }"
    `);
    for (let seed = 0; seed < 50; seed++) {
      const values = randomValues([four, four], seeded(seed));
      const after = interpret(changed, values);
      interpret(graph, values).forEach((value, k) => expect(sameBits(value, after[k]!)).toBe(true));
    }
  });

  it("is left where the first step can tell, or may not run", () => {
    for (const graph of [accessMaps(loop(3, false)), accessMaps(loop(0, true))]) expect(carryForms(graph)).toBe(graph);
  });
});
