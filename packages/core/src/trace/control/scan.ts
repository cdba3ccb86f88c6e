import { ArgumentError, ShapeError, TreeError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import { expectSameStructure, leafPaths, unflatten, type TreeStructure } from "../../util/tree.js";
import { arrayType, type Graph } from "../../ir/types.js";
import { asProgram, emit } from "../frame.js";
import { argumentTensors, readArguments, type ArgumentTree, type LeafSpec, type LeafTree } from "../leaves.js";
import { showShape } from "../operands.js";
import {
  traceFunction,
  unionOfCaptured,
  withCaptured,
  withOutputDtypes,
  type AnyFunction,
  type Traced,
} from "../traceFunction.js";
import { concrete, type Tensor } from "../tensor.js";
import type { Liftable, Tensors } from "../treeTypes.js";
import { checkLeaf, traceBody, type LoopBody } from "./bodies.js";
import { checkCount, readKeep, type KeepOption } from "./keep.js";
import { scanUntil } from "./until.js";

/** Options of `scan`. */
export interface ScanOptions<C, X> {
  /** A tree of tensors whose first axis is the step; the body gets one row each. */
  readonly xs?: X;
  /** Number of steps; wanted where there are no `xs`. */
  readonly length?: number;
  /** Runs from the last step to the first; step i still reads and writes row i. */
  readonly reverse?: boolean;
  readonly keep?: KeepOption;
  /** The carry before a step, from the carry after it and the step's x: the exact inverse of the body. */
  readonly inverse?: (carry: Tensors<C>, x: Tensors<X>) => Liftable<Tensors<C>>;
  /** How far the start that is rebuilt by `inverse` may lie from the true one, relative to its largest element (or 1). */
  readonly inverseTolerance?: number;
}

/** Options of a `scan` that may stop before its last step. */
export interface ScanUntilOptions<C, X> extends ScanOptions<C, X> {
  /** Stops before the first step at whose start this holds of the carry; a 0-d bool tensor. */
  readonly until: (carry: Tensors<C>) => Tensor | boolean;
}

/** What the body of a scan returns: the next carry and what is collected of this step (or null). */
export type StepResult<C, Y> = readonly [carry: Liftable<Tensors<C>>, y: Y];

/**
 * Repeats a step, handing a carry on: `f(carry, x)` returns `[carry, y]`. The result is the last carry and all y, stacked along a
 * new first axis. The loop is compiled as a loop, and differentiable in forward and reverse mode.
 *
 * With `until`, at most that many steps are run: rows of ys whose step is not run are zeros, and the third result is the number of
 * steps that were run (int32). The reverse gradient costs only those.
 *
 * @example
 * const [total, sums] = scan((sum, x: Tensor) => [sum.add(x), sum], 0, { xs: np.arange(5) });
 * const [x, , steps] = scan((x) => [x.mul(0.5), null], 1, { length: 100, until: (x) => x.less(1e-3) }); // 10 steps
 *
 * @throws ShapeError, DTypeError, TreeError where the step changes the carry, or `xs` do not fit.
 */
export function scan<C, Y, X = undefined>(
  f: (carry: Tensors<C>, x: Tensors<X>) => StepResult<C, Y>,
  init: C | Liftable<Tensors<C>>,
  options?: ScanOptions<C, X> & { readonly until?: undefined },
): [carry: Tensors<C>, ys: Tensors<Y>];
export function scan<C, Y, X = undefined>(
  f: (carry: Tensors<C>, x: Tensors<X>) => StepResult<C, Y>,
  init: C | Liftable<Tensors<C>>,
  options: ScanUntilOptions<C, X>,
): [carry: Tensors<C>, ys: Tensors<Y>, steps: Tensor];
export function scan(f: AnyFunction, init: unknown, options: object = {}): never {
  // Two results or three, as the overloads say.
  return scanAs("scan", f, init, options) as never;
}

/** Options of both kinds. */
export interface AnyScanOptions extends ScanOptions<unknown, unknown> {
  readonly until?: ScanUntilOptions<unknown, unknown>["until"] | undefined;
}

/** `scan` under the name of the function that the user called. */
export function scanAs(
  caller: string,
  f: AnyFunction,
  init: unknown,
  options: AnyScanOptions,
): [carry: unknown, ys: unknown, steps?: Tensor] {
  const label = `the body of ${caller}`;
  const start = readArguments(init, "init");
  const xs = readArguments(options.xs, "xs");
  const length = stepCount(xs, options.length);
  const keep = options.keep ?? (options.inverse === undefined ? "auto" : "inverse");
  const result: { structure?: TreeStructure } = {};
  const args = joinTrees(start, rowsOf(xs));
  const body = (): LoopBody =>
    traceBody({ init: start, label, structure: (traced) => parts(traced)[0] }, (dtypes) =>
      traceFunction(f, args, label, dtypes),
    );
  // Of no steps there is none to stop before.
  if (options.until !== undefined && length === 0) {
    const [carry, ys] = scanAs(caller, f, init, { ...options, until: undefined });
    return [carry, ys, concrete("int32", [], new Int32Array(1))];
  }
  if (options.until !== undefined) {
    const until = options.until as AnyFunction;
    return scanUntil({ caller, until, start, xs, length, reverse: options.reverse ?? false, keep, body });
  }
  const outputs = asProgram(`a ${caller} outside of functions`, () => {
    const { traced, carry } = body();
    result.structure = traced.structure;
    const inverse =
      keep === "inverse" ? traceInverse(options.inverse as AnyFunction | undefined, start, args, traced) : null;
    const captured = inverse === null ? traced.captured : unionOfCaptured([traced, inverse]);
    return emit(
      "scan",
      {
        length,
        reverse: options.reverse ?? false,
        nConst: captured.length,
        nCarry: carry.length,
        yHistory: traced.graph.outputs.slice(carry.length).map(() => false),
        body: capturedFirst(withCaptured(traced, captured)),
        keep: readKeep(
          keep,
          inverse === null ? null : capturedFirst(withCaptured(inverse, captured)),
          options.inverseTolerance,
        ),
      },
      [...captured, ...argumentTensors(start, carry), ...xs.leaves.map((leaf) => leaf.tensor)],
    );
  });
  return unflatten(present(result.structure, "structure of the body's result"), outputs) as [unknown, unknown];
}

/** The body with its captured tensors as first inputs: the constants of a loop. */
export function capturedFirst(traced: Traced): Graph {
  const count = traced.types.length;
  const { inputs } = traced.graph;
  return Object.freeze({ ...traced.graph, inputs: Object.freeze([...inputs.slice(count), ...inputs.slice(0, count)]) });
}

/** Two trees as the argument list of a function of two parameters. */
export function joinTrees(a: LeafTree, b: LeafTree): LeafTree {
  const children = [a.structure, b.structure];
  return {
    leaves: [...a.leaves, ...b.leaves],
    structure: {
      kind: "array",
      names: ["0", "1"],
      children,
      type: null,
      size: a.structure.size + b.structure.size,
      key: `[${a.structure.key},${b.structure.key}]`,
    },
  };
}

/** Structures of the carry and of y in the result of a body. */
function parts(body: Traced): readonly [TreeStructure, TreeStructure] {
  const { structure } = body;
  if (structure.kind === "array" && structure.children.length === 2)
    return structure.children as unknown as readonly [TreeStructure, TreeStructure];
  throw new TreeError({
    what: "The body of scan must return `[carry, y]`.",
    got:
      structure.kind === "array"
        ? `an array of ${structure.children.length}`
        : structure.kind === "leaf"
          ? "a single leaf"
          : `${structure.kind}`,
    expected: "an array of two: the next carry, and what is collected of this step (null for nothing)",
    fix: "return `[carry, null]` where nothing is collected.",
  });
}

function stepCount(xs: ArgumentTree, length: number | undefined): number {
  const paths = leafPaths(xs.structure);
  let count = length === undefined ? null : checkCount("The length of scan", length);
  let from = "length";
  xs.leaves.forEach((leaf, i) => {
    const name = `xs${present(paths[i], "path")}`;
    const extent = leaf.tensor.shape[0];
    if (extent === undefined) {
      throw new ShapeError({
        what: `${name} has no first axis to scan over.`,
        got: `a ${leaf.number === null ? "0-d tensor" : "number"}`,
        fix: "arrays are trees here: make one tensor of the numbers with `np.array`.",
      });
    }
    if (count !== null && extent !== count) {
      throw new ShapeError({
        what: "scan: the numbers of steps differ.",
        got: `${name} with ${extent} rows (shape ${showShape(leaf.tensor.shape)})`,
        expected: `${count}, as ${from} says`,
      });
    }
    count = extent;
    from = name;
  });
  if (count === null) {
    throw new ArgumentError({
      what: "scan does not know how many steps to make.",
      fix: "give `length`, or `xs` with one row for each step.",
    });
  }
  return count;
}

/** Specifications of one row: what the body is traced with. */
function rowsOf(xs: ArgumentTree): LeafTree {
  const leaves = xs.leaves.map(({ type }): LeafSpec => ({
    number: null,
    weak: null,
    type: arrayType(type.dtype, type.shape.slice(1)),
  }));
  return { leaves, structure: xs.structure };
}

function traceInverse(inverse: AnyFunction | undefined, start: ArgumentTree, args: LeafTree, body: Traced): Traced {
  if (inverse === undefined) {
    throw new ArgumentError({
      what: 'scan with `keep: "inverse"` wants the inverse of its body.',
      fix: "give `inverse: (carry, x) => ...`, which returns the carry before the step.",
    });
  }
  const label = "the inverse of scan's body";
  const leaves = args.leaves.map((_, i): LeafSpec => ({
    number: null,
    weak: null,
    type: present(body.types[i], "type"),
  }));
  const traced = traceFunction(inverse, { structure: args.structure, leaves }, label);
  expectSameStructure(
    "The inverse of a scan's body returns the carry, but its structure differs.",
    { name: "init", structure: start.structure },
    { name: "carry", structure: traced.structure },
  );
  const paths = leafPaths(start.structure);
  const types = body.types.slice(0, start.leaves.length);
  types.forEach((type, i) => checkLeaf(label, `carry${paths[i] ?? ""}`, type, traced, i, null));
  return withOutputDtypes(
    traced,
    types.map((type) => type.dtype),
    (i) => `carry${paths[i] ?? ""} of ${label}`,
  );
}
