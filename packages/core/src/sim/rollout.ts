import { ArgumentError } from "../util/errors.js";
import { isFloat, type DType } from "../util/dtype.js";
import { flatten, unflatten } from "../util/tree.js";
import { scan } from "../trace/control.js";
import { np } from "../trace/np.js";
import { literal } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import { chooseAdjoint, inverseTolerance, type Adjoint } from "./adjoint.js";
import { checkCount, checkNoNaN } from "./checks.js";
import type { Clock, Simulator } from "./simulator.js";
import { statusOfState } from "./status.js";

/** How far a simulator is run, and how a gradient goes back through the run. */
export interface RolloutOptions {
  /** Number of steps. */
  readonly steps: number;
  /** Steps from one output to the next; it divides `steps`. Default `steps`: the last state is the only output. */
  readonly every?: number;
  /** How a gradient gets the states back; see `Adjoint`. Default "inverse" if the simulator can step back, else "auto". */
  readonly adjoint?: Adjoint;
}

/** What a run gives. All leaves are tensors. */
export interface RolloutResult<State, Output, Records> {
  /** The observation of the last state. */
  readonly final: Output;
  /** Observations at the output times, each leaf `[steps / every, ...]`; the start is not among them. */
  readonly outputs: Output;
  /** Simulated time of each output, `[steps / every]`, in the dtype of the state. */
  readonly times: Tensor;
  /** What `record` gave after each step, each leaf `[steps, ...]`; null without it. */
  readonly records: Records;
  /** The last state, from which a run can go on. */
  readonly state: State;
  /** int32, shape []; `statusOf` tells what it means. */
  readonly status: Tensor;
}

/** A whole run as a differentiable function of its parameters. */
export type Rollout<Params, State, Output, Records> = (params: Params) => RolloutResult<State, Output, Records>;

/**
 * Makes the function that runs a simulator. It can be called as it is, and inside `grad`, `jit`, `vmap` and further loops.
 * Parameters whose values are known are checked before the run.
 *
 * @throws ArgumentError if `steps` or `every` is no positive integer, `every` does not divide `steps`, or the adjoint
 * cannot be had; and, when the run is called, if a parameter is NaN or the simulator's own check refuses it.
 * @example
 * ```ts
 * const run = rollout(pendulum, { steps: 1000, every: 10 });
 * const slope = grad((length: Tensor) => run({ length }).final.angle);
 * ```
 */
export function rollout<Params, State, Output, Records = null>(
  simulator: Simulator<Params, State, Output, Records>,
  options: RolloutOptions,
): Rollout<Params, State, Output, Records> {
  const { steps, every = steps } = options;
  const owner = `rollout of ${simulator.name}`;
  checkCount(owner, "steps", steps);
  checkCount(owner, "every", every);
  if (steps % every !== 0) {
    throw new ArgumentError({
      what: `${owner}: the outputs do not end with the run.`,
      got: `steps: ${steps}, every: ${every}`,
      expected: "steps divisible by every",
      fix: `use steps: ${steps - (steps % every)} or ${steps - (steps % every) + every}.`,
      data: { steps, every },
    });
  }
  const adjoint = chooseAdjoint(simulator.name, options.adjoint, simulator.stepBack !== undefined);

  return (params) => {
    checkNoNaN(simulator.name, params);
    simulator.check?.(params);
    const start = simulator.init(params);
    const dtype = timeDtype(start);
    const origin: Position<State> = [literal("int32", [], 0), start];
    const outputs = steps / every;
    const times = outputTimes(simulator, dtype, outputs, every);

    if (outputs === 1) {
      const [[, state], records] = march(simulator, params, origin, steps, adjoint, dtype);
      const final = simulator.observe(state, params);
      const stacked = mapLeaves(final, (leaf) => np.expandDims(leaf, 0));
      return { final, outputs: stacked, times, records, state, status: statusOfState(state) };
    }
    // The state at each output is stored: as many as the outputs themselves, and what a run of segments needs.
    const segment = (at: Position<State>): [Position<State>, [Output, Records]] => {
      const [next, recorded] = march(simulator, params, at, every, adjoint, dtype);
      return [next, [simulator.observe(next[1], params), recorded]];
    };
    const [[, state], [observed, records]] = loop(segment, origin, { length: outputs, keep: "all" });
    return {
      final: simulator.observe(state, params),
      outputs: observed,
      times,
      records: mapLeaves(records, (leaf) => np.reshape(leaf, [steps, ...leaf.shape.slice(2)])),
      state,
      status: statusOfState(state),
    };
  };
}

/** Steps done, and the state after them. */
type Position<State> = readonly [index: Tensor, state: State];

/** Runs `count` steps from a position; the records are stacked. */
function march<Params, State, Output, Records>(
  simulator: Simulator<Params, State, Output, Records>,
  params: Params,
  from: Position<State>,
  count: number,
  adjoint: Adjoint,
  dtype: DType,
): [Position<State>, Records] {
  const clockAt = (index: Tensor): Clock => ({ index, time: timeAt(simulator, index, dtype), dt: simulator.dt });
  const stepBack = simulator.stepBack?.bind(simulator);
  const step = ([index, state]: Position<State>): [Position<State>, Records] => {
    const next = simulator.step(state, params, clockAt(index));
    const after = np.add(index, 1);
    const records = simulator.record === undefined ? (null as Records) : simulator.record(next, params, clockAt(after));
    return [[after, next], records];
  };
  const back = ([after, state]: Position<State>): Position<State> => {
    const index = np.sub(after, 1);
    return [index, stepBack === undefined ? state : stepBack(state, params, clockAt(index))];
  };
  if (adjoint !== "inverse") return loop(step, from, { length: count, keep: adjoint });
  return loop(step, from, { length: count, keep: adjoint, inverse: back, inverseTolerance: inverseTolerance(dtype) });
}

interface LoopOptions<Carry> {
  readonly length: number;
  readonly keep: Adjoint;
  readonly inverse?: (carry: Carry) => Carry;
  readonly inverseTolerance?: number;
}

/** `scan` for carries that are trees of tensors, whose type is then the same inside and outside. */
function loop<Carry, Y>(step: (carry: Carry) => [Carry, Y], init: Carry, options: LoopOptions<Carry>): [Carry, Y] {
  return scan(step as never, init, options as never) as [Carry, Y];
}

function timeAt(simulator: { readonly dt: number; readonly startTime?: number }, index: Tensor, dtype: DType): Tensor {
  return np.add(np.mul(index.astype(dtype), simulator.dt), simulator.startTime ?? 0);
}

function outputTimes(
  simulator: { readonly dt: number; readonly startTime?: number },
  dtype: DType,
  count: number,
  every: number,
): Tensor {
  const index = Int32Array.from({ length: count }, (_, i) => (i + 1) * every);
  return timeAt(simulator, np.array(index), dtype);
}

/** Time is counted in the dtype of the first floating leaf of the state, so that a step may combine the two. */
function timeDtype(state: unknown): DType {
  const leaf = (flatten(state).leaves as readonly Tensor[]).find((candidate) => isFloat(candidate.dtype));
  return leaf?.dtype ?? "float64";
}

function mapLeaves<T>(tree: T, transform: (leaf: Tensor) => Tensor): T {
  const { leaves, structure } = flatten(tree);
  return unflatten(structure, (leaves as readonly Tensor[]).map(transform)) as T;
}
