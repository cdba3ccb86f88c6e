import { ArgumentError, ShapeError } from "../../../util/errors.js";
import { jvp } from "../../../compile/forward.js";
import { np } from "../../../trace/np.js";
import { castTensor, literal, showShape } from "../../../trace/operands.js";
import { isTensor, type Tensor } from "../../../trace/tensor.js";
import { checkCount } from "../../checks.js";
import type { Slopes, StateLeaves } from "../method.js";
import { treeFunction, type Problem } from "../problem.js";
import type { IntegrationEvent } from "./event.js";

/** The events of a run with their parameters bound, on the leaves of the state. */
export interface BoundEvents {
  readonly count: number;
  /** Most events that a run may have. */
  readonly limit: number;
  /** Whether they are logged. */
  readonly isLogged: boolean;
  /** Whether outputs at the time of an event are those after it. */
  readonly outputsAfter: boolean;
  readonly events: readonly BoundEvent[];
}

/** One of them. */
export interface BoundEvent {
  /** The sign of the condition from which it passes zero, or 0 for both. */
  readonly from: -1 | 0 | 1;
  /** Whether zero counts as below it, and no side is remembered. */
  readonly isLevel: boolean;
  /** The time of the next one, Infinity where none is to come; null for events without a plan. The condition of those with nothing else is -1. */
  readonly plan: ((time: Tensor, state: StateLeaves) => Tensor) | null;
  readonly terminal: boolean;
  /** The condition, shape [], in the dtype of the state. */
  value(time: Tensor, state: StateLeaves): Tensor;
  /** Derivative of the condition along a solution that has this slope. */
  rate(time: Tensor, state: StateLeaves, slope: Slopes): Tensor;
  /** The state after the event; null where it stays what it is. */
  readonly apply: ((time: Tensor, state: StateLeaves) => StateLeaves) | null;
}

/** What is said of all events of a run. */
export type EventSettings = Pick<BoundEvents, "limit" | "isLogged" | "outputsAfter">;

/**
 * Reads the events of a run.
 *
 * @throws ArgumentError where an event has no condition or an unknown direction, or the most events are no positive integer.
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

/** The end of the run or the next planned event, whichever is first; with the times of the events, Infinity for those without a plan. */
export function nextStop(
  events: BoundEvents | null,
  end: Tensor,
  time: Tensor,
  state: StateLeaves,
): { readonly stop: Tensor; readonly plans: Tensor | null } {
  if (events === null || events.events.every(({ plan }) => plan === null)) return { stop: end, plans: null };
  const never = literal(time.dtype, [], Infinity);
  const plans = events.events.map(({ plan }) => plan?.(time, state) ?? never);
  return { stop: plans.reduce((first, own) => np.minimum(first, own), end), plans: np.stack(plans) };
}

const signs = { up: -1, down: 1, both: 0, above: -1 } as const;

function bind<Y, P>(owner: string, event: IntegrationEvent<Y, P>, name: string, problem: Problem): BoundEvent {
  const { condition, plan, direction = "both", terminal = false, apply } = event;
  if (typeof condition !== "function" && typeof plan !== "function") {
    throw new ArgumentError({
      what: `${owner}: ${name} has no condition.`,
      expected: "a function (time, state, params)",
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
  const number = (f: unknown, what: string, time: Tensor, state: StateLeaves): Tensor => {
    const result = problem.call(f, `${what} of ${name}`, time, state);
    if (!isTensor(result) || result.shape.length !== 0) {
      throw new ShapeError({
        what: `${owner}: ${what} of ${name} must be one number.`,
        got: isTensor(result) ? showShape(result.shape) : "a tree",
        expected: "shape []",
      });
    }
    return castTensor(result, time.dtype);
  };
  const value = (time: Tensor, state: StateLeaves): Tensor =>
    condition === undefined ? literal(time.dtype, [], -1) : number(condition, "the condition", time, state);
  return {
    from,
    isLevel: direction === "above" || condition === undefined,
    terminal,
    value,
    plan:
      plan === undefined
        ? null
        : (time, state) => {
            const next = number(plan, "the plan", time, state);
            return np.where(np.greater(next, time), next, Infinity);
          },
    rate: (time, state, slope) => {
      const along = (t: Tensor, y: StateLeaves): Tensor => value(t, y);
      const direction = slope.map((leaf, i) => leaf ?? np.zerosLike(state[i] as Tensor));
      const [, rate] = jvp(along as never, [time, state] as never, [literal(time.dtype, [], 1), direction] as never);
      return rate as Tensor;
    },
    apply:
      apply === undefined
        ? null
        : treeFunction(owner, `apply of ${name}`, problem.start, (time, state) =>
            problem.call(apply, `apply of ${name}`, time, state),
          ),
  };
}
