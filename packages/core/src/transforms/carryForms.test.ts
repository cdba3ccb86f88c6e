import { describe, expect, it } from "@jest/globals";
import { interpret } from "../ir/interpret.js";
import { print } from "../ir/print.js";
import type { Equation, Graph } from "../ir/types.js";
import { sameBits } from "../ir/values.js";
import { verify } from "../ir/verify.js";
import { accessMaps } from "./accessMaps.js";
import { carryForms } from "./carryForms.js";
import { simplify } from "./simplify.js";
import { emitScan, graphOf, scalar, vector } from "../testing/graphs/build.js";
import { randomValues, seeded } from "../testing/graphs/randomGraph.js";

function expectSame(graph: Graph, changed: Graph): void {
  verify(changed);
  const values = randomValues(
    graph.inputs.map(({ type }) => type),
    seeded(7),
  );
  const after = interpret(changed, values);
  interpret(graph, values).forEach((value, k) => expect(sameBits(value, after[k]!)).toBe(true));
}

function rewritten(graph: Graph): Graph {
  const changed = simplify(accessMaps(carryForms(accessMaps(graph))));
  expectSame(graph, changed);
  expect(carryForms(changed)).toBe(changed);
  return changed;
}

describe("carryForms", () => {
  it.each([false, true])(
    "stores the negated other carry as that one, so that a sum takes the sign (reverse: %s)",
    (reverse) => {
      const graph = graphOf([scalar, scalar, vector(5)], (b, [x, y, row]) =>
        emitScan(b, { length: 5, reverse, carry: [x!, y!], xs: [row!] }, (inner, [a, z, r]) => [
          inner.one("neg", {}, [z!]),
          inner.one("add", {}, [inner.one("mul", {}, [z!, r!]), a!]),
        ]),
      );
      const changed = rewritten(graph);
      if (!reverse)
        expect(print(changed)).toMatchInlineSnapshot(`
          "graph (a: float64[], b: float64[], c: float64[5]) {
            d: float64[] = neg a
            e: float64[], f: float64[] = scan{length: 5, reverse: false, nConst: 0, nCarry: 2, yHistory: [], keep: auto} d b c
              body (g: float64[], h: float64[], i: float64[]) {
                j: float64[] = mul h i
                k: float64[] = sub j g
                return h, k
              }
            l: float64[] = neg e
            return l, f
          }"
        `);
      const [loop] = changed.equations.filter((equation) => equation.op === "scan") as Equation<"scan">[];
      expect(loop?.params.body.equations.map(({ op }) => op)).toEqual(["mul", "sub"]);
    },
  );

  it("stores a view that loses nothing as its source", () => {
    const graph = graphOf([vector(4), vector(4)], (b, [x, y]) =>
      emitScan(b, { length: 3, carry: [x!, y!] }, (inner, [a, z]) => [
        inner.one("neg", {}, [inner.one("reverse", { axes: [0] }, [z!])]),
        inner.one("add", {}, [a!, z!]),
      ]),
    );
    expect(print(rewritten(graph))).toMatchInlineSnapshot(`
      "graph (a: float64[4], b: float64[4]) {
        c: float64[4] = neg a
        d: float64[4] = view{shape: [4], pieces: [{box: [[0, 4]], input: 0, index: [{axis: 0, stride: -1, offset: 3}]}]} c
        e: float64[4], f: float64[4] = scan{length: 3, reverse: false, nConst: 0, nCarry: 2, yHistory: [], keep: auto} d b
          body (g: float64[4], h: float64[4]) {
            i: float64[4] = view{shape: [4], pieces: [{box: [[0, 4]], input: 0, index: [{axis: 0, stride: -1, offset: 3}]}]} g
            j: float64[4] = sub h i
            return h, j
          }
        k: float64[4] = view{shape: [4], pieces: [{box: [[0, 4]], input: 0, index: [{axis: 0, stride: -1, offset: 3}]}]} e
        l: float64[4] = neg k
        return l, f
      }"
    `);
  });

  it("stores a view with gaps where the start is zero, and leaves it where the start is not known", () => {
    const graphWith = (known: boolean): Graph =>
      graphOf([vector(4), vector(4)], (b, [x, y]) =>
        emitScan(b, { length: 3, carry: [known ? b.literal("float64", [4], 0) : x!, y!] }, (inner, [a, z]) => {
          const part = inner.one("slice", { start: [0], limit: [3], stride: [1] }, [z!]);
          const moved = inner.one("pad", { low: [1], high: [0], interior: [0], value: 0 }, [part]);
          return [moved, inner.one("mul", {}, [a!, z!])];
        }),
      );
    expect(print(rewritten(graphWith(true)))).toMatchInlineSnapshot(`
      "graph (a: float64[4], b: float64[4]) {
        c: float64[4] = literal{type: float64[4], value: 0}
        d: float64[4], e: float64[4] = scan{length: 3, reverse: false, nConst: 0, nCarry: 2, yHistory: [], keep: auto} c b
          body (f: float64[4], g: float64[4]) {
            h: float64[4] = view{shape: [4], pieces: [{box: [[1, 4]], input: 0, index: [{axis: 0, stride: 1, offset: -1}]}]} f
            i: float64[4] = mul h g
            return g, i
          }
        j: float64[4] = view{shape: [4], pieces: [{box: [[1, 4]], input: 0, index: [{axis: 0, stride: 1, offset: -1}]}]} d
        return j, e
      }"
    `);
    const unknown = accessMaps(graphWith(false));
    expect(carryForms(unknown)).toBe(unknown);
  });

  it("follows chains of carries, and lets an even cycle of signs vanish", () => {
    const graph = graphOf([scalar, scalar, scalar, scalar, scalar], (b, inputs) =>
      emitScan(b, { length: 4, carry: inputs }, (inner, [p, q, r, s, t]) => [
        inner.one("neg", {}, [q!]),
        inner.one("neg", {}, [r!]),
        inner.one("add", {}, [p!, inner.one("mul", {}, [q!, s!])]),
        inner.one("neg", {}, [t!]),
        inner.one("neg", {}, [s!]),
      ]),
    );
    expect(print(rewritten(graph))).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[], c: float64[], d: float64[], e: float64[]) {
        f: float64[] = neg b
        g: float64[] = neg d
        h: float64[], i: float64[], j: float64[], k: float64[], l: float64[] = scan{length: 4, reverse: false, nConst: 0, nCarry: 5, yHistory: [], keep: auto} a f c g e
          body (m: float64[], n: float64[], o: float64[], p: float64[], q: float64[]) {
            r: float64[] = mul n p
            s: float64[] = add m r
            return n, o, s, q, p
          }
        t: float64[] = neg i
        u: float64[] = neg k
        return h, t, j, u, l
      }"
    `);
  });

  it("leaves a cycle whose signs do not cancel, and a carry that changes its own sign", () => {
    const graph = graphOf([scalar, scalar, scalar], (b, inputs) =>
      emitScan(b, { length: 4, carry: inputs }, (inner, [p, q, r]) => [
        inner.one("neg", {}, [q!]),
        p!,
        inner.one("neg", {}, [r!]),
      ]),
    );
    expect(carryForms(graph)).toBe(graph);
  });

  it("records what is stored, and applies the rest where it is read", () => {
    const graph = graphOf([scalar, scalar], (b, [x, y]) => {
      const recorded = emitScan(b, { length: 3, carry: [x!, y!], yHistory: [true] }, (inner, [a, z]) => [
        inner.one("neg", {}, [z!]),
        inner.one("mul", {}, [a!, z!]),
        a!,
      ]);
      return emitScan(
        b,
        { length: 3, reverse: true, carry: [recorded[0]!], xs: [recorded[2]!] },
        (inner, [ct, entry]) => [inner.one("add", {}, [ct!, entry!])],
      );
    });
    expect(print(rewritten(graph))).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[]) {
        c: float64[] = neg a
        d: float64[], e: float64[], f: history float64[] = scan{length: 3, reverse: false, nConst: 0, nCarry: 2, yHistory: [true], keep: auto} c b
          body (g: float64[], h: float64[]) {
            i: float64[] = mul g h
            j: float64[] = neg i
            return h, j, g
          }
        k: float64[] = neg d
        l: float64[] = scan{length: 3, reverse: true, nConst: 0, nCarry: 1, yHistory: [], keep: auto} k f
          body (m: float64[], n: float64[]) {
            o: float64[] = sub m n
            return o
          }
        return l
      }"
    `);
  });

  it("changes the variable of an inverse along", () => {
    const inverse = graphOf([scalar, scalar], (b, [a, z]) => {
      const before = b.one("neg", {}, [a!]);
      return [b.one("sub", {}, [z!, before]), before];
    });
    const keep = { kind: "inverse", body: inverse, tolerance: 1e-9 } as const;
    const graph = graphOf([scalar, scalar], (b, [x, y]) =>
      emitScan(b, { length: 3, carry: [x!, y!], keep }, (inner, [a, z]) => [
        inner.one("neg", {}, [z!]),
        inner.one("add", {}, [a!, z!]),
      ]),
    );
    expect(print(rewritten(graph))).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[]) {
        c: float64[] = neg a
        d: float64[], e: float64[] = scan{length: 3, reverse: false, nConst: 0, nCarry: 2, yHistory: [], keep: inverse(tolerance: 1e-9)} c b
          body (f: float64[], g: float64[]) {
            h: float64[] = sub g f
            return g, h
          }
          keep.body (i: float64[], j: float64[]) {
            k: float64[] = sub j i
            l: float64[] = neg k
            return l, i
          }
        m: float64[] = neg d
        return m, e
      }"
    `);
  });
});
