import type { Builder } from "../../ir/builder.js";
import { arrayTypeOf } from "../../ir/builder.js";
import { withRow } from "../../ir/rows.js";
import type { Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";
import { int } from "./emitLoops.js";
import { liveOf, type Replay } from "./replay.js";

/** What the recording run leaves for the reverse one. All scalars are int32. */
export interface Kept {
  readonly trips: Var;
  /** Rows of `stacks` in use. */
  readonly top: Var;
  /** [rows]: the step before which each kept state stands, ascending. */
  readonly positions: Var;
  /** [rows]: in which row of `stacks` each of them lies; null where in its own. */
  readonly places: Var | null;
  /** [rows, ...] for each live carry. */
  readonly stacks: readonly Var[];
  /** How many states after the last kept one lie in the rows behind it, one for each step. */
  readonly behind: Var;
}

/** What a recording run gives: checkpoints, and new variables for what the loop gave besides. */
export interface Recorded {
  readonly kept: Kept;
  readonly results: readonly (readonly [from: Var, to: Var])[];
}

/** Empty rows for states, and the start in the first one. */
export function emptyStacks(b: Builder, replay: Replay, init: readonly Var[], rows: number): readonly Var[] {
  return liveOf(replay, init).map((start) => {
    const { dtype, shape } = arrayTypeOf(start);
    return withRow(b, b.zeros(arrayType(dtype, [rows, ...shape])), int(b, 0), start);
  });
}
