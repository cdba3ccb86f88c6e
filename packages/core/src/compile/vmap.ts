import { ArgumentError, ShapeError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import { leafPaths, unflatten, type TreeStructure } from "../util/tree.js";
import { arrayType } from "../ir/types.js";
import { batchOutside } from "../transforms/batchOutside.js";
import { vectorize } from "../transforms/vectorize.js";
import { emit } from "../trace/frame.js";
import { argumentTensors, readArguments, type ArgumentTree, type LeafSpec } from "../trace/leaves.js";
import { np } from "../trace/np.js";
import { showShape } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import { traceFunction, type AnyFunction } from "../trace/traceFunction.js";
import { perFunction } from "./functionCache.js";
import { compiled, nameOf, type Compiled } from "./jit.js";
import { isSpreading } from "./options.js";
import { prepare } from "./pipeline.js";

/** An axis, null for "the same for all elements", or a tree of these like the arguments (or the start of it). */
export type AxisTree = number | null | readonly AxisTree[] | { readonly [key: string]: AxisTree };

/** Options of `vmap`. */
export interface VmapOptions {
  /** Axis that is mapped over: one for all arguments, or a list with one (or a tree) for each; null leaves an argument whole. 0 when left out. */
  readonly inAxes?: AxisTree;
  /** Where the new axis of the results goes: one for all, or a tree like the result. 0 when left out. */
  readonly outAxes?: AxisTree;
}

/**
 * Applies a function to each slice of its arguments along an axis, all at once; results get an axis of that extent.
 *
 * @example
 * vmap((x: Tensor, y: Tensor) => x.dot(y), { inAxes: [0, null] })(rows, vector)
 *
 * @throws ShapeError where the mapped axes have different extents.
 */
export function vmap<A extends unknown[], R>(f: (...args: A) => R, options: VmapOptions = {}): Compiled<A, R> {
  const key = JSON.stringify([
    options.inAxes ?? (options.inAxes === null ? null : 0),
    options.outAxes ?? (options.outAxes === null ? null : 0),
  ]);
  return mapped(f as AnyFunction, key) as unknown as Compiled<A, R>;
}

const mapped = perFunction((f, key) => {
  const [inAxes, outAxes] = JSON.parse(key) as readonly [AxisTree, AxisTree];
  const label = `vmap(${nameOf(f)})`;
  const whole = (...args: readonly unknown[]): unknown => applyMapped(f, args, inAxes, outAxes, label);
  return compiled<readonly unknown[], unknown>({
    label,
    whole: whole as AnyFunction,
    inside: (args) => whole(...args),
  });
});

function applyMapped(
  f: AnyFunction,
  args: readonly unknown[],
  inAxes: AxisTree,
  outAxes: AxisTree,
  label: string,
): unknown {
  const tree = readArguments(args, `arguments of ${label}: `);
  const axes = spreadAxes(tree.structure, inAxes, `inAxes of ${label}`).map((axis, i) =>
    normalize(tree, i, axis, label),
  );
  const size = commonSize(tree, axes, label);
  const leaves = tree.leaves.map((leaf, i): LeafSpec => {
    const axis = axes[i] ?? null;
    if (axis === null) return leaf;
    return {
      number: null,
      weak: leaf.weak,
      type: arrayType(
        leaf.type.dtype,
        leaf.type.shape.filter((_, k) => k !== axis),
      ),
    };
  });
  const traced = traceFunction(f, { leaves, structure: tree.structure }, label);
  const places = spreadAxes(traced.structure, outAxes, `outAxes of ${label}`);
  const isMapped = traced.graph.inputs.map((_, i) => (axes[i] ?? null) !== null);
  const graph = prepare(traced.graph);
  const wanted = places.map((axis) => axis !== null);
  const batch = batchOutside(graph, isMapped, size, wanted, isSpreading()) ?? vectorize(graph, isMapped, size, wanted);
  const operands = argumentTensors(tree, traced.types).map((tensor, i) => {
    const axis = axes[i] ?? null;
    return axis === null ? tensor : np.moveaxis(tensor, axis, 0);
  });
  const outputs = emit("call", { body: batch.graph, map: null }, [...operands, ...traced.captured]);
  const results = outputs.map((output, i): Tensor => {
    const axis = places[i] ?? null;
    if (axis !== null) return np.moveaxis(output, 0, axis);
    if (batch.batchedOut[i] === true) {
      throw new ArgumentError({
        what: `${label}: outAxes says null for a result that differs between the elements.`,
        got: `result${present(leafPaths(traced.structure)[i], "path")}`,
        fix: "give it an axis.",
      });
    }
    return output;
  });
  return unflatten(traced.structure, results);
}

/** One axis for each leaf, from a tree of axes that may end before the leaves do. */
function spreadAxes(structure: TreeStructure, axes: AxisTree, name: string): readonly (number | null)[] {
  if (typeof axes === "number" || axes === null) return new Array<number | null>(structure.size).fill(axes);
  if (structure.kind === "leaf" || structure.kind === "none") {
    throw new ArgumentError({
      what: `${name} is nested deeper than the tree.`,
      got: JSON.stringify(axes),
      expected: "an axis or null",
    });
  }
  const entries: Readonly<Record<string, AxisTree>> = Object.fromEntries(Object.entries(axes));
  const names = Object.keys(entries).sort();
  if (names.length !== structure.names.length || structure.names.some((each) => !(each in entries))) {
    throw new ArgumentError({
      what: `${name} does not fit the tree.`,
      got: `entries for ${names.join(", ")}`,
      expected: `an entry for each of ${structure.names.join(", ")}`,
    });
  }
  return structure.children.flatMap((child, i) =>
    spreadAxes(child, entries[structure.names[i] as string] as AxisTree, name),
  );
}

function normalize(tree: ArgumentTree, leaf: number, axis: number | null, label: string): number | null {
  if (axis === null) return null;
  const { tensor } = present(tree.leaves[leaf], "leaf");
  const rank = tensor.shape.length;
  const found = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && found >= 0 && found < rank) return found;
  throw new ShapeError({
    what: `${label}: ${argumentName(tree, leaf)} has no axis ${axis} to map over.`,
    got: `shape ${showShape(tensor.shape)}`,
    fix: "give `inAxes` with null for what is the same for all elements, as in `vmap(f, { inAxes: [0, null] })`.",
  });
}

function argumentName(tree: ArgumentTree, leaf: number): string {
  return `argument ${present(leafPaths(tree.structure)[leaf], "path")}`;
}

function commonSize(tree: ArgumentTree, axes: readonly (number | null)[], label: string): number {
  let size: number | null = null;
  let from = 0;
  axes.forEach((axis, i) => {
    if (axis === null) return;
    const extent = present(tree.leaves[i], "leaf").tensor.shape[axis] as number;
    if (size !== null && extent !== size) {
      throw new ShapeError({
        what: `${label}: the mapped axes have different extents.`,
        got: `${size} on axis ${axes[from]} of ${argumentName(tree, from)}, ${extent} on axis ${axis} of ${argumentName(tree, i)}`,
        expected: "one number of elements",
      });
    }
    if (size === null) from = i;
    size = extent;
  });
  if (size === null)
    throw new ArgumentError({
      what: `${label}: nothing is mapped.`,
      fix: "give at least one argument an axis in `inAxes`.",
    });
  return size;
}
