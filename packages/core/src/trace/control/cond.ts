import { ArgumentError, DTypeError, ShapeError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import { expectSameStructure, leafPaths, unflatten, type TreeStructure } from "../../util/tree.js";
import type { DType } from "../../util/dtype.js";
import { sameShape, showType, type ArrayType } from "../../ir/types.js";
import { asProgram, currentFrame, emit } from "../frame.js";
import { describeHost } from "../host.js";
import { argumentTensors, readArguments, refusePromise, type ArgumentTree } from "../leaves.js";
import { integerTensor } from "../np/indexTensor.js";
import { lessEqual } from "../np/compare.js";
import { concreteData, isTensor, isTraced, type Tensor } from "../tensor.js";
import {
  traceFunction,
  unionOfCaptured,
  withCaptured,
  withOutputDtypes,
  type AnyFunction,
  type Traced,
} from "../traceFunction.js";
import type { LiftableArguments, Tensors } from "../treeTypes.js";

/**
 * The result of one of two functions: `onTrue(...operands)` where the predicate holds, else `onFalse(...operands)`. Only the one
 * that is chosen runs. Both must return the same structure and types.
 * @throws DTypeError where the predicate is no bool, or the branches' dtypes differ.
 */
export function cond<A extends unknown[], R>(
  predicate: Tensor | boolean,
  onTrue: (...operands: A) => R,
  onFalse: (...operands: A) => R,
  ...operands: LiftableArguments<A>
): Tensors<R> {
  return choose(readPredicate(predicate), onTrue as AnyFunction, onFalse as AnyFunction, operands) as Tensors<R>;
}

/**
 * The result of `branches[index](...operands)`; only that branch runs. An index that is known at run time only is clamped.
 * @throws ArgumentError where there is no such branch.
 */
export function switchCase<A extends unknown[], R>(
  index: Tensor | number,
  branches: readonly ((...operands: A) => R)[],
  ...operands: LiftableArguments<A>
): Tensors<R> {
  const list = branches as readonly AnyFunction[];
  const last = list.length - 1;
  if (last < 0) throw new ArgumentError({ what: "switchCase wants at least one branch.", got: "none" });
  if (typeof index === "number" && (!Number.isInteger(index) || index < 0 || index > last)) {
    throw new ArgumentError({
      what: "switchCase: there is no such branch.",
      got: String(index),
      expected: `a whole number from 0 to ${last}`,
    });
  }
  const chosen = integerTensor("switchCase", "index", index);
  if (chosen.shape.length !== 0) throw new ShapeError({ what: "switchCase wants one index.", got: chosen.toString() });
  const known = currentFrame() === null || typeof index === "number" ? Number(concreteIndex(chosen, index)) : null;
  if (known !== null)
    return callBranch(list[Math.min(Math.max(known, 0), last)] as AnyFunction, operands) as Tensors<R>;
  return pick(chosen, list, 0, operands) as Tensors<R>;
}

function concreteIndex(tensor: Tensor, index: Tensor | number): number {
  return typeof index === "number" ? index : (concreteData(tensor, "the index of switchCase")[0] as number);
}

function pick(index: Tensor, branches: readonly AnyFunction[], first: number, operands: readonly unknown[]): unknown {
  const branch = branches[first] as AnyFunction;
  if (first === branches.length - 1) return callBranch(branch, operands);
  const rest =
    first === branches.length - 2
      ? (branches[first + 1] as AnyFunction)
      : (...args: never[]) => pick(index, branches, first + 1, args);
  return choose(lessEqual(index, first), branch, rest, operands);
}

function choose(
  predicate: Tensor | boolean,
  onTrue: AnyFunction,
  onFalse: AnyFunction,
  operands: readonly unknown[],
): unknown {
  if (typeof predicate === "boolean") return callBranch(predicate ? onTrue : onFalse, operands);
  if (currentFrame() === null && !isTraced(predicate)) {
    return callBranch(concreteData(predicate, "cond")[0] === 1 ? onTrue : onFalse, operands);
  }
  const args = readArguments(operands, "operands");
  const result: { structure?: TreeStructure } = {};
  const outputs = asProgram("cond", () => {
    const [first, second] = sameTypes(...traceBranches(onTrue, onFalse, args));
    result.structure = first.structure;
    const captured = unionOfCaptured([first, second]);
    return emit("cond", { branches: [withCaptured(first, captured).graph, withCaptured(second, captured).graph] }, [
      predicate,
      ...argumentTensors(args, first.types),
      ...captured,
    ]);
  });
  return unflatten(present(result.structure, "structure of the result"), outputs);
}

/** Traces both branches; an operand that is a JavaScript number gets the dtype that one of them wants in both. */
function traceBranches(onTrue: AnyFunction, onFalse: AnyFunction, args: ArgumentTree): readonly [Traced, Traced] {
  const trace = (dtypes: readonly (DType | null)[]): readonly [Traced, Traced] => [
    traceFunction(onTrue, args, "the first branch of cond", dtypes),
    traceFunction(onFalse, args, "the second branch of cond", dtypes),
  ];
  const [first, second] = trace([]);
  const wanted = first.types.map((type, i) =>
    type.dtype === args.leaves[i]?.type.dtype ? present(second.types[i], "type").dtype : type.dtype,
  );
  const agree = wanted.every((dtype, i) => dtype === first.types[i]?.dtype && dtype === second.types[i]?.dtype);
  return agree ? [first, second] : trace(wanted.map((dtype, i) => (args.leaves[i]?.number === null ? null : dtype)));
}

/** A branch run at once, its operands and results being tensors as in a trace. */
function callBranch(branch: AnyFunction, operands: readonly unknown[]): unknown {
  const args = readArguments(operands, "operands");
  // a number gets the dtype that it would get in a trace
  const tensors = args.leaves.some((leaf) => leaf.number !== null)
    ? argumentTensors(args, traceFunction(branch, args, "a branch of cond").types)
    : tensorsOf(args);
  const value = branch(...(unflatten(args.structure, tensors) as never[]));
  refusePromise(value, "a branch of cond");
  const result = readArguments(value, "the result of a branch");
  return unflatten(result.structure, tensorsOf(result));
}

function tensorsOf(args: ArgumentTree): readonly Tensor[] {
  return args.leaves.map((leaf) => leaf.tensor);
}

function readPredicate(predicate: Tensor | boolean): Tensor | boolean {
  if (typeof predicate === "boolean") return predicate;
  if (isTensor(predicate) && predicate.dtype === "bool" && predicate.shape.length === 0) return predicate;
  throw new DTypeError({
    what: "The predicate of cond must be one bool.",
    got: isTensor(predicate) ? predicate.toString() : describeHost(predicate),
    expected: "a 0-d bool tensor, or a boolean",
    fix: "compare, as in `x.greater(0)`; over several elements use `np.all`, `np.any`, or `np.where` to choose elementwise.",
  });
}

/** Both branches with equal results; a JavaScript number takes the dtype of the other branch. */
function sameTypes(first: Traced, second: Traced): readonly [Traced, Traced] {
  expectSameStructure(
    "The branches of cond must return the same structure.",
    { name: "the result of the first branch", structure: first.structure },
    { name: "the result of the second branch", structure: second.structure },
  );
  const paths = leafPaths(first.structure);
  const dtypes = first.graph.outputs.map((output, i) => {
    const a = arrayOf(output.type);
    const b = arrayOf(present(second.graph.outputs[i], "output").type);
    if (!sameShape(a.shape, b.shape)) {
      throw new ShapeError({
        what: `The branches of cond return different shapes${place(paths[i])}.`,
        got: `${showType(a)} from the first, ${showType(b)} from the second`,
      });
    }
    if (a.dtype === b.dtype || (second.numbers[i] ?? null) !== null) return a.dtype;
    if ((first.numbers[i] ?? null) !== null) return b.dtype;
    throw new DTypeError({
      what: `The branches of cond return different dtypes${place(paths[i])}.`,
      got: `${showType(a)} from the first, ${showType(b)} from the second`,
      fix: `convert one of them, as in \`x.astype("${a.dtype}")\`.`,
    });
  });
  const name = (i: number): string => `the result${paths[i] ?? ""} of a branch`;
  return [withOutputDtypes(first, dtypes, name), withOutputDtypes(second, dtypes, name)];
}

function arrayOf(type: ArrayType | { readonly kind: "history" | "ragged" }): ArrayType {
  if (type.kind === "array") return type;
  throw new ArgumentError({ what: "A branch of cond returned a History." });
}

function place(path: string | undefined): string {
  return path === undefined || path === "" ? "" : ` at ${path}`;
}
