import { ArgumentError, ShapeError } from "../../../util/errors.js";
import { jvp } from "../../../compile/forward.js";
import { castTensor, literal, showShape } from "../../../trace/operands.js";
import { isTensor, type Tensor } from "../../../trace/tensor.js";
import { checkCount } from "../../checks.js";
import type { StateLeaves } from "../method.js";
import { treeFunction, type Problem } from "../problem.js";
import type { IntegrationEvent } from "./event.js";

/** The events of a run with their parameters bound, on the leaves of the state. */
export interface BoundEvents {
  readonly count: number;
  /** Most events that a run may have. */
  readonly limit: number;
  readonly events: readonly BoundEvent[];
}

/** One of them. */
export interface BoundEvent {
  /** The sign of the condition from which it passes zero, or 0 for both. */
  readonly from: -1 | 0 | 1;
  readonly terminal: boolean;
  /** The condition, shape [], in the dtype of the state. */
  value(time: Tensor, state: StateLeaves): Tensor;
  /** Derivative of the condition along a solution that has this slope. */
  rate(time: Tensor, state: StateLeaves, slope: StateLeaves): Tensor;
  /** The state after the event; null where it stays what it is. */
  readonly apply: ((time: Tensor, state: StateLeaves) => StateLeaves) | null;
}

/**
 * Reads the events of a run.
 *
 * @throws ArgumentError where an event has no condition or an unknown direction, or the most events are no positive integer.
 */
export function bindEvents<Y, P>(
  owner: string,
  list: readonly IntegrationEvent<Y, P>[],
  limit: number,
  problem: Problem,
): BoundEvents | null {
  checkCount(owner, "maxEvents", limit);
  if (list.length === 0) return null;
  return { count: list.length, limit, events: list.map((event, i) => bind(owner, event, `events[${i}]`, problem)) };
}

const signs = { up: -1, down: 1, both: 0 } as const;

function bind<Y, P>(owner: string, event: IntegrationEvent<Y, P>, name: string, problem: Problem): BoundEvent {
  const { condition, direction = "both", terminal = false, apply } = event;
  if (typeof condition !== "function") {
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
      expected: '"up", "down" or "both"',
    });
  }
  const value = (time: Tensor, state: StateLeaves): Tensor => {
    const result = problem.call(condition, `the condition of ${name}`, time, state);
    if (!isTensor(result) || result.shape.length !== 0) {
      throw new ShapeError({
        what: `${owner}: the condition of ${name} must be one number.`,
        got: isTensor(result) ? showShape(result.shape) : "a tree",
        expected: "shape []",
      });
    }
    return castTensor(result, time.dtype);
  };
  return {
    from,
    terminal,
    value,
    rate: (time, state, slope) => {
      const along = (t: Tensor, y: StateLeaves): Tensor => value(t, y);
      const [, rate] = jvp(along as never, [time, state] as never, [literal(time.dtype, [], 1), slope] as never);
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
