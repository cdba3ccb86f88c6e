import { np } from "../../trace/np.js";
import { literal } from "../../trace/operands.js";
import { whileLoop, type WhileOptions } from "../../trace/control.js";
import type { Tensor } from "../../trace/tensor.js";
import { control, errorNorm, firstStep, frozen, startMemory, type Tolerances } from "./controller.js";
import { advance, chooseLeaves, weighted } from "./leaves.js";
import type { AdaptiveMethod, Derivative, EmbeddedTableau, StateLeaves } from "./method.js";
import { stageSlopes } from "./rungeKutta.js";

/** How an adaptive run is made. */
export interface AdaptiveOptions extends Tolerances {
  /** Most steps that are tried, rejected ones included. */
  readonly maxSteps: number;
  /** Size of the first step; null: guessed. */
  readonly firstStep: number | null;
  /** Whether rejected steps may run out of where the right-hand side is finite; see `IntegrateOptions`. */
  readonly guarded: boolean;
  readonly keep: NonNullable<WhileOptions["keep"]>;
}

/** A run on the leaves of the state. */
export interface LeafRun {
  /** The state where the run ended. */
  readonly final: StateLeaves;
  /** The states at all output times, each `[times, ...]`; NaN where the run did not get there. */
  readonly outputs: StateLeaves;
  /** int32: how it ended; see `runStatuses`. */
  readonly status: Tensor;
  /** int32: steps that were taken, and that were tried and rejected. */
  readonly accepted: Tensor;
  readonly rejected: Tensor;
}

/** What goes from a step to the next. */
interface Carry {
  readonly time: Tensor;
  readonly state: StateLeaves;
  /** The derivative at the state. */
  readonly slope: StateLeaves;
  /** Size of the next step; it has no derivative. */
  readonly h: Tensor;
  readonly memory: Tensor;
  readonly rejectedLast: Tensor;
  readonly accepted: Tensor;
  readonly rejected: Tensor;
  readonly status: Tensor;
  /** Number of the next output time, and the outputs between the first and the last. */
  readonly next: Tensor;
  readonly between: StateLeaves;
}

/**
 * Runs with step size control from the first to the last of the times. One turn of the loop tries one step; the last is cut
 * to end at the last time, the others do not know of output times. Outputs come from the dense output of each step.
 *
 * @param times - [n], ascending, in the dtype of the state
 */
export function integrateAdaptive(
  method: AdaptiveMethod,
  derivative: Derivative,
  start: StateLeaves,
  times: Tensor,
  options: AdaptiveOptions,
): LeafRun {
  const { dtype } = times;
  const count = times.shape[0] as number;
  const [first, end] = [np.at(times, 0).get(), np.at(times, count - 1).get()];
  const slope = derivative(first, start);
  const order = method.tableau.errorOrder;
  const span = np.sub(end, first);
  const h =
    options.firstStep === null
      ? firstStep(derivative, first, start, slope, span, { ...options, order })
      : literal(dtype, [], options.firstStep);
  const zero = literal("int32", [], 0);
  const inner = count - 2;
  const init: Carry = {
    time: first,
    state: start,
    slope,
    h,
    memory: literal(dtype, [], startMemory(method.controller.beta)),
    rejectedLast: literal("bool", [], 0),
    accepted: zero,
    rejected: zero,
    status: zero,
    next: literal("int32", [], 0),
    between: inner > 0 ? start.map((leaf) => literal(leaf.dtype, [inner, ...leaf.shape], NaN)) : [],
  };
  const interior = inner > 0 ? np.slice(times, [1, count - 1]) : null;
  const running = (c: Carry): Tensor =>
    np.logicalAnd(
      np.logicalAnd(np.less(c.time, end), np.equal(c.status, 0)),
      np.less(np.add(c.accepted, c.rejected), options.maxSteps),
    );
  const turn = (c: Carry): Carry => tryStep(method, derivative, c, end, interior, options);
  const last = whileLoop<Carry>(running, turn, init, { keep: options.keep });
  const reached = np.greaterEqual(last.time, end);
  const stopped = np.where(np.equal(last.status, 0), literal("int32", [], codes.maxSteps), last.status);
  return {
    final: last.state,
    outputs: outputsOf(start, last, reached, count),
    status: np.where(reached, zero, stopped),
    accepted: last.accepted,
    rejected: last.rejected,
  };
}

/** Codes of `runStatuses` that a run with step size control can end with. */
const codes = { nonFinite: 1, maxSteps: 2, stepUnderflow: 3 } as const;

function tryStep(
  method: AdaptiveMethod,
  derivative: Derivative,
  c: Carry,
  end: Tensor,
  interior: Tensor | null,
  options: AdaptiveOptions,
): Carry {
  const { tableau, controller } = method;
  const { dtype } = c.time;
  const rest = np.sub(end, c.time);
  // A step that nearly ends the run ends it: no tiny step is left over.
  const isLast = np.greaterEqual(np.mul(c.h, 1.001), rest);
  const h = np.where(isLast, rest, c.h);
  const after = np.where(isLast, end, np.add(c.time, h));

  const stagesOf = (size: Tensor): readonly StateLeaves[] =>
    stageSlopes(tableau, derivative, c.time, c.state, size, c.slope);
  const endOf = (size: Tensor, stages: readonly StateLeaves[]): StateLeaves =>
    advance(c.state, size, tableau.weights, stages);
  const trial = stagesOf(h);
  const errors = weighted(tableau.errorWeights, trial, c.state.length).map((sum) => np.mul(sum as Tensor, h));
  const error = errorNorm(errors, c.state, endOf(h, trial), options);
  const ok = np.lessEqual(error, 1);
  // Guarded, the trial only decides, and has no derivative; what is rejected is a step of size 0, where all is finite.
  const size = options.guarded ? np.where(ok, h, 0) : h;
  const slopes = options.guarded ? stagesOf(size) : trial;
  const state = endOf(size, slopes);

  const { memory, rejectedLast } = c;
  const verdict = control(controller, tableau.errorOrder, { error, memory, accepted: ok, rejectedLast });
  // The step that was tried, frozen also where it ends at a time that is differentiated by.
  const share = np.maximum(frozen(np.minimum(np.divide(rest, c.h), 1)), 2 ** -16);
  const tried = np.where(isLast, np.mul(c.h, share), c.h);
  const nextH = np.mul(tried, verdict.factor);
  const smallest = np.mul(np.maximum(np.abs(c.time), smallestTime(dtype)), 10 * epsilon(dtype));
  const stuck = np.logicalAnd(np.logicalNot(ok), np.lessEqual(nextH, smallest));
  const reason = np.where(np.isfinite(error), int(codes.stepUnderflow), int(codes.nonFinite));

  const taken = ok.astype("int32");
  const emitted = interior === null ? c : fill(tableau, c, { h, after, ok, slopes }, interior);
  return {
    time: np.where(ok, after, c.time),
    state: chooseLeaves(ok, state, c.state),
    slope: chooseLeaves(ok, slopes[slopes.length - 1] as StateLeaves, c.slope),
    h: nextH,
    memory: np.where(ok, verdict.memory, memory),
    rejectedLast: np.logicalNot(ok),
    accepted: np.add(c.accepted, taken),
    rejected: np.add(c.rejected, np.sub(1, taken)),
    status: np.where(stuck, reason, c.status),
    next: emitted.next,
    between: emitted.between,
  };
}

/** A step that was tried. */
interface Tried {
  readonly h: Tensor;
  readonly after: Tensor;
  readonly ok: Tensor;
  readonly slopes: readonly StateLeaves[];
}

/** Writes the outputs whose times the step has passed. */
function fill(
  tableau: EmbeddedTableau,
  c: Carry,
  { h, after, ok, slopes }: Tried,
  interior: Tensor,
): Pick<Carry, "next" | "between"> {
  const count = interior.shape[0] as number;
  const limit = np.where(ok, after, -Infinity);
  const timeOf = (next: Tensor): Tensor => np.take(interior, next);
  type Filled = readonly [next: Tensor, between: StateLeaves];
  const [next, between] = whileLoop<Filled>(
    ([next]) => np.logicalAnd(np.less(next, count), np.lessEqual(timeOf(next), limit)),
    ([next, between]) => {
      const theta = np.divide(np.sub(timeOf(next), c.time), h);
      const row = advance(c.state, h, denseWeights(tableau, theta), slopes);
      const rows = between.map((leaf, i) => {
        const value = row[i] as Tensor;
        const starts = np.stack([next, ...value.shape.map(() => int(0))]);
        return np.dynamicUpdate(leaf, np.expandDims(value, 0), starts);
      });
      return [np.add(next, 1), rows];
    },
    [c.next, c.between],
  );
  return { next, between };
}

/** Weights of the stages at the share `theta` of a step. */
function denseWeights(tableau: EmbeddedTableau, theta: Tensor): readonly (number | Tensor)[] {
  return tableau.dense.map((row) => {
    if (row.every((coefficient) => coefficient === 0)) return 0;
    let sum: Tensor | number = 0;
    for (const coefficient of [...row].reverse()) sum = np.mul(np.add(sum, coefficient), theta);
    return sum;
  });
}

function outputsOf(start: StateLeaves, last: Carry, reached: Tensor, count: number): StateLeaves {
  return start.map((leaf, i) => {
    const final = np.where(reached, last.state[i] as Tensor, NaN);
    const rows = [np.expandDims(leaf, 0), ...(count > 2 ? [last.between[i] as Tensor] : [])];
    return np.concatenate([...rows, np.expandDims(final, 0)], 0);
  });
}

function int(value: number): Tensor {
  return literal("int32", [], value);
}

function epsilon(dtype: string): number {
  return dtype === "float32" ? 2 ** -23 : 2 ** -52;
}

/** At time 0 a step has no smallest size but that of the numbers. */
function smallestTime(dtype: string): number {
  return dtype === "float32" ? 1e-30 : 1e-290;
}
