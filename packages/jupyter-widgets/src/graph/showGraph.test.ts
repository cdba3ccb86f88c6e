import { describe, expect, it } from "@jest/globals";
import { ArgumentError, explain, np, scan, type Tensor } from "@simgrad/core";
import { fakeHost, viewOf } from "../testing/fakeHost.js";
import { count } from "./draw.js";
import { parseGraph } from "./parse.js";
import { showGraph } from "./showGraph.js";

const text = `graph (a: float64[2, 3]) {
  b: float64[] = literal{type: float64[], value: -0}
  c: float64[], d: history float64[] = scan{length: 4, yHistory: [true], keep: blocks(size: null)} a b
    body (e: float64[], f: float64[]) {
      g: float64[] = add e f
      return g, f
    }
  check{message: "x > \\"}\\""} c
  return c, d
}`;

describe("parseGraph", () => {
  it("reads operations with their types, parameters and bodies", () => {
    const graph = parseGraph(text);
    expect(graph?.inputs).toEqual([{ name: "a", type: "float64[2, 3]" }]);
    expect(graph?.outputs).toEqual(["c", "d"]);
    const [literal, loop, check] = graph?.operations ?? [];
    expect(literal).toMatchObject({ op: "literal", params: "type: float64[], value: -0", operands: [] });
    expect(loop?.results).toEqual([
      { name: "c", type: "float64[]" },
      { name: "d", type: "history float64[]" },
    ]);
    expect(loop?.operands).toEqual(["a", "b"]);
    expect(loop?.bodies[0]).toMatchObject({ title: "body", outputs: ["g", "f"] });
    expect(check).toMatchObject({ op: "check", results: [], operands: ["c"] });
    expect(count(graph!)).toBe(4);
  });

  it("is null for the text of later stages, and an error for half a Graph", () => {
    expect(parseGraph("program {}")).toBeNull();
    expect(() => parseGraph(text.split("\n").slice(0, 3).join("\n"))).toThrow(ArgumentError);
  });
});

describe("showGraph", () => {
  const program = (x: Tensor): Tensor =>
    scan((carry: Tensor) => [np.sin(carry).mul(0.9), null], x, { length: 5 })[0].sum();

  it("draws what explain prints of a real program, with the loop's body inside of it", () => {
    const { host, outputs } = fakeHost();
    const explained = explain(program)(np.linspace(0, 1, 4));
    showGraph(explained, { host, title: "sine" });
    const svg = outputs[0]?.bundle["image/svg+xml"] ?? "";
    for (const part of ["scan", "body", "sin", "return", "float64[4]"]) expect(svg).toContain(part);
    const { stages } = viewOf(outputs[0]).state as unknown as { stages: { name: string; svg: string }[] };
    expect(stages.map(({ name }) => name)).toEqual(explained.stages.map(({ name }) => name));
    expect(stages.at(-1)?.svg).toContain("This stage is code");
  });

  it("refuses a stage that is not there", () => {
    const { host } = fakeHost();
    expect(() => showGraph({ stages: [{ name: "trace", text }] }, { host, stage: "parse" })).toThrow(/no such stage/);
  });
});
