import { emitOne } from "../trace/frame.js";
import { literal } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";

/** Two uint32 tensors of one shape: a key, a counter, or 64 random bits an element, the high word first. */
export type Words = readonly [Tensor, Tensor];

/** Distances of the rotations, four rounds each in turn (Salmon et al., table 2, Threefry-2x32). */
const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** The constant of the key schedule (C240 in Skein, its low half; Salmon et al., section 4.2). */
const parity = 0x1bd11bda;

/**
 * Encrypts counters under keys, elementwise: the Threefry-2x32 block of 20 rounds (J. Salmon, M. Moraes, R. Dror and D. Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3", SC11). All four words have one shape.
 */
export function threefry(key: Words, counter: Words): Words {
  const schedule = [key[0], key[1], xor(xor(key[0], key[1]), word(key[0], parity))] as const;
  let [x, y] = [add(counter[0], key[0]), add(counter[1], key[1])];
  for (let group = 0; group < 5; group++) {
    for (const distance of rotations[(group % 2) as 0 | 1]) {
      x = add(x, y);
      y = xor(rotate(y, distance), x);
    }
    x = add(x, schedule[((group + 1) % 3) as 0 | 1 | 2]);
    y = add(y, add(schedule[((group + 2) % 3) as 0 | 1 | 2], word(y, group + 1)));
  }
  return [x, y];
}

/** The bits of a uint32 tensor moved right by a number of places, zeros coming in. */
export function shiftedRight(x: Tensor, places: number): Tensor {
  return emitOne("shiftRight", {}, [x, word(x, places)]);
}

/** Elementwise exclusive or of uint32 tensors of one shape. */
export function xor(a: Tensor, b: Tensor): Tensor {
  return emitOne("xor", {}, [a, b]);
}

/** A uint32 tensor of the shape of another, filled with a number. */
export function word(like: Tensor, value: number): Tensor {
  return literal("uint32", like.shape, value);
}

function add(a: Tensor, b: Tensor): Tensor {
  return emitOne("add", {}, [a, b]);
}

function rotate(x: Tensor, distance: number): Tensor {
  const left = emitOne("shiftLeft", {}, [x, word(x, distance)]);
  return emitOne("or", {}, [left, shiftedRight(x, 32 - distance)]);
}
