import type { Builder } from "../../ir/builder.js";
import { rowAt, withRow } from "../../ir/rows.js";
import type { Equation, Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";
import { present } from "../../util/invariant.js";
import { at } from "../bodies.js";
import { dce } from "../dce.js";
import { loopParts } from "../loopParts.js";
import { emptyStacks, type Kept, type Recorded } from "./checkpoints.js";
import { either, holds, int, plus, whilst } from "./emitLoops.js";
import { liveOf, type Replay } from "./replay.js";

/** How many states are kept on the way: a power of two's spacing apart, half of the rows; the others are for the way back. */
export function onlineRows(rows: number): number {
  return rows < 4 ? 1 : 2 * Math.floor(rows / 4);
}

/**
 * Runs a loop whose number of steps nobody knows, and keeps a state every `spacing` steps. When the rows for them are full, every other
 * state is given up and the spacing doubles, so that at the end between half of them and all are in use (dynamic
 * checkpointing, as in Wang, Moin and Iaccarino 2009, SIAM J. Sci. Comput. 31, 2549-2567, with even spacing). States are not
 * moved: the order of their rows is.
 */
export function recordOnline(b: Builder, recorded: Equation<"while">, replay: Replay, rows: number): Recorded {
  const parts = loopParts(recorded);
  const most = onlineRows(rows);
  const stepping = dce(parts.body, [...parts.init.map(() => true), ...parts.ys.map(() => false)]);
  const { cond } = recorded.params;
  const nCond = parts.condConsts.length;
  const consts = [...parts.condConsts, ...parts.consts];
  const goesOn = (w: Builder, outer: readonly Var[], state: readonly Var[]): Var =>
    at(w.inline(cond, [...outer.slice(0, nCond), ...state]), 0);
  const and = (w: Builder, x: Var, y: Var): Var => w.one("and", {}, [x, y]);
  /** Steps from (time, state) on to step `mark`, if the loop comes so far. */
  const advance = (w: Builder, outer: readonly Var[], mark: Var | null, from: readonly Var[]): readonly Var[] =>
    whilst(
      w,
      [...outer.slice(0, consts.length), ...(mark === null ? [] : [mark])],
      from,
      (v, c, [time, ...state]) => {
        const on = goesOn(v, c, state);
        return mark === null ? on : and(v, on, holds(v, time as Var, "lt", at(c, consts.length)));
      },
      (v, c, [time, ...state]) => [
        plus(v, time as Var, 1),
        ...v.inline(stepping, [...c.slice(nCond, consts.length), ...state]),
      ],
    );

  const list = arrayType("int32", [rows]);
  const stacks = emptyStacks(b, replay, parts.init, rows);
  const nStack = stacks.length;
  const index = b.one("iota", { type: list, axis: 0 }, []);
  const start = [int(b, 0), ...parts.init];
  const finish = (kept: Pick<Kept, "top" | "positions" | "places" | "stacks">, end: readonly Var[]): Recorded => {
    const [trips, ...state] = end as [Var, ...Var[]];
    const finals = state.map((value, i) => [value, at(parts.final, i)] as const);
    return {
      kept: { ...kept, trips, behind: int(b, 0) },
      results: [...finals, [trips, present(parts.tripsOut, "the trips of a while")]],
    };
  };
  if (most === 1) {
    const end = advance(b, consts, null, start);
    return finish({ top: int(b, 1), positions: b.zeros(list), places: null, stacks }, end);
  }

  const done = whilst(
    b,
    consts,
    [int(b, 1), int(b, 1), index, ...stacks, ...start],
    (w, outer, carry) => goesOn(w, outer, carry.slice(4 + nStack)),
    (w, outer, carry) => {
      const [before, narrow, order] = carry as [Var, Var, Var];
      const full = holds(w, before, "eq", most);
      const spacing = either(w, full, plus(w, narrow, narrow), narrow);
      const places = w.one("select", {}, [
        w.one("broadcast", { shape: [rows], axes: [] }, [full]),
        w.one("gather", { batch: 0, mode: "clip" }, [order, evensFirst(w, rows, most)]),
        order,
      ]);
      const [top, ...others] = whilst(
        w,
        [...outer, spacing, places],
        [either(w, full, int(w, most / 2), before), ...carry.slice(3)],
        (v, c, [kept, ...values]) => and(v, goesOn(v, c, values.slice(1 + nStack)), holds(v, kept as Var, "lt", most)),
        (v, c, [kept, ...values]) => {
          const [step, order1] = c.slice(consts.length) as [Var, Var];
          const mark = v.one("mul", {}, [kept as Var, step]);
          const [time, ...state] = advance(v, c, mark, values.slice(nStack)) as [Var, ...Var[]];
          // A state that is not kept lies in the next free row: nobody looks there.
          const place = rowAt(v, order1, kept as Var);
          const row = liveOf(replay, state).map((value, k) => withRow(v, at(values, k), place, value));
          const reached = holds(v, time, "eq", mark);
          return [either(v, reached, plus(v, kept as Var, 1), kept as Var), ...row, time, ...state];
        },
      ) as [Var, ...Var[]];
      return [top, spacing, places, ...others];
    },
  );
  const [top, spacing, places] = done as [Var, Var, Var];
  const positions = b.one("mul", {}, [index, b.one("broadcast", { shape: [rows], axes: [] }, [spacing])]);
  return finish({ top, positions, places, stacks: done.slice(3, 3 + nStack) }, done.slice(3 + nStack));
}

/** [rows] 0, 2, 4 ... and 1, 3, 5 ... below `most`; the others as they are. */
function evensFirst(b: Builder, rows: number, most: number): Var {
  const type = arrayType("int32", [rows]);
  const filled = (value: number): Var => b.literal("int32", [rows], value);
  const index = b.one("iota", { type, axis: 0 }, []);
  const twice = b.one("add", {}, [index, index]);
  const odd = b.one("sub", {}, [twice, filled(most - 1)]);
  const below = (limit: number): Var => b.one("compare", { relation: "lt" }, [index, filled(limit)]);
  const moved = b.one("select", {}, [below(most / 2), twice, odd]);
  return b.one("select", {}, [below(most), moved, index]);
}
