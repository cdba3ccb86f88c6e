import { describe, expect, it } from "@jest/globals";
import { programBuilder } from "./programBuilder.js";
import { composeMappings, planRotation, restoringMoves } from "./rotation.js";

describe("planRotation", () => {
  const p = programBuilder();
  const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map((name) => p.buffer(name, "float64", [4])) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const large = [
    p.buffer("f", "float64", [400]),
    p.buffer("g", "float64", [400]),
    p.buffer("h", "float64", [400]),
  ] as const;
  const program = p.build({ inputs: [], outputs: [], body: [] });
  const cycle = (...names: readonly number[]) =>
    names.map((name, i) => [name, names[(i + 1) % names.length] as number] as const);

  it("renames a cycle in as many copies as it is long", () => {
    const plan = planRotation(program, cycle(a, b, c));
    expect(plan.period).toBe(3);
    expect(plan.moved).toEqual([]);
    expect(plan.copies.map((copy) => [a, b, c].map((name) => copy.get(name)))).toEqual([
      [a, b, c],
      [b, c, a],
      [c, a, b],
    ]);
  });

  it("moves the contents of the smaller cycles where not all lengths divide a short period", () => {
    const plan = planRotation(program, [...cycle(a, b), ...cycle(...large)]);
    expect(plan.period).toBe(3);
    expect(plan.renamed).toEqual([[...large]]);
    expect(plan.moved).toEqual([[a, b]]);
  });

  it("moves a cycle of five", () => {
    const plan = planRotation(program, cycle(a, b, c, d, e));
    expect(plan).toMatchObject({ period: 1, renamed: [], moved: [[a, b, c, d, e]] });
  });

  it("puts contents back by what steps are left over", () => {
    const plan = planRotation(program, cycle(a, b, c));
    expect(restoringMoves(plan, 0)).toEqual([]);
    expect(restoringMoves(plan, 2)).toEqual([
      [
        [a, c],
        [b, a],
        [c, b],
      ],
    ]);
  });

  it("names an outer loop's storage through the inner one's", () => {
    expect([
      ...composeMappings(
        new Map([
          [a, b],
          [b, a],
        ]),
        new Map([[b, c]]),
      ),
    ]).toEqual([
      [b, a],
      [a, c],
    ]);
  });
});
