import type { ArrayType } from "../ir/types.js";
import { sizeOf } from "../ir/types.js";
import type { ArrayValue } from "../ir/values.js";
import { arrayValue } from "../ir/values.js";
import { allocate } from "../util/dtype.js";

/** Reproducible random numbers for tests. */
export interface Random {
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Uniform among the integers from `low` to `high - 1`. */
  integer(low: number, high: number): number;
  /** One of the items, which must not be none. */
  choice<T>(items: readonly T[]): T;
  /** True with the given probability. */
  chance(probability: number): boolean;
}

/** A generator that a seed determines: a 32-bit counter through a multiplicative hash. */
export function seededRandom(seed: number): Random {
  let counter = Math.imul(seed | 0, 0x9e3779b1) | 0;
  function next(): number {
    counter = (counter + 0x6d2b79f5) | 0;
    let bits = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  }
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low));
  return {
    uniform: (low, high) => low + next() * (high - low),
    integer,
    choice: <T>(items: readonly T[]): T => items[integer(0, items.length)] as T,
    chance: (probability) => next() < probability,
  };
}

/** An array of a type with elements uniform in [low, high); integers and bools are rounded down. */
export function randomArray(random: Random, type: ArrayType, low = -1, high = 1): ArrayValue {
  const data = allocate(type.dtype, sizeOf(type.shape));
  for (let i = 0; i < data.length; i++) {
    const value = random.uniform(low, high);
    data[i] = type.dtype === "float64" || type.dtype === "float32" ? value : Math.floor(value);
  }
  return arrayValue(type.dtype, type.shape, data);
}
