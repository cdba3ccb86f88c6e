import { describe, expect, it } from "@jest/globals";
import { graphBuilder } from "./builder.js";
import { print, printEquation } from "./print.js";
import { arrayType } from "./types.js";
import type { Graph } from "./types.js";

const scalar = arrayType("float64", []);

/** A loop over a body, and two branches that share one Graph. */
function program(): Graph {
  const inner = graphBuilder();
  const constant = inner.input(scalar);
  const carry = inner.input(scalar);
  const body = inner.build([inner.one("add", {}, [constant, carry]), carry]);

  const branch = graphBuilder();
  const operand = branch.input(scalar);
  const negated = branch.build([branch.one("neg", {}, [operand])]);

  const b = graphBuilder();
  const x = b.input(scalar);
  const y = b.literal("float64", [], -0);
  const keep = { kind: "blocks", size: null } as const;
  const scan = { length: 4, reverse: true, nConst: 1, nCarry: 1, yHistory: [true], body, keep } as const;
  const [last, records] = b.emit("scan", scan, [x, y]) as [typeof x, typeof x];
  const positive = b.one("compare", { relation: "gt" }, [last, x]);
  const [result] = b.emit("cond", { branches: [negated, negated] }, [positive, last]) as [typeof x];
  b.emit("check", { message: 'x > "0"' }, [positive]);
  return b.build([result, records]);
}

describe("print", () => {
  it("names variables in order, with bodies indented", () => {
    expect(print(program())).toMatchInlineSnapshot(`
      "graph (a: float64[]) {
        b: float64[] = literal{type: float64[], value: -0}
        c: float64[], d: history float64[] = scan{length: 4, reverse: true, nConst: 1, nCarry: 1, yHistory: [true], keep: blocks(size: null)} a b
          body (e: float64[], f: float64[]) {
            g: float64[] = add e f
            return g, f
          }
        h: bool[] = compare{relation: "gt"} c a
        i: float64[] = cond h c
          branches.0 (j: float64[]) {
            k: float64[] = neg j
            return k
          }
          branches.1 (j: float64[]) {
            k: float64[] = neg j
            return k
          }
        check{message: "x > \\"0\\""} h
        return i, d
      }"
    `);
  });

  it("is the same for the same program built again", () => {
    expect(print(program())).toBe(print(program()));
  });

  it("goes on after z with aa", () => {
    const b = graphBuilder();
    let x = b.input(scalar);
    for (let i = 0; i < 27; i++) x = b.one("neg", {}, [x]);
    expect(print(b.build([x]))).toContain("ab: float64[] = neg aa");
  });

  it("an equation alone names variables by id", () => {
    const [equation] = program().equations;
    expect(printEquation(equation as NonNullable<typeof equation>)).toMatch(
      /^v\d+: float64\[\] = literal\{type: float64\[\], value: -0\}$/,
    );
  });
});
