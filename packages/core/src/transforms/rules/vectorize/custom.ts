import { graphBuilder } from "../../../ir/builder.js";
import { derivativeByJvp, derivativeByVjp } from "../../../ir/derivatives.js";
import type { CustomDerivative, Graph, Mask } from "../../../ir/types.js";
import { summed } from "../../emit.js";
import { isDifferentiable } from "../../graphs.js";
import { maskOf, nth } from "../../lists.js";
import type { BatchForm, Vectorize, VectorizeRules } from "../rule.js";
import { batchedCopy } from "./batch.js";

/** What has a derivative of its own: its programs are evaluated for all elements at once, each as what it is. */
export const customVectorize: VectorizeRules<"customCall" | "linearCall"> = {
  customCall: ({ b, size, vectorize, forms, wanted }, equation, inputs) => {
    const { body, derivative } = equation.params;
    if (!("id" in derivative)) {
      const all = vectorize(body, forms, size, wanted);
      return { outputs: b.emit("customCall", { body: all.graph, derivative }, inputs), batched: all.batchedOut };
    }
    const every = maskOf(body.outputs.length, true);
    const all = vectorize(body, forms, size, every).graph;
    const params = { body: all, derivative: batchedDerivative(derivative, body, forms, size, vectorize) };
    return { outputs: b.emit("customCall", params, inputs), batched: every };
  },

  linearCall: ({ b, size, vectorize, forms }, equation, inputs, batched) => {
    const { nConst, forward, backward, inverse } = equation.params;
    const xs = inputs.slice(nConst).map((x, i) => (batched[nConst + i] === true ? x : batchedCopy(b, x, size)));
    const all = (program: Graph | null): Graph | null => {
      if (program === null) return null;
      const nX = program.inputs.length - nConst;
      const programForms = [...forms.slice(0, nConst), ...new Array<BatchForm>(nX).fill("axis")];
      return vectorize(program, programForms, size, maskOf(program.outputs.length, true)).graph;
    };
    const outputs = b.emit(
      "linearCall",
      { ...equation.params, forward: all(forward), backward: all(backward), inverse: all(inverse) },
      [...inputs.slice(0, nConst), ...xs],
    );
    return { outputs, batched: outputs.map(() => true) };
  },
};

const memo = new WeakMap<CustomDerivative, Map<string, CustomDerivative>>();

/** The rules for all elements at once: the same object for the same request, so that equal calls stay equal. */
function batchedDerivative(
  derivative: CustomDerivative,
  body: Graph,
  forms: readonly BatchForm[],
  size: number,
  vectorize: Vectorize,
): CustomDerivative {
  let known = memo.get(derivative);
  if (known === undefined) memo.set(derivative, (known = new Map<string, CustomDerivative>()));
  const key = `${size} ${forms.join()}`;
  let result = known.get(key);
  if (result === undefined) known.set(key, (result = vectorized(derivative, body, forms, size, vectorize)));
  return result;
}

function vectorized(
  derivative: CustomDerivative,
  body: Graph,
  forms: readonly BatchForm[],
  size: number,
  vectorize: Vectorize,
): CustomDerivative {
  const floats = body.inputs.map(({ type }) => isDifferentiable(type));
  const floatForms = forms.filter((_, i) => floats[i]);
  const whole = (graph: Graph, inputForms: readonly BatchForm[]): Graph =>
    vectorize(graph, inputForms, size, maskOf(graph.outputs.length, true)).graph;
  if (derivative.kind === "jvp") {
    return derivativeByJvp(() => whole(derivative.rule(), [...forms, ...floatForms]));
  }
  if (derivative.kind !== "vjp") return derivative;
  return derivativeByVjp(
    () => whole(derivative.forward(), forms),
    () => {
      const back = derivative.backward();
      const graph = whole(
        back,
        back.inputs.map(() => "axis"),
      );
      return summedOver(
        graph,
        floatForms.map((form) => form === "none"),
      );
    },
  );
}

/** What is one for all elements gets the sum of their cotangents. */
function summedOver(graph: Graph, shared: Mask): Graph {
  if (!shared.includes(true)) return graph;
  const b = graphBuilder();
  const outputs = b.inline(
    graph,
    graph.inputs.map((input) => b.input(input.type)),
  );
  return b.build(outputs.map((output, i) => (nth(shared, i) ? summed(b, output, [0]) : output)));
}
