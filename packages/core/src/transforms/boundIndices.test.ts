import { describe, expect, it } from "@jest/globals";
import { print } from "../ir/print.js";
import type { Graph, IndexMode } from "../ir/types.js";
import { arrayType } from "../ir/types.js";
import { emitScan, graphOf, vector } from "../testing/graphs/build.js";
import { boundIndices, boundIndicesPass } from "./boundIndices.js";
import { csePass } from "./cse.js";
import { hoistPass } from "./hoist.js";
import { runPasses } from "./pass.js";

const indices = arrayType("int32", [3]);

/** Three steps of `x = (x at i) added to x at j`, where j moves by one in each step. */
function loop(mode: IndexMode): Graph {
  return graphOf([indices, indices, vector(4)], (b, [i, j, x]) =>
    emitScan(b, { length: 3, consts: [i!], carry: [j!, x!] }, (inner, [at, moving, y]) => {
      const rows = inner.one("gather", { batch: 0, mode }, [y!, at!]);
      const next = inner.one("add", {}, [moving!, inner.literal("int32", [3], 1)]);
      const once = inner.one("scatterAdd", { batch: 0, mode }, [y!, at!, rows]);
      return [next, inner.one("scatterAdd", { batch: 0, mode }, [once, moving!, rows])];
    }),
  );
}

describe("boundIndices", () => {
  it("clamps indices outside of the loop where they are the same at every step", () => {
    const graph = runPasses([boundIndicesPass, csePass, hoistPass], loop("clip"), { verify: true });
    expect(print(graph)).toMatchInlineSnapshot(`
      "graph (a: int32[3], b: int32[3], c: float64[4]) {
        d: int32[3] = literal{type: int32[3], value: 0}
        e: int32[3] = max a d
        f: int32[3] = literal{type: int32[3], value: 3}
        g: int32[3] = min e f
        h: int32[3], i: float64[4] = scan{length: 3, reverse: false, nConst: 1, nCarry: 2, yHistory: [], keep: auto} g b c
          body (j: int32[3], k: int32[3], l: float64[4]) {
            m: float64[3] = gather{batch: 0, mode: "inBounds"} l j
            n: int32[3] = literal{type: int32[3], value: 1}
            o: int32[3] = add k n
            p: float64[4] = scatterAdd{batch: 0, mode: "inBounds"} l j m
            q: float64[4] = scatterAdd{batch: 0, mode: "clip"} p k m
            return o, q
          }
        return h, i
      }"
    `);
  });

  it("leaves indices that are dropped, and those that move", () => {
    const graph = loop("drop");
    expect(boundIndices(graph)).toBe(graph);
    expect(print(boundIndices(loop("clip"))).match(/"clip"/g)).toHaveLength(1);
  });
});
