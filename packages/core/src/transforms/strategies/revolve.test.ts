import { describe, expect, it } from "@jest/globals";
import { interpret } from "../../ir/interpret.js";
import { arrayType } from "../../ir/types.js";
import { scalarValue, type ArrayValue } from "../../ir/values.js";
import { graphOf } from "../../testing/graphs/build.js";
import { binomialSplit, binomialSteps, emitBinomialSplit } from "./revolve.js";

describe("binomialSteps", () => {
  // Griewank and Walther 2000, equation (2).
  it.each([
    [1000, 5, 6.28],
    [1000, 10, 3.64],
    [1000, 20, 2.75],
    [1000, 40, 2.1],
    [1000, 80, 1.92],
    [5000, 10, 5.13],
    [5000, 100, 1.98],
  ])("says that %i steps are reversed with %i states by %d runs of each", (length, states, runs) => {
    expect(binomialSteps(length, states) / length).toBeCloseTo(runs, 2);
  });

  it("is what dynamic programming finds", () => {
    const best = (length: number, free: number): number => {
      if (length <= 1) return 0;
      if (free < 1) return Infinity;
      let least = Infinity;
      for (let d = 1; d < length; d++) least = Math.min(least, d + found(length - d, free - 1) + found(d, free));
      return least;
    };
    const memo = new Map<string, number>();
    const found = (length: number, free: number): number => {
      const key = `${length} ${free}`;
      const known = memo.get(key) ?? best(length, free);
      memo.set(key, known);
      return known;
    };
    for (let length = 1; length <= 40; length++) {
      for (let free = 1; free <= 6; free++) expect(binomialSteps(length, free)).toBe(found(length, free));
    }
  });
});

describe("binomialSplit", () => {
  it.each([
    [1000, 1],
    [1000, 2],
    [1000, 5],
    [999, 20],
    [4321, 7],
    [50, 49],
    [50, 48],
  ])("reverses %i steps with %i states in as few runs as possible", (length, states) => {
    const run = (steps: number, free: number): number => {
      const advance = binomialSplit(steps, free);
      if (advance === 0) return steps - 1;
      return advance + run(steps - advance, free - 1) + run(advance, free);
    };
    expect(run(length, states)).toBe(binomialSteps(length, states));
  });

  it("is the same in a program", () => {
    const int = arrayType("int32", []);
    const graph = graphOf([int, int], (b, [length, free]) => emitBinomialSplit(b, length!, free!));
    for (const free of [0, 1, 2, 3, 10, 1000, 400_000]) {
      for (const length of [0, 1, 2, 3, 12, 100, 1001, 5_000_000]) {
        // Nothing free: one step at most is left. One state: as many rounds as steps.
        if (length > (free === 0 ? 1 : free === 1 ? 1001 : Infinity)) continue;
        const [got] = interpret(graph, [scalarValue("int32", length), scalarValue("int32", free)]) as [ArrayValue];
        expect([length, free, got.data[0]]).toEqual([length, free, binomialSplit(length, free)]);
      }
    }
  });
});
