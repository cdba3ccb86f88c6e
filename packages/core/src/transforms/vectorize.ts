import { graphBuilder } from "../ir/builder.js";
import { onBehalfOf } from "../ir/origins.js";
import type { Equation, Graph, Mask, OpName, Var } from "../ir/types.js";
import { showType } from "../ir/types.js";
import { InternalError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import { dce } from "./dce.js";
import { maskKey, maskOf, nth } from "./lists.js";
import { graphMemo } from "./memo.js";
import type { BatchForm, Vectorize, VectorizeResult, VectorizeRule, VectorizeRules } from "./rules/rule.js";
import { batchedCopy, batchedForm, batchedType } from "./rules/vectorize/batch.js";
import { vectorizeRules } from "./rules/vectorize/index.js";

/**
 * Evaluates a Graph for `size` elements at once. The batch axis is axis 0 of every batched array, and of the entries of a
 * batched History; Histories whose lengths may differ are ragged.
 *
 * @param batched - Inputs that have a batch axis.
 * @param wanted - Outputs that get a batch axis even if they are the same for all elements.
 */
export function vectorize(graph: Graph, batched: Mask, size: number, wanted?: Mask): VectorizeResult {
  return vectorizeForms(
    graph,
    batched.map((flag) => (flag ? "axis" : "none")),
    size,
    wanted,
  );
}

/** `vectorize`, told the form of each input: a History may be batched in two. */
export const vectorizeForms: Vectorize = makeVectorize(vectorizeRules);

/** `vectorizeForms` over a table of rules, with a memo of its own. */
export function makeVectorize(rules: VectorizeRules): Vectorize {
  const memo = graphMemo<VectorizeResult>();
  const self: Vectorize = (graph, forms, size, wanted = maskOf(graph.outputs.length, false)) =>
    memo(graph, `${size} ${forms.join()} ${maskKey(wanted)}`, () => {
      const forced = new Set<Var>();
      for (;;) {
        const result = run(rules, self, graph, forms, size, wanted, forced);
        if (result !== null) return result;
      }
    });
  return self;
}

/**
 * One attempt. Histories that meet in one equation must all be batched or none: where they are not, the one that is not goes to
 * `forced` and the answer is null; its producer then makes it batched.
 */
function run(
  rules: VectorizeRules,
  self: Vectorize,
  graph: Graph,
  inputForms: readonly BatchForm[],
  size: number,
  wanted: Mask,
  forced: Set<Var>,
): VectorizeResult | null {
  const b = graphBuilder();
  const images = new Map<Var, Var>();
  const forms = new Map<Var, BatchForm>();
  const formOf = (variable: Var): BatchForm => forms.get(variable) ?? "none";
  const imageOf = (variable: Var): Var => present(images.get(variable), `the image of variable ${variable.id}`);
  graph.inputs.forEach((input, i) => {
    const form = nth(inputForms, i);
    images.set(input, b.input(batchedType(input.type, form, size)));
    forms.set(input, form);
  });
  graph.outputs.forEach((output, i) => {
    if (wanted[i] === true && output.type.kind !== "array") forced.add(output);
  });

  for (const equation of graph.equations) {
    const inputs = equation.inputs.map(imageOf);
    const inForms = equation.inputs.map(formOf);
    const batched = inForms.map((form) => form !== "none");
    const wantedOut = equation.outputs.map((output) => forced.has(output));
    if (!batched.includes(true) && !wantedOut.includes(true)) {
      const outputs = onBehalfOf(equation, () => b.emit(equation.op, equation.params, inputs));
      equation.outputs.forEach((output, i) => images.set(output, nth(outputs, i)));
      continue;
    }
    if (equation.op === "historyAdd" || equation.op === "call") {
      const alone = equation.inputs.filter((input, i) => input.type.kind !== "array" && !nth(batched, i));
      for (const input of alone) {
        if (graph.inputs.includes(input)) {
          throw new InternalError(`a History that is not batched (${showType(input.type)}) meets one that is`);
        }
        forced.add(input);
      }
      if (alone.length > 0) return null;
    }
    const rule = ruleFor(rules, equation);
    const context = { b, size, vectorize: self, forms: inForms, wanted: wantedOut };
    const result = onBehalfOf(equation, () => rule(context, equation, inputs, batched));
    equation.outputs.forEach((output, i) => {
      const image = nth(result.outputs, i);
      images.set(output, image);
      if (result.batched[i] === true) forms.set(output, batchedForm(output.type, image.type));
    });
  }

  const outputs = graph.outputs.map((output, i) => {
    const image = imageOf(output);
    return formOf(output) === "none" && wanted[i] === true ? batchedCopy(b, image, size) : image;
  });
  return {
    graph: dce(b.build(outputs)),
    batchedOut: graph.outputs.map((output, i) => formOf(output) !== "none" || wanted[i] === true),
  };
}

function ruleFor(rules: VectorizeRules, equation: Equation): VectorizeRule<OpName> {
  return rules[equation.op] as unknown as VectorizeRule<OpName>;
}
