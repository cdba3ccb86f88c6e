import { ArgumentError } from "../util/errors.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readSquare, type CheckOption } from "./arguments.js";
import { identity } from "./loops.js";
import { inv } from "./solve.js";

/**
 * A matrix multiplied with itself, by repeated squaring; the inverse is taken for negative exponents.
 *
 * @param a `[..., n, n]`
 * @throws ArgumentError where the exponent is no whole number.
 * @throws NumericalError where it is negative and a singular, when the program runs; see `CheckOption`.
 */
export function matrixPower(a: TensorLike, exponent: number, options: CheckOption = {}): Tensor {
  const op = "np.linalg.matrixPower";
  const matrix = readSquare(op, a);
  if (!Number.isSafeInteger(exponent)) {
    throw new ArgumentError({
      what: `${op} wants a whole number as exponent.`,
      got: String(exponent),
      fix: "for other powers of a symmetric matrix use `np.linalg.eigh`.",
    });
  }
  if (exponent === 0) return np.broadcastTo(identity(matrix.shape.at(-1) as number, matrix.dtype), matrix.shape);
  let factor = exponent < 0 ? inv(matrix, options) : matrix;
  let result: Tensor | null = null;
  for (let rest = Math.abs(exponent); ; rest = Math.floor(rest / 2), factor = np.matmul(factor, factor)) {
    if (rest % 2 === 1) result = result === null ? factor : np.matmul(result, factor);
    if (rest <= 1) return result as Tensor;
  }
}
