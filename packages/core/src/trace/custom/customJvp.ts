import { present } from "../../util/invariant.js";
import { unflatten, type TreeStructure } from "../../util/tree.js";
import { derivativeByJvp } from "../../ir/derivatives.js";
import { asProgram } from "../frame.js";
import { readArguments, type ArgumentTree } from "../leaves.js";
import { traceFunction, type AnyFunction, type Traced } from "../traceFunction.js";
import type { Liftable, LiftableArguments, Tensors } from "../treeTypes.js";
import {
  argumentsLike,
  emitCustom,
  outputTypes,
  placeCaptured,
  readLike,
  readPair,
  refuseTraced,
  settleCaptured,
  traceRule,
  type CustomState,
} from "./rules.js";

/** Arguments as a rule gets them: every leaf is a tensor. */
export type TensorArguments<A extends readonly unknown[]> = { [K in keyof A]: Tensors<A[K]> };

/** Value and tangent of a function, from its arguments and their tangents (zeros for integers and bools). */
export type JvpRuleOf<A extends readonly unknown[], R> = (
  primals: TensorArguments<A>,
  tangents: TensorArguments<A>,
) => readonly [value: Liftable<Tensors<R>>, tangent: Liftable<Tensors<R>>];

/**
 * Gives a function a derivative of its own, by a rule that pushes tangents forward. The rule must be linear in the tangents; forward and
 * reverse mode, and batches, follow from it. It is differentiated in turn for higher orders, and may call the function again.
 *
 * Traced values come as arguments: neither the function nor the rule may capture one.
 *
 * @example
 * // log(1 + exp(x)), whose derivative 1 / (1 + exp(-x)) does not overflow
 * const softplus = customJvp(
 *   (x: Tensor) => np.log1p(np.exp(x)),
 *   ([x], [dx]) => [np.log1p(np.exp(x)), dx.div(np.exp(x.neg()).add(1))],
 * );
 *
 * @throws TracedValueError where a traced value is captured.
 * @throws TreeError, ShapeError or DTypeError where what the rule returns is not like the function's result.
 */
export function customJvp<A extends unknown[], R>(
  f: (...args: A) => R,
  rule: JvpRuleOf<A, R>,
): (...args: LiftableArguments<A>) => Tensors<R> {
  const label = f.name === "" ? "a function of customJvp" : `customJvp(${f.name})`;
  const states = new WeakMap<Traced, CustomState>();
  return (...args) => {
    const tree = readArguments(args, `arguments of ${label}: `);
    const result: { structure?: TreeStructure } = {};
    const outputs = asProgram(label, () => {
      const traced = traceFunction(f as unknown as AnyFunction, tree, label);
      result.structure = traced.structure;
      let state = states.get(traced);
      if (state === undefined) {
        state = makeState(rule as unknown as AnyRule, tree, traced, label);
        states.set(traced, state);
        settle(state, rule as unknown as AnyRule, tree, traced, label);
      }
      return emitCustom(tree, traced, state);
    });
    return unflatten(present(result.structure, "structure of the result"), outputs) as Tensors<R>;
  };
}

type AnyRule = (primals: unknown, tangents: unknown) => unknown;

function makeState(rule: AnyRule, tree: ArgumentTree, traced: Traced, label: string): CustomState {
  refuseTraced(traced.captured, label);
  const state: CustomState = {
    captured: traced.captured,
    derivative: derivativeByJvp(() =>
      placeCaptured(traceJvpRule(rule, tree, traced, label), state.captured, traced.types.length, ruleOf(label), true),
    ),
  };
  return state;
}

function settle(state: CustomState, rule: AnyRule, tree: ArgumentTree, traced: Traced, label: string): void {
  settleCaptured(state, ruleOf(label), () => traceJvpRule(rule, tree, traced, label).captured);
}

/** (primals, tangents of floats) -> (outputs, tangents of float outputs). */
function traceJvpRule(rule: AnyRule, tree: ArgumentTree, traced: Traced, label: string): Traced {
  const args = argumentsLike(tree, traced);
  const like = { structure: traced.structure, types: outputTypes(traced) };
  const name = ruleOf(label);
  return traceRule(
    (primals, tangents) => {
      const [value, tangent] = readPair(rule(primals, tangents), name, "its tangent");
      return [
        ...readLike(value, like, `the value of ${name}: result`, "the function's result", false),
        ...readLike(tangent, like, `the tangent of ${name}: result`, "the function's result", true),
      ];
    },
    [
      { ...args, zeroes: false },
      { ...args, zeroes: true },
    ],
    name,
  );
}

function ruleOf(label: string): string {
  return `the rule of ${label}`;
}
