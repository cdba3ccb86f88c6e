import { describe, expect, it } from "@jest/globals";
import type { Expression, Operator } from "../math/expression.js";
import { referencesOf } from "../math/walk.js";
import { comparisonsOf } from "./comparisons.js";
import { hasTime } from "./stillness.js";
import { timeAtomsOf } from "./timeAtoms.js";

const time: Expression = { kind: "symbol", symbol: "time" };
const number = (value: number): Expression => ({ kind: "number", value });
const name = (id: string): Expression => ({ kind: "name", id });
const apply = (op: Operator, ...args: readonly Expression[]): Expression => ({ kind: "apply", op, args });
/** All but `x` stays between events. */
const isStill = (part: Expression): boolean => !hasTime(part) && !referencesOf(part).values.has("x");
const atoms = (formula: Expression): ReturnType<typeof timeAtomsOf> => timeAtomsOf(formula, isStill);

describe("timeAtomsOf", () => {
  it.each([
    ["geq", true],
    ["lt", true],
    ["gt", false],
    ["leq", false],
  ] as const)("time %s c changes on its border: %s; with the sides exchanged the other way", (op, changesAt) => {
    const [left] = atoms(apply(op, time, name("c")));
    expect(left).toMatchObject({ bound: name("c"), changesAt, changesAfter: !changesAt });
    const [right] = atoms(apply(op, name("c"), time));
    expect(right).toMatchObject({ bound: name("c"), changesAt: !changesAt, changesAfter: changesAt });
  });

  it("solves what is affine in the time, and looks on both sides of what is rounded", () => {
    // 3 time - a > b - time: time = (b + a) / 4
    const left = apply("minus", apply("times", number(3), time), name("a"));
    const [atom, ...others] = atoms(apply("gt", left, apply("minus", name("b"), time)));
    expect(others).toEqual([]);
    expect(atom).toMatchObject({ changesAt: true, changesAfter: true });
    expect(atom!.bound).toMatchObject({ op: "divide", args: [{ op: "minus" }, expect.anything()] });
    expect(atoms(apply("eq", time, number(2)))).toMatchObject([{ bound: number(2), changesAt: true }]);
    expect(atoms(apply("lt", apply("divide", time, name("a")), number(2)))).toHaveLength(1);
  });

  it("finds them inside of formulas, each once", () => {
    const own = apply("geq", time, number(1));
    const formula = apply("and", own, apply("or", own, apply("not", apply("lt", time, number(3)))));
    expect(atoms(formula).map(({ bound }) => bound)).toEqual([number(1), number(3)]);
  });

  it.each([
    ["a state", apply("gt", time, name("x"))],
    ["no time", apply("gt", name("a"), name("b"))],
    ["the time on both sides", apply("gt", time, time)],
    ["a square of the time", apply("gt", apply("times", time, time), number(1))],
    ["a function of the time", apply("gt", apply("sin", time), number(0))],
    ["a quotient by the time", apply("gt", apply("divide", number(1), time), number(2))],
  ])("finds none in a comparison with %s", (_, comparison) => {
    expect(atoms(comparison)).toEqual([]);
  });
});

describe("comparisonsOf", () => {
  const [a, b, c] = ["a", "b", "c"].map(name) as [Expression, Expression, Expression];

  it("has the comparisons of a condition, chains by pairs", () => {
    const condition = apply("and", apply("gt", a, b), apply("not", apply("lt", a, b, c)));
    expect(comparisonsOf([condition])).toEqual([apply("gt", a, b), apply("lt", a, b), apply("lt", b, c)]);
  });

  it("has conditions and values of pieces, what is a number, and nothing that is known", () => {
    const pieces: Expression = {
      kind: "piecewise",
      pieces: [{ value: apply("gt", a, b), condition: apply("lt", b, c) }],
      otherwise: { kind: "boolean", value: false },
    };
    expect(comparisonsOf([pieces])).toEqual([apply("lt", b, c), apply("gt", a, b)]);
    expect(comparisonsOf([a, number(1)])).toEqual([a]);
  });

  it("has what several conditions share once", () => {
    const shared = apply("gt", a, b);
    expect(comparisonsOf([shared, apply("or", shared, shared)])).toEqual([shared]);
  });
});
