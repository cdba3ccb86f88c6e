import { cond, np, random, switchCase, whileLoop, type Tensor } from "@simgrad/core";
import { toNumber, toTensor, toTruth } from "../math/value.js";
import type { Network, Scope } from "../network/types.js";
import { vectorOf } from "../network/scope.js";
import type { FixedValues } from "../network/start.js";
import { assign, scopeOf, type Stock } from "./assign.js";
import type { EventProgram, PlannedEvent } from "./eventProgram.js";
import { never, waitingOfAll, type HeldState, type Waiting } from "./eventState.js";

/** A point of a run with events. */
export interface EventPoint {
  readonly moving: Tensor;
  readonly held: HeldState;
}

/** Events that may follow each other at one time, for each event of the model. */
const roundsPerEvent = 200;

interface Carry extends Stock {
  readonly triggers: Tensor;
  readonly waiting: readonly Waiting[];
  readonly draws: Tensor;
  readonly overflow: Tensor;
  /** The number of the event that is next; that of events where none is. */
  readonly next: Tensor;
  readonly rounds: Tensor;
}

/**
 * Makes everything happen that is to happen at a time (SBML level 3 version 2 core, section 4.12): triggers are
 * looked at; one that has become true lets its event wait for its delay, and takes the values that are assigned, if
 * they are those of this time; one that has become false takes its event back, if that is not persistent. Of the
 * events whose time has come the one of highest priority happens; then triggers are looked at again, until none is
 * left. Events of equal priority come in random order, those without one behind the others, in their order.
 */
export function settle(
  program: EventProgram,
  network: Network,
  fixed: FixedValues,
  time: Tensor,
  { moving, held }: EventPoint,
): EventPoint {
  const { events } = program;
  const none = events.length;
  const scopeAt = (stock: Stock): Scope => scopeOf(network, fixed, time, stock);

  const look = (carry: Carry): Carry => {
    const scope = scopeAt(carry);
    const truths = events.map(({ event }) => asTruth(toTruth(scope.compile(event.trigger))));
    let overflow = carry.overflow;
    const waiting = events.map((planned, i) => {
      const was = np.greater(carry.triggers.at(i).get(), 0.5);
      const own = truths[i]!;
      const kept = planned.event.persistent ? carry.waiting[i]! : unlessFalse(carry.waiting[i]!, own);
      const rises = np.logicalAnd(own, np.logicalNot(was));
      const isFull = np.less(np.max(kept.due), never);
      overflow = np.where(np.logicalAnd(rises, isFull), 1, overflow);
      return cond(
        rises,
        () => trigger(planned, kept, scopeAt(carry), time),
        () => kept,
      );
    });
    const triggers = np.stack(truths.map((truth) => truth.astype("float64")));
    return chosen({ ...carry, triggers, waiting, overflow });
  };

  const chosen = (carry: Carry): Carry => {
    const isDue = np.stack(carry.waiting.map(({ due }) => np.lessEqual(np.min(due), time)));
    const scope = scopeAt(carry);
    const given = events.map(({ event: { priority } }) => (priority === null ? null : scope.compile(priority)));
    const base = np.where(isDue, 0, 1);
    if (given.every((priority) => priority === null)) {
      // argmin takes the first of equals
      const first = np.argmin(base).astype("float64");
      return { ...carry, next: np.where(np.any(isDue), first, none) };
    }
    const priorities = np.stack(
      given.map((priority) => (priority === null ? np.array(-Infinity) : toTensor(priority))),
    );
    const known = np.where(np.isnan(priorities), -Infinity, priorities);
    const best = np.max(np.where(isDue, known, -Infinity));
    const isBest = np.logicalAnd(isDue, np.equal(known, best));
    const key = random.foldIn(random.key(program.seed), carry.draws.astype("uint32"));
    const lots = np.where(np.isfinite(best), random.uniform(key, [none]), np.arange(none).astype("float64").div(-1));
    const index = np.argmax(np.where(isBest, lots, -Infinity)).astype("float64");
    return { ...carry, next: np.where(np.any(isDue), index, none), draws: carry.draws.add(1) };
  };

  const happen = (carry: Carry): Carry => {
    const index = carry.next.astype("int32");
    const branches = events.map((planned, i) => () => {
      const waiting = carry.waiting[i]!;
      const slot = np.argmin(waiting.due);
      const scope = scopeAt(carry);
      const row = planned.kept > 0 ? np.take(waiting.kept, slot) : null;
      const set = new Map(
        planned.event.assignments.map(({ variable, math }, k) => [
          variable,
          row === null ? toNumber(scope.compile(math)) : row.at(k).get(),
        ]),
      );
      const after = assign(network, fixed, carry, scope, set);
      const freed = { ...waiting, due: waiting.due.at(slot).set(never) };
      return { ...after, waiting: carry.waiting.map((own, j) => (j === i ? freed : own)) };
    });
    const after = switchCase(index, branches as never) as unknown as Stock & { readonly waiting: readonly Waiting[] };
    const rounds = carry.rounds.add(1);
    const overflow = np.where(np.greaterEqual(rounds, roundsPerEvent * none), 1, carry.overflow);
    return look({ ...carry, ...after, rounds, overflow });
  };

  const start = look({
    moving,
    values: held.values,
    triggers: held.triggers,
    waiting: waitingOfAll(program, held),
    draws: held.draws,
    overflow: held.overflow,
    next: np.array(none, "float64"),
    rounds: np.array(0, "float64"),
  });
  const end = whileLoop<Carry>(
    ({ next, overflow }) => np.logicalAnd(np.less(next, none), np.equal(overflow, 0)),
    happen as never,
    start as never,
  ) as Carry;
  return {
    moving: end.moving,
    held: {
      ...held,
      values: end.values,
      triggers: end.triggers,
      waiting: end.waiting.filter((_, i) => events[i]!.isDelayed),
      draws: end.draws,
      overflow: end.overflow,
    },
  };
}

/** Lets an event wait. */
function trigger({ event, kept }: PlannedEvent, waiting: Waiting, scope: Scope, time: Tensor): Waiting {
  const slot = np.argmax(waiting.due);
  const delay = event.delay === null ? 0 : toNumber(scope.compile(event.delay));
  const due = waiting.due.at(slot).set(np.add(time, delay));
  if (kept === 0) return { due, kept: waiting.kept };
  const values = vectorOf(event.assignments.map(({ math }) => toNumber(scope.compile(math))));
  return { due, kept: waiting.kept.at(slot).set(values) };
}

function unlessFalse(waiting: Waiting, holds: Tensor): Waiting {
  return { ...waiting, due: np.where(holds, waiting.due, never) };
}

function asTruth(truth: boolean | Tensor): Tensor {
  return typeof truth === "boolean" ? np.array(truth) : truth;
}
