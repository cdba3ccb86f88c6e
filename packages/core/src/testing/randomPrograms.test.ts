import { describe, expect, it } from "@jest/globals";
import type { OpName } from "../ir/types.js";
import { makeTransforms } from "../transforms/transforms.js";
import { opCases } from "./opCases.js";
import { plantedCapBugs } from "./programs/cappedLoops.js";
import { plantedBugs } from "./programs/plantedBugs.js";
import { checkProgram, countOps, failureOf, ProgramFailure, randomProgram } from "./randomPrograms.js";

/** How many programs a run checks, and how many share one test. */
const programs = 300;
const share = 20;

const seedsFrom = (start: number, count: number): number[] => Array.from({ length: count }, (_, k) => start + k);

const opsOf = seedsFrom(0, programs).map((seed) => countOps(randomProgram(seed).graph));

describe("random programs", () => {
  it.each(seedsFrom(0, programs / share).map((k) => k * share))(
    "agree with differences to second order and in batches, from seed %i on",
    (start) => {
      for (const seed of seedsFrom(start, share)) {
        const { graph, inputs } = randomProgram(seed);
        checkProgram(graph, inputs, seed);
      }
    },
    120_000,
  );

  it("agree with differences to third order", () => {
    for (const seed of seedsFrom(programs, share)) {
      const { graph, inputs } = randomProgram(seed);
      checkProgram(graph, inputs, seed, { order: 3 });
    }
  }, 120_000);

  it("have every operation in at least 20 of them", () => {
    const counts = new Map<OpName, number>((Object.keys(opCases) as OpName[]).map((op) => [op, 0]));
    for (const ops of opsOf) for (const op of ops.keys()) counts.set(op, (counts.get(op) ?? 0) + 1);
    // What prints does not run on every backend.
    counts.delete("debugPrint");
    expect([...counts].filter(([, count]) => count < 20)).toEqual([]);
  });

  it("are the same for the same seed", () => {
    const [a, b] = [randomProgram(7), randomProgram(7)];
    expect(a.inputs).toEqual(b.inputs);
    expect([...countOps(a.graph)]).toEqual([...countOps(b.graph)]);
  });

  it.each(plantedBugs)(
    "find a planted bug: $name",
    ({ op, rules }) => {
      const transforms = makeTransforms(rules);
      const fitting = seedsFrom(0, programs).filter((seed) => opsOf[seed]?.has(op));
      const found = fitting.slice(0, 150).find((seed) => {
        const { graph, inputs } = randomProgram(seed);
        return failureOf(graph, inputs, seed, { transforms, order: 1 }) !== null;
      });
      expect(found).toBeDefined();
    },
    60_000,
  );

  it.each(plantedCapBugs)(
    "find a bug planted in loops under a cap: $name",
    ({ parts }) => {
      const found = seedsFrom(0, programs).find((seed) => {
        const ops = opsOf[seed];
        if (!ops?.has("scan") && !ops?.has("while")) return false;
        const { graph, inputs } = randomProgram(seed);
        return failureOf(graph, inputs, seed, { capped: parts, order: 1 }) !== null;
      });
      expect(found).toBeLessThan(40);
    },
    60_000,
  );

  it("print the seed and a smaller program where they fail", () => {
    const bug = plantedBugs.find(({ op }) => op === "sub");
    const transforms = makeTransforms(bug?.rules);
    const { graph, inputs } = randomProgram(1);
    const check = (): void => checkProgram(graph, inputs, 1, { transforms, order: 1 });
    expect(check).toThrow(ProgramFailure);
    expect(check).toThrow(/random program of seed 1 fails[^]*Shrunk:[^]{1,900}$/);
  }, 60_000);
});
