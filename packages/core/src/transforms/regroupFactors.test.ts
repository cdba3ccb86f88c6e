import { describe, expect, it } from "@jest/globals";
import { interpret } from "../ir/interpret.js";
import { print } from "../ir/print.js";
import type { ArrayType, Graph, Var } from "../ir/types.js";
import type { Builder } from "../ir/builder.js";
import { arrayType } from "../ir/types.js";
import { arrayValue } from "../ir/values.js";
import { verify } from "../ir/verify.js";
import { asArray } from "../testing/arrays.js";
import { emitScan, graphOf, scalar, vector } from "../testing/graphs/build.js";
import { runPasses } from "./pass.js";
import { hoistPass } from "./hoist.js";
import { regroupFactors, regroupFactorsPass } from "./regroupFactors.js";
import { simplifyPass } from "./simplify.js";

type Step = (b: Builder, consts: readonly Var[], carry: readonly Var[]) => readonly Var[];

/** A loop of three steps over constants and carries of the given types. */
function loop(consts: readonly ArrayType[], carry: readonly ArrayType[], step: Step): Graph {
  return graphOf([...consts, ...carry], (b, inputs) => {
    const [outer, init] = [inputs.slice(0, consts.length), inputs.slice(consts.length)];
    return emitScan(b, { length: 3, consts: outer, carry: init }, (inner, vars) =>
      step(inner, vars.slice(0, consts.length), vars.slice(consts.length)),
    );
  });
}

/** The loop after the pass and what moves its constants out. */
function regrouped(graph: Graph): string {
  const changed = runPasses([regroupFactorsPass, simplifyPass, hoistPass], graph, { verify: true });
  return print(changed);
}

const mul = (b: Builder, x: Var, y: Var): Var => b.one("mul", {}, [x, y]);
const div = (b: Builder, x: Var, y: Var): Var => b.one("div", {}, [x, y]);

describe("regroupFactors", () => {
  it("multiplies by the reciprocal of a divisor that stays the same", () => {
    const graph = loop([scalar], [scalar], (b, [c], [x]) => [div(b, x!, c!)]);
    expect(regrouped(graph)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[]) {
        c: float64[] = literal{type: float64[], value: 1}
        d: float64[] = div c a
        e: float64[] = scan{length: 3, reverse: false, nConst: 1, nCarry: 1, yHistory: [], keep: auto} d b
          body (f: float64[], g: float64[]) {
            h: float64[] = mul g f
            return h
          }
        return e
      }"
    `);
  });

  it("makes one factor of all that stay the same, between others too, and one reciprocal of what divides", () => {
    const graph = loop([scalar, scalar], [scalar, scalar], (b, [c, d], [x, y]) => {
      const two = b.literal("float64", [], 2);
      const p = mul(b, mul(b, x!, c!), two);
      return [div(b, mul(b, p, y!), d!), div(b, mul(b, c!, d!), y!)];
    });
    expect(regrouped(graph)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[], c: float64[], d: float64[]) {
        e: float64[] = literal{type: float64[], value: 2}
        f: float64[] = mul a e
        g: float64[] = div f b
        h: float64[] = mul a b
        i: float64[], j: float64[] = scan{length: 3, reverse: false, nConst: 2, nCarry: 2, yHistory: [], keep: auto} g h c d
          body (k: float64[], l: float64[], m: float64[], n: float64[]) {
            o: float64[] = mul m n
            p: float64[] = literal{type: float64[], value: 1}
            q: float64[] = mul o k
            r: float64[] = div p n
            s: float64[] = mul r l
            return q, s
          }
        return i, j
      }"
    `);
  });

  it("multiplies what is repeated along an axis before it is repeated", () => {
    const matrix = arrayType("float64", [4, 2]);
    const graph = loop([scalar], [vector(4), matrix], (b, [c], [s, x]) => {
      const rows = b.one("broadcast", { shape: [4, 2], axes: [0] }, [s!]);
      const all = b.one("broadcast", { shape: [4, 2], axes: [] }, [c!]);
      return [s!, mul(b, mul(b, all, div(b, x!, rows)), rows)];
    });
    expect(regrouped(graph)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[4], c: float64[4,2]) {
        d: float64[4] = literal{type: float64[4], value: 1}
        e: float64[4] = div d b
        f: float64[4] = broadcast{shape: [4], axes: []} a
        g: float64[4] = mul e b
        h: float64[4] = mul g f
        i: float64[4,2] = scan{length: 3, reverse: false, nConst: 1, nCarry: 1, yHistory: [], keep: auto} h c
          body (j: float64[4], k: float64[4,2]) {
            l: float64[4,2] = broadcast{shape: [4, 2], axes: [0]} j
            m: float64[4,2] = mul l k
            return m
          }
        return b, i
      }"
    `);
  });

  it("takes a factor that is the same along the summed axes out of a sum, and a common one out of a difference", () => {
    const matrix = arrayType("float64", [4, 2]);
    const graph = loop([scalar], [vector(4), matrix], (b, [c], [s, x]) => {
      const rows = b.one("broadcast", { shape: [4, 2], axes: [0] }, [s!]);
      const each = b.one("broadcast", { shape: [4], axes: [] }, [c!]);
      const total = b.one("reduceSum", { axes: [1] }, [mul(b, rows, x!)]);
      return [b.one("sub", {}, [mul(b, total, each), mul(b, s!, each)]), x!];
    });
    expect(regrouped(graph)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[4], c: float64[4,2]) {
        d: float64[4] = reduceSum{axes: [1]} c
        e: float64[4] = scan{length: 3, reverse: false, nConst: 2, nCarry: 1, yHistory: [], keep: auto} a d b
          body (f: float64[], g: float64[4], h: float64[4]) {
            i: float64[4] = mul g h
            j: float64[4] = broadcast{shape: [4], axes: []} f
            k: float64[4] = sub i h
            l: float64[4] = mul k j
            return l
          }
        return e, c
      }"
    `);
  });

  it("leaves products alone whose order costs the same, and everything outside of loops", () => {
    const graph = loop([scalar], [scalar, scalar], (b, [c], [x, y]) => [mul(b, mul(b, x!, c!), y!), div(b, x!, y!)]);
    expect(regroupFactors(graph)).toBe(graph);
    const flat = graphOf([scalar, scalar], (b, [x, y]) => div(b, div(b, x!, y!), b.literal("float64", [], 3)));
    expect(regroupFactors(flat)).toBe(flat);
  });

  it("decides by the factors alone: what is not used changes no bits of the rest", () => {
    const make = (used: boolean): Graph =>
      loop([scalar, scalar], [scalar, scalar], (b, [c, d], [x, y]) => {
        const p = mul(b, x!, c!);
        const q = mul(b, mul(b, p, y!), d!);
        return [q, used ? b.one("sin", {}, [p]) : y!];
      });
    const next = (graph: Graph): string[] => {
      const [scan] = regroupFactors(graph).equations;
      if (scan === undefined || !("body" in scan.params)) return [];
      const { body } = scan.params as { readonly body: Graph };
      const makers = new Map(body.equations.map((equation) => [equation.outputs[0], equation]));
      const text = (variable: Var | undefined): string => {
        const maker = variable === undefined ? undefined : makers.get(variable);
        if (maker === undefined) return `input ${body.inputs.findIndex((input) => input === variable)}`;
        return `${maker.op}(${maker.inputs.map(text).join(", ")})`;
      };
      return [text(body.outputs[0])];
    };
    expect(next(make(true))).toEqual(next(make(false)));
  });

  it("keeps infinities and NaN where all factors are in range", () => {
    const graph = loop([scalar, scalar], [vector(6)], (b, [c, d], [x]) => {
      const [p, q] = [c!, d!].map((v) => b.one("broadcast", { shape: [6], axes: [] }, [v]));
      return [div(b, mul(b, x!, p!), q!)];
    });
    const changed = regroupFactors(graph);
    verify(changed);
    const xs = Float64Array.of(0, -0, 1, Infinity, -Infinity, NaN);
    for (const [c, d] of [
      [2, 3],
      [0, 3],
      [2, 0],
      [Infinity, 3],
      [NaN, 1],
    ] as const) {
      const inputs = [
        arrayValue("float64", [], Float64Array.of(c)),
        arrayValue("float64", [], Float64Array.of(d)),
        arrayValue("float64", [6], xs),
      ];
      const [before, after] = [graph, changed].map((program) => [...asArray(interpret(program, inputs)[0]!).data]);
      after!.forEach((value, i) => {
        const expected = before![i]!;
        expect(Number.isFinite(value)).toBe(Number.isFinite(expected));
        if (Number.isFinite(expected))
          expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-15 * Math.abs(expected));
        else expect(value).toBe(expected);
      });
    }
  });
});
