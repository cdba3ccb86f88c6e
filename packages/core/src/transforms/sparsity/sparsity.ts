import { isFloat } from "../../util/dtype.js";
import { present } from "../../util/invariant.js";
import { evaluateOp } from "../../ir/interpret.js";
import {
  sizeOf,
  type Equation,
  type Graph,
  type OpName,
  type Params,
  type RuleTable,
  type Type,
  type Var,
} from "../../ir/types.js";
import type { ArrayValue, Value } from "../../ir/values.js";
import { hasEffect } from "../bodies.js";
import { arrayRules } from "./arrayRules.js";
import { controlRules } from "./controlRules.js";
import { elementRules } from "./elementRules.js";
import { filled, type SparsityContext, type SparsityRule, type Trait } from "./rule.js";
import { nothing, type Dependence } from "./sets.js";

/** A rule for every op. */
const rules: RuleTable<{ readonly [K in OpName]: SparsityRule<K> }> = {
  ...elementRules,
  ...arrayRules,
  ...controlRules,
};

/** Largest array that is evaluated because its elements are known; indices of larger ones count as not known. */
const valueLimit = 1 << 22;

/**
 * Which elements of a Graph's inputs the derivative of each element of its outputs can involve: at least all that do for some values
 * of the inputs. Values that are known, such as captured index tensors and masks made of them, are used.
 *
 * @param seeds for each input the number of each of its elements as a variable, or null where it is none; then `value`, if it is
 * known, holds its elements.
 */
export function dependenceOf(
  graph: Graph,
  seeds: readonly { readonly numbers: Int32Array | null; readonly value: ArrayValue | null }[],
): readonly (readonly Dependence[])[] {
  const inputs = graph.inputs.map((input, i): Trait => {
    const { numbers, value } = present(seeds[i], "seed of an input");
    if (numbers === null) return { dependence: filled(input, nothing), value };
    return { dependence: Array.from(numbers, (number) => Int32Array.of(number)), value: null };
  });
  return run(graph, inputs, false).map((trait) => trait.dependence);
}

function run(graph: Graph, inputs: readonly Trait[], values: boolean): readonly Trait[] {
  const traits = new Map<Var, Trait>();
  graph.inputs.forEach((input, i) => traits.set(input, present(inputs[i], "operand of a body")));
  const read = (variable: Var): Trait => present(traits.get(variable), "a variable's trait");
  const context: SparsityContext = {
    values,
    run: (body, operands, own = values) => run(body, operands, own),
  };
  for (const equation of graph.equations) {
    const operands = equation.inputs.map(read);
    const known = knownValues(equation, operands);
    if (known !== null) {
      equation.outputs.forEach((output, k) =>
        traits.set(output, { dependence: filled(output, nothing), value: known[k]! }),
      );
      continue;
    }
    const rule = rules[equation.op] as SparsityRule<OpName>;
    const dependence = rule(context, equation, operands);
    equation.outputs.forEach((output, k) =>
      traits.set(output, {
        // what is no float has no derivative
        dependence: values || carriesDerivative(output.type) ? dependence[k]! : filled(output, nothing),
        value: null,
      }),
    );
  }
  return graph.outputs.map(read);
}

/** The outputs of an equation all of whose operands are known; null where one is not, or it has bodies. */
function knownValues(equation: Equation, operands: readonly Trait[]): readonly ArrayValue[] | null {
  if (equation.op in controlRules || hasEffect(equation) || equation.op === "historyAdd") return null;
  const values = operands.map((operand) => operand.value);
  if (!values.every((value): value is ArrayValue => value !== null)) return null;
  if (equation.outputs.some(({ type }) => type.kind !== "array" || sizeOf(type.shape) > valueLimit)) return null;
  const results: readonly Value[] = evaluateOp<OpName>(equation.op, equation.params as Params[OpName], values);
  return results as readonly ArrayValue[];
}

function carriesDerivative(type: Type): boolean {
  return type.kind === "array" ? isFloat(type.dtype) : carriesDerivative(type.of);
}
