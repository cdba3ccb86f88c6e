import { describe, expect, it } from "@jest/globals";
import { LeakedTracerError, ShapeError, TreeError, UnsupportedError } from "../util/errors.js";
import { print } from "../ir/print.js";
import { readArguments } from "./leaves.js";
import { np } from "./np.js";
import { scan } from "./control.js";
import type { Tensor } from "./tensor.js";
import { traceFunction, type AnyFunction, type Traced } from "./traceFunction.js";

function trace(f: (...args: Tensor[]) => unknown, ...args: readonly unknown[]): Traced {
  return traceFunction(f as AnyFunction, readArguments(args, "arguments"), "f");
}

describe("traceFunction", () => {
  it("collects equations in the order of the calls", () => {
    const { graph } = trace((x, y) => np.add(np.mul(x, 2), y), np.zeros(3), np.zeros(3));
    expect(graph.equations.map((equation) => equation.op)).toEqual(["literal", "mul", "add"]);
    expect(graph.inputs).toHaveLength(2);
  });

  it("makes captured tensors inputs, each once", () => {
    const captured = np.array([1, 2]);
    const { graph, captured: found } = trace((x) => x.add(captured).mul(captured), np.zeros(2));
    expect(found).toEqual([captured]);
    expect(graph.inputs).toHaveLength(2);
  });

  it("lifts what an inner body uses through each trace between", () => {
    const outside = np.array(5);
    const { graph, captured } = trace(
      (x) => scan((a) => [scan((b) => [b.add(x).add(outside), null], a, { length: 2 })[0], null], 0, { length: 3 })[0],
      1,
    );
    expect(captured).toEqual([outside]);
    const outer = graph.equations.find((equation) => equation.op === "scan");
    expect(outer?.inputs).toHaveLength(3);
    expect(print(graph)).toContain("scan");
  });

  it("gives the same Graph for the same function, structure and types", () => {
    const f = (x: Tensor): Tensor => x.add(1);
    const first = trace(f, np.zeros(3));
    expect(trace(f, np.ones(3)).graph).toBe(first.graph);
    expect(trace(f, np.zeros(4)).graph).not.toBe(first.graph);
    expect(trace(f, np.zeros(3, "float32")).graph).not.toBe(first.graph);
    expect(trace((x) => x.add(1), np.zeros(3)).graph).not.toBe(first.graph);
  });

  it("traces again where a captured tensor belongs to a trace that has ended", () => {
    const inner = (y: Tensor): Tensor => y.mul(shared as Tensor);
    let shared: Tensor | null = null;
    const outer = (x: Tensor): Tensor => {
      shared = x;
      return scan((y) => [inner(y), null], 1, { length: 2 })[0];
    };
    expect(trace(outer, 1).graph.equations).toHaveLength(trace((x) => outer(x), 1).graph.equations.length);
  });

  it("lets a number take the dtype of what it meets", () => {
    expect(trace((x, y) => x.add(y), 2, np.zeros(3, "int32")).types[0]?.dtype).toBe("int32");
    expect(trace((x, y) => x.mul(2).neg().add(y), 2.5, np.zeros(3, "float32")).types[0]?.dtype).toBe("float32");
    expect(trace((x) => x.add(1), 2).types[0]?.dtype).toBe("float64");
    expect(() => trace((x, y) => x.add(y), 2.5, np.zeros(3, "int32"))).toThrow(/different dtypes meet/);
  });

  it("returns numbers and booleans as constants", () => {
    const { graph, numbers } = trace(() => ({ a: 1, b: true, c: null }));
    expect(graph.outputs.map((output) => (output.type.kind === "array" ? output.type.dtype : ""))).toEqual([
      "float64",
      "bool",
    ]);
    expect(numbers).toEqual([1, null]);
  });

  it("refuses a Promise", () => {
    expect(() => trace(async (x) => Promise.resolve(x), 1)).toThrow(UnsupportedError);
    expect(() => trace(async (x) => Promise.resolve(x), 1)).toThrow(/returned a Promise.*remove `async`/);
    expect(() => trace((x) => ({ x, late: Promise.resolve(1) }), 1)).toThrow(/returned a Promise|Promise/);
  });

  it("refuses leaves that are no numbers, and names them", () => {
    expect(() => trace((x) => x, { method: "fast" })).toThrow(TreeError);
    expect(() => trace((x) => x, { method: "fast" })).toThrow(/arguments\[0\]\.method.*the string "fast"/);
    expect(() => trace((x) => x, [1, new Date(0)])).toThrow(/arguments\[0\]\[1\].*class Date.*registerTree/);
    expect(() => trace(() => () => 1)).toThrow(/result of f.*function/);
  });

  it("leaves no trace open where the function throws, and keeps the user's line", () => {
    const broken = (x: Tensor): Tensor => x.add(np.zeros(3));
    let stack = "";
    try {
      trace((x) => broken(x), np.zeros(2));
    } catch (error) {
      expect(error).toBeInstanceOf(ShapeError);
      stack = (error as Error).stack ?? "";
    }
    expect(stack).toContain("traceFunction.test.ts");
    expect(np.add(1, 2).item()).toBe(3);
    const leaked: Tensor[] = [];
    expect(() => trace((x) => (leaked.push(x), x.add("a" as never)), 1)).toThrow();
    expect(() => leaked[0]?.add(1)).toThrow(LeakedTracerError);
  });
});
