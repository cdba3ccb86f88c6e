import { TracedValueError, TreeError } from "../../util/errors.js";
import { isFloat } from "../../util/dtype.js";
import { present } from "../../util/invariant.js";
import { expectSameStructure, leafPaths, structureOf, unflatten, type TreeStructure } from "../../util/tree.js";
import { graphBuilder, type Builder } from "../../ir/builder.js";
import type { ArrayType, CustomDerivative, Graph, Var } from "../../ir/types.js";
import { elementsOf, emit, typeOf } from "../frame.js";
import { argumentTensors, readArguments, type ArgumentTree, type LeafSpec, type LeafTree } from "../leaves.js";
import { matching } from "../matching.js";
import { literal } from "../operands.js";
import { isTraced, type Tensor } from "../tensor.js";
import { traceFunction, withCaptured, type AnyFunction, type Traced } from "../traceFunction.js";

/** A function with a rule, for one structure and types of its arguments. */
export interface CustomState {
  /** The function and its rules, with the concrete tensors that any of them captures. */
  captured: readonly Tensor[];
  readonly derivative: CustomDerivative;
}

let depth = 0;

/**
 * Finds the concrete tensors that rules capture, so that they become inputs of the call. Rules of functions that are called by a rule
 * are traced when they are needed only: a rule may call the function that it belongs to.
 *
 * @param trace the rules; returns what they captured.
 */
export function settleCaptured(state: CustomState, label: string, trace: () => readonly Tensor[]): void {
  if (depth > 0) return;
  depth++;
  try {
    const captured = trace();
    refuseTraced(captured, label);
    state.captured = [...new Set([...state.captured, ...captured])];
  } finally {
    depth--;
  }
}

/** Emits the call of a function with a derivative of its own; its arguments, then what it captures. */
export function emitCustom(tree: ArgumentTree, traced: Traced, state: CustomState): readonly Tensor[] {
  const { captured, derivative } = state;
  const body = withCaptured(traced, captured).graph;
  return emit("customCall", { body, derivative }, [...argumentTensors(tree, traced.types), ...captured]);
}

/**
 * Traces a rule on trees of tensors of the given types.
 * @param args structures of its arguments, and the types of their leaves in order; a leaf that is no float is zero where `zeroes`.
 */
export function traceRule(
  rule: (...args: readonly unknown[]) => readonly Tensor[],
  args: readonly {
    readonly structure: TreeStructure;
    readonly types: readonly ArrayType[];
    readonly zeroes: boolean;
  }[],
  label: string,
): Traced {
  const types = args.flatMap(({ types: each, zeroes }) => each.filter(({ dtype }) => !zeroes || isFloat(dtype)));
  const whole = (...given: Tensor[]): readonly Tensor[] => {
    let next = 0;
    const trees = args.map(({ structure, types: each, zeroes }) =>
      unflatten(
        structure,
        each.map((type) =>
          zeroes && !isFloat(type.dtype) ? literal(type.dtype, type.shape, 0) : present(given[next++], "operand"),
        ),
      ),
    );
    return rule(...trees);
  };
  return traceFunction(whole as AnyFunction, leavesOf(types), label);
}

/** Leaves in an array. */
function leavesOf(types: readonly ArrayType[]): LeafTree {
  const leaves = types.map((type): LeafSpec => ({ number: null, weak: null, type }));
  return { leaves, structure: structureOf(types.map(() => 0)) };
}

/**
 * The Graph of a rule with all that the function captures as inputs at `at`, and a tangent for each captured float at the end. Small
 * tensors that the rule makes itself, anew in each trace, become literals.
 * @throws TracedValueError where the rule captures more than that.
 */
export function placeCaptured(
  traced: Traced,
  captured: readonly Tensor[],
  at: number,
  label: string,
  withTangents: boolean,
): Graph {
  const own = traced.captured.filter((tensor) => !captured.includes(tensor));
  const { graph, types } = withCaptured(traced, [...captured, ...own]);
  const tangents = withTangents ? captured.filter(({ dtype }) => isFloat(dtype)).map(typeOf) : [];
  const b = graphBuilder();
  const inputs = graph.inputs.slice(0, at).map(({ type }) => b.input(type));
  const outer = captured.map((tensor) => b.input(typeOf(tensor)));
  const rest = graph.inputs.slice(at, types.length).map(({ type }) => b.input(type));
  tangents.forEach((type) => b.input(type));
  const made = own.map((tensor) => written(b, tensor, label));
  return b.build(b.inline(graph, [...inputs, ...rest, ...outer, ...made]));
}

/** Largest number of elements of a tensor that is written into a program. */
const literalLimit = 256;

function written(b: Builder, tensor: Tensor, label: string): Var {
  if (isTraced(tensor) || tensor.size > literalLimit) {
    throw new TracedValueError({
      what: `${label} uses a tensor that is not among its arguments.`,
      got: tensor.toString(),
      fix: "make it an argument of the function, or make it once, outside of the rule.",
    });
  }
  const { dtype, shape } = tensor;
  const elements = Array.from(elementsOf(tensor));
  const [first = 0] = elements;
  if (elements.every((value) => Object.is(value, first))) return b.literal(dtype, shape, first);
  const parts = elements.map((value) => b.literal(dtype, [1], value));
  return b.one("reshape", { shape }, [b.one("concatenate", { axis: 0 }, parts)]);
}

/** The two parts of what a rule returns. */
export function readPair(value: unknown, label: string, second: string): readonly [unknown, unknown] {
  if (Array.isArray(value) && value.length === 2) return value as unknown as readonly [unknown, unknown];
  throw new TreeError({
    what: `${label} must return two things: the result, and ${second}.`,
    got: Array.isArray(value) ? `an array of ${value.length}` : typeof value,
    expected: `[result, ${second}]`,
  });
}

/** Leaves of a tree that must be like a result; numbers take its dtypes. Only the floats where `floatsOnly`. */
export function readLike(
  value: unknown,
  like: { readonly structure: TreeStructure; readonly types: readonly ArrayType[] },
  name: string,
  role: string,
  floatsOnly: boolean,
): readonly Tensor[] {
  const tree = readArguments(value, name);
  expectSameStructure(
    `${name} is not like ${role}.`,
    { name: role, structure: like.structure },
    { name, structure: tree.structure },
  );
  const paths = leafPaths(like.structure);
  return tree.leaves.flatMap((leaf, i) => {
    const type = present(like.types[i], "type");
    if (floatsOnly && !isFloat(type.dtype)) return [];
    return [matching(leaf, type, name + present(paths[i], "path"), role + present(paths[i], "path"))];
  });
}

/** Types of the outputs of a traced function, which are arrays. */
export function outputTypes(traced: Traced): readonly ArrayType[] {
  return traced.graph.outputs.map(({ type }) => type as ArrayType);
}

/** Structure of the arguments of a function, as one tree. */
export function argumentsLike(
  tree: ArgumentTree,
  traced: Traced,
): { readonly structure: TreeStructure; readonly types: readonly ArrayType[] } {
  return { structure: tree.structure, types: traced.types };
}

/**
 * Demands that no tensor belongs to a trace that is going on.
 * @throws TracedValueError where one does.
 */
export function refuseTraced(captured: readonly Tensor[], label: string): void {
  const traced = captured.find(isTraced);
  if (traced === undefined) return;
  throw new TracedValueError({
    what: `${label} captures a traced value, whose derivative would be lost.`,
    got: traced.toString(),
    expected: "a function that gets all traced values as arguments",
    fix: "pass it as an argument, and give its derivative in the rule.",
  });
}
