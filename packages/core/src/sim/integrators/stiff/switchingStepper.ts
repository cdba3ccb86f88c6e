import { np } from "../../../trace/np.js";
import { cond } from "../../../trace/control.js";
import { literal } from "../../../trace/operands.js";
import type { Tensor } from "../../../trace/tensor.js";
import type { Tolerances } from "../tolerances.js";
import { explicitStepper } from "../explicit.js";
import type { Slopes, SwitchingMethod } from "../method.js";
import type { Problem } from "../problem.js";
import type { Attempt, Stepper } from "../stepper.js";
import { rosenbrockStepper } from "./rosenbrock.js";

/**
 * Steps of a method that switches. What it remembers is the slope at the state, which of the methods is next (bool: the stiff one), and the
 * steps that count for switching to the other (int32).
 */
export function switchingStepper(method: SwitchingMethod, problem: Problem, tolerances: Tolerances): Stepper {
  const { controller, rule } = method;
  const explicit = explicitStepper(method.nonStiff, problem);
  const stiff = rosenbrockStepper(method.stiff, problem);
  const isStiffOf = (memo: Slopes): Tensor => memo[memo.length - 2] as Tensor;
  const countOf = (memo: Slopes): Tensor => memo[memo.length - 1] as Tensor;

  /** The method after a step, and its count. */
  const decide = (isStiff: Tensor, count: Tensor, stiffness: Tensor): readonly [Tensor, Tensor] => {
    const tooFast = np.greater(stiffness, rule.limit);
    const more = np.add(count, 1);
    const next = np.where(
      isStiff,
      np.where(tooFast, 0, more),
      np.where(tooFast, more, np.maximum(np.sub(count, 1), 0)),
    );
    const changes = np.greaterEqual(next, np.where(isStiff, int(rule.nonStiffAfter), int(rule.stiffAfter)));
    return [np.logicalXor(isStiff, changes), np.where(changes, int(0), next)];
  };

  return {
    controller,
    errorOrder: explicit.errorOrder,
    memoAt: (slope, before) => [
      ...slope,
      before === null ? literal("bool", [], 0) : isStiffOf(before),
      before === null ? int(0) : countOf(before),
    ],
    attempt: (from, h, withDense): Attempt => {
      const { time, state, memo } = from;
      const slope = memo.slice(0, -2);
      const [isStiff, count] = [isStiffOf(memo), countOf(memo)];
      const { stiffness, ...attempt } = cond(
        isStiff,
        () => {
          const tried = stiff.attempt({ time, state, memo: [] }, h, withDense);
          const after = problem.derivative(np.add(time, h), tried.state);
          return { ...tried, memo: after, stiffness: tried.stiffness(tolerances) };
        },
        () => {
          const tried = explicit.attempt({ time, state, memo: slope }, h, withDense);
          return { ...tried, stiffness: tried.stiffness(tolerances) };
        },
      );
      const [nextStiff, nextCount] = decide(isStiff, count, stiffness);
      return { ...attempt, memo: [...attempt.memo, nextStiff, nextCount], stiffness: () => stiffness };
    },
  };
}

function int(value: number): Tensor {
  return literal("int32", [], value);
}
