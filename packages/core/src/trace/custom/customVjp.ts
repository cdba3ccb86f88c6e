import { TreeError } from "../../util/errors.js";
import { isFloat } from "../../util/dtype.js";
import { present } from "../../util/invariant.js";
import { unflatten, type TreeStructure } from "../../util/tree.js";
import { graphBuilder } from "../../ir/builder.js";
import { derivativeByVjp } from "../../ir/derivatives.js";
import type { ArrayType, Graph } from "../../ir/types.js";
import { asProgram } from "../frame.js";
import { readArguments, type ArgumentTree } from "../leaves.js";
import { literal } from "../operands.js";
import type { Tensor } from "../tensor.js";
import { traceFunction, type AnyFunction, type Traced } from "../traceFunction.js";
import type { Liftable, LiftableArguments, Tensors } from "../treeTypes.js";
import type { TensorArguments } from "./customJvp.js";
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

/** The rules of `customVjp`. */
export interface VjpRulesOf<A extends readonly unknown[], R, S> {
  /** The result, and what the way back needs. */
  readonly forward: (...args: TensorArguments<A>) => readonly [value: Liftable<Tensors<R>>, residuals: S];
  /** A cotangent for each argument, in a list; null for one that has none. Leaves of integers and bools are ignored. */
  readonly backward: (
    residuals: Tensors<S>,
    cotangent: Tensors<R>,
  ) => readonly [...{ [K in keyof A]: Liftable<Tensors<A[K]>> | null }];
}

/**
 * Gives a function a derivative of its own, by a rule that takes cotangents back. It serves reverse mode (`grad`, `vjp`, `jacrev`,
 * and forward over reverse); forward mode through it is an error: `customJvp` serves both.
 *
 * Traced values come as arguments or residuals: no function here may capture one.
 *
 * @example
 * // the gradient is clipped on its way back
 * const clipped = customVjp((x: Tensor) => x, {
 *   forward: (x) => [x, null],
 *   backward: (_, ct) => [np.clip(ct, -1, 1)],
 * });
 *
 * @throws TracedValueError where a traced value is captured.
 * @throws TreeError, ShapeError or DTypeError where what a rule returns does not fit.
 */
export function customVjp<A extends unknown[], R, S>(
  f: (...args: A) => R,
  rules: VjpRulesOf<A, R, S>,
): (...args: LiftableArguments<A>) => Tensors<R> {
  const label = f.name === "" ? "a function of customVjp" : `customVjp(${f.name})`;
  const states = new WeakMap<Traced, CustomState>();
  return (...args) => {
    const tree = readArguments(args, `arguments of ${label}: `);
    const result: { structure?: TreeStructure } = {};
    const outputs = asProgram(label, () => {
      const traced = traceFunction(f as unknown as AnyFunction, tree, label);
      result.structure = traced.structure;
      let state = states.get(traced);
      if (state === undefined) {
        const programs = makeRules(rules as unknown as AnyRules, tree, traced, label);
        state = programs.state;
        states.set(traced, state);
        settleCaptured(state, programs.name, programs.captured);
      }
      return emitCustom(tree, traced, state);
    });
    return unflatten(present(result.structure, "structure of the result"), outputs) as Tensors<R>;
  };
}

interface AnyRules {
  readonly forward: (...args: readonly unknown[]) => unknown;
  readonly backward: (residuals: unknown, cotangent: unknown) => unknown;
}

interface Programs {
  readonly name: string;
  readonly state: CustomState;
  readonly captured: () => readonly Tensor[];
}

function makeRules(rules: AnyRules, tree: ArgumentTree, traced: Traced, label: string): Programs {
  refuseTraced(traced.captured, label);
  const name = `the rule of ${label}`;
  const args = { ...argumentsLike(tree, traced), zeroes: false };
  const like = { structure: traced.structure, types: outputTypes(traced) };

  /** (args) -> (result, residuals). */
  const forward = (): { readonly traced: Traced; readonly residuals: TreeStructure } => {
    let residuals: TreeStructure | null = null;
    const whole = traceRule(
      (list) => {
        const [value, kept] = readPair(rules.forward(...(list as readonly unknown[])), name, "residuals");
        const leaves = readArguments(kept, "the residuals: ");
        residuals = leaves.structure;
        return [
          ...readLike(value, like, `the value of ${name}: result`, "the function's result", false),
          ...leaves.leaves.map((leaf) => leaf.tensor),
        ];
      },
      [args],
      name,
    );
    return { traced: whole, residuals: present<TreeStructure>(residuals ?? undefined, "structure of the residuals") };
  };

  /** (residuals, cotangents of floats) -> cotangents of float arguments. */
  const backward = (from: ReturnType<typeof forward>): Traced => {
    const types = outputTypes(from.traced).slice(like.types.length);
    return traceRule(
      (residuals, cotangent) => cotangentsOf(rules.backward(residuals, cotangent), tree, traced.types, name),
      [
        { structure: from.residuals, types, zeroes: false },
        { ...like, zeroes: true },
      ],
      name,
    );
  };

  const state: CustomState = {
    captured: traced.captured,
    derivative: derivativeByVjp(
      () => {
        const graph = placeCaptured(forward().traced, state.captured, traced.types.length, name, false);
        // what is captured goes back the way of the residuals
        const outer = graph.inputs.slice(traced.types.length);
        return Object.freeze({ ...graph, outputs: Object.freeze([...graph.outputs, ...outer]) });
      },
      () => {
        const from = forward();
        return withZeros(
          placeCaptured(backward(from), state.captured, from.residuals.size, name, false),
          state.captured,
        );
      },
    ),
  };
  const captured = (): readonly Tensor[] => {
    const from = forward();
    return [...from.traced.captured, ...backward(from).captured];
  };
  return { name, state, captured };
}

/** Cotangents of the float leaves of all arguments. */
function cotangentsOf(
  value: unknown,
  tree: ArgumentTree,
  types: readonly ArrayType[],
  name: string,
): readonly Tensor[] {
  const children = tree.structure.kind === "array" ? tree.structure.children : [];
  if (!Array.isArray(value) || value.length !== children.length) {
    throw new TreeError({
      what: `The backward of ${name} must return a list with a cotangent for each argument.`,
      got: Array.isArray(value) ? `a list of ${value.length}` : typeof value,
      expected: `a list of ${children.length}`,
      fix: "put null where an argument has none.",
    });
  }
  let first = 0;
  return children.flatMap((structure, i) => {
    const own = types.slice(first, first + structure.size);
    first += structure.size;
    const cotangent: unknown = (value as readonly unknown[])[i];
    if (cotangent === null || cotangent === undefined) {
      return own.filter(({ dtype }) => isFloat(dtype)).map(({ dtype, shape }) => literal(dtype, shape, 0));
    }
    const role = `argument ${i}`;
    return readLike(cotangent, { structure, types: own }, `the cotangent that ${name} gives ${role}`, role, true);
  });
}

/** The Graph with zeros as cotangents of captured floats, which are constants. */
function withZeros(graph: Graph, captured: readonly Tensor[]): Graph {
  const b = graphBuilder();
  const outputs = b.inline(
    graph,
    graph.inputs.map(({ type }) => b.input(type)),
  );
  const zeros = captured.filter(({ dtype }) => isFloat(dtype)).map(({ dtype, shape }) => b.literal(dtype, shape, 0));
  return b.build([...outputs, ...zeros]);
}
