import { graphBuilder } from "../ir/builder.js";
import { onBehalfOf } from "../ir/origins.js";
import type { Equation, Graph, Mask, OpName, Opt, Var } from "../ir/types.js";
import { present } from "../util/invariant.js";
import { dce } from "./dce.js";
import { literalOf, noteLiteral, realZeros, sum } from "./emit.js";
import { isDifferentiable } from "./graphs.js";
import { compact, maskKey, maskOf, nth, pick } from "./lists.js";
import { graphMemo } from "./memo.js";
import { transposeRules } from "./rules/transpose/index.js";
import type { Transpose, TransposeResult, TransposeRule, TransposeRules } from "./rules/rule.js";

/**
 * Pulls cotangents back through a Graph that is linear in some of its inputs. Equations that depend on no linear input are
 * computed first, the linear ones are transposed from the last to the first; cotangents of a variable are summed in that order.
 *
 * Inputs of the result: the inputs that are not linear, the cotangents of the given outputs, the accumulators; outputs: the
 * cotangents of the inputs set in `nonZero`.
 *
 * @param linear - Inputs in which the outputs are linear together.
 * @param given - Outputs whose cotangent is given; the others have none (zero).
 * @param instantiate - Linear inputs that get a cotangent even where it is zero.
 * @param accumulate - Linear inputs whose cotangent is added to an accumulator, which is a further input. Their output is the sum.
 * @throws InternalError where the Graph is not linear.
 */
export const transpose: Transpose = makeTranspose(transposeRules);

/** `transpose` over a table of rules, with a memo of its own. */
export function makeTranspose(rules: TransposeRules): Transpose {
  const memo = graphMemo<TransposeResult>();
  const self: Transpose = (
    graph,
    linear,
    given,
    instantiate = maskOf(graph.inputs.length, false),
    accumulate = maskOf(graph.inputs.length, false),
  ) => {
    const key = [linear, given, instantiate, accumulate].map(maskKey).join(" ");
    return memo(graph, key, () => pullBack(rules, self, graph, { linear, given, instantiate, accumulate }));
  };
  return self;
}

interface Masks {
  readonly linear: Mask;
  readonly given: Mask;
  readonly instantiate: Mask;
  readonly accumulate: Mask;
}

function pullBack(rules: TransposeRules, self: Transpose, graph: Graph, masks: Masks): TransposeResult {
  const b = graphBuilder();
  const linear = new Set<Var>(pick(graph.inputs, masks.linear));
  const images = new Map<Var, Var>();
  const totals = new Map<Var, Var>();
  graph.inputs.forEach((input, i) => {
    if (masks.linear[i] !== true) images.set(input, b.input(input.type));
  });
  const seeds = graph.outputs.map((output, i) => (masks.given[i] === true ? b.input(output.type) : null));
  graph.inputs.forEach((input, i) => {
    if (masks.accumulate[i] === true) totals.set(input, b.input(input.type));
  });

  const backwards = copyKnown(graph, linear, images, b.emit);
  const add = (variable: Var, cotangent: Opt): void => {
    if (cotangent === null || literalOf(cotangent) === 0) return;
    const total = sum(b, totals.get(variable) ?? null, cotangent);
    if (total !== null) totals.set(variable, total);
  };
  graph.outputs.forEach((output, i) => {
    if (linear.has(output)) add(output, nth(seeds, i));
  });

  for (const equation of backwards) {
    const cotangents = equation.outputs.map((output) => totals.get(output) ?? null);
    if (compact(cotangents).length === 0) continue;
    const inputs = equation.inputs.map((input) =>
      linear.has(input) ? null : present(images.get(input), `the image of variable ${input.id}`),
    );
    const take = (i: number): Opt => {
      const variable = nth(equation.inputs, i);
      const total = totals.get(variable) ?? null;
      totals.delete(variable);
      return total;
    };
    const parts = onBehalfOf(equation, () =>
      ruleFor(rules, equation)({ b, transpose: self, take }, equation, inputs, cotangents),
    );
    equation.inputs.forEach((input, i) => {
      if (linear.has(input)) add(input, nth(parts, i));
    });
  }

  const results = graph.inputs.map((input, i): Opt => {
    if (masks.linear[i] !== true) return null;
    const wanted = masks.instantiate[i] === true && isDifferentiable(input.type);
    return totals.get(input) ?? (wanted ? realZeros(b, input.type) : null);
  });
  return { graph: dce(b.build(compact(results))), nonZero: results.map((result) => result !== null) };
}

/** Emits what depends on no linear input; marks what does, and returns its equations from the last to the first. */
function copyKnown(
  graph: Graph,
  linear: Set<Var>,
  images: Map<Var, Var>,
  emit: (op: OpName, params: Equation["params"], inputs: readonly Var[]) => readonly Var[],
): Equation[] {
  const backwards: Equation[] = [];
  for (const equation of graph.equations) {
    if (equation.inputs.some((input) => linear.has(input))) {
      for (const output of equation.outputs) linear.add(output);
      backwards.push(equation);
      continue;
    }
    const inputs = equation.inputs.map((input) => present(images.get(input), `the image of variable ${input.id}`));
    const outputs = onBehalfOf(equation, () => emit(equation.op, equation.params, inputs));
    if (equation.op === "literal") noteLiteral({ ...equation, outputs });
    equation.outputs.forEach((output, i) => images.set(output, nth(outputs, i)));
  }
  return backwards.reverse();
}

function ruleFor(rules: TransposeRules, equation: Equation): TransposeRule<OpName> {
  return rules[equation.op] as unknown as TransposeRule<OpName>;
}
