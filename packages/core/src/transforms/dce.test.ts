import { describe, expect, it } from "@jest/globals";
import { print } from "../ir/print.js";
import { arrayType } from "../ir/types.js";
import { verify } from "../ir/verify.js";
import { dce, usedInputs } from "./dce.js";
import { emitScan, graphOf, scalar, vector } from "../testing/graphs/build.js";

describe("dce", () => {
  it("removes equations that no output needs, and outputs that are not wanted", () => {
    const graph = graphOf([scalar, scalar], (b, [x, y]) => {
      const sum = b.one("add", {}, [x!, y!]);
      return [sum, b.one("exp", {}, [b.one("mul", {}, [sum, y!])])];
    });
    const first = dce(graph, [true, false]);
    expect(print(first)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[]) {
        c: float64[] = add a b
        return c
      }"
    `);
    expect(dce(graph, [true, false])).toBe(first);
    expect(dce(first)).toBe(first);
    expect(dce(graph)).toBe(graph);
  });

  it("keeps checks, and loops that contain one", () => {
    const graph = graphOf([scalar], (b, [x]) => {
      emitScan(b, { length: 3, carry: [x!] }, (inner, [a]) => {
        inner.emit("check", { message: "finite" }, [inner.one("isFinite", {}, [a!])]);
        return [inner.one("exp", {}, [a!])];
      });
      emitScan(b, { length: 3, carry: [x!] }, (inner, [a]) => [inner.one("exp", {}, [a!])]);
      return x!;
    });
    expect(dce(graph).equations.map(({ op }) => op)).toEqual(["scan"]);
  });

  it("removes carries that only feed themselves, and what only they read", () => {
    const graph = graphOf([scalar, scalar, scalar, vector(3)], (b, [c, x, y, row]) => {
      const out = emitScan(
        b,
        { length: 3, consts: [c!], carry: [x!, y!], xs: [row!, row!], yHistory: [true, false] },
        (inner, [k, a, z, r, s]) => [
          inner.one("add", {}, [a!, r!]),
          inner.one("mul", {}, [inner.one("add", {}, [z!, s!]), k!]),
          a!,
          z!,
        ],
      );
      return out[0]!;
    });
    const smaller = dce(graph);
    verify(smaller);
    expect(print(smaller)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[], c: float64[], d: float64[3]) {
        e: float64[] = scan{length: 3, reverse: false, nConst: 0, nCarry: 1, yHistory: [], keep: auto} b d
          body (f: float64[], g: float64[]) {
            h: float64[] = add f g
            return h
          }
        return e
      }"
    `);
    expect(usedInputs(smaller)).toEqual([false, true, false, true]);
  });

  it("keeps the carries that an inverse needs", () => {
    const inverse = graphOf([scalar, scalar], (b, [p, q]) => [b.one("sub", {}, [p!, q!]), q!]);
    const graph = graphOf([scalar, scalar], (b, [x, y]) => {
      const keep = { kind: "inverse", body: inverse, tolerance: 1e-9 } as const;
      return emitScan(b, { length: 3, carry: [x!, y!], keep }, (inner, [p, q]) => [inner.one("exp", {}, [p!]), q!])[0]!;
    });
    expect(dce(graph)).toBe(graph);
  });

  it("keeps what the condition of a while reads", () => {
    const int = arrayType("int32", []);
    const graph = graphOf([scalar, scalar], (b, [x, y]) => {
      const cond = graphOf([int, scalar, scalar], (inner, [i]) =>
        inner.one("compare", { relation: "lt" }, [i!, inner.literal("int32", [], 4)]),
      );
      const body = graphOf([int, scalar, scalar], (inner, [i, p, q]) => [
        inner.one("add", {}, [i!, inner.literal("int32", [], 1)]),
        inner.one("exp", {}, [p!]),
        inner.one("sin", {}, [q!]),
        q!,
      ]);
      const params = { nCondConst: 0, nConst: 0, nCarry: 3, cond, body, keep: { kind: "auto" } } as const;
      return b.emit("while", params, [b.literal("int32", [], 0), x!, y!])[1]!;
    });
    const smaller = dce(graph);
    verify(smaller);
    expect(print(smaller)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[]) {
        c: int32[] = literal{type: int32[], value: 0}
        d: int32[], e: float64[], f: int32[] = while{nCondConst: 0, nConst: 0, nCarry: 2, keep: auto} c a
          cond (g: int32[], h: float64[]) {
            i: int32[] = literal{type: int32[], value: 4}
            j: bool[] = compare{relation: "lt"} g i
            return j
          }
          body (k: int32[], l: float64[]) {
            m: int32[] = literal{type: int32[], value: 1}
            n: int32[] = add k m
            o: float64[] = exp l
            return n, o
          }
        return e
      }"
    `);
  });

  it("drops outputs and operands of conditions and calls, and shares what stays", () => {
    const body = graphOf([scalar, scalar], (b, [x, y]) => [b.one("exp", {}, [x!]), b.one("sin", {}, [y!])]);
    const graph = graphOf([arrayType("bool", []), scalar, scalar], (b, [p, x, y]) => {
      const [a] = b.emit("call", { body, map: null }, [x!, y!]);
      const [c] = b.emit("call", { body, map: null }, [y!, x!]);
      const [d] = b.emit("cond", { branches: [body, body] }, [p!, x!, y!]);
      return [a!, c!, d!];
    });
    const smaller = dce(graph);
    verify(smaller);
    expect(print(smaller)).toMatchInlineSnapshot(`
      "graph (a: bool[], b: float64[], c: float64[]) {
        d: float64[] = call{map: null} b
          body (e: float64[]) {
            f: float64[] = exp e
            return f
          }
        g: float64[] = call{map: null} c
          body (e: float64[]) {
            f: float64[] = exp e
            return f
          }
        h: float64[] = cond a b
          branches.0 (e: float64[]) {
            f: float64[] = exp e
            return f
          }
          branches.1 (e: float64[]) {
            f: float64[] = exp e
            return f
          }
        return d, g, h
      }"
    `);
    const [first, second] = smaller.equations.map(({ params }) => (params as { body?: unknown }).body);
    expect(first).toBe(second);
  });
});
