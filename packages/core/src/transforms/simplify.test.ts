import { describe, expect, it } from "@jest/globals";
import type { Builder } from "../ir/builder.js";
import { interpret } from "../ir/interpret.js";
import { print } from "../ir/print.js";
import type { ArrayType, BinaryName, Var } from "../ir/types.js";
import { arrayType } from "../ir/types.js";
import { sameBits, scalarValue } from "../ir/values.js";
import { verify } from "../ir/verify.js";
import { simplify } from "./simplify.js";
import { emitScan, graphOf, scalar, vector } from "../testing/graphs/build.js";

/** The simplified program of one output as an expression of its inputs x and y. */
function expression(make: (b: Builder, x: Var, y: Var) => Var, type: ArrayType = scalar): string {
  const graph = simplify(graphOf([type, type], (b, [x, y]) => make(b, x!, y!)));
  const names = new Map<Var, string>(graph.inputs.map((input, i) => [input, i === 0 ? "x" : "y"]));
  for (const { op, params, inputs, outputs } of graph.equations) {
    const operands = inputs.map((input) => names.get(input) ?? "?");
    const value = (params as { readonly value?: number }).value;
    const literal = Object.is(value, -0) ? "-0" : String(value);
    names.set(outputs[0] as Var, op === "literal" ? literal : `${op}(${operands.join(", ")})`);
  }
  return names.get(graph.outputs[0] as Var) ?? "?";
}

const neg = (b: Builder, x: Var): Var => b.one("neg", {}, [x]);
const op = (b: Builder, name: BinaryName, x: Var, y: Var): Var => b.one(name, {}, [x, y]);
const lit = (b: Builder, value: number, type: ArrayType = scalar): Var => b.literal(type.dtype, type.shape, value);

describe("algebra that holds to the bit", () => {
  it.each<[string, string, (b: Builder, x: Var, y: Var) => Var]>([
    ["-(-x)", "x", (b, x) => neg(b, neg(b, x))],
    ["x + -0", "x", (b, x) => op(b, "add", x, lit(b, -0))],
    ["x - 0", "x", (b, x) => op(b, "sub", x, lit(b, 0))],
    ["-0 - x", "neg(x)", (b, x) => op(b, "sub", lit(b, -0), x)],
    ["x + -y", "sub(x, y)", (b, x, y) => op(b, "add", x, neg(b, y))],
    ["-x + y", "sub(y, x)", (b, x, y) => op(b, "add", neg(b, x), y)],
    ["x - -y", "add(x, y)", (b, x, y) => op(b, "sub", x, neg(b, y))],
    ["-x * -y", "mul(x, y)", (b, x, y) => op(b, "mul", neg(b, x), neg(b, y))],
    ["y + (-x) * y", "sub(y, mul(x, y))", (b, x, y) => op(b, "add", y, op(b, "mul", neg(b, x), y))],
    ["y - y / -x", "add(y, div(y, x))", (b, x, y) => op(b, "sub", y, op(b, "div", y, neg(b, x)))],
    ["1 * x", "x", (b, x) => op(b, "mul", lit(b, 1), x)],
    ["x * -1", "neg(x)", (b, x) => op(b, "mul", x, lit(b, -1))],
    ["2 * x", "mul(x, 2)", (b, x) => op(b, "mul", lit(b, 2), x)],
    ["x / 1", "x", (b, x) => op(b, "div", x, lit(b, 1))],
    ["x / 8", "mul(x, 0.125)", (b, x) => op(b, "div", x, lit(b, 8))],
    ["2 + 3", "5", (b) => op(b, "add", lit(b, 2), lit(b, 3))],
    ["max(x, x)", "x", (b, x) => op(b, "max", x, x)],
    ["|-x|", "abs(x)", (b, x) => b.one("abs", {}, [neg(b, x)])],
  ])("%s is %s", (_text, result, make) => {
    expect(expression(make)).toBe(result);
  });

  it.each<[string, string, (b: Builder, x: Var, y: Var) => Var]>([
    ["x + 0, for -0", "add(x, 0)", (b, x) => op(b, "add", x, lit(b, 0))],
    ["x * 0, for NaN", "mul(x, 0)", (b, x) => op(b, "mul", x, lit(b, 0))],
    ["x - x, for NaN", "sub(x, x)", (b, x) => op(b, "sub", x, x)],
    ["-(x - y), for equal ones", "neg(sub(x, y))", (b, x, y) => neg(b, op(b, "sub", x, y))],
    ["0 - x, for +0", "sub(0, x)", (b, x) => op(b, "sub", lit(b, 0), x)],
    ["x / 3", "div(x, 3)", (b, x) => op(b, "div", x, lit(b, 3))],
    ["x / 2^1023", `div(x, ${2 ** 1023})`, (b, x) => op(b, "div", x, lit(b, 2 ** 1023))],
  ])("leaves %s", (_text, result, make) => {
    expect(expression(make)).toBe(result);
  });

  it("has more rules for integers", () => {
    const int = arrayType("int32", []);
    expect(expression((b, x) => op(b, "add", x, lit(b, 0, int)), int)).toBe("x");
    expect(expression((b, x) => op(b, "mul", lit(b, 0, int), x), int)).toBe("0");
    expect(expression((b, x) => op(b, "sub", x, x), int)).toBe("0");
    expect(expression((b, x, y) => b.one("not", {}, [b.one("compare", { relation: "lt" }, [x, y])]), int)).toBe(
      "compare(x, y)",
    );
  });

  it("turns comparisons around only where NaN cannot tell", () => {
    const not = (relation: "lt" | "eq"): string =>
      expression((b, x, y) => b.one("not", {}, [b.one("compare", { relation }, [x, y])]));
    expect(not("eq")).toBe("compare(x, y)");
    expect(not("lt")).toBe("not(compare(x, y))");
  });

  it("gives the bits that the rules replace", () => {
    const values = [0, -0, 1, -1, 3, NaN, Infinity, -Infinity, 5e-324, -5e-324, 1e308];
    for (const name of ["add", "sub", "mul", "div"] as const) {
      for (const signs of [0, 1, 2, 3, 4, 5, 6, 7]) {
        const graph = graphOf([scalar, scalar], (b, [x, y]) => {
          const sum = op(b, name, signs & 1 ? neg(b, x!) : x!, signs & 2 ? neg(b, y!) : y!);
          return [op(b, "sub", x!, signs & 4 ? neg(b, sum) : sum), op(b, "div", sum, lit(b, -4))];
        });
        const changed = simplify(graph);
        for (const x of values) {
          for (const y of values) {
            const inputs = [scalarValue("float64", x), scalarValue("float64", y)];
            const after = interpret(changed, inputs);
            interpret(graph, inputs).forEach((value, k) => expect(sameBits(value, after[k]!)).toBe(true));
          }
        }
      }
    }
  });

  it("selects with known or inverted conditions, and takes signs out", () => {
    const graph = graphOf([arrayType("bool", []), scalar, scalar], (b, [p, x, y]) => {
      const select = (c: Var, a: Var, z: Var): Var => b.one("select", {}, [c, a, z]);
      return [
        select(b.literal("bool", [], 1), x!, y!),
        select(b.one("not", {}, [p!]), x!, y!),
        select(p!, select(p!, x!, y!), y!),
        select(p!, neg(b, x!), neg(b, y!)),
        select(p!, x!, x!),
      ];
    });
    expect(print(simplify(graph))).toMatchInlineSnapshot(`
      "graph (a: bool[], b: float64[], c: float64[]) {
        d: float64[] = select a c b
        e: float64[] = select a b c
        f: float64[] = select a b c
        g: float64[] = neg f
        return b, d, e, g, b
      }"
    `);
  });

  it("computes with repeated scalars once, and keeps filled arrays filled", () => {
    const graph = graphOf([scalar], (b, [s]) => {
      const everywhere = b.one("broadcast", { shape: [5], axes: [] }, [s!]);
      const filled = b.one("reverse", { axes: [0] }, [b.one("broadcast", { shape: [5], axes: [] }, [lit(b, 3)])]);
      return [b.one("exp", {}, [op(b, "mul", everywhere, filled)]), b.one("sqrt", {}, [op(b, "add", filled, filled)])];
    });
    expect(print(simplify(graph))).toMatchInlineSnapshot(`
      "graph (a: float64[]) {
        b: float64[] = literal{type: float64[], value: 3}
        c: float64[] = mul a b
        d: float64[] = exp c
        e: float64[5] = broadcast{shape: [5], axes: []} d
        f: float64[5] = literal{type: float64[5], value: 2.449489742783178}
        return e, f
      }"
    `);
  });

  it("converts and reshapes no more than needed", () => {
    const graph = graphOf([arrayType("float32", [2, 3])], (b, [x]) => {
      const wide = b.one("convert", { dtype: "float64" }, [x!]);
      const flat = b.one("reshape", { shape: [6] }, [x!]);
      return [
        b.one("convert", { dtype: "float32" }, [wide]),
        b.one("convert", { dtype: "int32" }, [b.one("convert", { dtype: "int32" }, [x!])]),
        b.one("reshape", { shape: [2, 3] }, [flat]),
        b.one("reshape", { shape: [3, 2] }, [flat]),
      ];
    });
    expect(print(simplify(graph))).toMatchInlineSnapshot(`
      "graph (a: float32[2,3]) {
        b: int32[2,3] = convert{dtype: "int32"} a
        c: float32[3,2] = reshape{shape: [3, 2]} a
        return a, b, a, c
      }"
    `);
  });
});

describe("loops, simplified as such", () => {
  it("makes constants of carries that do not change, and makes literals inside", () => {
    const graph = graphOf([scalar, scalar, scalar], (b, [x, y, z]) =>
      emitScan(b, { length: 4, consts: [lit(b, 2), y!, y!], carry: [x!, z!, z!] }, (inner, [two, k, l, p, q, r]) => [
        op(
          inner,
          "add",
          op(inner, "mul", two!, p!),
          op(inner, "mul", k!, op(inner, "add", l!, op(inner, "mul", q!, r!))),
        ),
        q!,
        r!,
      ]),
    );
    const simpler = simplify(graph);
    verify(simpler);
    expect(print(simpler)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[], c: float64[]) {
        d: float64[] = scan{length: 4, reverse: false, nConst: 2, nCarry: 1, yHistory: [], keep: auto} b c a
          body (e: float64[], f: float64[], g: float64[]) {
            h: float64[] = literal{type: float64[], value: 2}
            i: float64[] = mul g h
            j: float64[] = mul f f
            k: float64[] = add e j
            l: float64[] = mul e k
            m: float64[] = add i l
            return m
          }
        return d, c, c
      }"
    `);
  });

  it("merges carries that start and go on alike", () => {
    const graph = graphOf([scalar, scalar], (b, [x, c]) =>
      emitScan(b, { length: 4, consts: [c!], carry: [x!, x!, x!] }, (inner, [k, p, q, r]) => [
        op(inner, "mul", inner.one("sin", {}, [p!]), k!),
        op(inner, "mul", k!, inner.one("sin", {}, [q!])),
        inner.one("cos", {}, [r!]),
      ]),
    );
    const simpler = simplify(graph);
    verify(simpler);
    expect(print(simpler)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[]) {
        c: float64[], d: float64[] = scan{length: 4, reverse: false, nConst: 1, nCarry: 2, yHistory: [], keep: auto} b a a
          body (e: float64[], f: float64[], g: float64[]) {
            h: float64[] = sin f
            i: float64[] = mul h e
            j: float64[] = cos g
            return i, j
          }
        return c, c, d
      }"
    `);
  });

  it("merges equal xs, and those whose rows are equal become constants", () => {
    const graph = graphOf([vector(3), arrayType("float64", [3, 2]), vector(2)], (b, [x, m, row]) => {
      const rows = b.one("broadcast", { shape: [3, 2], axes: [1] }, [row!]);
      const zeros = b.literal("float64", [3, 2], 0);
      return emitScan(b, { length: 3, carry: [row!], xs: [m!, m!, rows, zeros] }, (inner, [a, p, q, r, z]) => [
        [p!, q!, r!, z!].reduce((sum, term) => op(inner, "sub", sum, term), a!),
      ]).concat(x!);
    });
    const simpler = simplify(graph);
    verify(simpler);
    expect(print(simpler)).toMatchInlineSnapshot(`
      "graph (a: float64[3], b: float64[3,2], c: float64[2]) {
        d: float64[2] = scan{length: 3, reverse: false, nConst: 1, nCarry: 1, yHistory: [], keep: auto} c c b
          body (e: float64[2], f: float64[2], g: float64[2]) {
            h: float64[2] = sub f g
            i: float64[2] = sub h g
            j: float64[2] = sub i e
            return j
          }
        return d, a
      }"
    `);
  });

  it("takes outputs that do not vary, or that are xs, from outside", () => {
    const graph = graphOf([vector(3), scalar, scalar], (b, [row, c, x]) =>
      emitScan(
        b,
        { length: 3, consts: [c!], carry: [x!], xs: [row!], yHistory: [false, false, false, false, false] },
        (inner, [k, a, r]) => {
          const next = op(inner, "add", a!, r!);
          return [next, k!, lit(inner, 7), r!, next, next];
        },
      ),
    );
    const simpler = simplify(graph);
    verify(simpler);
    expect(print(simpler)).toMatchInlineSnapshot(`
      "graph (a: float64[3], b: float64[], c: float64[]) {
        d: float64[3] = broadcast{shape: [3], axes: []} b
        e: float64[3] = literal{type: float64[3], value: 7}
        f: float64[], g: float64[3] = scan{length: 3, reverse: false, nConst: 0, nCarry: 1, yHistory: [false], keep: auto} c a
          body (h: float64[], i: float64[]) {
            j: float64[] = add h i
            return j, j
          }
        return f, d, e, a, g, g
      }"
    `);
  });

  it("reads no History of what is known outside", () => {
    const graph = graphOf([scalar, scalar, vector(3)], (b, [c, x, row]) => {
      const recorded = emitScan(
        b,
        { length: 3, consts: [c!], carry: [x!], xs: [row!], yHistory: [true, true, true, true] },
        (inner, [k, a, r]) => [op(inner, "mul", a!, k!), a!, k!, r!, lit(inner, 2)],
      );
      return emitScan(
        b,
        { length: 3, reverse: true, carry: [x!], xs: recorded.slice(1) },
        (inner, [ct, ...entries]) => [entries.reduce((sum, entry) => op(inner, "sub", sum, entry), ct!)],
      );
    });
    const simpler = simplify(graph);
    verify(simpler);
    expect(print(simpler)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[], c: float64[3]) {
        d: float64[], e: history float64[] = scan{length: 3, reverse: false, nConst: 1, nCarry: 1, yHistory: [true], keep: auto} a b
          body (f: float64[], g: float64[]) {
            h: float64[] = mul g f
            return h, g
          }
        i: float64[] = scan{length: 3, reverse: true, nConst: 1, nCarry: 1, yHistory: [], keep: auto} a b e c
          body (j: float64[], k: float64[], l: float64[], m: float64[]) {
            n: float64[] = literal{type: float64[], value: 2}
            o: float64[] = sub k l
            p: float64[] = sub o j
            q: float64[] = sub p m
            r: float64[] = sub q n
            return r
          }
        return i
      }"
    `);
  });

  it("runs no loop of no step, and knows trips that are literals", () => {
    const body = graphOf([scalar], (b, [a]) => b.one("exp", {}, [a!]));
    const graph = graphOf([scalar], (b, [x]) => {
      const none = emitScan(b, { length: 0, carry: [x!], yHistory: [false] }, (inner, [a]) => [
        inner.one("exp", {}, [a!]),
        a!,
      ]);
      const params = {
        length: null,
        reverse: false,
        nConst: 0,
        nCarry: 1,
        yHistory: [],
        body,
        keep: { kind: "auto" },
      } as const;
      return [...none, ...b.emit("scan", params, [b.literal("int32", [], 6), x!])];
    });
    const simpler = simplify(graph);
    verify(simpler);
    expect(print(simpler)).toMatchInlineSnapshot(`
      "graph (a: float64[]) {
        b: float64[0] = literal{type: float64[0], value: 0}
        c: float64[] = scan{length: 6, reverse: false, nConst: 0, nCarry: 1, yHistory: [], keep: auto} a
          body (d: float64[]) {
            e: float64[] = exp d
            return e
          }
        return a, b, c
      }"
    `);
  });

  it("changes the inverse of a loop along with its body", () => {
    const inverse = graphOf([scalar, scalar, scalar, scalar], (b, [k, p, q, c]) => [
      op(b, "div", op(b, "sub", p!, q!), op(b, "mul", k!, c!)),
      q!,
      c!,
    ]);
    const keep = { kind: "inverse", body: inverse, tolerance: 1e-9 } as const;
    const graph = graphOf([scalar, scalar], (b, [x, y]) =>
      emitScan(b, { length: 4, consts: [lit(b, 3)], carry: [x!, y!, y!], keep }, (inner, [k, p, q, c]) => [
        op(inner, "add", op(inner, "mul", p!, op(inner, "mul", k!, c!)), q!),
        q!,
        c!,
      ]),
    );
    const simpler = simplify(graph);
    verify(simpler);
    expect(print(simpler)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[]) {
        c: float64[] = scan{length: 4, reverse: false, nConst: 1, nCarry: 1, yHistory: [], keep: inverse(tolerance: 1e-9)} b a
          body (d: float64[], e: float64[]) {
            f: float64[] = literal{type: float64[], value: 3}
            g: float64[] = mul d f
            h: float64[] = mul e g
            i: float64[] = add h d
            return i
          }
          keep.body (j: float64[], k: float64[]) {
            l: float64[] = literal{type: float64[], value: 3}
            m: float64[] = sub k j
            n: float64[] = mul j l
            o: float64[] = div m n
            return o
          }
        return c, b, b
      }"
    `);
  });
});

describe("conditions and calls", () => {
  it("inlines the branch that runs, merges branches that are equal, and takes what is passed on from outside", () => {
    const sine = graphOf([scalar, scalar], (b, [x, y]) => [b.one("sin", {}, [x!]), y!]);
    const cosine = graphOf([scalar, scalar], (b, [x, y]) => [b.one("cos", {}, [x!]), y!]);
    const again = graphOf([scalar, scalar], (b, [x, y]) => [b.one("sin", {}, [x!]), y!]);
    const graph = graphOf([arrayType("bool", []), scalar, scalar], (b, [p, x, y]) => [
      b.emit("cond", { branches: [sine, cosine] }, [b.literal("bool", [], 0), x!, y!])[0]!,
      b.emit("cond", { branches: [sine, again] }, [p!, x!, y!])[0]!,
      ...b.emit("cond", { branches: [sine, cosine] }, [b.one("not", {}, [p!]), lit(b, 0.5), y!]),
    ]);
    const simpler = simplify(graph);
    verify(simpler);
    expect(print(simpler)).toMatchInlineSnapshot(`
      "graph (a: bool[], b: float64[], c: float64[]) {
        d: float64[] = cos b
        e: float64[] = sin b
        f: float64[] = cond a
          branches.0 () {
            g: float64[] = literal{type: float64[], value: 0.8775825618903728}
            return g
          }
          branches.1 () {
            h: float64[] = literal{type: float64[], value: 0.479425538604203}
            return h
          }
        return d, e, f, c
      }"
    `);
  });

  it("inlines small calls, and those of a body that is called once; a large body that is shared stays shared", () => {
    const chain = (length: number): ReturnType<typeof graphOf> =>
      graphOf([scalar], (b, [x]) => Array.from({ length }).reduce<Var>((y) => b.one("sin", {}, [y]), x!));
    const [small, shared, single] = [chain(2), chain(9), chain(10)];
    const graph = graphOf([scalar, scalar], (b, [x, y]) => {
      const call = (body: typeof small, operand: Var): Var => b.one("call", { body, map: null }, [operand]);
      return [call(small, x!), call(small, y!), call(shared, x!), call(shared, y!), call(single, x!)];
    });
    const simpler = simplify(graph);
    verify(simpler);
    expect(simpler.equations.filter((equation) => equation.op === "call").length).toBe(2);
    expect(simpler.equations.filter((equation) => equation.op === "sin").length).toBe(14);
  });

  it("makes literals inside of mapped bodies, and stacks what does not vary outside", () => {
    const body = graphOf([scalar, scalar, scalar], (b, [x, y, c]) => [op(b, "mul", x!, y!), c!, x!]);
    const graph = graphOf([vector(3), scalar], (b, [x, c]) =>
      b.emit("call", { body, map: { size: 3, mapped: [true, true, false] } }, [x!, b.literal("float64", [3], 2), c!]),
    );
    const simpler = simplify(graph);
    verify(simpler);
    expect(print(simpler)).toMatchInlineSnapshot(`
      "graph (a: float64[3], b: float64[]) {
        c: float64[3] = broadcast{shape: [3], axes: []} b
        d: float64[3] = call{map: {size: 3, mapped: [true]}} a
          body (e: float64[]) {
            f: float64[] = literal{type: float64[], value: 2}
            g: float64[] = mul e f
            return g
          }
        return d, c, a
      }"
    `);
  });
});
