import { ArgumentError } from "../../util/errors.js";
import { isOp } from "../bodies.js";
import { loopParts } from "../loopParts.js";
import { keepBlocks } from "./blocks.js";
import { keepCapped } from "./capped.js";
import { historyMask, isScanPair, type Pair, type Rewritten } from "./pair.js";
import { replayOf, type Replay } from "./replay.js";

/** Bytes of a kept state beside the state: its position and its place. */
const rowOverhead = 8;
/** More rows than this are not worth their initialisation: 5,000,000 steps are then run twice. */
const mostRows = 1 << 20;

/** All of the Histories if they fit into so many bytes, else blocks, else as many states as fit. */
export function keepWithin(pair: Pair, bytes: number): Rewritten | null {
  const { recorded } = pair;
  const replay = replayOf(loopParts(recorded), historyMask(recorded));
  const length = isOp(recorded, "scan") ? recorded.params.length : null;
  if (length !== null) {
    if (replay.entryBytes * length <= bytes) return null;
    const size = bestBlock(replay, length);
    const blocks = isScanPair(pair) && !pair.recorded.params.reverse && size < length;
    if (blocks && blockBytes(replay, length, size) <= bytes) return keepBlocks(pair, length, size);
  }
  const rows = Math.min(Math.floor(bytes / (replay.stateBytes + rowOverhead)), mostRows);
  if (rows >= 2) return keepCapped(pair, rows);
  throw new ArgumentError({
    what: "The cap on what a loop keeps for its gradient is too small.",
    got: `${Math.floor(bytes)} bytes`,
    expected: `at least ${2 * (replay.stateBytes + rowOverhead)}, two states of the loop`,
    fix: "raise `keep: { bytes }` of the loop, or `historyLimitBytes` of the program.",
  });
}

/** So many states, unless there are no more steps. */
export function keepStates(pair: Pair, count: number): Rewritten | null {
  const { recorded } = pair;
  const length = isOp(recorded, "scan") ? recorded.params.length : null;
  return length !== null && length <= count ? null : keepCapped(pair, count);
}

/** Size of blocks at which checkpoints and one block together are smallest. */
function bestBlock({ stateBytes, entryBytes }: Replay, length: number): number {
  return Math.max(1, Math.round(Math.sqrt((length * stateBytes) / Math.max(1, entryBytes))));
}

/** Bytes of the states at the starts of blocks, of one block, and of the steps beyond the last whole block. */
function blockBytes({ stateBytes, entryBytes }: Replay, length: number, size: number): number {
  return Math.floor(length / size) * stateBytes + (size + (length % size)) * entryBytes;
}
