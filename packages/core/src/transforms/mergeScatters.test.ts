import { describe, expect, it } from "@jest/globals";
import { interpret } from "../ir/interpret.js";
import { print } from "../ir/print.js";
import type { Graph, IndexMode } from "../ir/types.js";
import { arrayType } from "../ir/types.js";
import { arrayValue } from "../ir/values.js";
import { asArray } from "../testing/arrays.js";
import { emitScan, graphOf, vector } from "../testing/graphs/build.js";
import { mergeScatters } from "./mergeScatters.js";

const indices = (count: number): ReturnType<typeof arrayType> => arrayType("int32", [count]);

/** Two steps of `x += u at i, v at j, w at k, v at i`, where i and j have two entries, k three. */
function chain(mode: IndexMode, readBetween: boolean): Graph {
  return graphOf([indices(2), indices(2), indices(3), vector(2), vector(3), vector(4)], (b, inputs) => {
    const consts = inputs.slice(0, 5);
    return emitScan(b, { length: 2, consts, carry: inputs.slice(5) }, (inner, [i, j, k, u, w, x]) => {
      const add = (sum: typeof x, at: typeof x, value: typeof x): NonNullable<typeof x> =>
        inner.one("scatterAdd", { batch: 0, mode }, [sum!, at!, value!]);
      const first = add(x, i, u);
      const second = add(first, k, w);
      const last = add(add(second, j, u), i, u);
      return [readBetween ? inner.one("add", {}, [last, second]) : last];
    });
  });
}

describe("mergeScatters", () => {
  it("makes one scatter of those over equally many indices, columns in order", () => {
    expect(print(mergeScatters(chain("drop", false)))).toMatchInlineSnapshot(`
      "graph (a: int32[2], b: int32[2], c: int32[3], d: float64[2], e: float64[3], f: float64[4]) {
        g: float64[4] = scan{length: 2, reverse: false, nConst: 5, nCarry: 1, yHistory: [], keep: auto} a b c d e f
          body (h: int32[2], i: int32[2], j: int32[3], k: float64[2], l: float64[3], m: float64[4]) {
            n: float64[4] = scatterAdd{batch: 0, mode: "drop"} m h k i k h k
            o: float64[4] = scatterAdd{batch: 0, mode: "drop"} n j l
            return o
          }
        return g
      }"
    `);
  });

  it("adds element by element, starting from the running sum", () => {
    const graph = graphOf([indices(2), indices(2), vector(2), vector(2), vector(1)], (b, [i, j, u, v, x]) =>
      emitScan(b, { length: 1, consts: [i!, j!, u!, v!], carry: [x!] }, (inner, [p, q, s, t, sum]) => {
        const once = inner.one("scatterAdd", { batch: 0, mode: "clip" }, [sum!, p!, s!]);
        return [inner.one("scatterAdd", { batch: 0, mode: "clip" }, [once, q!, t!])];
      }),
    );
    const at = arrayValue("int32", [2], Int32Array.of(0, 0));
    const f64 = (...values: number[]): ReturnType<typeof arrayValue> =>
      arrayValue("float64", [values.length], Float64Array.from(values));
    const run = (program: Graph): number[] => [
      ...asArray(interpret(program, [at, at, f64(1e16, 1), f64(-1e16, 1), f64(0.5)])[0]!).data,
    ];
    expect(run(graph)).toEqual([1]);
    expect(run(mergeScatters(graph))).toEqual([2]);
  });

  it("leaves a sum alone that something else reads, and scatters outside of loops", () => {
    const merged = print(mergeScatters(chain("clip", true)));
    expect(merged.match(/scatterAdd/g)).toHaveLength(3);
    const flat = graphOf([indices(2), vector(2), vector(4)], (b, [i, u, x]) => {
      const once = b.one("scatterAdd", { batch: 0, mode: "clip" }, [x!, i!, u!]);
      return b.one("scatterAdd", { batch: 0, mode: "clip" }, [once, i!, u!]);
    });
    expect(mergeScatters(flat)).toBe(flat);
  });
});
