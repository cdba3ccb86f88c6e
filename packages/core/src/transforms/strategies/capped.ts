import type { Builder } from "../../ir/builder.js";
import { arrayTypeOf, graphBuilder } from "../../ir/builder.js";
import { rowAt, withRow } from "../../ir/rows.js";
import type { Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";
import { at, filterBy, isOp } from "../bodies.js";
import { dce } from "../dce.js";
import { loopParts } from "../loopParts.js";
import { emptyStacks, type Recorded } from "./checkpoints.js";
import { either, holds, int, minus, plus, repeat, whilst } from "./emitLoops.js";
import { recordOnline } from "./online.js";
import { historyMask, rename, type Pair, type Rewritten } from "./pair.js";
import { liveOf, replayOf, type Replay } from "./replay.js";
import { emitBinomialSplit } from "./revolve.js";
import { emitReverse } from "./reverseSweep.js";

/**
 * Keeps at most `rows` states of the loop, whatever the number of its steps: binomial checkpoints where that number is known when the
 * loop begins, online checkpoints for a `while`. The reader sees the same entries in the same order: its bits do not depend on `rows`.
 */
export function keepCapped(pair: Pair, rows: number, parts: CappedParts = cappedParts): Rewritten {
  const replay = replayOf(loopParts(pair.recorded), historyMask(pair.recorded));
  const forward = graphBuilder();
  const { kept, results } = isOp(pair.recorded, "while")
    ? parts.recordOnline(forward, pair.recorded, replay, rows)
    : parts.recordCounted(forward, pair, replay, rows);
  const reverse = graphBuilder();
  const readings = parts.emitReverse(reverse, pair, replay, rows, kept);
  return {
    forward: [...forward.build([]).equations, ...results.map(([from, to]) => rename(from, to))],
    reverse: [...reverse.build([]).equations, ...readings.map(([from, to]) => rename(from, to))],
  };
}

/** What `keepCapped` is made of; tests plant bugs in it. */
export interface CappedParts {
  readonly recordCounted: typeof recordCounted;
  readonly recordOnline: typeof recordOnline;
  readonly emitReverse: typeof emitReverse;
}

/** Runs the loop with the checkpoints of `revolve` on its way to the last step. */
function recordCounted(b: Builder, { recorded }: Pair, replay: Replay, rows: number): Recorded {
  const parts = loopParts(recorded);
  const reversed = isOp(recorded, "scan") && recorded.params.reverse;
  const arrays = historyMask(recorded).map((flag) => !flag);
  const ys = filterBy(parts.ys, arrays);
  const stepping = dce(parts.body, [...parts.init.map(() => true), ...arrays]);
  const trips = parts.trips ?? int(b, isOp(recorded, "scan") ? (recorded.params.length ?? 0) : 0);
  const nCarry = parts.init.length;
  const consts = [trips, ...parts.consts, ...parts.xs];
  /** One step from (state, ys) before step `time`. */
  const advance = (inner: Builder, outer: readonly Var[], time: Var, values: readonly Var[]): readonly Var[] => {
    const index = reversed ? minus(inner, minus(inner, at(outer, 0), 1), time) : time;
    const xs = outer.slice(1 + parts.consts.length).map((x) => rowAt(inner, x, index));
    const out = inner.inline(stepping, [...outer.slice(1, 1 + parts.consts.length), ...values.slice(0, nCarry), ...xs]);
    const seen = values.slice(nCarry).map((y, k) => withRow(inner, y, index, at(out, nCarry + k)));
    return [...out.slice(0, nCarry), ...seen];
  };

  const stacks = emptyStacks(b, replay, parts.init, rows);
  const positions = b.zeros(arrayType("int32", [rows]));
  const nStack = stacks.length;
  const start = [...parts.init, ...ys.map((y) => b.zeros(arrayTypeOf(y)))];
  const swept = whilst(
    b,
    consts,
    [int(b, 0), int(b, 1), positions, ...stacks, ...start],
    (inner, outer, [time, top]) =>
      holds(
        inner,
        minus(inner, at(outer, 0), time as Var),
        "gt",
        plus(inner, minus(inner, int(inner, rows), top as Var), 1),
      ),
    (inner, outer, carry) => {
      const [time, top, marks] = carry as [Var, Var, Var];
      const free = minus(inner, int(inner, rows), top);
      const trip = emitBinomialSplit(inner, minus(inner, at(outer, 0), time), free);
      const [next, ...values] = repeat(inner, trip, outer, [time, ...carry.slice(3 + nStack)], (w, c, [t, ...v]) => [
        plus(w, t as Var, 1),
        ...advance(w, c, t as Var, v),
      ]) as [Var, ...Var[]];
      const state = liveOf(replay, values.slice(0, nCarry));
      return [
        next,
        plus(inner, top, 1),
        withRow(inner, marks, top, next),
        ...state.map((value, k) => withRow(inner, at(carry, 3 + k), top, value)),
        ...values,
      ];
    },
  );
  const [time, top, marks] = swept as [Var, Var, Var];
  const rest = minus(b, trips, time);
  const last = repeat(b, rest, consts, [time, minus(b, top, 1), ...swept.slice(3)], (w, outer, carry) => {
    const [t, row] = carry as [Var, Var];
    const values = carry.slice(2 + nStack);
    const state = liveOf(replay, values.slice(0, nCarry));
    return [
      plus(w, t, 1),
      plus(w, row, 1),
      ...state.map((value, k) => withRow(w, at(carry, 2 + k), row, value)),
      ...advance(w, outer, t, values),
    ];
  });
  const values = last.slice(2 + nStack);
  const behind = either(b, holds(b, rest, "gt", 0), minus(b, rest, 1), 0);
  return {
    kept: { trips, top, positions: marks, places: null, stacks: last.slice(2, 2 + nStack), behind },
    results: values.map((value, i) => [value, i < nCarry ? at(parts.final, i) : at(ys, i - nCarry)] as const),
  };
}

/** The parts as they are. */
export const cappedParts: CappedParts = { recordCounted, recordOnline, emitReverse };
