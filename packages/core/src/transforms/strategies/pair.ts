import type { Builder } from "../../ir/builder.js";
import { arrayTypeOf, makeEquation } from "../../ir/builder.js";
import type { Equation, Keep, Mask, Var } from "../../ir/types.js";
import { at, isOp } from "../bodies.js";
import type { Loop } from "../loopParts.js";

/** A recorded loop, and the only scan that reads its Histories, backwards, both at one level of a Graph. */
export interface Pair<R extends Loop = Loop> {
  readonly recorded: R;
  readonly reader: Equation<"scan">;
  /** Places of the two among the equations. */
  readonly first: number;
  readonly second: number;
}

/** A pair whose first loop is a scan. */
export type ScanPair = Pair<Equation<"scan">>;

/** Whether the first loop of a pair is a scan. */
export function isScanPair(pair: Pair): pair is ScanPair {
  return isOp(pair.recorded, "scan");
}

/** Which ys of a recorded loop are Histories. */
export function historyMask(recorded: Loop): Mask {
  if (isOp(recorded, "scan")) return recorded.params.yHistory;
  return recorded.outputs.slice(recorded.params.nCarry + 1).map(() => true);
}

/** What stands in place of the two scans; together they define the same variables, Histories aside. */
export interface Rewritten {
  readonly forward: readonly Equation[];
  readonly reverse: readonly Equation[];
}

/** The strategy of a loop for which it is decided. */
export const keepAll: Keep = { kind: "all" };

/** An equation that gives `from` the name `to`; the next simplification removes it. */
export function rename(from: Var, to: Var): Equation {
  return makeEquation("reshape", { shape: arrayTypeOf(from).shape }, [from], [to]);
}

/** Rows `low` to `high` of an array. */
export function rows(b: Builder, x: Var, low: number, high: number): Var {
  const { shape } = arrayTypeOf(x);
  if (low === 0 && high === shape[0]) return x;
  const start = shape.map((_, axis) => (axis === 0 ? low : 0));
  const limit = shape.map((extent, axis) => (axis === 0 ? high : extent));
  return b.one("slice", { start, limit, stride: shape.map(() => 1) }, [x]);
}

/** [count * size, ...] -> [count, size, ...]. */
export function blocked(b: Builder, x: Var, count: number, size: number): Var {
  return b.one("reshape", { shape: [count, size, ...arrayTypeOf(x).shape.slice(1)] }, [x]);
}

/** [count, size, ...] -> [count * size, ...]. */
export function unblocked(b: Builder, x: Var): Var {
  const { shape } = arrayTypeOf(x);
  return b.one("reshape", { shape: [at(shape, 0) * at(shape, 1), ...shape.slice(2)] }, [x]);
}
