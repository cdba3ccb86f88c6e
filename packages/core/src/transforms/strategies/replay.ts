import { arrayTypeOf } from "../../ir/builder.js";
import type { Graph, Mask } from "../../ir/types.js";
import { sizeOf } from "../../ir/types.js";
import { byteSize } from "../../util/dtype.js";
import { filterBy, sameItems } from "../bodies.js";
import { dce, dropInputs, usedInputs } from "../dce.js";
import { withoutEffects } from "../graphs.js";
import type { LoopParts } from "../loopParts.js";

/** How a recorded loop is run again from a kept state: only what its Histories need. */
export interface Replay {
  /** Which carries are needed. */
  readonly live: Mask;
  /** (consts, live carries, xs) -> live carries after the step. */
  readonly step: Graph;
  /** (consts, live carries, xs) -> what the loop's Histories hold of the step, in their order. */
  readonly entries: Graph;
  /** Bytes of the live carries. */
  readonly stateBytes: number;
  /** Bytes of the Histories' entries of a step. */
  readonly entryBytes: number;
}

/** What the Histories among the ys of a recorded loop need. */
export function replayOf(parts: LoopParts, yHistory: Mask): Replay {
  const body = withoutEffects(parts.body);
  const none = parts.carry.map(() => false);
  const ys = yHistory.map(() => false);
  const recording = dce(body, [...none, ...yHistory]);
  const nConst = parts.consts.length;
  const carriesIn = (graph: Graph): Mask => usedInputs(graph).slice(nConst, nConst + none.length);
  let live = carriesIn(recording);
  for (;;) {
    const needed = carriesIn(dce(body, [...live, ...ys]));
    const grown = live.map((flag, i) => flag || needed[i] === true);
    if (sameItems(grown, live)) break;
    live = grown;
  }
  const inputs = [...parts.consts.map(() => true), ...live, ...parts.xs.map(() => true)];
  const bytesOf = (graph: Graph): number =>
    graph.outputs.map(arrayTypeOf).reduce((sum, { dtype, shape }) => sum + byteSize(dtype) * sizeOf(shape), 0);
  const step = dropInputs(dce(body, [...live, ...ys]), inputs);
  const entries = dropInputs(recording, inputs);
  return { live, step, entries, stateBytes: bytesOf(step), entryBytes: bytesOf(entries) };
}

/** The live ones of a list of carries. */
export function liveOf<T>(replay: Replay, carries: readonly T[]): T[] {
  return filterBy(carries, replay.live);
}
