import type { Builder } from "../../ir/builder.js";
import type { Equation, Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";
import { present } from "../../util/invariant.js";
import { at } from "../bodies.js";
import { dce } from "../dce.js";
import { loopParts } from "../loopParts.js";
import { emptyStacks, type Recorded } from "./capped.js";
import { either, holds, int, minus, plus, repeat, rowAt, whilst, withRow } from "./emitLoops.js";
import { liveOf, type Replay } from "./replay.js";

/** Larger than every number of steps. */
const never = 2 ** 31 - 1;

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
  const goesOn = (w: Builder, consts: readonly Var[], state: readonly Var[]): Var =>
    at(w.inline(cond, [...consts.slice(0, nCond), ...state]), 0);

  const stacks = emptyStacks(b, replay, parts.init, rows);
  const list = arrayType("int32", [rows]);
  const nStack = stacks.length;
  const first = 5 + nStack;
  const done = whilst(
    b,
    [...parts.condConsts, ...parts.consts],
    [
      int(b, 0),
      int(b, 1),
      int(b, most === 1 ? never : 1),
      b.zeros(list),
      b.one("iota", { type: list, axis: 0 }, []),
      ...stacks,
      ...parts.init,
    ],
    (w, consts, carry) => goesOn(w, consts, carry.slice(first)),
    (w, consts, carry) => {
      const [time, top, spacing, positions, places] = carry as [Var, Var, Var, Var, Var];
      const [ran, ...state] = whilst(
        w,
        [...consts, spacing],
        [int(w, 0), ...carry.slice(first)],
        (v, c, [count, ...values]) =>
          v.one("and", {}, [goesOn(v, c, values), holds(v, count as Var, "lt", at(c, c.length - 1))]),
        (v, c, [count, ...values]) => [
          plus(v, count as Var, 1),
          ...v.inline(stepping, [...c.slice(nCond, -1), ...values]),
        ],
      ) as [Var, ...Var[]];
      const next = plus(w, time, ran);
      const keeps = holds(w, ran, "eq", spacing);
      const full = w.one("and", {}, [keeps, holds(w, top, "eq", most)]);
      const [marks, order] = repeat(w, either(w, full, int(w, 1), 0), [], [positions, places], (v, _c, lists) => {
        const thinned = evensFirst(v, rows, most);
        return lists.map((each) => v.one("gather", { batch: 0, mode: "clip" }, [each, thinned]));
      }) as [Var, Var];
      const row = either(w, full, int(w, most / 2), top);
      const place = rowAt(w, order, row);
      return [
        next,
        either(w, keeps, plus(w, row, 1), row),
        either(w, full, plus(w, spacing, spacing), spacing),
        withRow(w, marks, row, next),
        order,
        ...liveOf(replay, state).map((value, k) => withRow(w, at(carry, 5 + k), place, value)),
        ...state,
      ];
    },
  );
  const [trips, top, , positions, places] = done as [Var, Var, Var, Var, Var];
  const finals = done.slice(first).map((value, i) => [value, at(parts.final, i)] as const);
  return {
    kept: { trips, top, positions, places, stacks: done.slice(5, first), behind: int(b, 0) },
    results: [...finals, [trips, present(parts.tripsOut, "the trips of a while")]],
  };
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
