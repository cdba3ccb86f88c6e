import { describe, expect, it } from "@jest/globals";
import { graphBuilder } from "./builder.js";
import { graphKey, paramsKey } from "./key.js";
import { arrayType } from "./types.js";
import type { Graph, Keep } from "./types.js";

const scalar = arrayType("float64", []);

interface Choices {
  readonly value?: number;
  readonly op?: "add" | "mul";
  readonly keep?: Keep;
  readonly swap?: boolean;
}

/** A loop from a literal. */
function program({ value = -0, op = "add", keep = { kind: "blocks", size: null }, swap = false }: Choices = {}): Graph {
  const inner = graphBuilder();
  const constant = inner.input(scalar);
  const carry = inner.input(scalar);
  const body = inner.build([inner.one(op, {}, swap ? [carry, constant] : [constant, carry])]);
  const b = graphBuilder();
  const x = b.input(scalar);
  const scan = { length: 4, reverse: true, nConst: 1, nCarry: 1, yHistory: [], body, keep };
  return b.build(b.emit("scan", scan, [x, b.literal("float64", [], value)]));
}

describe("graphKey", () => {
  it("does not depend on ids", () => {
    expect(graphKey(program())).toBe(graphKey(program()));
  });

  it.each<[string, Choices]>([
    ["literals, signs of zero included", { value: 0 }],
    ["operations of bodies", { op: "mul" }],
    ["order of operands", { swap: true }],
    ["how Histories are kept", { keep: { kind: "blocks", size: 3 } }],
  ])("tells programs apart by %s", (_, choices) => {
    expect(graphKey(program(choices))).not.toBe(graphKey(program()));
  });

  it("writes a shared body once, at any depth", () => {
    let body = program();
    const size = graphKey(body).length;
    for (let depth = 0; depth < 20; depth++) {
      const b = graphBuilder();
      const x = b.input(scalar);
      const [first] = b.emit("call", { body, map: null }, [x]) as [typeof x];
      body = b.build(b.emit("call", { body, map: null }, [first]));
    }
    expect(graphKey(body).length).toBeLessThan(size + 20 * 200);
  });

  it("parameters have a key that does not depend on the order of fields", () => {
    expect(paramsKey({ a: 1, b: [NaN, -0] })).toBe(paramsKey({ b: [NaN, -0], a: 1 }));
    expect(paramsKey({ a: 0 })).not.toBe(paramsKey({ a: -0 }));
  });
});
