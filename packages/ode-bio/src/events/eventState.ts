import { np, type Tensor } from "@simgrad/core";
import type { EventProgram, PlannedEvent } from "./eventProgram.js";
import { noInterventions, type InterventionState } from "./intervention.js";

/** A time that no run gets to. It is finite, since states are checked for numbers that are not. */
export const never: number = Number.MAX_VALUE;

/** Happenings of an event that wait. */
export interface Waiting {
  /** `[slots]`: when each is to happen; `never` in a slot that is free. */
  readonly due: Tensor;
  /** `[slots, kept]`: values from the time of the trigger. */
  readonly kept: Tensor;
}

/** What a run with events remembers beside what moves: it changes in events alone. */
export interface HeldState {
  /** Stored values of held quantities, `[n]`. */
  readonly values: Tensor;
  /** 1 for each trigger that held when it was last looked at, else 0; `[events]`. */
  readonly triggers: Tensor;
  /** 1 for each comparison in triggers that held then, else 0; `[comparisons]`. */
  readonly comparisons: Tensor;
  /** 1 for each mode that holds, else 0; `[modes]`. */
  readonly modes: Tensor;
  /** Of events with a delay, in their order. */
  readonly waiting: readonly Waiting[];
  readonly interventions: InterventionState;
  /** Random numbers drawn so far, []. */
  readonly draws: Tensor;
  /** 1 where more happenings had to wait than there are slots, or events followed each other without end; []. */
  readonly overflow: Tensor;
}

/** No happening waits. */
export function nothingWaits({ slots, kept }: PlannedEvent): Waiting {
  return { due: np.full([slots], never, "float64"), kept: np.zeros([slots, kept]) };
}

/** Before the first look at triggers. */
export function heldAtStart(program: EventProgram, values: Tensor): HeldState {
  const { events, comparisons, modes, interventions } = program;
  return {
    values,
    triggers: np.array(Float64Array.from(events, ({ event }) => (event.initialValue ? 1 : 0))),
    comparisons: np.zeros([comparisons.length]),
    modes: np.zeros([modes.length]),
    waiting: events.filter(({ isDelayed }) => isDelayed).map(nothingWaits),
    interventions: noInterventions(interventions),
    draws: np.array(0, "float64"),
    overflow: np.array(0, "float64"),
  };
}

/** What is waited for of each event: that of delayed ones from the state, nothing of others. */
export function waitingOfAll(program: EventProgram, { waiting }: HeldState): readonly Waiting[] {
  let next = 0;
  return program.events.map((event) => (event.isDelayed ? waiting[next++]! : nothingWaits(event)));
}
