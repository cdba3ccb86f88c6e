import { add, floor, multiply, subtract } from "../trace/np/elementwise.js";
import type { Tensor } from "../trace/tensor.js";

/** Bits of a piece, and pieces behind the point: together 128 bits. */
const piece = 2 ** 32;
const pieces = 4;

/**
 * The same non-negative float64 numbers (to 2^-128, absolutely) without their derivative, whatever the order: each is taken apart into
 * whole numbers, and `floor` has the derivative 0.
 */
export function withoutDerivative(x: Tensor): Tensor {
  const wholes = [floor(x)];
  let rest = subtract(x, wholes[0] as Tensor);
  for (let k = 0; k < pieces; k++) {
    const scaled = multiply(rest, piece);
    const whole = floor(scaled);
    wholes.push(whole);
    rest = subtract(scaled, whole);
  }
  // From the last piece on every sum is exact: it is the number cut off at some bit.
  return wholes.reduceRight((sum, whole) => add(multiply(sum, 1 / piece), whole));
}
