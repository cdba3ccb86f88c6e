import { ArgumentError, DTypeError, ShapeError, TreeError } from "../../util/errors.js";
import { isFloat, type DType } from "../../util/dtype.js";
import { expectSameStructure, flatten, unflatten, type TreeStructure } from "../../util/tree.js";
import { callShared } from "../../compile/jit.js";
import { readArguments } from "../../trace/leaves.js";
import { np } from "../../trace/np.js";
import { castTensor, showShape } from "../../trace/operands.js";
import { isTensor, isTraced, type Tensor, type TensorLike } from "../../trace/tensor.js";
import type { Derivative, StateLeaves } from "./method.js";

/** The start of a run taken apart. */
export interface Start {
  readonly leaves: StateLeaves;
  readonly structure: TreeStructure;
  readonly dtype: DType;
}

/**
 * Reads the state at the start.
 *
 * @throws DTypeError where its leaves are not all of one floating dtype; TreeError where it has none.
 */
export function readStart(owner: string, state: unknown): Start {
  const tree = readArguments(state, "y0");
  const leaves = tree.leaves.map((leaf) => leaf.tensor);
  const dtype = leaves[0]?.dtype;
  if (dtype === undefined) throw new TreeError({ what: `${owner}: the state has no leaves.`, got: "an empty tree" });
  if (isFloat(dtype) && leaves.every((leaf) => leaf.dtype === dtype)) {
    return { leaves, structure: tree.structure, dtype };
  }
  throw new DTypeError({
    what: `${owner}: the state is not of one floating dtype.`,
    got: leaves.map((leaf) => leaf.dtype).join(", "),
    expected: "float64 (or float32) in all leaves of y0",
    fix: 'convert with `.astype("float64")`; what does not change with time belongs into params.',
  });
}

/** A function of (time, state, params) with its parameters bound, on leaves. It is traced once and shared by all its calls. */
export function bindParams(owner: string, name: string, f: unknown, start: Start, params: unknown): Derivative {
  return (time, leaves) => {
    const value = callShared(f as never, [time, unflatten(start.structure, leaves), params], `${name} of ${owner}`);
    const { leaves: got, structure } = flatten(value);
    expectSameStructure(
      `${owner}: ${name} must return a tree like the state.`,
      { name: "the state", structure: start.structure },
      { name: `the result of ${name}`, structure },
    );
    return (got as readonly Tensor[]).map((leaf, i) => {
      const wanted = start.leaves[i] as Tensor;
      if (String(leaf.shape) !== String(wanted.shape)) {
        throw new ShapeError({
          what: `${owner}: ${name} must return the shapes of the state.`,
          got: `${showShape(leaf.shape)} in leaf ${i}`,
          expected: showShape(wanted.shape),
        });
      }
      return castTensor(leaf, wanted.dtype);
    });
  };
}

/**
 * Reads the output times.
 *
 * @throws ArgumentError where there are less than two, or known ones are not finite and ascending.
 */
export function readTimes(owner: string, times: TensorLike, dtype: DType): Tensor {
  const raw = isTensor(times) ? times : np.array(times);
  const tensor = castTensor(raw, dtype);
  if (tensor.shape.length !== 1 || (tensor.shape[0] as number) < 2) {
    throw new ArgumentError({
      what: `${owner}: times want a start and an end.`,
      got: `times of shape ${showShape(tensor.shape)}`,
      expected: "[start, ..., end]: at least two times",
    });
  }
  if (isTraced(raw)) return tensor;
  const values = raw.data;
  for (let i = 0; i < values.length; i++) {
    const [before, value] = [i === 0 ? -Infinity : (values[i - 1] as number), values[i] as number];
    if (Number.isFinite(value) && value > before) continue;
    throw new ArgumentError({
      what: `${owner}: the times do not ascend.`,
      got: `times[${i}] = ${value}${i === 0 ? "" : ` after ${before}`}`,
      expected: "finite times, each later than the one before",
      fix: "to run backwards, integrate -f(-t, y) over the negated times.",
      data: { index: i, value },
    });
  }
  return tensor;
}

/**
 * Demands a positive number.
 *
 * @throws ArgumentError unless `value` is positive and finite.
 */
export function checkPositive(owner: string, argument: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new ArgumentError({
    what: `${owner}: ${argument} is not a positive number.`,
    got: `${argument}: ${value}`,
    expected: "a positive finite number",
    data: { argument, value },
  });
}
