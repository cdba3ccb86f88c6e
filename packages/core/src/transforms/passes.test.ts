import { describe, expect, it } from "@jest/globals";
import { interpret } from "../ir/interpret.js";
import type { Graph } from "../ir/types.js";
import { sameBits } from "../ir/values.js";
import { verify } from "../ir/verify.js";
import { accessMapsPass } from "./accessMaps.js";
import { boundIndicesPass } from "./boundIndices.js";
import { carryFormsPass } from "./carryForms.js";
import { chooseStrategiesPass } from "./chooseStrategies.js";
import { columnGathersPass } from "./columnGathers.js";
import { csePass } from "./cse.js";
import { dcePass } from "./dce.js";
import { hoistPass } from "./hoist.js";
import { runPasses, type Pass } from "./pass.js";
import { afterDifferentiation, beforeDifferentiation } from "./pipelines.js";
import { simplifyPass } from "./simplify.js";
import { randomGraph, randomValues, seeded } from "../testing/graphs/randomGraph.js";

const programs = 100;

function expectSameBits(graph: Graph, changed: Graph, seed: number): void {
  const values = randomValues(
    graph.inputs.map(({ type }) => type),
    seeded(seed + 1000),
  );
  const before = interpret(graph, values);
  const after = interpret(changed, values);
  expect(after.length).toBe(before.length);
  before.forEach((value, k) => {
    const other = after[k];
    if (other === undefined || !sameBits(value, other)) {
      expect({ seed, output: k, value: other }).toEqual({ seed, output: k, value });
    }
  });
}

const single: readonly Pass[] = [
  dcePass,
  csePass,
  simplifyPass,
  hoistPass,
  accessMapsPass,
  columnGathersPass,
  boundIndicesPass,
  carryFormsPass,
  chooseStrategiesPass({ historyLimitBytes: 0 }),
];

describe("every pass keeps the bits of random programs", () => {
  it.each(single.map((pass) => [pass.name, pass] as const))("%s", (_name, pass) => {
    for (let seed = 0; seed < programs; seed++) {
      const graph = randomGraph(seeded(seed), 12, 2);
      const changed = pass.run(graph);
      verify(changed, pass.name);
      expectSameBits(graph, changed, seed);
      expect(pass.run(graph)).toBe(changed);
    }
  });

  it("the pipelines, one after the other", () => {
    const passes = [...beforeDifferentiation, ...afterDifferentiation({ historyLimitBytes: 100, exactRounding: true })];
    for (let seed = 0; seed < programs; seed++) {
      const graph = randomGraph(seeded(seed), 16, 2);
      expectSameBits(graph, runPasses(passes, graph, { verify: true }), seed);
    }
  });
});
