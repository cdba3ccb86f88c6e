import { isFloat, roundTo } from "../../util/dtype.js";
import { ArgumentError, ShapeError } from "../../util/errors.js";
import { expectSameStructure, leafPaths, structureOf, unflatten, type TreeStructure } from "../../util/tree.js";
import { readArguments } from "../../trace/leaves.js";
import { concrete, concreteData, type Tensor } from "../../trace/tensor.js";

/** The floating leaves of a tree of parameters, as one vector of float64. Other leaves are not unknown; they stay. */
export interface Unknowns {
  /** Length of the vector. */
  readonly size: number;
  /** The vector at the start. */
  readonly start: Float64Array;
  /** The floating leaves of the tree, with their part of the vector. */
  readonly parts: readonly UnknownPart[];
  /** What the leaves are, for comparing with a checkpoint: paths, dtypes, shapes. */
  readonly signature: string;
  /** Leaves with the vector's numbers; a float32 leaf rounds them. */
  toLeaves(x: Float64Array): readonly Tensor[];
  /** The whole tree from its floating leaves, which may be traced. */
  toTree(leaves: readonly Tensor[]): unknown;
  /** The vector of the leaves' numbers. */
  toVector(leaves: readonly Tensor[]): Float64Array;
  /** A vector from a tree built like the parameters, or a number for all; a leaf may be a number for all its elements. */
  spread(values: unknown, name: string): Float64Array;
}

/** One floating leaf. */
export interface UnknownPart {
  /** Path behind the name of the tree. */
  readonly path: string;
  readonly dtype: "float64" | "float32";
  readonly shape: readonly number[];
  /** Place of its first element in the vector. */
  readonly offset: number;
  readonly length: number;
}

/**
 * Takes parameters apart.
 *
 * @throws TreeError where a leaf is no number or tensor; ArgumentError where none is floating, or one is not finite.
 */
export function unknownsOf(params: unknown): Unknowns {
  const { leaves, structure } = readArguments(params, "params");
  const paths = leafPaths(structure);
  const tensors = leaves.map(({ tensor }) => tensor);
  const floating: number[] = [];
  const parts: UnknownPart[] = [];
  let size = 0;
  tensors.forEach((tensor, i) => {
    const { dtype, shape } = tensor;
    if (!isFloat(dtype)) return;
    const length = tensor.size;
    parts.push({ path: paths[i] ?? "", dtype, shape, offset: size, length });
    floating.push(i);
    size += length;
  });
  if (size === 0) {
    throw new ArgumentError({
      what: "fit: there is nothing to fit.",
      got: `params with ${tensors.length} leaves and no floating-point element`,
      expected: "at least one float64 or float32 number",
    });
  }

  const toVector = (given: readonly Tensor[]): Float64Array => {
    const x = new Float64Array(size);
    parts.forEach(({ offset }, k) => x.set(concreteData(given[k] as Tensor, "fit") as Float64Array, offset));
    return x;
  };
  const start = toVector(floating.map((i) => tensors[i] as Tensor));
  checkFinite(start, parts);
  return {
    size,
    start,
    parts,
    signature: tensors.map(({ dtype, shape }, i) => `${paths[i] ?? ""} ${dtype}[${shape.join(",")}]`).join("; "),
    toLeaves: (x) => parts.map((part) => leafOf(part, x)),
    toTree(given) {
      const all: Tensor[] = tensors.slice();
      floating.forEach((i, k) => (all[i] = given[k] as Tensor));
      return unflatten(structure, all);
    },
    toVector,
    spread: (values, name) => spread(values, name, structure, floating, parts, size),
  };
}

function leafOf({ dtype, shape, offset, length }: UnknownPart, x: Float64Array): Tensor {
  const slice = x.slice(offset, offset + length);
  return concrete(dtype, shape, dtype === "float64" ? slice : Float32Array.from(slice));
}

function checkFinite(start: Float64Array, parts: readonly UnknownPart[]): void {
  for (const { path, offset, length } of parts) {
    for (let i = 0; i < length; i++) {
      const value = start[offset + i] as number;
      if (Number.isFinite(value)) continue;
      throw new ArgumentError({
        what: "fit: a parameter is not finite at the start.",
        got: `${value} in params${path}${length === 1 ? "" : ` at element ${i}`}`,
        expected: "finite numbers",
        data: { path: `params${path}`, element: i },
      });
    }
  }
}

function spread(
  values: unknown,
  name: string,
  structure: TreeStructure,
  floating: readonly number[],
  parts: readonly UnknownPart[],
  size: number,
): Float64Array {
  const result = new Float64Array(size);
  if (typeof values === "number") return result.fill(values);
  expectSameStructure(
    `fit: ${name} are not built as the parameters are.`,
    { name: "params", structure },
    { name, structure: structureOf(values) },
  );
  const given = readArguments(values, name).leaves;
  parts.forEach(({ path, dtype, shape, offset, length }, k) => {
    const tensor = given[floating[k] as number]?.tensor as Tensor;
    const data = concreteData(tensor, name);
    if (data.length !== 1 && !sameShape(tensor.shape, shape)) {
      throw new ShapeError({
        what: `fit: ${name} do not have the shape of the parameters.`,
        got: `${name}${path} of shape [${tensor.shape.join(", ")}]`,
        expected: `[${shape.join(", ")}], the shape of params${path}, or one number`,
      });
    }
    for (let i = 0; i < length; i++) result[offset + i] = roundTo(dtype, data[data.length === 1 ? 0 : i] as number);
  });
  return result;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}
