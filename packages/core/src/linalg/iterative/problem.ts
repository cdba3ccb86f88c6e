import { isFloat, type DType } from "../../util/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../../util/errors.js";
import { expectSameStructure, leafPaths, unflatten } from "../../util/tree.js";
import { readArguments, type ArgumentTree } from "../../trace/leaves.js";
import { np } from "../../trace/np.js";
import { castTensor, literal, reshapeTo, showShape } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import type { Liftable, Tensors } from "../../trace/treeTypes.js";

/** A linear function from vectors to vectors, which are trees of tensors. */
export type LinearMap<V> = (v: Tensors<V>) => Liftable<Tensors<V>>;

/** Options of the iterative solvers. */
export interface IterativeOptions<V> {
  /** Where to start; zero when left out. */
  readonly x0?: Liftable<Tensors<V>>;
  /** The solve ends where the residual's norm is at most rtol times that of b, or atol. Default 1e-10; 1e-5 in float32. */
  readonly rtol?: number;
  /** Default 0. */
  readonly atol?: number;
  /** Products with the matrix at most, give or take the last few; ten times the number of unknowns when left out. */
  readonly maxIterations?: number;
  /** An approximate inverse of the matrix: a linear function from residuals to corrections. */
  readonly preconditioner?: LinearMap<V>;
}

/** What an iterative solver returns. */
export interface IterativeResult<V> {
  /** The solution, like b. It is finite however the solve ended, as long as b and x0 are. */
  readonly x: Tensors<V>;
  /** int32, []. */
  readonly iterations: Tensor;
  /** Norm of b - A x, computed from x, []. */
  readonly residual: Tensor;
  /** int32, []; 0 where it converged. `solveStatusOf` has names and remedies. */
  readonly status: Tensor;
}

/** A solve with its vectors as flat tensors [n]. */
export interface FlatProblem {
  readonly size: number;
  readonly dtype: DType;
  readonly rtol: number;
  readonly atol: number;
  readonly maxIterations: number;
  /** The product with the matrix. */
  apply(v: Tensor): Tensor;
  /** The product with the preconditioner; v itself where there is none. */
  precondition(v: Tensor): Tensor;
}

/** How trees of a structure become flat vectors, and back. */
export interface Packing<V> {
  readonly size: number;
  readonly dtype: DType;
  pack(tree: unknown, name: string): Tensor;
  unpack(vector: Tensor): Tensors<V>;
}

/**
 * Reads the arguments of a solver.
 * @throws ArgumentError, DTypeError, ShapeError or TreeError that names what does not fit.
 */
export function flatProblem<V>(
  solver: string,
  packing: Packing<V>,
  matvec: LinearMap<V>,
  options: IterativeOptions<V>,
): FlatProblem {
  const { size, dtype } = packing;
  const rtol = tolerance(solver, "rtol", options.rtol ?? (dtype === "float32" ? 1e-5 : 1e-10));
  const atol = tolerance(solver, "atol", options.atol ?? 0);
  const maxIterations = options.maxIterations ?? 10 * size;
  if (!Number.isInteger(maxIterations) || maxIterations < 0 || maxIterations >= 2 ** 31) {
    throw new ArgumentError({
      what: `${solver}: maxIterations must be a whole number from 0 on.`,
      got: String(maxIterations),
    });
  }
  const { preconditioner } = options;
  return {
    size,
    dtype,
    rtol,
    atol,
    maxIterations,
    apply: (v) => packing.pack(matvec(packing.unpack(v)), `${solver}: the result of the matrix`),
    precondition: (v) =>
      preconditioner === undefined
        ? v
        : packing.pack(preconditioner(packing.unpack(v)), `${solver}: the result of the preconditioner`),
  };
}

/**
 * How trees like b become flat vectors.
 * @throws DTypeError where leaves of b are no floats, or of several dtypes.
 */
export function packingOf<V>(solver: string, b: unknown): Packing<V> {
  const like = readArguments(b, `${solver}: b`);
  const shapes = like.leaves.map((leaf) => leaf.type.shape);
  const dtype = like.leaves.find((leaf) => leaf.number === null)?.type.dtype ?? "float64";
  like.leaves.forEach((leaf, i) => {
    if (isFloat(leaf.type.dtype) && (leaf.number !== null || leaf.type.dtype === dtype)) return;
    throw new DTypeError({
      what: `${solver}: the right-hand side is a tree of floats of one dtype.`,
      got: `${leaf.type.dtype} at b${leafPaths(like.structure)[i] ?? ""}`,
      expected: isFloat(dtype) ? dtype : "float64 or float32",
      fix: 'convert it with `.astype("float64")`.',
    });
  });
  const sizes = shapes.map(sizeOf);
  const size = sizes.reduce((sum, each) => sum + each, 0);
  return {
    size,
    dtype,
    pack: (tree, name) => {
      const read = readArguments(tree, name);
      expectSameStructure(
        `${name} is not like the right-hand side.`,
        { name: "b", structure: like.structure },
        { name, structure: read.structure },
      );
      const parts = read.leaves.map((_, i) => flatLeaf(read, i, dtype, shapes[i] ?? [], name));
      if (parts.length === 0) return literal(dtype, [0], 0);
      return parts.length === 1 ? (parts[0] as Tensor) : np.concatenate(parts, 0);
    },
    unpack: (vector) => {
      let first = 0;
      const leaves = shapes.map((shape, i) => {
        const start = first;
        first += sizes[i] as number;
        return reshapeTo(shapes.length === 1 ? vector : vector.slice([start, first]), shape);
      });
      return unflatten(like.structure, leaves) as Tensors<V>;
    },
  };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function flatLeaf(tree: ArgumentTree, i: number, dtype: DType, shape: readonly number[], name: string): Tensor {
  const leaf = tree.leaves[i] as ArgumentTree["leaves"][number];
  const path = leafPaths(tree.structure)[i] ?? "";
  if (sizeOf(leaf.type.shape) !== sizeOf(shape) || leaf.type.shape.length !== shape.length) {
    throw new ShapeError({
      what: `${name}${path} does not have the shape that the right-hand side has there.`,
      got: showShape(leaf.type.shape),
      expected: showShape(shape),
    });
  }
  if (leaf.number === null && leaf.type.dtype !== dtype) {
    throw new DTypeError({
      what: `${name}${path} does not have the dtype of the right-hand side.`,
      got: leaf.type.dtype,
      expected: dtype,
      fix: `convert it with \`.astype("${dtype}")\`.`,
    });
  }
  return reshapeTo(castTensor(leaf.tensor, dtype), [sizeOf(shape)]);
}

function tolerance(solver: string, name: string, value: number): number {
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new ArgumentError({
    what: `${solver}: ${name} must be a number from 0 on.`,
    got: `${name}: ${value}`,
  });
}
