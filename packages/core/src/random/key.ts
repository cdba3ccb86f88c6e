import { emitOne } from "../trace/frame.js";
import { describeHost } from "../trace/host.js";
import { integerTensor } from "../trace/np/indexTensor.js";
import { concatenate } from "../trace/np/shape.js";
import { asTensor, broadcastTo, castTensor, literal, reshapeTo, showShape } from "../trace/operands.js";
import { concrete, isTensor, type Tensor } from "../trace/tensor.js";
import { ArgumentError } from "../util/errors.js";
import { threefry, type Words } from "./threefry.js";

/**
 * Makes a key from a seed: a uint32 tensor of shape [2], the seed's high and low 32 bits (two's complement). Equal to
 * `jax.random.PRNGKey` with 64-bit types enabled.
 * @param seed A whole number within plus or minus 2^53, or a 0-d int32 or uint32 tensor, which is the low word.
 * @throws ArgumentError where it is neither.
 */
export function key(seed: number | Tensor): Tensor {
  if (isTensor(seed)) {
    const low = reshapeTo(scalarWord("random.key", "seed", seed), [1]);
    return concatenate([literal("uint32", [1], 0), low]);
  }
  if (!Number.isSafeInteger(seed)) {
    throw new ArgumentError({
      what: "random.key: the seed must be a whole number.",
      got: describeHost(seed),
      expected: "an integer within plus or minus 2^53, or a 0-d int32 or uint32 tensor",
    });
  }
  return concrete("uint32", [2], Uint32Array.of(Math.floor(seed / 2 ** 32), seed));
}

/**
 * Makes `count` new keys from one, which should not be used again: shape [count, 2]. Equal to `jax.random.split`.
 *
 * @example
 * const [next, sub] = np.split(random.split(key), 2).map((k) => k.ravel());
 *
 * @throws ArgumentError where `key` is no key or `count` no whole number from 0 on.
 */
export function split(key: Tensor, count = 2): Tensor {
  if (!Number.isInteger(count) || count < 0) {
    throw new ArgumentError({
      what: "random.split: the number of keys must be a whole number from 0 on.",
      got: describeHost(count),
    });
  }
  const [high, low] = wordsAt(key, count, "random.split");
  return paired(high, low);
}

/**
 * Makes a new key from a key and a number, so that a loop can draw by its index. Equal to `jax.random.fold_in`.
 * @param data A whole number from 0 to 2^32 - 1, or a 0-d int32 or uint32 tensor.
 * @throws ArgumentError where an argument is of another kind.
 */
export function foldIn(key: Tensor, data: number | Tensor): Tensor {
  const op = "random.foldIn";
  if (!isTensor(data) && !(Number.isInteger(data) && data >= 0 && data < 2 ** 32)) {
    throw new ArgumentError({
      what: `${op}: \`data\` must be a whole number.`,
      got: describeHost(data),
      expected: "an integer from 0 to 4294967295, or a 0-d int32 or uint32 tensor",
    });
  }
  const low = isTensor(data) ? scalarWord(op, "data", data) : literal("uint32", [], data);
  const [a, b] = threefry(keyWords(key, op), [literal("uint32", [], 0), low]);
  return paired(a, b);
}

/** The block of each of `count` counters 0, 1, 2, ... under a key: two words of shape [count]. */
export function wordsAt(key: Tensor, count: number, op: string): Words {
  const [a, b] = keyWords(key, op);
  const spread = (word: Tensor): Tensor => broadcastTo(word, [count]);
  const counter = emitOne("iota", { type: { kind: "array", dtype: "uint32", shape: [count] }, axis: 0 }, []);
  // Fewer than 2^32 elements: the counter's high word is 0.
  return threefry([spread(a), spread(b)], [literal("uint32", [count], 0), counter]);
}

/** The row of a list of keys. */
export function keyAt(keys: Tensor, index: number): Tensor {
  return reshapeTo(emitOne("slice", { start: [index, 0], limit: [index + 1, 2], stride: [1, 1] }, [keys]), [2]);
}

/** Two words as the last axis of one tensor. */
export function paired(high: Tensor, low: Tensor): Tensor {
  const shape = [...high.shape, 1];
  return concatenate([reshapeTo(high, shape), reshapeTo(low, shape)], -1);
}

function keyWords(key: Tensor, op: string): Words {
  const tensor = asTensor(key, `the argument \`key\` of ${op}`);
  if (tensor.dtype !== "uint32" || tensor.shape.length !== 1 || tensor.shape[0] !== 2) {
    throw new ArgumentError({
      what: `${op} wants a key first.`,
      got: `${tensor.dtype} of shape ${showShape(tensor.shape)}`,
      expected: "a uint32 tensor of shape [2], from `random.key`, `split` or `foldIn`",
      fix: "for many keys at once use `vmap`, for one row of a list of keys `keys.slice(i)`.",
    });
  }
  const wordOf = (i: number): Tensor =>
    reshapeTo(emitOne("slice", { start: [i], limit: [i + 1], stride: [1] }, [tensor]), []);
  return [wordOf(0), wordOf(1)];
}

function scalarWord(op: string, name: string, value: Tensor): Tensor {
  const tensor = integerTensor(op, name, value);
  if (tensor.shape.length === 0) return castTensor(tensor, "uint32");
  throw new ArgumentError({
    what: `${op}: \`${name}\` must be one number.`,
    got: `shape ${showShape(tensor.shape)}`,
    fix: "for many at once use `vmap`.",
  });
}
