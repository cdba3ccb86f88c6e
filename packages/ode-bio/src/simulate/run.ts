import {
  integrate,
  np,
  runStatuses,
  scan,
  vmap,
  type AbsoluteTolerance,
  type EventOptions,
  type IntegrateOptions,
  type Liftable,
  type Tensor,
} from "@simgrad/core";
import { entriesOf, scopeOf } from "../events/assign.js";
import type { EventProgram } from "../events/eventProgram.js";
import { heldAtStart, type HeldState } from "../events/eventState.js";
import type { EventPoint } from "../events/settle.js";
import { heldTargets, modesOf, nextVisit, unsettled, visit, type EventContext } from "../events/visit.js";
import type { Intervention, InterventionValues } from "../events/intervention.js";
import type { Scalar } from "../math/operators.js";
import { toTensor } from "../math/value.js";
import type { Network } from "../network/types.js";
import { vectorOf } from "../network/scope.js";
import { fixedValues, runScope, startScope, storedAtStart, type FixedValues, type Given } from "../network/start.js";
import type { NetworkSymbol } from "../network/symbols.js";
import type { Output } from "./outputs.js";

/** How is integrated; for methods of fixed steps `steps` is null. */
export interface Settings {
  readonly integration: Omit<IntegrateOptions, "times">;
  readonly steps: { readonly most: number } | null;
}

/** What is run, and how. */
export interface NetworkPlan {
  readonly network: Network;
  readonly program: EventProgram | null;
  readonly interventions: readonly Intervention[];
  readonly settings: Settings;
}

/** What a run of a network is made of. */
export interface RunPlan extends NetworkPlan {
  readonly outputs: readonly Output[];
  /** Where the run starts, then all times of outputs. */
  readonly grid: Float64Array;
  /** Times that are seen: the last ones of the grid. */
  readonly times: Float64Array;
}

/** What a run gives, before it is shown. */
export interface RunResult {
  readonly outputs: { readonly [name: string]: Tensor };
  readonly status: Tensor;
  readonly accepted: Tensor;
  readonly rejected: Tensor;
}

/** What is given to a run, and what follows from it for all times. */
export interface RunInputs {
  readonly fixed: FixedValues;
  readonly values: InterventionValues;
}

/** States at some times, and how the run between them went. */
export interface Course {
  /** Stored values of what moves, `[times, n]`, and of what is held, `[times, held]`. */
  readonly moving: Tensor;
  readonly values: Tensor;
  /** All that there is at the last time. */
  readonly final: EventPoint;
  readonly status: Tensor;
  readonly accepted: Tensor;
  readonly rejected: Tensor;
}

/** Runs a network from the numbers that are given. */
export function runNetwork(plan: RunPlan, given: Given, values: InterventionValues): RunResult {
  const { network, grid, times, outputs } = plan;
  const { inputs, start } = startOf(plan, given, values, grid[0]!);
  // A run takes two times at least.
  const span = grid.length === 1 ? Float64Array.of(grid[0]!, grid[0]! + 1) : grid;
  const course = advance(plan, inputs, start, np.array(span));
  const first = grid.length - times.length;
  const rowsOf = (rows: Tensor): Tensor => rows.slice([first, grid.length], null);
  const { fixed } = inputs;
  return {
    outputs: see(outputs, network, fixed, np.array(times), rowsOf(course.moving), rowsOf(course.values)),
    status: course.status,
    accepted: course.accepted,
    rejected: course.rejected,
  };
}

/** All that there is when a run starts, after what happens at that time. */
export function startOf(
  { network, program }: NetworkPlan,
  given: Given,
  values: InterventionValues,
  time: number,
): { readonly inputs: RunInputs; readonly start: EventPoint } {
  const scope = startScope(network, given, time);
  const inputs = { fixed: fixedValues(network, scope), values };
  const stored = (symbol: NetworkSymbol): Scalar => storedAtStart(symbol, scope).value;
  const moving = stateOf(network.moving.map(stored));
  const held = vectorOf(network.held.map(stored));
  if (program === null) return { inputs, start: { moving, held: nothingHeld(held) } };
  const context = { program, network, ...inputs };
  return { inputs, start: visit(context, np.array(time, "float64"), { moving, held: heldAtStart(program, held) }) };
}

/**
 * Goes on from a point at the first of some times to the last. What happens at the first time has happened.
 *
 * @param times - `[n]`, n at least 2
 */
export function advance(plan: NetworkPlan, inputs: RunInputs, start: EventPoint, times: Tensor): Course {
  const { network, program, settings } = plan;
  if (program === null) return advanceFreely(plan, inputs.fixed, start, times);
  const context: EventContext = { program, network, ...inputs };
  if (settings.steps === null) return advanceByIntervals(plan, context, start, times);
  const rhs = (time: Tensor, point: EventPoint): Liftable<EventPoint> =>
    ({ moving: slopeOf(network, inputs.fixed, program, time, point), held: null }) as never;
  const events: EventOptions<EventPoint, null> = {
    events: [
      {
        ...(program.comparisons.length === 0 ? {} : { condition: (time, point) => unsettled(context, time, point) }),
        direction: "above",
        plan: (time, point) => nextVisit(context, time, point),
        apply: (time, point) => visit(context, time, point) as never,
      },
    ],
    maxEvents: settings.steps.most,
    logEvents: false,
    outputsAtEvents: "after",
  };
  const { atol } = settings.integration;
  const tolerances = { atol: { moving: atol, held: tolerancesOf(start.held) } as AbsoluteTolerance };
  const options = { ...settings.integration, ...tolerances, times, ...events };
  const run = integrate<EventPoint, null>(rhs, start as never, options, null);
  const { moving, held } = run.outputs;
  const isOver = np.greater(run.final.held.overflow, 0);
  // What could not happen makes all that is later wrong.
  const isWrong = np.expandDims(np.greater(held.overflow, 0), 1);
  return {
    ...run,
    moving: np.where(isWrong, NaN, moving),
    values: np.where(isWrong, NaN, held.values),
    status: np.where(isOver, np.array(tooManyEvents, "int32"), run.status),
  };
}

/** The same, where nothing happens on the way but what equations do. */
function advanceFreely(
  { network, program, settings }: NetworkPlan,
  fixed: FixedValues,
  { moving, held }: EventPoint,
  times: Tensor,
): Course {
  const rhs = (time: Tensor, state: Tensor): Tensor => slopeOf(network, fixed, program, time, { moving: state, held });
  const run = integrate<Tensor, null>(rhs, moving, { ...settings.integration, times }, null);
  return {
    ...run,
    moving: run.outputs,
    values: np.broadcastTo(held.values, [times.size, network.held.length]),
    final: { moving: run.final, held },
  };
}

/** The same by fixed steps, where something happens at the given times alone. */
function advanceByIntervals(plan: NetworkPlan, context: EventContext, start: EventPoint, times: Tensor): Course {
  const count = times.size - 1;
  interface Interval {
    readonly left: Tensor;
    readonly right: Tensor;
  }
  interface Row {
    readonly moving: Tensor;
    readonly values: Tensor;
    readonly status: Tensor;
    readonly accepted: Tensor;
  }
  const [final, rows] = scan(
    ((point: EventPoint, { left, right }: Interval) => {
      const { final: end, status, accepted } = advanceFreely(plan, context.fixed, point, np.stack([left, right]));
      const next = visit(context, right, end);
      const row: Row = { moving: next.moving, values: next.held.values, status, accepted };
      return [next, row];
    }) as never,
    start as never,
    { xs: { left: times.slice([0, count]), right: times.slice([1, count + 1]) } } as never,
  ) as unknown as readonly [EventPoint, Row];
  const withStart = (first: Tensor, rest: Tensor): Tensor => np.concatenate([np.expandDims(first, 0), rest], 0);
  return {
    moving: withStart(start.moving, rows.moving),
    values: withStart(start.held.values, rows.values),
    final,
    status: np.max(rows.status),
    accepted: np.sum(rows.accepted),
    rejected: np.array(0, "int32"),
  };
}

/** Most steps of a run, and most visits of events. */
export const defaultMaxSteps = 100_000;

const tooManyEvents = runStatuses.findIndex(({ name }) => name === "tooManyEvents");

/** Slopes of what moves, `[n]`. */
export function slopeOf(
  network: Network,
  fixed: FixedValues,
  program: EventProgram | null,
  time: Tensor,
  { moving, held }: EventPoint,
): Tensor {
  const scope = runScope(
    network,
    fixed,
    time,
    entriesOf(moving, network.moving.length),
    entriesOf(held.values, network.held.length),
    program === null ? undefined : modesOf(program, held),
  );
  const targets = program === null ? new Map<string, Tensor>() : heldTargets(program, held);
  return stateOf(
    network.moving.map(({ id }) => {
      const slope = scope.slope(id);
      const isHeld = targets.get(id);
      return isHeld === undefined ? slope : np.where(isHeld, 0, toTensor(slope));
    }),
  );
}

/** Outputs at all times `[times]`, of the states there: `[times, n]`, `[times, held]`. */
export function see(
  outputs: readonly Output[],
  network: Network,
  fixed: FixedValues,
  times: Tensor,
  rows: Tensor,
  heldRows: Tensor,
): { readonly [name: string]: Tensor } {
  const derived = outputs.filter(({ entry }) => entry === null);
  const read = (time: Tensor, moving: Tensor, values: Tensor): readonly Tensor[] => {
    const scope = scopeOf(network, fixed, time, { moving, values });
    return derived.map((output) => toTensor(output.read(scope)));
  };
  const columns = derived.length === 0 ? [] : (vmap(read)(times, rows, heldRows) as readonly Tensor[]);
  return Object.fromEntries(
    outputs.map((output) => [
      output.name,
      output.entry === null ? columns[derived.indexOf(output)]! : rows.slice(null, output.entry),
    ]),
  );
}

/** A state has one entry at least. */
function stateOf(scalars: Parameters<typeof vectorOf>[0]): Tensor {
  return scalars.length === 0 ? np.zeros([1]) : vectorOf(scalars);
}

function nothingHeld(values: Tensor): HeldState {
  const none = np.zeros([0]);
  const zero = np.array(0, "float64");
  return {
    values,
    triggers: none,
    comparisons: none,
    modes: none,
    waiting: [],
    interventions: { done: none, active: none },
    draws: zero,
    overflow: zero,
  };
}

/** Tolerances of what does not move, which do not count. */
function tolerancesOf(held: HeldState): AbsoluteTolerance {
  return {
    values: 1,
    triggers: 1,
    comparisons: 1,
    modes: 1,
    waiting: held.waiting.map(() => ({ due: 1, kept: 1 })),
    interventions: { done: 1, active: 1 },
    draws: 1,
    overflow: 1,
  };
}
