import { InternalError, SimgradError } from "../util/errors.js";
import { bodiesOf } from "./bodies.js";
import { infer } from "./infer.js";
import { printEquation } from "./print.js";
import { sameType, showType } from "./types.js";
import type { Equation, Graph, Type, Var } from "./types.js";

/** Graphs that were found right; they are frozen, so they stay so. */
const verified = new WeakSet<Graph>();

/**
 * Checks that a Graph is well formed: every variable is defined once and before it is read, no body reads an outer
 * variable, every type is what inference gives, nothing can be changed any more, and Histories are only where a loop may
 * have them (which inference checks: never a constant or carry of a loop, an operand or output of `cond`, or an output of
 * a loop's body). `pass` names the pass that made the Graph.
 *
 * @throws InternalError that names the pass and the equation.
 */
export function verify(graph: Graph, pass?: string): void {
  verifyGraph(graph, pass === undefined ? "" : `after the pass '${pass}', `, "the Graph");
}

function verifyGraph(graph: Graph, prefix: string, place: string): void {
  if (verified.has(graph)) return;
  const fail = (what: string, equation?: Equation): never => {
    const where = equation === undefined ? place : `equation '${printEquation(equation)}' of ${place}`;
    throw new InternalError(`${prefix}${where}: ${what}`, equation === undefined ? {} : { op: equation.op });
  };

  const defined = new Set<Var>();
  const ids = new Set<number>();
  const define = (variable: Var, equation?: Equation): void => {
    if (ids.has(variable.id)) fail(`variable ${variable.id} is defined twice`, equation);
    if (!Object.isFrozen(variable)) fail(`variable ${variable.id} is not frozen`, equation);
    ids.add(variable.id);
    defined.add(variable);
  };

  if (![graph, graph.inputs, graph.equations, graph.outputs].every(Object.isFrozen)) fail("it is not frozen");
  graph.inputs.forEach((input) => define(input));
  for (const equation of graph.equations) {
    if (![equation, equation.inputs, equation.outputs].every(Object.isFrozen)) fail("it is not frozen", equation);
    for (const input of equation.inputs) {
      if (!defined.has(input)) fail(`variable ${input.id} is not defined before it is read`, equation);
    }
    for (const body of bodiesOf(equation)) verifyGraph(body, prefix, `a body of '${equation.op}' in ${place}`);
    const types = inferred(equation, fail);
    if (types.length !== equation.outputs.length) {
      fail(`it has ${equation.outputs.length} outputs, not ${types.length}`, equation);
    }
    equation.outputs.forEach((output, i) => {
      const type = types[i] as Type;
      if (!sameType(output.type, type)) {
        fail(`output ${i} is declared ${showType(output.type)} but is ${showType(type)}`, equation);
      }
      define(output, equation);
    });
  }
  for (const output of graph.outputs) {
    if (!defined.has(output)) fail(`output ${output.id} is never defined`);
  }
  verified.add(graph);
}

function inferred(equation: Equation, fail: (what: string, equation: Equation) => never): readonly Type[] {
  try {
    return infer(
      equation.op,
      equation.params,
      equation.inputs.map((input) => input.type),
    );
  } catch (error) {
    if (!(error instanceof SimgradError)) throw error;
    return fail(error.message, equation);
  }
}
