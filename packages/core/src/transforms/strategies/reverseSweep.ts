import type { Builder } from "../../ir/builder.js";
import { arrayTypeOf } from "../../ir/builder.js";
import { rowAt, withRow } from "../../ir/rows.js";
import type { Var } from "../../ir/types.js";
import { at, isOp } from "../bodies.js";
import { loopParts } from "../loopParts.js";
import type { Kept } from "./checkpoints.js";
import { atLeast, either, holds, int, minus, plus, repeat, whilst } from "./emitLoops.js";
import { historyMask, type Pair } from "./pair.js";
import type { Replay } from "./replay.js";
import { emitBinomialSplit } from "./revolve.js";

/**
 * The reader of a loop whose states are kept in few rows. `end` is the first step that has been read. Each round looks at the last
 * kept state: if the steps from there to `end` fit into the free rows, it runs them, keeps each, and reads them
 * backwards; otherwise it runs the first part of them and keeps the state there.
 */
export function emitReverse(
  b: Builder,
  { recorded, reader }: Pair,
  replay: Replay,
  rows: number,
  kept: Kept,
): readonly (readonly [from: Var, to: Var])[] {
  const parts = loopParts(recorded);
  const reading = loopParts(reader);
  const reversed = isOp(recorded, "scan") && recorded.params.reverse;
  const histories = parts.ys.filter((_, k) => historyMask(recorded)[k] === true);
  const arrays = reading.xs.filter(({ type }) => type.kind === "array");
  const groups = [
    [kept.trips],
    parts.consts,
    parts.xs,
    reading.consts,
    arrays,
    kept.places === null ? [] : [kept.places],
  ] as const;
  const named = (flat: readonly Var[]): Names => {
    let first = 0;
    const [trips, consts, xs, readerConsts, readerXs, places] = groups.map((group) =>
      flat.slice(first, (first += group.length)),
    ) as [Var[], Var[], Var[], Var[], Var[], Var[]];
    return { trips: at(trips, 0), consts, xs, readerConsts, readerXs, places: places[0] ?? null };
  };
  const nStack = kept.stacks.length;
  const nCarry = reading.init.length;

  const indexOf = (w: Builder, names: Names, time: Var): Var =>
    reversed ? minus(w, minus(w, names.trips, 1), time) : time;
  const placeOf = (w: Builder, names: Names, row: Var): Var =>
    names.places === null ? row : rowAt(w, names.places, row);
  const xsAt = (w: Builder, xs: readonly Var[], index: Var): Var[] => xs.map((x) => rowAt(w, x, index));
  const stepped = (w: Builder, names: Names, time: Var, state: readonly Var[]): readonly Var[] =>
    w.inline(replay.step, [...names.consts, ...state, ...xsAt(w, names.xs, indexOf(w, names, time))]);

  /** Reads step `time`, whose state is given: (carry, ys) -> (carry, ys). */
  const read = (w: Builder, names: Names, time: Var, state: readonly Var[], values: readonly Var[]): readonly Var[] => {
    const index = indexOf(w, names, time);
    const entries = w.inline(replay.entries, [...names.consts, ...state, ...xsAt(w, names.xs, index)]);
    const own = xsAt(w, names.readerXs, index);
    let next = 0;
    const xs = reading.xs.map((x) => (x.type.kind === "array" ? at(own, next++) : at(entries, histories.indexOf(x))));
    const out = w.inline(reading.body, [...names.readerConsts, ...values.slice(0, nCarry), ...xs]);
    const ys = values.slice(nCarry).map((y, k) => withRow(w, y, index, at(out, nCarry + k)));
    return [...out.slice(0, nCarry), ...ys];
  };

  const start = [...reading.init, ...reading.ys.map((y) => b.zeros(arrayTypeOf(y)))];
  const swept = whilst(
    b,
    groups.flat(),
    [kept.trips, kept.top, kept.behind, kept.positions, ...kept.stacks, ...start],
    (w, _consts, [end]) => holds(w, end as Var, "gt", 0),
    (w, flat, carry) => {
      const [end, top, behind, positions] = carry as [Var, Var, Var, Var];
      const stacks = carry.slice(4, 4 + nStack);
      const outer = named(flat);
      const last = minus(w, top, 1);
      const from = rowAt(w, positions, last);
      const place = placeOf(w, outer, last);
      const advance = emitBinomialSplit(w, minus(w, end, from), minus(w, int(w, rows), top));
      // `from` goes through the loop as its constant, so that it is read before its row is written.
      const begun = repeat(
        w,
        advance,
        [...flat, from],
        [from, ...stacks.map((stack) => rowAt(w, stack, place))],
        (v, c, [time, ...state]) => [plus(v, time as Var, 1), ...stepped(v, named(c), time as Var, state)],
      );
      const [mark, ...state] = begun as [Var, ...Var[]];
      const grown = either(w, holds(w, advance, "gt", 0), plus(w, top, 1), top);
      const row = minus(w, grown, 1);
      const marks = withRow(w, positions, row, mark);
      const withState = stacks.map((stack, k) => withRow(w, stack, placeOf(w, outer, row), at(state, k)));

      const length = minus(w, end, mark);
      const fits = holds(w, length, "le", plus(w, minus(w, int(w, rows), grown), 1));
      const count = either(w, fits, length, 0);
      const missing = atLeast(w, minus(w, minus(w, count, 1), behind), 0);
      const filled = repeat(w, missing, flat, [mark, grown, ...withState, ...state], (v, c, all) => {
        const [time, to] = all as [Var, Var];
        const names = named(c);
        const next = stepped(v, names, time, all.slice(2 + nStack));
        const kept2 = all.slice(2, 2 + nStack).map((stack, k) => withRow(v, stack, placeOf(v, names, to), at(next, k)));
        return [plus(v, time, 1), plus(v, to, 1), ...kept2, ...next];
      }).slice(2, 2 + nStack);
      const values = repeat(
        w,
        count,
        [...flat, ...filled],
        [plus(w, row, count), end, ...carry.slice(4 + nStack)],
        (v, c, all) => {
          const [after, until] = all as [Var, Var];
          const names = named(c);
          const at1 = minus(v, after, 1);
          const time = minus(v, until, 1);
          const place1 = placeOf(v, names, at1);
          const known = c.slice(c.length - nStack).map((stack) => rowAt(v, stack, place1));
          return [at1, time, ...read(v, names, time, known, all.slice(2))];
        },
      ).slice(2);
      return [either(w, fits, mark, end), either(w, fits, row, grown), int(w, 0), marks, ...filled, ...values];
    },
  );
  const values = swept.slice(4 + nStack);
  return values.map((value, i) => [value, i < nCarry ? at(reading.final, i) : at(reading.ys, i - nCarry)] as const);
}

/** What the loops of the reverse run read. */
interface Names {
  readonly trips: Var;
  readonly consts: readonly Var[];
  readonly xs: readonly Var[];
  readonly readerConsts: readonly Var[];
  readonly readerXs: readonly Var[];
  readonly places: Var | null;
}
