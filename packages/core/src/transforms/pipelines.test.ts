import { describe, expect, it } from "@jest/globals";
import { print } from "../ir/print.js";
import type { Graph, Var } from "../ir/types.js";
import { arrayType } from "../ir/types.js";
import { runPasses } from "./pass.js";
import { afterDifferentiation, beforeDifferentiation } from "./pipelines.js";
import { emitScan, graphOf, vector } from "../testing/graphs/build.js";
import { vjp } from "./vjp.js";

const cells = 8;
const field = vector(cells);

/** u'' = c^2 u_xx by leapfrog, fixed at both ends by a mask, with the coefficient made in the step. */
const wave: Graph = graphOf([field, field], (b, [speed, start]) => {
  const out = emitScan(b, { length: 50, consts: [speed!], carry: [start!, start!] }, (inner, [c, before, now]) => {
    const place = inner.one("iota", { type: arrayType("int32", [cells]), axis: 0 }, []);
    const filled = (value: number): Var => inner.literal("float64", [cells], value);
    const after = inner.one("compare", { relation: "gt" }, [place, inner.literal("int32", [cells], 0)]);
    const until = inner.one("compare", { relation: "lt" }, [place, inner.literal("int32", [cells], cells - 1)]);
    const inside = inner.one("and", {}, [after, until]);
    const cut = (low: number, high: number): Var =>
      inner.one("slice", { start: [low], limit: [high], stride: [1] }, [now!]);
    const edge = inner.literal("float64", [1], 0);
    const left = inner.one("concatenate", { axis: 0 }, [edge, cut(0, cells - 1)]);
    const right = inner.one("concatenate", { axis: 0 }, [cut(1, cells), edge]);
    const twice = inner.one("mul", {}, [filled(2), now!]);
    const bend = inner.one("sub", {}, [inner.one("add", {}, [left, right]), twice]);
    const squared = inner.one("mul", {}, [inner.one("mul", {}, [c!, c!]), filled(0.25)]);
    const next = inner.one("add", {}, [inner.one("sub", {}, [twice, before!]), inner.one("mul", {}, [squared, bend])]);
    return [now!, inner.one("select", {}, [inside, next, filled(0)])];
  });
  return out[1]!;
});

describe("the pipelines", () => {
  const prepared = runPasses(beforeDifferentiation, wave, { verify: true });

  it("make a hoisted coefficient and views of a masked leapfrog step", () => {
    expect(print(prepared)).toMatchInlineSnapshot(`
      "graph (a: float64[8], b: float64[8]) {
        c: float64[8] = mul a a
        d: float64[8] = literal{type: float64[8], value: 0.25}
        e: float64[8] = mul c d
        f: float64[8], g: float64[8] = scan{length: 50, reverse: false, nConst: 1, nCarry: 2, yHistory: [], keep: auto} e b b
          body (h: float64[8], i: float64[8], j: float64[8]) {
            k: float64[8] = view{shape: [8], pieces: [{box: [[1, 8]], input: 0, index: [{axis: 0, stride: 1, offset: -1}]}]} j
            l: float64[8] = view{shape: [8], pieces: [{box: [[0, 7]], input: 0, index: [{axis: 0, stride: 1, offset: 1}]}]} j
            m: float64[8] = literal{type: float64[8], value: 2}
            n: float64[8] = mul j m
            o: float64[8] = add k l
            p: float64[8] = sub o n
            q: float64[8] = sub n i
            r: float64[8] = mul h p
            s: float64[8] = add q r
            t: float64[8] = view{shape: [8], pieces: [{box: [[1, 7]], input: 0, index: [{axis: 0, stride: 1, offset: 0}]}]} s
            return j, t
          }
        return g
      }"
    `);
  });

  it("store the older adjoint field as the newer one, and let the sums take its sign", () => {
    const gradient = vjp(prepared, [true, false]).graph;
    expect(print(runPasses(afterDifferentiation(), gradient, { verify: true }))).toMatchInlineSnapshot(`
      "graph (a: float64[8], b: float64[8], c: float64[8]) {
        d: float64[8] = mul a a
        e: float64[8] = add a a
        f: float64[8] = literal{type: float64[8], value: 0.25}
        g: float64[8] = mul d f
        h: float64[8], i: float64[8], j: history float64[8] = scan{length: 50, reverse: false, nConst: 1, nCarry: 2, yHistory: [true], keep: all} g b b
          body (k: float64[8], l: float64[8], m: float64[8]) {
            n: float64[8] = view{shape: [8], pieces: [{box: [[1, 8]], input: 0, index: [{axis: 0, stride: 1, offset: -1}]}]} m
            o: float64[8] = view{shape: [8], pieces: [{box: [[0, 7]], input: 0, index: [{axis: 0, stride: 1, offset: 1}]}]} m
            p: float64[8] = literal{type: float64[8], value: 2}
            q: float64[8] = mul m p
            r: float64[8] = add n o
            s: float64[8] = sub r q
            t: float64[8] = sub q l
            u: float64[8] = mul k s
            v: float64[8] = add t u
            w: float64[8] = view{shape: [8], pieces: [{box: [[1, 7]], input: 0, index: [{axis: 0, stride: 1, offset: 0}]}]} v
            return m, w, m
          }
        x: float64[8] = literal{type: float64[8], value: 0}
        y: float64[8] = literal{type: float64[8], value: -0}
        z: float64[8], aa: float64[8], ab: float64[8] = scan{length: 50, reverse: true, nConst: 1, nCarry: 3, yHistory: [], keep: all} g y c x j
          body (ac: float64[8], ad: float64[8], ae: float64[8], af: float64[8], ag: float64[8]) {
            ah: float64[8] = view{shape: [8], pieces: [{box: [[1, 7]], input: 0, index: [{axis: 0, stride: 1, offset: 0}]}]} ad
            ai: float64[8] = view{shape: [8], pieces: [{box: [[1, 8]], input: 0, index: [{axis: 0, stride: 1, offset: -1}]}]} ag
            aj: float64[8] = view{shape: [8], pieces: [{box: [[0, 7]], input: 0, index: [{axis: 0, stride: 1, offset: 1}]}]} ag
            ak: float64[8] = literal{type: float64[8], value: 2}
            al: float64[8] = mul ag ak
            am: float64[8] = add ai aj
            an: float64[8] = sub am al
            ao: float64[8] = view{shape: [8], pieces: [{box: [[1, 7]], input: 0, index: [{axis: 0, stride: 1, offset: 0}]}]} ae
            ap: float64[8] = mul ao ac
            aq: float64[8] = mul ao an
            ar: float64[8] = add af aq
            as: float64[8] = sub ao ap
            at: float64[8] = mul as ak
            au: float64[8] = sub at ah
            av: float64[8] = view{shape: [8], pieces: [{box: [[1, 8]], input: 0, index: [{axis: 0, stride: 1, offset: -1}]}]} ap
            aw: float64[8] = add au av
            ax: float64[8] = view{shape: [8], pieces: [{box: [[0, 7]], input: 0, index: [{axis: 0, stride: 1, offset: 1}]}]} ap
            ay: float64[8] = add aw ax
            return ae, ay, ar
          }
        az: float64[8] = mul ab f
        ba: float64[8] = mul az e
        return i, ba
      }"
    `);
  });

  it("return the Graph that they got where nothing is left to do", () => {
    expect(runPasses(beforeDifferentiation, prepared)).toBe(prepared);
    const done = runPasses(afterDifferentiation(), vjp(prepared, [true, false]).graph);
    expect(runPasses(afterDifferentiation(), done)).toBe(done);
  });
});
