import { ArgumentError, DTypeError, ShapeError } from "../../util/errors.js";
import { isFloat, type DType } from "../../util/dtype.js";
import { np } from "../../trace/np.js";
import { asTensor, literal, reshapeTo, showShape } from "../../trace/operands.js";
import { isTensor, type Tensor, type TensorLike } from "../../trace/tensor.js";
import { indexTensor } from "./indexTensors.js";
import {
  entryAt,
  patternOfPlaces,
  samePattern,
  showPattern,
  transposedPattern,
  type HostIntegers,
  type SparsePattern,
} from "./pattern.js";
import { perPattern } from "./perPattern.js";

/**
 * A sparse matrix: a fixed pattern, and values that are a tensor as any other. It can be made inside of a traced function from traced
 * values; derivatives and batches go through the values, and through what it is multiplied with.
 */
export interface CsrMatrix {
  readonly pattern: SparsePattern;
  readonly shape: readonly [rows: number, columns: number];
  readonly dtype: DType;
  /** [nnz], in the order of the pattern. */
  readonly values: Tensor;
  /** A x for x of shape [columns] or [columns, k]; each row is summed in ascending order of columns. */
  matvec(x: TensorLike): Tensor;
  /** A^T x for x of shape [rows] or [rows, k]; each sum is in ascending order of rows. */
  transposeMatvec(x: TensorLike): Tensor;
  /** [min(rows, columns)]: the diagonal, 0 where there is no entry. */
  diagonal(): Tensor;
  /** The transposed matrix, with the values in its own order. */
  transpose(): CsrMatrix;
  /** [rows, columns]: all elements. */
  toDense(): Tensor;
  /** Sum with a matrix of the same pattern. */
  add(other: CsrMatrix): CsrMatrix;
  /** Every value times a factor (a number or a 0-d tensor). */
  scale(factor: TensorLike): CsrMatrix;
  /** Another matrix with the same pattern. */
  withValues(values: TensorLike): CsrMatrix;
}

/**
 * Makes a sparse matrix of a pattern and its values.
 *
 * @param values float, [nnz], in the order of the pattern.
 * @throws ShapeError, DTypeError where the values do not fit.
 * @example
 * const pattern = sparsePattern({ shape: [2, 2], rowPointers: [0, 2, 3], columns: [0, 1, 1] });
 * csr(pattern, [1, 2, 3]).matvec([1, 1]).toArray(); // [3, 3]
 */
export function csr(pattern: SparsePattern, values: TensorLike): CsrMatrix {
  const own = floats("csr", "values", values);
  if (own.shape.length !== 1 || own.shape[0] !== pattern.nnz) {
    throw new ShapeError({
      what: "csr: the values of a sparse matrix are a vector with one element for each entry of its pattern.",
      got: showShape(own.shape),
      expected: `[${pattern.nnz}] for a pattern of ${showPattern(pattern)}`,
    });
  }
  const [rows, columns] = pattern.shape;
  const matrix: CsrMatrix = {
    pattern,
    shape: pattern.shape,
    dtype: own.dtype,
    values: own,
    matvec: (x) => product("matvec", matrix, pattern.rows, pattern.columns, rows, columns, x),
    transposeMatvec: (x) => product("transposeMatvec", matrix, pattern.columns, pattern.rows, columns, rows, x),
    diagonal: () => diagonalOf(matrix),
    transpose: () => {
      const { pattern: other } = transposedPattern(pattern);
      return csr(other, np.take(own, indexTensor(transposedEntries(pattern))));
    },
    toDense: () => {
      const flat = literal(own.dtype, [rows * columns], 0);
      if (pattern.nnz === 0) return reshapeTo(flat, [rows, columns]);
      return reshapeTo(flat.at(indexTensor(densePlaces(pattern))).add(own), [rows, columns]);
    },
    add: (other) => {
      if (samePattern(pattern, other.pattern)) return csr(pattern, own.add(other.values));
      throw new ArgumentError({
        what: "add: sparse matrices of different patterns are added.",
        got: `${showPattern(pattern)}, ${showPattern(other.pattern)}`,
        expected: "one pattern",
        fix: "give both a pattern that has the entries of both: `sparsePattern` takes a list of places that may repeat.",
      });
    },
    scale: (factor) => csr(pattern, own.mul(factor)),
    withValues: (other) => csr(pattern, other),
  };
  return Object.freeze(matrix);
}

/**
 * Makes a sparse matrix of a list of places and values in any order. Values at the same place are added, in the order of the list.
 *
 * `rows` and `columns` are whole numbers, known on the host; `values` are floats, one for each place.
 *
 * @throws ShapeError, IndexError, ArgumentError or DTypeError that names what does not fit.
 */
export function csrFromEntries(parts: {
  readonly shape: readonly [rows: number, columns: number];
  readonly rows: HostIntegers;
  readonly columns: HostIntegers;
  readonly values: TensorLike;
}): CsrMatrix {
  const { pattern, entryOf } = patternOfPlaces(parts);
  const values = floats("csrFromEntries", "values", parts.values);
  if (values.shape.length !== 1 || values.shape[0] !== entryOf.length) {
    throw new ShapeError({
      what: "csrFromEntries: there is one value for each place.",
      got: showShape(values.shape),
      expected: `[${entryOf.length}]`,
    });
  }
  if (entryOf.length === 0) return csr(pattern, values);
  if (entryOf.length === pattern.nnz) return csr(pattern, np.take(values, indexTensor(inverseOf(entryOf))));
  return csr(pattern, literal(values.dtype, [pattern.nnz], 0).at(indexTensor(entryOf)).add(values));
}

/**
 * The entries of a dense matrix at a pattern; elements elsewhere are left out. Without a pattern that of the elements which are not 0,
 * for a matrix whose elements are known.
 *
 * @param dense [rows, columns]
 * @throws ShapeError where the shape is not that of the pattern.
 */
export function csrFromDense(dense: TensorLike, pattern?: SparsePattern): CsrMatrix {
  const matrix = floats("csrFromDense", "dense", dense);
  const [rows, columns] = matrix.shape;
  if (matrix.shape.length !== 2 || rows === undefined || columns === undefined) {
    throw new ShapeError({
      what: "csrFromDense wants a matrix.",
      got: showShape(matrix.shape),
      expected: "[rows, columns]",
    });
  }
  const own = pattern ?? patternOfElements(matrix, rows, columns);
  if (own.shape[0] !== rows || own.shape[1] !== columns) {
    throw new ShapeError({
      what: "csrFromDense: the matrix does not have the shape of the pattern.",
      got: showShape(matrix.shape),
      expected: showShape(own.shape),
    });
  }
  if (own.nnz === 0) return csr(own, literal(matrix.dtype, [0], 0));
  return csr(own, np.take(reshapeTo(matrix, [rows * columns]), indexTensor(densePlaces(own))));
}

/** For each entry its place in the dense matrix, row by row. */
const densePlaces = perPattern((pattern) =>
  pattern.rows.map((row, entry) => row * pattern.shape[1] + pattern.columns[entry]!),
);

/** For each entry of the transposed pattern the entry that it was. */
const transposedEntries = perPattern((pattern) => inverseOf(transposedPattern(pattern).entryOf));

/** Which places of the diagonal have entries, and which entries these are. */
const diagonalEntries = perPattern((pattern) => {
  const size = Math.min(...pattern.shape);
  const all = Int32Array.from({ length: size }, (_, i) => entryAt(pattern, i, i));
  return {
    places: Int32Array.from(all.keys()).filter((i) => all[i]! >= 0),
    entries: all.filter((entry) => entry >= 0),
  };
});

/** For each new place the old one. */
function inverseOf(permutation: Int32Array): Int32Array {
  const inverse = new Int32Array(permutation.length);
  permutation.forEach((to, from) => (inverse[to] = from));
  return inverse;
}

function product(
  name: string,
  matrix: CsrMatrix,
  into: Int32Array,
  from: Int32Array,
  rows: number,
  columns: number,
  x: TensorLike,
): Tensor {
  const right = asTensor(x, `the argument \`x\` of ${name}`, isTensor(x) ? undefined : matrix.dtype);
  if (right.dtype !== matrix.dtype) {
    throw new DTypeError({
      what: `${name}: matrix and vector have different dtypes.`,
      got: `matrix: ${matrix.dtype}, x: ${right.dtype}`,
      expected: "one float dtype",
      fix: `convert one of them, as in \`x.astype("${matrix.dtype}")\`.`,
    });
  }
  if (right.shape.length < 1 || right.shape.length > 2 || right.shape[0] !== columns) {
    throw new ShapeError({
      what: `${name}: x does not fit the matrix.`,
      got: showShape(right.shape),
      expected: `[${columns}] or [${columns}, k] for a matrix of ${showPattern(matrix.pattern)}`,
    });
  }
  const rest = right.shape.slice(1);
  const start = literal(matrix.dtype, [rows, ...rest], 0);
  if (matrix.pattern.nnz === 0) return start;
  const factors = rest.length === 0 ? matrix.values : reshapeTo(matrix.values, [matrix.pattern.nnz, 1]);
  return start.at(indexTensor(into)).add(factors.mul(np.take(right, indexTensor(from))));
}

function diagonalOf(matrix: CsrMatrix): Tensor {
  const size = Math.min(...matrix.shape);
  const { places, entries } = diagonalEntries(matrix.pattern);
  const start = literal(matrix.dtype, [size], 0);
  if (entries.length === 0) return start;
  const present = np.take(matrix.values, indexTensor(entries));
  return entries.length === size ? present : start.at(indexTensor(places)).add(present);
}

function patternOfElements(matrix: Tensor, rows: number, columns: number): SparsePattern {
  const places = Array.from(matrix.data).flatMap((value, place) => (value === 0 ? [] : [place]));
  return patternOfPlaces({
    shape: [rows, columns],
    rows: places.map((place) => Math.floor(place / columns)),
    columns: places.map((place) => place % columns),
  }).pattern;
}

function floats(name: string, argument: string, value: TensorLike): Tensor {
  const tensor = asTensor(value, `the argument \`${argument}\` of ${name}`);
  if (isFloat(tensor.dtype)) return tensor;
  throw new DTypeError({
    what: `${name}: a sparse matrix has float values.`,
    got: `${argument}: ${tensor.dtype}`,
    expected: "float64 or float32",
    fix: 'convert them with `.astype("float64")`.',
  });
}
