import { isTensor, np, type Tensor } from "@simgrad/core";

/**
 * What a formula is worth: a number or truth value that is known while it is compiled, or a tensor of shape [],
 * float64 or bool.
 */
export type Value = number | boolean | Tensor;

/** A value as a number; true is 1. */
export function toNumber(value: Value): number | Tensor {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return value;
  return value.dtype === "float64" ? value : value.astype("float64");
}

/** A value as a truth value; a number holds where it is not 0. */
export function toTruth(value: Value): boolean | Tensor {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  return value.dtype === "bool" ? value : np.notEqual(value, 0);
}

/** A value as a tensor of shape [], float64; true is 1. */
export function toTensor(value: Value): Tensor {
  const number = toNumber(value);
  return isTensor(number) ? number : np.array(number, "float64");
}

/** Whether both hold. */
export function both(a: boolean | Tensor, b: boolean | Tensor): boolean | Tensor {
  if (typeof a === "boolean") return a ? b : false;
  if (typeof b === "boolean") return b ? a : false;
  return np.logicalAnd(a, b);
}

/** Whether one of the two holds. */
export function either(a: boolean | Tensor, b: boolean | Tensor): boolean | Tensor {
  if (typeof a === "boolean") return a ? true : b;
  if (typeof b === "boolean") return b ? true : a;
  return np.logicalOr(a, b);
}

/** Whether a truth value does not hold. */
export function negation(a: boolean | Tensor): boolean | Tensor {
  return typeof a === "boolean" ? !a : np.logicalNot(a);
}

/** One of two numbers; known conditions choose at once. */
export function choose(condition: boolean | Tensor, a: number | Tensor, b: number | Tensor): number | Tensor {
  if (typeof condition === "boolean") return condition ? a : b;
  if (a === b) return a;
  return np.where(condition, toTensor(a), toTensor(b));
}
