import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "../util/errors.js";
import { graphBuilder } from "./builder.js";
import { interpret } from "./interpret.js";
import { graphKey } from "./key.js";
import { print } from "./print.js";
import { deserializeGraph, serializeGraph } from "./serialize.js";
import { arrayType } from "./types.js";
import type { Graph, Keep } from "./types.js";
import { sameBits, scalarValue } from "./values.js";

const scalar = arrayType("float64", []);

/** A loop from a literal, and two branches that share one Graph. */
function program(value: number, keep: Keep = { kind: "auto" }): Graph {
  const inner = graphBuilder();
  const constant = inner.input(scalar);
  const carry = inner.input(scalar);
  const body = inner.build([inner.one("add", {}, [constant, carry]), carry]);
  const branch = graphBuilder();
  const negated = branch.build([branch.one("neg", {}, [branch.input(scalar)])]);

  const b = graphBuilder();
  const x = b.input(scalar);
  const scan = { length: 4, reverse: true, nConst: 1, nCarry: 1, yHistory: [true], body, keep };
  const [last, records] = b.emit("scan", scan, [x, b.literal("float64", [], value)]) as [typeof x, typeof x];
  const positive = b.one("compare", { relation: "gt" }, [last, x]);
  return b.build([...b.emit("cond", { branches: [negated, negated] }, [positive, last]), records]);
}

describe("serializeGraph", () => {
  it.each([-0, 0, NaN, Infinity, -Infinity, 0.1])("keeps the program, a literal of %p included", (value) => {
    const graph = program(value);
    const copy = deserializeGraph(serializeGraph(graph));
    expect(graphKey(copy)).toBe(graphKey(graph));
    expect(print(copy)).toBe(print(graph));
  });

  it("keeps bodies shared, and inverses", () => {
    const b = graphBuilder();
    const constant = b.input(scalar);
    const carry = b.input(scalar);
    const inverse = b.build([b.one("sub", {}, [carry, constant])]);
    const copy = deserializeGraph(serializeGraph(program(0, { kind: "inverse", body: inverse, tolerance: 1e-9 })));
    const branches = copy.equations.find((equation) => equation.op === "cond")?.params as { branches: [Graph, Graph] };
    expect(branches.branches[0]).toBe(branches.branches[1]);
    expect(print(copy)).toContain("keep.body (");
  });

  it("the copy computes the same", () => {
    const graph = program(0.1);
    const copy = deserializeGraph(serializeGraph(graph));
    const inputs = [scalarValue("float64", 0.3)];
    const expected = interpret(graph, inputs);
    interpret(copy, inputs).forEach((value, i) => expect(sameBits(value, expected[i] as typeof value)).toBe(true));
  });

  it.each([
    ["no JSON", "{"],
    ["another format", "{}"],
    ["another version", '{"format":"simgrad-graph","version":99,"main":0,"graphs":[]}'],
    ["no Graph", '{"format":"simgrad-graph","version":1,"main":0,"graphs":[]}'],
    ["a broken Graph", '{"format":"simgrad-graph","version":1,"main":0,"graphs":[{"types":[]}]}'],
    ["an unknown operation", serializeGraph(program(1)).replace('"neg"', '"nag"')],
    ["a Graph that does not verify", serializeGraph(program(1)).replace('"neg"', '"not"')],
  ])("%s is an ArgumentError", (_, text) => {
    expect(() => deserializeGraph(text)).toThrow(ArgumentError);
  });
});
