import type { Id, If, Loop, LoopProgram, Statement } from "../../lowering/loopProgram.js";
import { sizeOf } from "../../ir/types.js";
import { byteSize } from "../../util/dtype.js";
import { UnsupportedError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import { rootOf } from "../structure.js";

/** Address of the number of the first failed check plus one (int32), 0 while none failed. */
export const failureAddress = 0;
/** Address of the end of the growable buffers' memory (int32). */
export const heapTopAddress = 4;
/** What stands at `failureAddress` when the memory cannot grow further. */
export const outOfMemory = -1;

/** Offsets within a loop's state: whether it has begun, steps done, steps in all (-1: not known), absolute step. */
export const loopState = { active: 0, done: 4, total: 8, step: 12 } as const;
/** Offsets within a growable buffer's descriptor: address, rows that fit, rows asked for. */
export const growableState = { address: 0, capacity: 4, rows: 8 } as const;

/** Where everything lies in an instance's memory. */
export interface Layout {
  /** Address of a buffer's first element, or of a growable buffer's descriptor; by root. */
  address(root: Id): number;
  /** Bytes of a buffer that is not growable, of a row of one that is, unpadded. */
  bytes(root: Id): number;
  /** Bytes to move in whole 16-byte pieces when storage is rotated: padded contents, or the descriptor. */
  movedBytes(root: Id): number;
  /** Address of a loop's state. */
  loop(loop: Loop): number;
  /** Address of the position (int32) of a list of statements that contains loops. */
  list(body: readonly Statement[]): number;
  /** Address of the branch taken (int32) of an If that contains loops: 0 none, 1 then, 2 else. */
  branch(statement: If): number;
  /** End of the status area, which is zeroed when a run begins, descriptors excepted. */
  readonly stateEnd: number;
  /** Roots of the growable buffers. */
  readonly growable: readonly Id[];
  /** Addresses of constants, as asked for. */
  readonly constants: readonly number[];
  /** End of all static storage, where growable buffers begin. */
  readonly end: number;
}

const maxBytes = 2 ** 32 - 65536;

/** Buffers from this size on are placed apart modulo 4096. */
const skewedFrom = 2048;

/**
 * Lays out a program: state first, then buffers at multiples of 64. Large buffers are skewed modulo 4096 by thirteen cache
 * lines each: a load whose address equals a recent store's modulo 4096 waits for it (24 % in a measured nest).
 * `constantBytes`: sizes of constants that need room.
 */
export function layOut(program: LoopProgram, constantBytes: readonly number[] = []): Layout {
  let top = 16;
  const loops = new Map<Loop, number>();
  const lists = new Map<readonly Statement[], number>();
  const branches = new Map<If, number>();
  const walk = (body: readonly Statement[]): void => {
    lists.set(body, (top += 4) - 4);
    for (const statement of body) {
      if (statement.kind === "loop") {
        loops.set(statement, (top += 16) - 16);
        if (statement.condition !== null) walk(statement.condition.body);
        walk(statement.body);
      } else if (statement.kind === "if") {
        branches.set(statement, (top += 4) - 4);
        walk(statement.then);
        walk(statement.else);
      }
    }
  };
  walk(program.body);
  const stateEnd = roundUp(top, 16);

  top = stateEnd;
  const addresses = new Map<Id, number>();
  const sizes = new Map<Id, number>();
  const growable: Id[] = [];
  for (const buffer of program.buffers) {
    if (buffer.alias !== null || !buffer.growable) continue;
    addresses.set(buffer.id, top);
    sizes.set(buffer.id, sizeOf(buffer.shape) * byteSize(buffer.dtype));
    growable.push(buffer.id);
    top += 16;
  }
  top = roundUp(top, 64);
  const constants = constantBytes.map((bytes) => (top += roundUp(bytes, 16)) - roundUp(bytes, 16));
  let skew = 0;
  top = roundUp(top, 64);
  for (const buffer of program.buffers) {
    if (buffer.alias !== null || buffer.growable) continue;
    const bytes = sizeOf(buffer.shape) * byteSize(buffer.dtype);
    if (bytes >= skewedFrom) {
      top += (((skew - top) % 4096) + 4096) % 4096;
      skew = (skew + 13 * 64) % 4096;
    }
    addresses.set(buffer.id, top);
    sizes.set(buffer.id, bytes);
    top += roundUp(Math.max(bytes, 1), 64);
  }
  if (top > maxBytes) {
    throw new UnsupportedError({
      what: "The program needs more memory than a WebAssembly instance can have.",
      got: `${(top / 2 ** 30).toFixed(2)} GiB`,
      expected: "less than 4 GiB",
      fix: "record less: keep the Histories in blocks, or give the step's exact inverse.",
    });
  }

  const address = (root: Id): number =>
    present(addresses.get(root) ?? addresses.get(rootOf(program, root)), "address of a buffer");
  const bytes = (root: Id): number => present(sizes.get(rootOf(program, root)), "size of a buffer");
  return {
    address,
    bytes,
    movedBytes: (root) => (program.buffers[root]?.growable === true ? 16 : roundUp(bytes(root), 16)),
    loop: (loop) => present(loops.get(loop), "state of a loop"),
    list: (body) => present(lists.get(body), "position of a list"),
    branch: (statement) => present(branches.get(statement), "branch of an if"),
    stateEnd,
    growable,
    constants,
    end: top,
  };
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
