import { emitOne } from "../trace/frame.js";
import { scan } from "../trace/control.js";
import { equal, less, logicalAnd, logicalOr, logicalXor, where } from "../trace/np/compare.js";
import { take } from "../trace/np/indexing.js";
import { concatenate, sliceAxis } from "../trace/np/shape.js";
import { broadcastTo, literal } from "../trace/operands.js";
import { concrete, type Tensor } from "../trace/tensor.js";

/**
 * The order (int32) that sorts uint32 words ascending, equal ones as they stand: a bitonic network (K. Batcher, "Sorting networks and
 * their applications", AFIPS 1968) of log2(n)^2 / 2 stages over n words, as a loop whose steps are alike.
 */
export function sortedOrder(words: Tensor): Tensor {
  const count = words.shape[0] as number;
  const size = 2 ** Math.ceil(Math.log2(Math.max(1, count)));
  const places = iota(size);
  // What fills up to a power of two is sorted behind all else: it is largest, and stands last.
  const filled = size === count ? words : concatenate([words, literal("uint32", [size - count], 0xffffffff)]);
  const { blocks, distances } = stages(size);
  if (blocks.length === 0) return places;
  const step = ([word, place]: readonly [Tensor, Tensor], [block, distance]: readonly [Tensor, Tensor]) => {
    const all = (x: Tensor): Tensor => broadcastTo(x, [size]);
    const partner = emitOne("xor", {}, [places, all(distance)]);
    const [otherWord, otherPlace] = [take(word, partner), take(place, partner)];
    const isLess = logicalOr(less(word, otherWord), logicalAnd(equal(word, otherWord), less(place, otherPlace)));
    const isUpper = has(places, all(distance));
    const isDescending = has(places, all(block));
    const stays = logicalXor(isLess, logicalXor(isUpper, isDescending));
    const next: readonly [Tensor, Tensor] = [where(stays, word, otherWord), where(stays, place, otherPlace)];
    return [next, null] as const;
  };
  const [[, order]] = scan(step, [filled, places] as const, {
    xs: [int32s(blocks), int32s(distances)] as const,
  });
  return sliceAxis(order, 0, 0, count);
}

/** int32 numbers 0, 1, 2, ... */
export function iota(count: number): Tensor {
  return emitOne("iota", { type: { kind: "array", dtype: "int32", shape: [count] }, axis: 0 }, []);
}

/** For each stage the size of the blocks that it makes monotonous, and the distance of the words that it compares. */
function stages(size: number): { readonly blocks: readonly number[]; readonly distances: readonly number[] } {
  const blocks: number[] = [];
  const distances: number[] = [];
  for (let block = 2; block <= size; block *= 2) {
    for (let distance = block / 2; distance >= 1; distance /= 2) {
      blocks.push(block);
      distances.push(distance);
    }
  }
  return { blocks, distances };
}

/** Whether a place has the bit of a power of two. */
function has(places: Tensor, bit: Tensor): Tensor {
  return emitOne("compare", { relation: "ne" }, [emitOne("and", {}, [places, bit]), literal("int32", places.shape, 0)]);
}

function int32s(values: readonly number[]): Tensor {
  return concrete("int32", [values.length], Int32Array.from(values));
}
