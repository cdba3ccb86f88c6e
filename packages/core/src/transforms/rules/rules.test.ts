import { describe, expect, it } from "@jest/globals";
import { graphBuilder } from "../../ir/builder.js";
import { derivativeByJvp } from "../../ir/derivatives.js";
import type { ArrayType, CustomDerivative, Equation, Graph, Type, Var } from "../../ir/types.js";
import type { ArrayValue } from "../../ir/values.js";
import { arrayValue, filledValue } from "../../ir/values.js";
import { checkBatches, rowsNear } from "../../testing/batches.js";
import { checkGraphGradients } from "../../testing/finiteDifferences.js";
import { opCases } from "../../testing/opCases.js";
import { mapBodies } from "../bodies.js";
import { vectorize } from "../vectorize.js";
import { vjp } from "../vjp.js";

const cases = Object.values(opCases).flat();
const nested = (["historyAdd", "call", "cond", "scan", "while"] as const).flatMap((op) => opCases[op]);

describe("the rules of every operation", () => {
  it.each(cases)("differentiates to second order: $name", ({ graph, inputs, tolerance }) => {
    checkGraphGradients(graph, inputs, { order: 2, ...(tolerance === undefined ? {} : { tolerance }) });
  });

  it.each(cases)("batches with equal bits: $name", ({ graph, inputs }) => {
    checkBatches(graph, inputs);
    inputs.forEach((_, alone) => checkBatches(graph, inputs, { batched: inputs.map((__, i) => i === alone) }));
    if (inputs.length > 2) {
      inputs.forEach((_, alone) => checkBatches(graph, inputs, { batched: inputs.map((__, i) => i !== alone) }));
    }
  });

  it.each(nested)("differentiates to third order: $name", ({ graph, inputs }) => {
    checkGraphGradients(graph, inputs, { order: 3, tolerance: 1e-5 });
  });

  it.each(nested)("batches the gradient, and its gradient: $name", ({ graph, inputs }) => {
    const first = vjp(
      graph,
      inputs.map(() => true),
    );
    const seeds = first.cotangentOf.map((i) => zerosOf(graph.outputs[i]));
    checkBatches(first.graph, [...inputs, ...seeds], { spread: 0.3 });
    const second = vjp(
      first.graph,
      first.graph.inputs.map(() => true),
    );
    const more = second.cotangentOf.map((i) => zerosOf(first.graph.outputs[i]));
    const all = [...inputs, ...seeds, ...more];
    checkBatches(second.graph, all, { spread: 0.3 });
    inputs.forEach((_, alone) =>
      checkBatches(second.graph, all, { spread: 0.3, batched: all.map((__, i) => i === alone) }),
    );
  });

  it.each(nested)("differentiates what is batched: $name", ({ graph, inputs }) => {
    inputs.forEach((_, alone) => {
      const size = 2;
      const all = vectorize(
        graph,
        inputs.map((__, i) => i === alone),
        size,
      );
      const values = inputs.map((input, i) => (i === alone ? rowsNear(input, size, 3, 0.3) : input));
      checkGraphGradients(all.graph, values, { order: 2 });
    });
  });

  it.each(cases)("keeps float32: $name", ({ graph, inputs }) => {
    const narrow = inFloat32(graph);
    const values = inputs.map((input) => (input.dtype === "float64" ? narrowed(input) : input));
    checkGraphGradients(narrow, values, { tolerance: 2e-2 });
    checkBatches(narrow, values);
  });

  it("has at least two cases of each operation", () => {
    for (const [op, instances] of Object.entries(opCases)) {
      expect([op, instances.length >= 2]).toEqual([op, true]);
    }
  });
});

function zerosOf(variable: Var | undefined): ArrayValue {
  const type = variable?.type;
  if (type?.kind !== "array") throw new TypeError("an array is needed");
  return filledValue(type.dtype, type.shape, 0.5);
}

function narrowed({ shape, data }: ArrayValue): ArrayValue {
  return arrayValue("float32", shape, Float32Array.from(data));
}

/** The Graph with float32 in place of float64, bodies included. */
function inFloat32(graph: Graph): Graph {
  const b = graphBuilder();
  const images = new Map<Var, Var>();
  const read = (variable: Var): Var => images.get(variable) as Var;
  for (const input of graph.inputs) images.set(input, b.input(narrowType(input.type)));
  for (const equation of graph.equations) {
    const { op, params, inputs } = mapBodies(equation, inFloat32);
    const outputs = b.emit(op, narrowParams(params), inputs.map(read));
    equation.outputs.forEach((output, i) => images.set(output, outputs[i] as Var));
  }
  return b.build(graph.outputs.map(read));
}

function narrowParams(params: Equation["params"]): Equation["params"] {
  const type = "type" in params ? { type: narrowType(params.type) as ArrayType } : {};
  const dtype = "dtype" in params && params.dtype === "float64" ? { dtype: "float32" as const } : {};
  const derivative = "derivative" in params ? { derivative: narrowDerivative(params.derivative) } : {};
  return { ...params, ...type, ...dtype, ...derivative } as Equation["params"];
}

const narrowDerivatives = new Map<CustomDerivative, CustomDerivative>();

/** A rule may call the function that it belongs to: that must be the same one then, too. */
function narrowDerivative(derivative: CustomDerivative): CustomDerivative {
  if (derivative.kind !== "jvp") return derivative;
  let narrow = narrowDerivatives.get(derivative);
  if (narrow === undefined) {
    narrow = derivativeByJvp(() => inFloat32(derivative.rule()));
    narrowDerivatives.set(derivative, narrow);
  }
  return narrow;
}

function narrowType(type: Type): Type {
  if (type.kind !== "array") return { ...type, of: narrowType(type.of) } as Type;
  return type.dtype === "float64" ? { ...type, dtype: "float32" } : type;
}
