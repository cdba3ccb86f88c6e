import { describe, expect, it } from "@jest/globals";
import { print } from "../ir/print.js";
import { f64, f64s, i32, program } from "../testing/opCases/case.js";
import { InternalError } from "../util/errors.js";
import { transpose } from "./transpose.js";

describe("transpose", () => {
  it("computes what is not linear first, and sums cotangents from the last use to the first", () => {
    const graph = program([f64, f64], (b, x, t) => {
      const c = b.one("sin", {}, [x]);
      return [b.one("mul", {}, [t, c]), b.one("neg", {}, [t])];
    });
    const { graph: back, nonZero } = transpose(graph, [false, true], [true, true]);
    expect(nonZero).toEqual([false, true]);
    expect(print(back)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[], c: float64[]) {
        d: float64[] = sin a
        e: float64[] = neg c
        f: float64[] = mul b d
        g: float64[] = add e f
        return g
      }"
    `);
  });

  it("leaves zeros symbolic, unless asked", () => {
    const graph = program([f64, f64], (b, t, u) => [b.one("neg", {}, [t]), u]);
    expect(transpose(graph, [true, true], [true, false]).nonZero).toEqual([true, false]);
    const real = transpose(graph, [true, true], [true, false], [true, true]);
    expect(real.nonZero).toEqual([true, true]);
    expect(real.graph.outputs).toHaveLength(2);
  });

  it("starts sums from accumulators", () => {
    const graph = program([f64], (b, t) => b.one("neg", {}, [t]));
    const { graph: back } = transpose(graph, [true], [true], [false], [true]);
    expect(print(back)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[]) {
        c: float64[] = neg a
        d: float64[] = add b c
        return d
      }"
    `);
  });

  it("adds the cotangent of a dynamic read to its place", () => {
    const graph = program([f64s(9), i32], (b, t, k) => {
      const start = b.one("reshape", { shape: [1] }, [k]);
      const read = (from: typeof start) => b.one("dynamicSlice", { batch: 0, sizes: [2] }, [t, from]);
      return b.one("add", {}, [read(start), read(b.literal("int32", [1], 3))]);
    });
    const { graph: back } = transpose(graph, [true, false], [true]);
    expect(back.equations.map(({ op }) => op)).toEqual([
      "reshape",
      "literal",
      "literal",
      "dynamicUpdate",
      "dynamicSlice",
      "add",
      "dynamicUpdate",
    ]);
  });

  it("makes one view of a view whose pieces read apart", () => {
    const pieces = [
      { box: [[0, 2]] as const, input: 0, index: [{ axis: 0, stride: 1, offset: 3 }] },
      { box: [[2, 5]] as const, input: 0, index: [{ axis: 0, stride: -1, offset: 4 }] },
    ];
    const graph = program([f64s(5)], (b, t) => b.one("view", { shape: [5], pieces }, [t]));
    expect(print(transpose(graph, [true], [true]).graph)).toMatchInlineSnapshot(`
      "graph (a: float64[5]) {
        b: float64[5] = view{shape: [5], pieces: [{box: [[3, 5]], input: 0, index: [{axis: 0, stride: 1, offset: -3}]}, {box: [[0, 3]], input: 0, index: [{axis: 0, stride: -1, offset: 4}]}]} a
        return b
      }"
    `);
  });

  it("accumulates the cotangent of a loop's constant in a carry of the reverse loop", () => {
    const body = program([f64, f64], (b, p, x) => b.one("add", {}, [p, b.one("neg", {}, [x])]));
    const keep = { kind: "auto" } as const;
    const graph = program([f64, f64], (b, p, x) =>
      b.emit("scan", { length: 4, reverse: false, nConst: 1, nCarry: 1, yHistory: [], body, keep }, [p, x]),
    );
    expect(print(transpose(graph, [true, true], [true]).graph)).toMatchInlineSnapshot(`
      "graph (a: float64[]) {
        b: float64[] = literal{type: float64[], value: 0}
        c: float64[], d: float64[] = scan{length: 4, reverse: true, nConst: 0, nCarry: 2, yHistory: [], keep: auto} a b
          body (e: float64[], f: float64[]) {
            g: float64[] = add f e
            h: float64[] = neg e
            return h, g
          }
        return d, c
      }"
    `);
  });

  it("refuses what is not linear", () => {
    const graph = program([f64], (b, t) => b.one("sin", {}, [t]));
    expect(() => transpose(graph, [true], [true])).toThrow(InternalError);
    const product = program([f64], (b, t) => b.one("mul", {}, [t, t]));
    expect(() => transpose(product, [true], [true])).toThrow(/not linear/);
  });
});
