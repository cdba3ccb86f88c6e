import { DTypeError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import { flatten, unflatten, type TreeStructure } from "../util/tree.js";
import { isFloat, type DType } from "../util/dtype.js";
import { graphBuilder } from "../ir/builder.js";
import { recordsOrigins } from "../ir/origins.js";
import { arrayType, type ArrayType, type Graph, type Var } from "../ir/types.js";
import { lift, tracer, typeOf, withFrame, type Frame } from "./frame.js";
import { hostNumber } from "./host.js";
import { leafKey, readArguments, refusePromise, type LeafSpec, type LeafTree } from "./leaves.js";
import { type Tensor, type WeakOrigin } from "./tensor.js";

/** A function as a program. */
export interface Traced {
  /** Inputs: one for each argument leaf, then one for each captured tensor. */
  readonly graph: Graph;
  /** Types of the argument leaves; a JavaScript number may have got another dtype than float64. */
  readonly types: readonly ArrayType[];
  /** Tensors that the function uses from outside: concrete, or of an outer trace that is still going on. */
  readonly captured: readonly Tensor[];
  /** Structure of the result. */
  readonly structure: TreeStructure;
  /** For each leaf of the result the number, where it was one of JavaScript. */
  readonly numbers: readonly (number | null)[];
}

/** A user's function, of which only the tree structure of arguments and results is known. */
export type AnyFunction = (...args: never[]) => unknown;

const limit = 64;
const cache = new WeakMap<AnyFunction, Map<string, Traced>>();

let variant = "";

/** Runs `body`, in which functions are traced apart from those of other variants: where the options decide what a trace becomes. */
export function withVariant<T>(name: string, body: () => T): T {
  const before = variant;
  variant = name;
  try {
    return body();
  } finally {
    variant = before;
  }
}

/**
 * Traces a function, once for each structure and types of its arguments: later calls get the same Graph, so that programs that
 * use it several times share it. What the function captures is read when it is traced.
 *
 * @param args the list of arguments as one tree.
 * @param label what messages call the function.
 * @param dtypes for each leaf a dtype that a number there shall have, or null.
 */
export function traceFunction(
  f: AnyFunction,
  args: LeafTree,
  label: string,
  dtypes: readonly (DType | null)[] = [],
): Traced {
  const leaves = args.leaves;
  const how = recordsOrigins() ? `${variant} with origins ` : variant;
  const key = `${how}${args.structure.key}|${leaves.map((leaf, i) => `${leafKey(leaf)}${dtypes[i] ?? ""}`).join(";")}`;
  let known = cache.get(f);
  if (known === undefined) cache.set(f, (known = new Map<string, Traced>()));
  const found = known.get(key);
  if (found !== undefined && found.captured.every(isAlive)) {
    // most recently used last
    known.delete(key);
    known.set(key, found);
    return found;
  }
  const traced = traceAgain(f, args, label, dtypes);
  known.set(key, traced);
  if (known.size > limit) known.delete(present(known.keys().next().value, "oldest key"));
  return traced;
}

/** The program with a result leaf in another dtype each: numbers of JavaScript are written in it, others converted. */
export function withOutputDtypes(traced: Traced, dtypes: readonly DType[], name: (leaf: number) => string): Traced {
  if (traced.graph.outputs.every((output, i) => output.type.kind === "array" && output.type.dtype === dtypes[i]))
    return traced;
  const builder = graphBuilder();
  const inputs = traced.graph.inputs.map((input) => builder.input(input.type));
  const outputs = builder.inline(traced.graph, inputs).map((output, i): Var => {
    const dtype = present(dtypes[i], "dtype");
    const number = traced.numbers[i] ?? null;
    if (output.type.kind === "array" && output.type.dtype === dtype) return output;
    return number === null
      ? builder.one("convert", { dtype }, [output])
      : builder.literal(dtype, [], hostNumber(number, dtype, name(i)));
  });
  return { ...traced, graph: builder.build(outputs) };
}

/** The same program with its captured tensors in another order, of which some may be new: for bodies that must share them. */
export function withCaptured(traced: Traced, captured: readonly Tensor[]): Traced {
  const count = traced.types.length;
  const own = new Map(traced.captured.map((tensor, i) => [tensor, traced.graph.inputs[count + i] as Var]));
  const builder = graphBuilder();
  const inputs = captured.map((tensor) => own.get(tensor) ?? builder.input(typeOf(tensor)));
  const graph = Object.freeze({
    ...traced.graph,
    inputs: Object.freeze([...traced.graph.inputs.slice(0, count), ...inputs]),
  });
  return { ...traced, graph, captured };
}

/** Captured tensors of several programs, each once. */
export function unionOfCaptured(programs: readonly Traced[]): readonly Tensor[] {
  return [...new Set(programs.flatMap((program) => program.captured))];
}

function isAlive(tensor: Tensor): boolean {
  const content = tensor.content;
  return content.kind === "concrete" || content.scope.open;
}

/** Traces until every number of JavaScript has the dtype of what it meets. */
function traceAgain(f: AnyFunction, tree: LeafTree, label: string, wanted: readonly (DType | null)[]): Traced {
  const owner = {};
  const dtypes = tree.leaves.map((leaf, i) => wanted[i] ?? null);
  for (;;) {
    try {
      return traceOnce(f, tree, label, dtypes, owner);
    } catch (error) {
      const promotion = readPromotion(error, owner);
      if (promotion === null || dtypes[promotion.leaf] !== null || !fits(tree.leaves[promotion.leaf], promotion.dtype))
        throw error;
      dtypes[promotion.leaf] = promotion.dtype;
    }
  }
}

/** Whether a number can have a dtype: integers can have any of numbers, others floats. */
export function fits(leaf: LeafSpec | undefined, dtype: DType): boolean {
  if (leaf === undefined || leaf.number === null) return false;
  if (isFloat(dtype)) return true;
  if (dtype === "int32") return (leaf.number | 0) === leaf.number;
  return dtype === "uint32" && leaf.number >>> 0 === leaf.number;
}

function readPromotion(error: unknown, owner: object): { readonly leaf: number; readonly dtype: DType } | null {
  if (!(error instanceof DTypeError)) return null;
  const { weakOrigin, weakDtype } = error.data as { weakOrigin?: WeakOrigin; weakDtype?: DType };
  if (weakOrigin === undefined || weakDtype === undefined || weakOrigin.owner !== owner) return null;
  return { leaf: weakOrigin.leaf, dtype: weakDtype };
}

function traceOnce(
  f: AnyFunction,
  tree: LeafTree,
  label: string,
  dtypes: readonly (DType | null)[],
  owner: object,
): Traced {
  return withFrame(label, (frame) => {
    const types = tree.leaves.map((leaf, i) => arrayType(dtypes[i] ?? leaf.type.dtype, leaf.type.shape));
    const tensors = types.map((type, i) => {
      const leaf = tree.leaves[i] as LeafSpec;
      const weak = leaf.number !== null && dtypes[i] === null ? { owner, leaf: i } : leaf.weak;
      return tracer(frame, frame.builder.input(type), weak);
    });
    const result = f(...(unflatten(tree.structure, tensors) as never[]));
    const outputs = readResult(frame, result, label);
    return {
      graph: frame.builder.build(outputs.variables),
      types,
      captured: [...frame.captured.keys()],
      structure: outputs.structure,
      numbers: outputs.numbers,
    };
  });
}

function readResult(
  frame: Frame,
  result: unknown,
  label: string,
): { variables: Var[]; structure: TreeStructure; numbers: (number | null)[] } {
  refusePromise(result, label);
  const { leaves } = flatten(result);
  const tree = readArguments(result, `the result of ${label}`);
  const variables = tree.leaves.map((leaf, i) => {
    const raw = leaves[i];
    return typeof raw === "number" || typeof raw === "boolean"
      ? frame.builder.literal(leaf.type.dtype, [], Number(raw))
      : lift(frame, leaf.tensor);
  });
  return { variables, structure: tree.structure, numbers: tree.leaves.map((leaf) => leaf.number) };
}
