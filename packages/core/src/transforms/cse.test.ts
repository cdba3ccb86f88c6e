import { describe, expect, it } from "@jest/globals";
import type { Builder } from "../ir/builder.js";
import { print } from "../ir/print.js";
import type { Equation, Graph, Var } from "../ir/types.js";
import { verify } from "../ir/verify.js";
import { cse } from "./cse.js";
import { emitScan, graphOf, scalar, vector } from "../testing/graphs/build.js";

const opsOf = (graph: Graph): string[] => graph.equations.map(({ op }) => op);

describe("cse", () => {
  it("merges equal equations, operands of sums and products in either order", () => {
    const graph = graphOf([scalar, scalar], (b, [x, y]) => [
      b.one("add", {}, [b.one("mul", {}, [x!, y!]), b.one("sub", {}, [x!, y!])]),
      b.one("add", {}, [b.one("sub", {}, [x!, y!]), b.one("mul", {}, [y!, x!])]),
      b.one("sub", {}, [y!, x!]),
    ]);
    expect(print(cse(graph))).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[]) {
        c: float64[] = mul a b
        d: float64[] = sub a b
        e: float64[] = add c d
        f: float64[] = sub b a
        return e, e, f
      }"
    `);
  });

  it("tells literals apart by dtype and by the sign of zero", () => {
    const graph = graphOf([], (b) => [
      b.literal("float64", [], 0),
      b.literal("float64", [], -0),
      b.literal("float32", [], 0),
      b.literal("float64", [], NaN),
      b.literal("float64", [], NaN),
      b.literal("float64", [], 0),
    ]);
    expect(cse(graph).equations.length).toBe(4);
  });

  it("compares bodies by structure, and makes equal bodies one object", () => {
    const body = (): Graph => graphOf([scalar], (b, [x]) => b.one("exp", {}, [b.one("sin", {}, [x!])]));
    const graph = graphOf([scalar], (b, [x]) => {
      const call = (operand: Var): Var => b.one("call", { body: body(), map: null }, [operand]);
      return [call(x!), call(x!), call(b.one("neg", {}, [x!]))];
    });
    const merged = cse(graph);
    expect(opsOf(merged)).toEqual(["call", "neg", "call"]);
    const [first, , second] = merged.equations as Equation<"call">[];
    expect(first?.params.body).toBe(second?.params.body);
  });

  const step = (inner: Builder, inputs: readonly Var[]): readonly [Var, Var] => {
    const [c, p, q] = inputs as readonly [Var, Var, Var];
    const force = inner.one("mul", {}, [c, inner.one("sin", {}, [p])]);
    return [q, inner.one("sub", {}, [q, force])];
  };

  it("merges loops that differ only in what they output", () => {
    const graph = graphOf([scalar, scalar, scalar], (b, [c, x, y]) => {
      const plain = emitScan(b, { length: 5, consts: [c!], carry: [x!, y!] }, step);
      const recorded = emitScan(
        b,
        { length: 5, consts: [c!], carry: [x!, y!], yHistory: [true, false] },
        (inner, all) => [...step(inner, all), all[1]!, inner.one("exp", {}, [all[2]!])],
      );
      const read = emitScan(b, { length: 5, reverse: true, carry: [x!], xs: [recorded[2]!] }, (inner, [a, entry]) => [
        inner.one("add", {}, [a!, entry!]),
      ]);
      return [plain[0]!, recorded[1]!, recorded[3]!, read[0]!];
    });
    const merged = cse(graph);
    verify(merged);
    expect(print(merged)).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[], c: float64[]) {
        d: float64[], e: float64[], f: history float64[], g: float64[5] = scan{length: 5, reverse: false, nConst: 1, nCarry: 2, yHistory: [true, false], keep: auto} a b c
          body (h: float64[], i: float64[], j: float64[]) {
            k: float64[] = sin i
            l: float64[] = mul h k
            m: float64[] = sub j l
            n: float64[] = exp j
            return j, m, i, n
          }
        o: float64[] = scan{length: 5, reverse: true, nConst: 0, nCarry: 1, yHistory: [], keep: auto} b f
          body (p: float64[], q: float64[]) {
            r: float64[] = add p q
            return r
          }
        return d, e, g, o
      }"
    `);
  });

  it("merges a loop with one that has more carries, whichever comes first", () => {
    for (const order of [0, 1]) {
      const graph = graphOf([scalar, scalar, scalar], (b, [c, x, y]) => {
        const small = (): Var => emitScan(b, { length: 5, consts: [c!], carry: [x!, y!] }, step)[0]!;
        const large = (): readonly Var[] =>
          emitScan(b, { length: 5, consts: [c!], carry: [y!, x!, x!] }, (inner, [k, q, p, extra]) => {
            const [nextP, nextQ] = step(inner, [k!, p!, q!]);
            return [nextQ, nextP, inner.one("exp", {}, [extra!])];
          });
        const first = order === 0 ? [small()] : large().slice(1);
        const second = order === 0 ? large().slice(1) : [small()];
        return [...first, ...second];
      });
      const merged = cse(graph);
      verify(merged);
      expect(opsOf(merged)).toEqual(["scan"]);
      const outputs = merged.outputs.map((output) => merged.equations[0]?.outputs.indexOf(output));
      expect(outputs).toEqual(order === 0 ? [1, 1, 2] : [1, 2, 1]);
    }
  });

  it("leaves loops apart that differ in a carry, in direction or in length", () => {
    const graph = graphOf([scalar, scalar, scalar], (b, [c, x, y]) => [
      emitScan(b, { length: 5, consts: [c!], carry: [x!, y!] }, step)[0]!,
      emitScan(b, { length: 6, consts: [c!], carry: [x!, y!] }, step)[0]!,
      emitScan(b, { length: 5, reverse: true, consts: [c!], carry: [x!, y!] }, step)[0]!,
      emitScan(b, { length: 5, consts: [c!], carry: [x!, y!] }, (inner, all) => [...step(inner, all)].reverse())[0]!,
    ]);
    expect(cse(graph).equations.length).toBe(4);
  });

  it("merges calls that share most of their bodies, all of them into one body", () => {
    const one = graphOf([vector(3)], (b, [x]) => {
      const s = b.one("sin", {}, [b.one("exp", {}, [x!])]);
      return [b.one("mul", {}, [s, s])];
    });
    const two = graphOf([vector(3)], (b, [x]) => {
      const s = b.one("sin", {}, [b.one("exp", {}, [x!])]);
      return [s, b.one("mul", {}, [s, s])];
    });
    const graph = graphOf([vector(3), vector(3)], (b, inputs) =>
      inputs.flatMap((x) => [
        ...b.emit("call", { body: one, map: null }, [x]),
        ...b.emit("call", { body: two, map: null }, [x]),
      ]),
    );
    const merged = cse(graph);
    verify(merged);
    expect(opsOf(merged)).toEqual(["call", "call"]);
    const [first, second] = merged.equations as Equation<"call">[];
    expect(first?.params.body).toBe(second?.params.body);
    expect(first?.outputs.length).toBe(2);
  });
});
