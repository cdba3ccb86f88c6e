import type { Mask, Opt, Var } from "../ir/types.js";
import { InternalError } from "../util/errors.js";

/** Element `i`, which must be there. */
export function nth<T>(list: readonly T[], i: number): T {
  if (i < 0 || i >= list.length) throw new InternalError(`entry ${i} of a list of ${list.length} was read`);
  return list[i] as T;
}

/** The elements whose flag is set. */
export function pick<T>(list: readonly T[], mask: Mask): T[] {
  return list.filter((_, i) => mask[i] === true);
}

/** The elements whose flag is not set. */
export function omit<T>(list: readonly T[], mask: Mask): T[] {
  return list.filter((_, i) => mask[i] !== true);
}

/** Positions of the flags that are set. */
export function positions(mask: Mask): number[] {
  return mask.flatMap((flag, i) => (flag ? [i] : []));
}

/** The numbers from `start` to `start + count - 1`. */
export function range(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + i);
}

/** A mask of one value. */
export function maskOf(length: number, value: boolean): Mask {
  return new Array<boolean>(length).fill(value);
}

/** Set where either is. */
export function union(a: Mask, b: Mask): boolean[] {
  return a.map((flag, i) => flag || b[i] === true);
}

/** Whether two masks are equal. */
export function sameMask(a: Mask, b: Mask): boolean {
  return a.length === b.length && a.every((flag, i) => flag === b[i]);
}

/** A mask as a key of a memo. */
export function maskKey(mask: Mask): string {
  return mask.map((flag) => (flag ? "1" : "0")).join("");
}

/** Which of the optional variables are there. */
export function given(list: readonly Opt[]): boolean[] {
  return list.map((entry) => entry !== null);
}

/** The optional variables that are there. */
export function compact(list: readonly Opt[]): Var[] {
  return list.filter((entry): entry is Var => entry !== null);
}

/** `values` in order at the set flags, null elsewhere. */
export function spread(values: readonly Var[], mask: Mask): Opt[] {
  let next = 0;
  return mask.map((flag) => (flag ? nth(values, next++) : null));
}
