import { ArgumentError, DTypeError, ShapeError, TreeError } from "../../util/errors.js";
import { isFloat, type DType } from "../../util/dtype.js";
import { expectSameStructure, flatten, unflatten, type TreeStructure } from "../../util/tree.js";
import { callShared } from "../../compile/jit.js";
import { readArguments } from "../../trace/leaves.js";
import { np } from "../../trace/np.js";
import { traceFunction, type Traced } from "../../trace/traceFunction.js";
import { castTensor, literal, showShape } from "../../trace/operands.js";
import { isTensor, isTraced, type Tensor, type TensorLike } from "../../trace/tensor.js";
import type { Derivative, SlopeFunction, StateLeaves } from "./method.js";

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

/** A right-hand side with its parameters bound, on the leaves of the state, with what methods ask about it. */
export interface Problem {
  readonly start: Start;
  /** The right-hand side. It is traced once and shared by all its calls. */
  readonly derivative: SlopeFunction;
  /** Which leaves the right-hand side moves; the others are held. */
  readonly moves: readonly boolean[];
  /** Whether the right-hand side reads the time. */
  readonly dependsOnTime: boolean;
  /** Equations of the right-hand side as it was traced: how large it is. */
  readonly equations: number;
  /** Another function of (time, state, params), called with the same parameters. */
  call(f: unknown, name: string, time: Tensor, leaves: StateLeaves): unknown;
}

/** Binds the parameters of a right-hand side. */
export function bindProblem(owner: string, rhs: unknown, start: Start, params: unknown): Problem {
  const call = (f: unknown, name: string, time: Tensor, leaves: StateLeaves): unknown =>
    callShared(f as never, [time, unflatten(start.structure, leaves), params], `${name} of ${owner}`);
  const name = "the right-hand side";
  let known: Traced | null = null;
  const traced = (): Traced => {
    const args = [literal(start.dtype, [], 0), unflatten(start.structure, start.leaves), params];
    const tree = readArguments(args, `arguments of ${name} of ${owner}: `);
    return (known ??= traceFunction(rhs as never, tree, `${name} of ${owner}`));
  };
  return {
    start,
    derivative: slopeFunction(owner, name, start, (time, leaves) => call(rhs, name, time, leaves)),
    call,
    get moves() {
      const { structure } = traced();
      return expectMoves(owner, name, start, structure);
    },
    get dependsOnTime() {
      return readsFirstInput(traced());
    },
    get equations() {
      return traced().graph.equations.length;
    },
  };
}

/**
 * The right-hand side of a problem for methods that know of no held leaves.
 *
 * @throws ArgumentError when it is called, where there are some.
 */
export function wholeDerivative(owner: string, { derivative }: Problem): Derivative {
  return (time, leaves) =>
    derivative(time, leaves).map((slope) => {
      if (slope !== null) return slope;
      throw new ArgumentError({
        what: `${owner}: the right-hand side has null for a leaf of the state, which only events would change.`,
        fix: "use a method that chooses its steps, and so can have events.",
      });
    });
}

/** A function of (time, state, params) with its parameters bound, on leaves. It is traced once and shared by all its calls. */
export function bindParams(owner: string, name: string, f: unknown, start: Start, params: unknown): Derivative {
  return treeFunction(owner, name, start, (time, leaves) =>
    callShared(f as never, [time, unflatten(start.structure, leaves), params], `${name} of ${owner}`),
  );
}

/** Demands that what a function returns is like the state, and takes it apart. */
export function treeFunction(
  owner: string,
  name: string,
  start: Start,
  call: (time: Tensor, leaves: StateLeaves) => unknown,
): Derivative {
  return (time, leaves) => {
    const { leaves: got, structure } = flatten(call(time, leaves));
    expectLikeState(owner, name, start, structure);
    return (got as readonly Tensor[]).map((leaf, i) => leafLike(owner, name, leaf, start.leaves[i] as Tensor, i));
  };
}

/** The same for a function that may return null in the place of leaves. */
function slopeFunction(
  owner: string,
  name: string,
  start: Start,
  call: (time: Tensor, leaves: StateLeaves) => unknown,
): SlopeFunction {
  return (time, leaves) => {
    const { leaves: got, structure } = flatten(call(time, leaves));
    const moves = expectMoves(owner, name, start, structure);
    let next = 0;
    return start.leaves.map((wanted, i) =>
      moves[i] === true ? leafLike(owner, name, got[next++] as Tensor, wanted, i) : null,
    );
  };
}

/**
 * Demands that a tree is like the state.
 *
 * @throws TreeError
 */
export function expectLikeState(owner: string, name: string, start: Start, structure: TreeStructure): void {
  expectSameStructure(
    `${owner}: ${name} must be a tree like the state.`,
    { name: "the state", structure: start.structure },
    { name, structure },
  );
}

function leafLike(owner: string, name: string, leaf: Tensor, wanted: Tensor, i: number): Tensor {
  if (String(leaf.shape) !== String(wanted.shape)) {
    throw new ShapeError({
      what: `${owner}: ${name} must return the shapes of the state.`,
      got: `${showShape(leaf.shape)} in leaf ${i}`,
      expected: showShape(wanted.shape),
    });
  }
  return castTensor(leaf, wanted.dtype);
}

/** Whether each leaf of the state has a slope in what a right-hand side returned, or null; demands that there are no other differences. */
function expectMoves(owner: string, name: string, start: Start, structure: TreeStructure): readonly boolean[] {
  const moves: boolean[] = [];
  const isLike = (whole: TreeStructure, got: TreeStructure): boolean => {
    const isHeld = got.kind === "none" && got.value === null;
    if (isHeld || whole.kind === "leaf") {
      moves.push(...Array.from({ length: whole.size }, () => !isHeld));
      return isHeld || got.kind === "leaf";
    }
    if (whole.kind === "none" || got.kind === "none" || got.kind === "leaf") return whole.kind === got.kind;
    if (whole.kind !== got.kind || whole.type !== got.type || String(whole.names) !== String(got.names)) return false;
    return whole.children.every((child, i) => isLike(child, got.children[i] as TreeStructure));
  };
  if (isLike(start.structure, structure) && moves.includes(true)) return moves;
  expectLikeState(owner, `the result of ${name}`, start, structure);
  return moves;
}

/** Whether outputs of a traced function may depend on its first input. */
function readsFirstInput({ graph }: Traced): boolean {
  const moved = new Set<unknown>([graph.inputs[0]]);
  for (const { inputs, outputs } of graph.equations) {
    if (inputs.some((input) => moved.has(input))) outputs.forEach((output) => moved.add(output));
  }
  return graph.outputs.some((output) => moved.has(output));
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
