import { ArgumentError, ShapeError, TreeError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import { expectSameStructure, leafPaths, unflatten, type TreeStructure } from "../../util/tree.js";
import { arrayType, type Graph, type Keep } from "../../ir/types.js";
import { asProgram, emit } from "../frame.js";
import { describeHost } from "../host.js";
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
import type { Liftable, Tensors } from "../treeTypes.js";
import { checkLeaf, traceBody } from "./bodies.js";

/**
 * How what a reverse gradient needs of each step is kept: chosen by size ("auto"), all of it ("all"), the carry at the start of
 * each block of `blocks` steps ("blocks": about the square root of their number), as much as `bytes` hold (all, else blocks, else
 * checkpoints from which steps are run again as often as needed), or nothing, with `inverse` to run back.
 */
export type KeepOption =
  | "auto"
  | "all"
  | "blocks"
  | "inverse"
  | { readonly blocks: number }
  | { readonly bytes: number };

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

/** What the body of a scan returns: the next carry and what is collected of this step (or null). */
export type StepResult<C, Y> = readonly [carry: Liftable<Tensors<C>>, y: Y];

/** How far a rebuilt start may lie from the true one by default; leapfrog over 5000 steps stays below 1e-12. */
const defaultTolerance = 1e-8;

/**
 * Repeats a step, handing a carry on: `f(carry, x)` returns `[carry, y]`. The result is the last carry and all y, stacked along a
 * new first axis. The loop is compiled as a loop, and differentiable in forward and reverse mode.
 *
 * @example
 * const [total, sums] = scan((sum, x: Tensor) => [sum.add(x), sum], 0, { xs: np.arange(5) });
 *
 * @throws ShapeError, DTypeError, TreeError where the step changes the carry, or `xs` do not fit.
 */
export function scan<C, Y, X = undefined>(
  f: (carry: Tensors<C>, x: Tensors<X>) => StepResult<C, Y>,
  init: C | Liftable<Tensors<C>>,
  options: ScanOptions<C, X> = {},
): [carry: Tensors<C>, ys: Tensors<Y>] {
  return scanAs("scan", f as AnyFunction, init, options as ScanOptions<unknown, unknown>) as [Tensors<C>, Tensors<Y>];
}

/** `scan` under the name of the function that the user called. */
export function scanAs(
  caller: string,
  f: AnyFunction,
  init: unknown,
  options: ScanOptions<unknown, unknown>,
): [carry: unknown, ys: unknown] {
  const label = `the body of ${caller}`;
  const start = readArguments(init, "init");
  const xs = readArguments(options.xs, "xs");
  const length = stepCount(xs, options.length);
  const keep = options.keep ?? (options.inverse === undefined ? "auto" : "inverse");
  const result: { structure?: TreeStructure } = {};
  const outputs = asProgram(`a ${caller} outside of functions`, () => {
    const rows = rowsOf(xs);
    const args = joinTrees(start, rows);
    const { traced, carry } = traceBody({ init: start, label, structure: (body) => parts(body)[0] }, (dtypes) =>
      traceFunction(f, args, label, dtypes),
    );
    result.structure = traced.structure;
    const inverse =
      keep === "inverse" ? traceInverse(options.inverse as AnyFunction | undefined, start, args, traced) : null;
    const captured = inverse === null ? traced.captured : unionOfCaptured([traced, inverse]);
    const body = withCaptured(traced, captured);
    return emit(
      "scan",
      {
        length,
        reverse: options.reverse ?? false,
        nConst: captured.length,
        nCarry: carry.length,
        yHistory: traced.graph.outputs.slice(carry.length).map(() => false),
        body: capturedFirst(body),
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

/** A whole number from 0 on, for messages called `name`. */
export function checkCount(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw new ArgumentError({ what: `${name} must be a whole number from 0 on.`, got: describeHost(value) });
}

/** The engine's form of a keep option. */
export function readKeep(keep: KeepOption, inverse: Graph | null, tolerance: number = defaultTolerance): Keep {
  if (keep === "auto" || keep === "all") return { kind: keep };
  if (keep === "blocks") return { kind: "blocks", size: null };
  if (keep === "inverse") return { kind: "inverse", body: present(inverse, "inverse"), tolerance };
  if (typeof keep === "object" && keep !== null && "bytes" in keep) {
    const bytes = checkCount("keep.bytes", keep.bytes);
    if (bytes > 0) return { kind: "capped", bytes };
  } else if (typeof keep === "object" && keep !== null) {
    const size = checkCount("keep.blocks", keep.blocks);
    if (size > 0) return { kind: "blocks", size };
  }
  throw new ArgumentError({
    what: "There is no such way to keep a loop's history.",
    got: JSON.stringify(keep),
    expected: '"auto", "all", "blocks", "inverse", { blocks: n } or { bytes: n } with n from 1 on',
  });
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
