import { InternalError } from "../util/errors.js";
import { evaluate } from "./evaluate/evaluate.js";
import { showType } from "./types.js";
import type { Graph, OpName, Params, Var } from "./types.js";
import { fitsType } from "./values.js";
import type { Value } from "./values.js";

/**
 * Evaluates a Graph, equation after equation. This is the definition of what a program computes: backends are equal to
 * it to the bit. (Only `keep: inverse` is left to them: here every History is stored as it was recorded.)
 *
 * @throws NumericalError where a `check` fails.
 * @throws InternalError where inputs do not fit the Graph, or loops that share Histories differ in trips.
 */
export function interpret(graph: Graph, inputs: readonly Value[]): Value[] {
  if (inputs.length !== graph.inputs.length) {
    throw new InternalError(`a Graph of ${graph.inputs.length} inputs is interpreted with ${inputs.length}`);
  }
  graph.inputs.forEach((input, i) => {
    if (!fitsType(inputs[i] as Value, input.type)) {
      throw new InternalError(`input ${i} of an interpreted Graph is no ${showType(input.type)}`);
    }
  });
  return run(graph, inputs);
}

/** Evaluates one op at once. Operands must have passed `infer`. */
export function evaluateOp<K extends OpName>(op: K, params: Params[K], inputs: readonly Value[]): Value[] {
  return evaluate(op, params, inputs, run).slice();
}

function run(graph: Graph, inputs: readonly Value[]): Value[] {
  const values = new Map<Var, Value>();
  graph.inputs.forEach((input, i) => values.set(input, inputs[i] as Value));
  const read = (variable: Var): Value => {
    const value = values.get(variable);
    if (value === undefined) throw new InternalError(`variable ${variable.id} is read before it is defined`);
    return value;
  };
  for (const { op, params, inputs: operands, outputs } of graph.equations) {
    const results = evaluate(op, params, operands.map(read), run);
    outputs.forEach((output, i) => values.set(output, results[i] as Value));
  }
  return graph.outputs.map(read);
}
