import { graphBuilder } from "../ir/builder.js";
import { onBehalfOf } from "../ir/origins.js";
import type { Equation, Graph, Mask, OpName, Opt, Var } from "../ir/types.js";
import { present } from "../util/invariant.js";
import { dce } from "./dce.js";
import { literalOf, noteLiteral, realZeros } from "./emit.js";
import { isDifferentiable } from "./graphs.js";
import { compact, given, maskKey, maskOf, nth } from "./lists.js";
import { graphMemo } from "./memo.js";
import { jvpRules } from "./rules/jvp/index.js";
import type { Jvp, JvpMode, JvpResult, JvpRule, JvpRules } from "./rules/rule.js";

/**
 * Pushes tangents forward: a Graph that computes the primal outputs, and the tangents of those that depend on an active input.
 *
 * Inputs of the result: the primals, then the tangents of the active inputs, in order; outputs: the primals, then the tangents
 * of the outputs set in `activeOut`. Integers and bools never have tangents: their flags are ignored.
 *
 * @param instantiate - Outputs that get a tangent even where it is zero.
 */
export const jvp: Jvp = makeJvp(jvpRules);

/** `jvp` over a table of rules, with a memo of its own. */
export function makeJvp(rules: JvpRules): Jvp {
  const memo = graphMemo<JvpResult>();
  const self: Jvp = (graph, active, mode, instantiate = maskOf(graph.outputs.length, false)) => {
    const moving = graph.inputs.map((input, i) => active[i] === true && isDifferentiable(input.type));
    const wanted = graph.outputs.map((output, i) => instantiate[i] === true && isDifferentiable(output.type));
    return memo(graph, `${mode} ${maskKey(moving)} ${maskKey(wanted)}`, () =>
      pushForward(rules, self, graph, moving, mode, wanted),
    );
  };
  return self;
}

function pushForward(rules: JvpRules, self: Jvp, graph: Graph, active: Mask, mode: JvpMode, wanted: Mask): JvpResult {
  const b = graphBuilder();
  const primals = new Map<Var, Var>();
  const tangents = new Map<Var, Opt>();
  for (const input of graph.inputs) primals.set(input, b.input(input.type));
  graph.inputs.forEach((input, i) => tangents.set(input, active[i] === true ? b.input(input.type) : null));
  const primal = (variable: Var): Var => present(primals.get(variable), `the image of variable ${variable.id}`);
  const tangent = (variable: Var): Opt => tangents.get(variable) ?? null;

  for (const equation of graph.equations) {
    const inputs = equation.inputs.map(primal);
    const ts = equation.inputs.map(tangent);
    if (compact(ts).length === 0) {
      const outputs = onBehalfOf(equation, () => b.emit(equation.op, equation.params, inputs));
      equation.outputs.forEach((output, i) => primals.set(output, nth(outputs, i)));
      if (equation.op === "literal") noteLiteral({ ...equation, outputs });
      continue;
    }
    const dual = onBehalfOf(equation, () => ruleFor(rules, equation)({ b, mode, jvp: self }, equation, inputs, ts));
    equation.outputs.forEach((output, i) => {
      primals.set(output, nth(dual.outputs, i));
      const t = nth(dual.tangents, i);
      tangents.set(output, t !== null && literalOf(t) === 0 ? null : t);
    });
  }

  const outTangents = graph.outputs.map((output, i) => {
    const t = tangent(output);
    return t === null && wanted[i] === true ? realZeros(b, output.type) : t;
  });
  return {
    graph: dce(b.build([...graph.outputs.map(primal), ...compact(outTangents)])),
    activeOut: given(outTangents),
  };
}

function ruleFor(rules: JvpRules, equation: Equation): JvpRule<OpName> {
  return rules[equation.op] as unknown as JvpRule<OpName>;
}
