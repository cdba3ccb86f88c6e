import { ArgumentError, ShapeError } from "../../../util/errors.js";
import { jvp } from "../../../compile/forward.js";
import { np } from "../../../trace/np.js";
import { castTensor, literal, showShape } from "../../../trace/operands.js";
import { isTensor, type Tensor } from "../../../trace/tensor.js";
import { checkCount } from "../../checks.js";
import { mapSlopes } from "../leaves.js";
import type { Slopes, StateLeaves } from "../method.js";
import { treeFunction, type Problem } from "../problem.js";
import type { IntegrationEvent } from "./event.js";

/** The events of a run with their parameters bound, on the leaves of the state. */
export interface BoundEvents extends EventSettings {
  readonly count: number;
  readonly events: readonly BoundEvent[];
}

/** What is said of all events of a run. */
export interface EventSettings {
  /** Most events that a run may have. */
  readonly limit: number;
  /** Whether they are logged. */
  readonly isLogged: boolean;
  /** Whether outputs at the time of an event are those after it. */
  readonly outputsAfter: boolean;
}

/** One of them. */
export interface BoundEvent {
  /** The sign of the condition from which it passes zero, or 0 for both. */
  readonly from: -1 | 0 | 1;
  /** Whether all that counts is if the condition is above zero: the side on which it was is not remembered. */
  readonly isLevel: boolean;
  readonly terminal: boolean;
  /** The condition, shape [], in the dtype of the state; -1 where the event has none. */
  value(time: Tensor, state: StateLeaves): Tensor;
  /** Derivative of the condition along a solution that has this slope. */
  rate(time: Tensor, state: StateLeaves, slope: Slopes): Tensor;
  /** The time of the next planned one, Infinity where none is to come; null for events without a plan. */
  readonly plan: ((time: Tensor, state: StateLeaves) => Tensor) | null;
  /** The state after the event; null where it stays what it is. */
  readonly apply: ((time: Tensor, state: StateLeaves) => StateLeaves) | null;
}

/**
 * Reads the events of a run.
 *
 * @throws ArgumentError where an event has neither condition nor plan or an unknown direction, or the most events are no positive integer.
 */
export function bindEvents<Y, P>(
  owner: string,
  list: readonly IntegrationEvent<Y, P>[],
  settings: EventSettings,
  problem: Problem,
): BoundEvents | null {
  checkCount(owner, "maxEvents", settings.limit);
  if (list.length === 0) return null;
  const events = list.map((event, i) => bind(owner, event, `events[${i}]`, problem));
  return { count: list.length, ...settings, events };
}

const signs = { up: -1, down: 1, both: 0, above: -1 } as const;

function bind<Y, P>(owner: string, event: IntegrationEvent<Y, P>, name: string, problem: Problem): BoundEvent {
  const { condition, plan, direction = "both", terminal = false, apply } = event;
  const given = [condition, plan].filter((f) => f !== undefined);
  if (given.length === 0 || given.some((f) => typeof f !== "function")) {
    throw new ArgumentError({
      what: `${owner}: ${name} has no condition and no plan.`,
      expected: "a function (time, state, params) for one of them at least",
    });
  }
  const from = (signs as Partial<Record<string, -1 | 0 | 1>>)[direction];
  if (from === undefined) {
    throw new ArgumentError({
      what: `${owner}: ${name} has an unknown direction.`,
      got: String(direction),
      expected: '"up", "down", "both" or "above"',
    });
  }
  const value =
    condition === undefined
      ? (time: Tensor): Tensor => literal(time.dtype, [], -1)
      : numberFunction(owner, `the condition of ${name}`, condition, problem);
  const next = plan === undefined ? null : numberFunction(owner, `the plan of ${name}`, plan, problem);
  return {
    from,
    isLevel: direction === "above" || condition === undefined,
    terminal,
    value,
    rate: (time, state, slope) => {
      const along = (t: Tensor, moving: Slopes): Tensor =>
        value(
          t,
          state.map((leaf, i) => moving[i] ?? leaf),
        );
      const moving = mapSlopes(slope, (_, i) => state[i] as Tensor);
      const [, rate] = jvp(along as never, [time, moving] as never, [literal(time.dtype, [], 1), slope] as never);
      return rate as Tensor;
    },
    plan:
      next === null
        ? null
        : (time, state) => {
            const at = next(time, state);
            return np.where(np.greater(at, time), at, Infinity);
          },
    apply:
      apply === undefined
        ? null
        : treeFunction(owner, `apply of ${name}`, problem.start, (time, state) =>
            problem.call(apply, `apply of ${name}`, time, state),
          ),
  };
}

/** A function of a run whose value must be one number, in the dtype of the state. */
function numberFunction(
  owner: string,
  name: string,
  f: unknown,
  problem: Problem,
): (time: Tensor, state: StateLeaves) => Tensor {
  return (time, state) => {
    const result = problem.call(f, name, time, state);
    if (isTensor(result) && result.shape.length === 0) return castTensor(result, time.dtype);
    throw new ShapeError({
      what: `${owner}: ${name} must be one number.`,
      got: isTensor(result) ? showShape(result.shape) : "a tree",
      expected: "shape []",
    });
  };
}
