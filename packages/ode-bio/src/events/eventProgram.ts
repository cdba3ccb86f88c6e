import type { Expression } from "../math/expression.js";
import type { ModelEvent } from "../model/model.js";
import { UnsupportedModelError } from "../model/modelError.js";
import type { Network } from "../network/types.js";
import { comparisonsOf } from "./comparisons.js";
import type { Intervention } from "./intervention.js";
import { stillness } from "./stillness.js";
import { timeAtomsOf, type TimeAtom } from "./timeAtoms.js";

/** An event, with the places in which its happenings wait. */
export interface PlannedEvent {
  readonly event: ModelEvent;
  /** How many happenings may wait at once. */
  readonly slots: number;
  /** Whether they wait from one time to another. */
  readonly isDelayed: boolean;
  /** Values that are kept from the trigger on: one for each assignment, or none. */
  readonly kept: number;
}

/** All that happens at single times of a run. */
export interface EventProgram {
  readonly events: readonly PlannedEvent[];
  /** Comparisons in triggers. */
  readonly comparisons: readonly Expression[];
  /** Those that change at times that are known before. */
  readonly atoms: readonly TimeAtom[];
  /** The same in what drives the state: between two events they are what they were, so that no step sees both sides. */
  readonly modes: readonly TimeAtom[];
  readonly interventions: readonly Intervention[];
  /** Seed of the order of events that happen at once with equal priorities. */
  readonly seed: number;
}

/** Happenings of one delayed event that may wait at once. */
const delayedSlots = 16;

/** Happenings of an event without delay: one more may be triggered while one is about to happen. */
const promptSlots = 2;

/**
 * Makes ready what happens at single times; null where nothing does.
 *
 * @throws UnsupportedModelError where an event sets what an algebraic rule determines.
 */
export function eventProgram(
  network: Network,
  interventions: readonly Intervention[],
  seed: number,
): EventProgram | null {
  const { events } = network.model;
  for (const event of events) refuseAlgebraic(event, network);
  const isStill = stillness(network);
  const driving = [...network.symbols.values()].flatMap(({ rule }) => (rule === null ? [] : [rule]));
  const modes = unique([...driving, ...network.laws.values()].flatMap((formula) => timeAtomsOf(formula, isStill)));
  if (events.length === 0 && modes.length === 0 && interventions.length === 0) return null;
  return {
    seed,
    interventions,
    modes,
    comparisons: comparisonsOf(events.map(({ trigger }) => trigger)),
    atoms: events.flatMap(({ trigger }) => timeAtomsOf(trigger, isStill)),
    events: events.map((event) => {
      const isDelayed = event.delay !== null && !isZero(event.delay);
      return {
        event,
        isDelayed,
        slots: isDelayed ? delayedSlots : promptSlots,
        kept: event.useValuesFromTriggerTime ? event.assignments.length : 0,
      };
    }),
  };
}

/** The program of a run by fixed steps, in which nothing but interventions happens. */
export function interventionProgram(interventions: readonly Intervention[]): EventProgram {
  return { events: [], comparisons: [], atoms: [], modes: [], interventions, seed: 0 };
}

function refuseAlgebraic(event: ModelEvent, network: Network): void {
  for (const { variable, place } of event.assignments) {
    if (network.symbols.get(variable)?.role !== "algebraic") continue;
    throw new UnsupportedModelError(
      "algebraic rule",
      { what: `the event ${event.id} sets ${variable}, which an algebraic rule determines.` },
      place,
    );
  }
}

function isZero(expression: Expression): boolean {
  return expression.kind === "number" && expression.value === 0;
}

function unique(atoms: readonly TimeAtom[]): readonly TimeAtom[] {
  return [...new Map(atoms.map((atom) => [atom.comparison, atom])).values()];
}
