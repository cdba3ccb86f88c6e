import { describe, expect, it } from "@jest/globals";
import { InternalError } from "../util/errors.js";
import { freshVar, graphBuilder, makeEquation } from "./builder.js";
import { arrayType } from "./types.js";
import type { Equation, Graph, Var } from "./types.js";
import { verify } from "./verify.js";

const scalar = arrayType("float64", []);

function graph(inputs: readonly Var[], equations: readonly Equation[], outputs: readonly Var[]): Graph {
  return Object.freeze({
    inputs: Object.freeze(inputs.slice()),
    equations: Object.freeze(equations.slice()),
    outputs: Object.freeze(outputs.slice()),
  });
}

/** x -> x, recorded for three steps. */
function loop(body: Graph): Graph {
  const b = graphBuilder();
  const x = b.input(scalar);
  const keep = { kind: "auto" } as const;
  return b.build(b.emit("scan", { length: 3, reverse: false, nConst: 0, nCarry: 1, yHistory: [], body, keep }, [x]));
}

describe("verify", () => {
  const x = freshVar(scalar);
  const y = freshVar(scalar);
  const z = freshVar(scalar);

  it("accepts what the builder makes", () => {
    const b = graphBuilder();
    const carry = b.input(scalar);
    const body = b.build([b.one("sin", {}, [carry])]);
    expect(() => verify(loop(body))).not.toThrow();
  });

  it.each<[string, Graph, string]>([
    [
      "a variable read before it is defined",
      graph([x], [makeEquation("neg", {}, [y], [z])], [z]),
      "not defined before",
    ],
    ["an output that nothing defines", graph([x], [], [y]), "never defined"],
    [
      "a variable defined twice",
      graph([x], [makeEquation("neg", {}, [x], [y]), makeEquation("abs", {}, [x], [y])], [y]),
      "defined twice",
    ],
    ["an input given twice", graph([x, x], [], [x]), "defined twice"],
    [
      "a type that inference does not give",
      graph([x], [makeEquation("neg", {}, [x], [freshVar(arrayType("float64", [2]))])], [x]),
      "declared float64[2] but is float64[]",
    ],
    ["outputs too few", graph([x], [makeEquation("neg", {}, [x], [])], [x]), "0 outputs, not 1"],
    ["operands that do not fit", graph([x], [makeEquation("not", {}, [x], [y])], [y]), "dtype"],
    ["a Graph that can be changed", { inputs: [x], equations: [], outputs: [x] }, "not frozen"],
    [
      "an equation that can be changed",
      graph([x], [{ op: "neg", params: {}, inputs: [x], outputs: [y] }], [y]),
      "not frozen",
    ],
    ["a body that reads an outer variable", loop(graph([x], [], [z])), "a body of 'scan'"],
    [
      "a History as constant of a loop",
      (() => {
        const history = freshVar({ kind: "history", of: scalar });
        const body = graph([history, y], [], [y]);
        const keep = { kind: "auto" } as const;
        const params = { length: 3, reverse: false, nConst: 1, nCarry: 1, yHistory: [], body, keep } as const;
        return graph([history, x], [makeEquation("scan", params, [history, x], [z])], [z]);
      })(),
      "must be an array",
    ],
  ])("%s is an InternalError", (_, broken, message) => {
    expect(() => verify(broken)).toThrow(InternalError);
    expect(() => verify(broken)).toThrow(message);
  });

  it("names the pass and the equation", () => {
    const broken = graph([x], [makeEquation("neg", {}, [y], [z])], [z]);
    expect(() => verify(broken, "hoist")).toThrow(
      `after the pass 'hoist', equation 'v${z.id}: float64[] = neg v${y.id}' of the Graph`,
    );
  });
});
