import { isTensor, np, type Tensor } from "@simgrad/core";
import type { Value } from "./value.js";

/**
 * x^y without derivatives that are no numbers: 0^0 is 1, negative x have real powers where y is an integer, and where
 * x is 0 and y below 2, so that the first or the second derivative is infinite, the derivatives count as 0 (but 0^1
 * has its slope). Stiff steps have second derivatives in their gradients.
 */
export function powerOf(x: number | Tensor, y: number | Tensor): number | Tensor {
  if (typeof x === "number" && typeof y === "number") return realPower(x, y);
  if (typeof y === "number") return constantPower(x as Tensor, y);
  if (typeof x === "number") return x === 1 ? 1 : np.power(x, y);
  const flat = np.logicalAnd(np.equal(x, 0), np.logicalAnd(np.less(y, 2), np.notEqual(y, 1)));
  const there = np.where(np.greater(y, 0), 0, np.where(np.equal(y, 0), 1, Infinity));
  return np.where(flat, there, np.power(np.where(flat, 1, x), y));
}

/** The square root; its derivative at 0, and below, counts as 0. */
export function rootOf(x: Value): number | Tensor {
  if (!isTensor(x)) return Math.sqrt(Number(x));
  const positive = np.greater(x, 0);
  return np.where(positive, np.sqrt(np.where(positive, x, 1)), np.where(np.equal(x, 0), 0, NaN));
}

/** The natural logarithm; its derivative at 0, where it is -Infinity, counts as 0. */
export function logarithmOf(x: number | Tensor): number | Tensor {
  if (typeof x === "number") return Math.log(x);
  const isZero = np.equal(x, 0);
  return np.where(isZero, -Infinity, np.log(np.where(isZero, 1, x)));
}

/** As IEEE 754 has it: 1 to the power of anything is 1. */
function realPower(x: number, y: number): number {
  return x === 1 ? 1 : x ** y;
}

function constantPower(x: Tensor, y: number): number | Tensor {
  if (y === 0) return 1;
  if (y === 1) return x;
  if (y === 0.5) return rootOf(x);
  if (y >= 2 || Number.isInteger(y) || Number.isNaN(y)) return np.power(x, y);
  const isZero = np.equal(x, 0);
  return np.where(isZero, y > 0 ? 0 : Infinity, np.power(np.where(isZero, 1, x), y));
}
