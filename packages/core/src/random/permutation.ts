import { axisNumber } from "../trace/np/axes.js";
import { take } from "../trace/np/indexing.js";
import { describeHost } from "../trace/host.js";
import { asTensor } from "../trace/operands.js";
import { isTensor, type Tensor } from "../trace/tensor.js";
import { ArgumentError } from "../util/errors.js";
import { bits32 } from "./bits.js";
import { keyAt, split } from "./key.js";
import { sampled } from "./program.js";
import { iota, sortedOrder } from "./sortedOrder.js";

/** Options of `permutation`. */
export interface PermutationOptions {
  /** Axis along which the slices of a tensor change places; 0 when left out. */
  readonly axis?: number;
}

/**
 * Draws a random order of 0, 1, ..., n - 1 (int32), or puts the slices of a tensor along an axis into one. Equal to
 * `jax.random.permutation`. Derivatives flow through the tensor.
 * @param x How many, or a tensor.
 * @throws ArgumentError or IndexError where an argument does not fit.
 */
export function permutation(key: Tensor, x: number | Tensor, options: PermutationOptions = {}): Tensor {
  const op = "random.permutation";
  if (isTensor(x)) {
    const tensor = asTensor(x, `the argument \`x\` of ${op}`);
    const axis = axisNumber(op, tensor, options.axis ?? 0);
    return take(tensor, shuffled(key, tensor.shape[axis] as number, op), { axis });
  }
  if (Number.isInteger(x) && x >= 0 && x < 2 ** 31) return shuffled(key, x, op);
  throw new ArgumentError({
    what: `${op} wants a whole number from 0 on, or a tensor.`,
    got: describeHost(x),
  });
}

/** Sorted by random words, as often as makes equal words in all rounds unlikely: 3 log(n) / log(2^32) times, rounded up. */
function shuffled(key: Tensor, count: number, op: string): Tensor {
  const rounds = Math.ceil((3 * Math.log(Math.max(1, count))) / Math.log(2 ** 32 - 1));
  return sampled(op, count, () => {
    let order = iota(count);
    let last = key;
    for (let round = 0; round < rounds; round++) {
      const keys = split(last);
      last = keyAt(keys, 0);
      const sorted = sortedOrder(bits32(keyAt(keys, 1), [count], op));
      order = round === 0 ? sorted : take(order, sorted);
    }
    return order;
  });
}
