import { np, type Tensor } from "@simgrad/core";
import { choose, toNumber, toTensor, toTruth } from "../math/value.js";
import type { Expression } from "../math/expression.js";
import type { Network } from "../network/types.js";
import { vectorOf } from "../network/scope.js";
import type { FixedValues } from "../network/start.js";
import { changeOf } from "./comparisons.js";
import { assign, scopeOf } from "./assign.js";
import type { EventProgram } from "./eventProgram.js";
import type { HeldState } from "./eventState.js";
import { lookUp, nextIntervention, type InterventionValues } from "./intervention.js";
import { settle, type EventPoint } from "./settle.js";

/** What a run needs to know of its events. */
export interface EventContext {
  readonly program: EventProgram;
  readonly network: Network;
  readonly fixed: FixedValues;
  readonly values: InterventionValues;
}

/** All that is to happen at a time: interventions first, then events; then modes are looked at. */
export function visit({ program, network, fixed, values }: EventContext, time: Tensor, point: EventPoint): EventPoint {
  const intervened = intervene(program, network, fixed, values, time, point);
  const settled = program.events.length === 0 ? intervened : settle(program, network, fixed, time, intervened);
  const { compile } = scopeOf(network, fixed, time, { moving: settled.moving, values: settled.held.values });
  const truths = (list: readonly Expression[]): Tensor =>
    vectorOf(list.map((own) => choose(toTruth(compile(own)), 1, 0)));
  const modes = truths(program.modes.map(({ comparison }) => comparison));
  return { ...settled, held: { ...settled.held, modes, comparisons: truths(program.comparisons) } };
}

/** Above zero where a comparison in a trigger is not as it was when it was last looked at. */
export function unsettled(
  { program, network, fixed }: EventContext,
  time: Tensor,
  { moving, held }: EventPoint,
): Tensor {
  const { compile } = scopeOf(network, fixed, time, { moving, values: held.values });
  const changes = program.comparisons.map((comparison, i) =>
    changeOf(comparison, held.comparisons.at(i).get(), compile),
  );
  return changes.reduce((a, b) => np.maximum(a, b), np.array(-1, "float64"));
}

/** The time of the next visit that is known before; not later than now, or Infinity, where there is none. */
export function nextVisit(
  { program, network, fixed }: EventContext,
  time: Tensor,
  { moving, held }: EventPoint,
): Tensor {
  const scope = scopeOf(network, fixed, time, { moving, values: held.values });
  const times: Tensor[] = [...program.atoms, ...program.modes].flatMap(({ bound, changesAt, changesAfter }) => {
    const at = toTensor(toNumber(scope.compile(bound)));
    const changes = [...(changesAt ? [at] : []), ...(changesAfter ? [justAfter(at)] : [])];
    return changes.map((change) => np.where(np.greater(change, time), change, Infinity));
  });
  times.push(...held.waiting.map(({ due }) => np.min(np.where(np.greater(due, time), due, Infinity))));
  if (program.interventions.length > 0) times.push(nextIntervention(program.interventions, held.interventions));
  return times.reduce((a, b) => np.minimum(a, b), np.array(Infinity, "float64"));
}

/** Modes as they are between two visits. */
export function modesOf(program: EventProgram, held: HeldState): ReadonlyMap<Expression, Tensor> {
  return new Map(program.modes.map(({ comparison }, i) => [comparison, np.greater(held.modes.at(i).get(), 0.5)]));
}

/** Quantities that are held, with whether they are now. */
export function heldTargets(program: EventProgram, held: HeldState): ReadonlyMap<string, Tensor> {
  return new Map(
    program.interventions.flatMap(({ target, mode }, i) =>
      mode === "set" ? [] : [[target, np.greater(held.interventions.active.at(i).get(), 0.5)] as const],
    ),
  );
}

function intervene(
  program: EventProgram,
  network: Network,
  fixed: FixedValues,
  values: InterventionValues,
  time: Tensor,
  { moving, held }: EventPoint,
): EventPoint {
  const { interventions } = program;
  if (interventions.length === 0) return { moving, held };
  const scope = scopeOf(network, fixed, time, { moving, values: held.values });
  const state = held.interventions;
  const each = interventions.map(({ target, mode, times, until }, i) => {
    const [done, active] = [state.done.at(i).get(), state.active.at(i).get()];
    const starts = np.lessEqual(lookUp(times, done), time);
    const after = np.where(starts, done.add(1), done);
    const given = np.take(values[target]!, np.clip(done, 0, times.length - 1).astype("int32"));
    const ends = np.lessEqual(lookUp(until, after.sub(1)), time);
    const isActive = mode === "set" ? active : np.where(starts, 1, np.where(ends, 0, active));
    return { target, starts, given, after, isActive };
  });
  const set = new Map(
    each.map(({ target, starts, given }) => [target, choose(starts, given, toNumber(scope.value(target)))] as const),
  );
  const stock = assign(network, fixed, { moving, values: held.values }, scope, set);
  // What nothing was done to keeps its bits.
  const begins = new Map(each.map(({ target, starts }) => [target, starts]));
  const chosen = (symbols: Network["moving"], before: Tensor, after: Tensor): Tensor =>
    symbols.length === 0
      ? before
      : np.stack(
          symbols.map(({ id }, i) => {
            const [was, is] = [before, after].map((vector) => vector.at(i).get()) as [Tensor, Tensor];
            const starts = begins.get(id);
            return starts === undefined ? is : np.where(starts, is, was);
          }),
        );
  const next = {
    done: np.stack(each.map(({ after }) => after)),
    active: np.stack(each.map(({ isActive }) => toTensor(isActive))),
  };
  return {
    moving: chosen(network.moving, moving, stock.moving),
    held: { ...held, values: chosen(network.held, held.values, stock.values), interventions: next },
  };
}

/** A time at which what changes just after another has changed: as near as rounding lets it be seen. */
function justAfter(time: Tensor): Tensor {
  return np.add(time, np.maximum(np.multiply(np.abs(time), 2 ** -50), 2 ** -60));
}
