import { jit } from "../compile/jit.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readSystem, type CheckOption } from "./arguments.js";
import { overBatch, perOptions } from "./batch.js";
import { checkPivots } from "./factor.js";
import { diagonalOf, transposed as transpose } from "./loops.js";
import { solveTriangle } from "./solveTriangle.js";
import type { Triangle } from "./substitute.js";

/** Options of `triangularSolve`. */
export interface TriangularSolveOptions extends CheckOption {
  /** Whether a is lower triangular (the default), or upper. */
  readonly lower?: boolean;
  /** Solves a^T x = b instead; `lower` still says which triangle of a is meant. */
  readonly transposed?: boolean;
  /** Takes the diagonal of a as ones, without reading it. */
  readonly unitDiagonal?: boolean;
}

const op = "np.linalg.triangularSolve";

const solver = perOptions(({ check, ...triangle }: Triangle & { readonly check: boolean }) =>
  jit((a: Tensor, b: Tensor): Tensor => {
    if (check && !triangle.unitDiagonal) checkPivots(op, diagonalOf(a));
    return solveTriangle(a, b, triangle);
  }),
);

/**
 * Solves a x = b for a triangular matrix by substitution. The other triangle is not read, and has the derivative 0.
 *
 * @param a `[..., n, n]`
 * @param b a vector `[n]`, or columns `[..., n, m]`
 * @returns x, of the shape of b
 * @throws NumericalError where the diagonal has a zero, when the program runs; see `CheckOption`.
 */
export function triangularSolve(a: TensorLike, b: TensorLike, options: TriangularSolveOptions = {}): Tensor {
  const { lower = true, transposed = false, unitDiagonal = false, check = true } = options;
  const system = readSystem(op, a, b, true);
  const matrix = transposed ? transpose(system.a) : system.a;
  const f = solver({ lower: lower !== transposed, unitDiagonal, check });
  const x = overBatch(op, f, [matrix, system.b]);
  return system.isVector ? np.squeeze(x, -1) : x;
}
