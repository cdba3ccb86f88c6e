import { describe, expect, it } from "@jest/globals";
import { makeGraph } from "./bodies.js";
import { runPasses, type Pass } from "./pass.js";
import { graphOf, scalar } from "../testing/graphs/build.js";

const graph = graphOf([scalar], (b, [x]) => b.one("sin", {}, [x!]));
const idle: Pass = { name: "idle", description: "changes nothing", run: (same) => same };
const breaking: Pass = {
  name: "breaking",
  description: "drops the equations",
  run: ({ inputs, outputs }) => makeGraph(inputs, [], outputs),
};

describe("runPasses", () => {
  it("shows the Graph after each pass", () => {
    const seen: string[] = [];
    expect(runPasses([idle, idle], graph, { onStage: (name, stage) => seen.push(`${name} ${stage === graph}`) })).toBe(
      graph,
    );
    expect(seen).toEqual(["idle true", "idle true"]);
  });

  it("names the pass that broke the Graph, if it is to verify", () => {
    expect(() => runPasses([idle, breaking], graph, { verify: true })).toThrow("breaking");
    expect(() => runPasses([idle, breaking], graph)).not.toThrow();
  });
});
