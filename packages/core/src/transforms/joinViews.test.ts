import { describe, expect, it } from "@jest/globals";
import { print } from "../ir/print.js";
import type { Builder } from "../ir/builder.js";
import type { Graph, Var } from "../ir/types.js";
import { emitScan, graphOf, vector } from "../testing/graphs/build.js";
import { accessMapsPass } from "./accessMaps.js";
import { joinViews } from "./joinViews.js";

const padded = (b: Builder, x: Var, low: number, high: number): Var =>
  b.one("pad", { low: [low], high: [high], interior: [0], value: 0 }, [x]);

/** Two steps in which two halves of a vector are put together by adding them. */
function halves(overlap: number): Graph {
  const graph = graphOf([vector(4)], (b, [x]) =>
    emitScan(b, { length: 2, carry: [x!] }, (inner, [y]) => {
      const part = (start: number, limit: number): Var =>
        inner.one("slice", { start: [start], limit: [limit], stride: [1] }, [y!]);
      const [low, high] = [inner.one("sin", {}, [part(0, 2 + overlap)]), inner.one("cos", {}, [part(2, 4)])];
      const sum = inner.one("add", {}, [padded(inner, low, 0, 2 - overlap), padded(inner, high, 2, 0)]);
      return [inner.one("add", {}, [sum, inner.literal("float64", [4], 0)])];
    }),
  );
  return accessMapsPass.run(graph);
}

describe("joinViews", () => {
  it("joins views that are nowhere both there, and adds no zero", () => {
    expect(print(joinViews(halves(0)))).toMatchInlineSnapshot(`
      "graph (a: float64[4]) {
        b: float64[4] = scan{length: 2, reverse: false, nConst: 0, nCarry: 1, yHistory: [], keep: auto} a
          body (c: float64[4]) {
            d: float64[2] = view{shape: [2], pieces: [{box: [[0, 2]], input: 0, index: [{axis: 0, stride: 1, offset: 0}]}]} c
            e: float64[2] = sin d
            f: float64[2] = view{shape: [2], pieces: [{box: [[0, 2]], input: 0, index: [{axis: 0, stride: 1, offset: 2}]}]} c
            g: float64[2] = cos f
            h: float64[4] = view{shape: [4], pieces: [{box: [[0, 2]], input: 0, index: [{axis: 0, stride: 1, offset: 0}]}, {box: [[2, 4]], input: 1, index: [{axis: 0, stride: 1, offset: -2}]}]} e g
            return h
          }
        return b
      }"
    `);
  });

  it("adds views that overlap", () => {
    expect(print(joinViews(halves(1))).match(/add/g)).toHaveLength(1);
  });
});
