import { describe, expect, it } from "@jest/globals";
import { makeEquation } from "../ir/builder.js";
import { interpret } from "../ir/interpret.js";
import type { Graph } from "../ir/types.js";
import type { ArrayValue } from "../ir/values.js";
import { asArray, excess } from "../testing/arrays.js";
import { randomArray, seededRandom } from "../testing/random.js";
import { randomProgram } from "../testing/randomPrograms.js";
import { withEquations } from "./bodies.js";
import { insideLoops } from "./insideLoops.js";
import { runPasses, type Pass } from "./pass.js";
import { afterDifferentiation, beforeDifferentiation, roundingPasses } from "./pipelines.js";
import { regroupFactorsPass } from "./regroupFactors.js";
import { vjp } from "./vjp.js";

const programs = 30;
/** How many passes of the pipeline stand before those that change rounding. */
const tidyPasses = afterDifferentiation().indexOf(roundingPasses[0] as Pass);
const tolerance = 1e-12;

/** Numbers of the outputs in which two Graphs differ by more than rounding. */
function differences(graph: Graph, changed: Graph, inputs: readonly ArrayValue[]): readonly number[] {
  const before = interpret(graph, inputs).map(asArray);
  const after = interpret(changed, inputs).map(asArray);
  return before.flatMap((value, k) => (excess(after[k]!, value, tolerance) > 0 ? [k] : []));
}

/** A pass as a careless edit might leave it: in loops, what should be divided by is multiplied by. */
const spoiled: Pass = {
  ...regroupFactorsPass,
  run: (graph) =>
    insideLoops((body) =>
      withEquations(
        body,
        body.equations.map((e) => (e.op === "div" ? makeEquation("mul", {}, e.inputs, e.outputs) : e)),
        body.outputs,
      ),
    )(regroupFactorsPass.run(graph)),
};

/** The gradient of a random program, and a point to compute it at. */
function gradientOf(seed: number): { readonly graph: Graph; readonly inputs: readonly ArrayValue[] } {
  const { graph, inputs } = randomProgram(seed);
  const ready = runPasses(beforeDifferentiation, graph);
  const active = graph.inputs.map(({ type }) => type.kind === "array" && type.dtype === "float64");
  const gradient = vjp(ready, active).graph;
  const random = seededRandom(seed);
  const cotangents = gradient.inputs
    .slice(inputs.length)
    .map(({ type }) => randomArray(random, type as Extract<typeof type, { kind: "array" }>));
  return { graph: gradient, inputs: [...inputs, ...cotangents] };
}

describe("passes that change rounding change nothing else", () => {
  it("on random programs and their gradients", () => {
    const exact = afterDifferentiation({ exactRounding: true });
    let changes = 0;
    let found = 0;
    for (let seed = 0; seed < programs; seed++) {
      const { graph, inputs } = gradientOf(seed);
      const before = runPasses(exact.slice(0, tidyPasses), graph);
      for (const pass of roundingPasses) {
        const changed = runPasses([pass], before, { verify: true });
        if (changed === before) continue;
        changes++;
        expect([seed, pass.name, differences(before, changed, inputs)]).toEqual([seed, pass.name, []]);
        expect(pass.run(before)).toBe(changed);
      }
      if (differences(before, spoiled.run(before), inputs).length > 0) found++;
      const rounded = runPasses(afterDifferentiation(), graph, { verify: true });
      expect([seed, differences(runPasses(exact, graph), rounded, inputs)]).toEqual([seed, []]);
    }
    expect(changes).toBeGreaterThan(programs / 4);
    expect(found).toBeGreaterThan(0);
  }, 120_000);
});
