import { describe, expect, it } from "@jest/globals";
import { print } from "../ir/print.js";
import { arrayType } from "../ir/types.js";
import { verify } from "../ir/verify.js";
import { hoist } from "./hoist.js";
import { emitScan, graphOf, scalar, vector } from "../testing/graphs/build.js";

describe("hoist", () => {
  it("makes a constant of what is the same at every step; the loop reads its source no more", () => {
    const graph = graphOf([vector(4), vector(4)], (b, [speed, x]) =>
      emitScan(b, { length: 3, consts: [speed!], carry: [x!] }, (inner, [c, u]) => {
        const squared = inner.one("mul", {}, [c!, c!]);
        const scaled = inner.one("mul", {}, [squared, inner.literal("float64", [4], 0.5)]);
        return [inner.one("mul", {}, [scaled, u!])];
      }),
    );
    const moved = hoist(graph);
    verify(moved);
    expect(print(moved)).toMatchInlineSnapshot(`
      "graph (a: float64[4], b: float64[4]) {
        c: float64[4] = mul a a
        d: float64[4] = literal{type: float64[4], value: 0.5}
        e: float64[4] = mul c d
        f: float64[4] = scan{length: 3, reverse: false, nConst: 1, nCarry: 1, yHistory: [], keep: auto} e b
          body (g: float64[4], h: float64[4]) {
            i: float64[4] = mul g h
            return i
          }
        return f
      }"
    `);
    expect(hoist(moved)).toBe(moved);
  });

  it("leaves cheap things inside: literals, indices, repeated scalars, reads at other places", () => {
    const graph = graphOf([vector(4), scalar, vector(4)], (b, [c, s, x]) =>
      emitScan(b, { length: 3, consts: [c!, s!], carry: [x!] }, (inner, [k, t, u]) => {
        const index = inner.one("iota", { type: vector(4), axis: 0 }, []);
        const everywhere = inner.one("broadcast", { shape: [4], axes: [] }, [t!]);
        const turned = inner.one("reverse", { axes: [0] }, [k!]);
        return [[index, everywhere, turned].reduce((sum, term) => inner.one("add", {}, [sum, term]), u!)];
      }),
    );
    expect(hoist(graph)).toBe(graph);
  });

  it("moves out of nested loops as far as possible, and copies the cheap things that go along", () => {
    const graph = graphOf([scalar, vector(4)], (b, [s, x]) =>
      emitScan(b, { length: 3, consts: [s!], carry: [x!] }, (outer, [t, u]) =>
        emitScan(outer, { length: 2, consts: [t!, u!], carry: [u!] }, (inner, [r, w, v]) => {
          const everywhere = inner.one("broadcast", { shape: [4], axes: [] }, [r!]);
          const both = inner.one("mul", {}, [inner.one("exp", {}, [everywhere]), inner.one("sin", {}, [w!])]);
          return [inner.one("add", {}, [inner.one("mul", {}, [both, v!]), everywhere])];
        }),
      ),
    );
    const moved = hoist(graph);
    verify(moved);
    expect(print(moved)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[4]) {
        c: float64[4] = broadcast{shape: [4], axes: []} a
        d: float64[4] = exp c
        e: float64[4] = scan{length: 3, reverse: false, nConst: 2, nCarry: 1, yHistory: [], keep: auto} a d b
          body (f: float64[], g: float64[4], h: float64[4]) {
            i: float64[4] = sin h
            j: float64[4] = mul g i
            k: float64[4] = scan{length: 2, reverse: false, nConst: 2, nCarry: 1, yHistory: [], keep: auto} f j h
              body (l: float64[], m: float64[4], n: float64[4]) {
                o: float64[4] = broadcast{shape: [4], axes: []} l
                p: float64[4] = mul m n
                q: float64[4] = add p o
                return q
              }
            return k
          }
        return e
      }"
    `);
  });

  it("never moves checks, nor what makes a History, nor a while out of a loop that may not run", () => {
    const int = arrayType("int32", []);
    const graph = graphOf([int, scalar, scalar], (b, [trips, c, x]) => {
      const body = graphOf([scalar, scalar], (inner, [k, u]) => {
        inner.emit("check", { message: "positive" }, [
          inner.one("compare", { relation: "gt" }, [k!, inner.literal("float64", [], 0)]),
        ]);
        const half = graphOf([scalar], (w, [v]) => w.one("mul", {}, [v!, w.literal("float64", [], 0.5)]));
        const large = graphOf([scalar], (w, [v]) =>
          w.one("compare", { relation: "gt" }, [v!, w.literal("float64", [], 1)]),
        );
        const params = {
          nCondConst: 0,
          nConst: 0,
          nCarry: 1,
          cond: large,
          body: half,
          keep: { kind: "auto" },
        } as const;
        const [small] = inner.emit("while", params, [k!]);
        const recorded = emitScan(inner, { length: 2, carry: [k!], yHistory: [true] }, (w, [v]) => [
          w.one("exp", {}, [v!]),
          v!,
        ]);
        const read = emitScan(inner, { length: 2, reverse: true, carry: [small!], xs: [recorded[1]!] }, (w, [v, e]) => [
          w.one("mul", {}, [v!, e!]),
        ]);
        return inner.one("add", {}, [u!, read[0]!]);
      });
      const params = {
        length: null,
        reverse: false,
        nConst: 1,
        nCarry: 1,
        yHistory: [],
        body,
        keep: { kind: "auto" },
      } as const;
      return b.emit("scan", params, [trips!, c!, x!]);
    });
    // The comparison under the check is invariant, and does move.
    const moved = hoist(graph);
    verify(moved);
    expect(print(moved)).toMatchInlineSnapshot(`
      "graph (a: int32[], b: float64[], c: float64[]) {
        d: float64[] = literal{type: float64[], value: 0}
        e: bool[] = compare{relation: "gt"} b d
        f: float64[] = scan{length: null, reverse: false, nConst: 2, nCarry: 1, yHistory: [], keep: auto} a b e c
          body (g: float64[], h: bool[], i: float64[]) {
            check{message: "positive"} h
            j: float64[], k: int32[] = while{nCondConst: 0, nConst: 0, nCarry: 1, keep: auto} g
              cond (l: float64[]) {
                m: float64[] = literal{type: float64[], value: 1}
                n: bool[] = compare{relation: "gt"} l m
                return n
              }
              body (o: float64[]) {
                p: float64[] = literal{type: float64[], value: 0.5}
                q: float64[] = mul o p
                return q
              }
            r: float64[], s: history float64[] = scan{length: 2, reverse: false, nConst: 0, nCarry: 1, yHistory: [true], keep: auto} g
              body (t: float64[]) {
                u: float64[] = exp t
                return u, t
              }
            v: float64[] = scan{length: 2, reverse: true, nConst: 0, nCarry: 1, yHistory: [], keep: auto} j s
              body (w: float64[], x: float64[]) {
                y: float64[] = mul w x
                return y
              }
            z: float64[] = add i v
            return z
          }
        return f
      }"
    `);
  });

  it("moves what is equal for all elements out of a mapped body", () => {
    const body = graphOf([scalar, scalar], (b, [x, c]) => b.one("mul", {}, [x!, b.one("exp", {}, [c!])]));
    const graph = graphOf([vector(3), scalar], (b, [x, c]) =>
      b.emit("call", { body, map: { size: 3, mapped: [true, false] } }, [x!, c!]),
    );
    const moved = hoist(graph);
    verify(moved);
    expect(print(moved)).toMatchInlineSnapshot(`
      "graph (a: float64[3], b: float64[]) {
        c: float64[] = exp b
        d: float64[3] = call{map: {size: 3, mapped: [true, false]}} a c
          body (e: float64[], f: float64[]) {
            g: float64[] = mul e f
            return g
          }
        return d
      }"
    `);
  });
});
