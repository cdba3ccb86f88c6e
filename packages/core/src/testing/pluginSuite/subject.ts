import { grad } from "../../compile/grad.js";
import type { AnySimulator, Named, Plugin, SimulatorFactory } from "../../plugin/plugin.js";
import type { Clock, Simulator } from "../../sim/simulator.js";
import { rollout, type RolloutOptions } from "../../sim/rollout.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import * as tree from "../../trace/treeApi.js";
import type { Liftable } from "../../trace/treeTypes.js";
import { isFloat, type DType } from "../../util/dtype.js";
import { seededRandom } from "../random.js";
import { PluginSuiteFailure } from "./failure.js";

/** Parameters that a simulator must refuse. */
export interface BadParams {
  /** What is wrong with them: "a negative length". */
  readonly name: string;
  readonly params: unknown;
  /** `code` of the error, a SimgradError. */
  readonly code: string;
  /** What its message says; the name of the parameter at least. */
  readonly message: string | RegExp;
}

/** A small run of a simulator. The suite differentiates it twice and interprets it, so a few steps of a few cells are enough. */
export interface SimulatorCase<
  Simulators extends Named<SimulatorFactory> = Named<SimulatorFactory>,
  K extends keyof Simulators = keyof Simulators,
> {
  /** Name of the simulator in the plugin. */
  readonly simulator: K;
  /** Tells the cases of one simulator apart. */
  readonly name?: string;
  /** What its factory is called with. */
  readonly options?: Parameters<Simulators[K]>[0];
  /** Parameters that are well inside of what the simulator takes: each entry is moved by 2 % of the largest one of its leaf. */
  readonly params: ParamsOf<ReturnType<Simulators[K]>>;
  /** Number of steps, even; default 6. */
  readonly steps?: number;
  /** Largest difference of derivatives from finite differences, relative to the largest one; default 1e-6. */
  readonly tolerance?: number;
  /** How far from a state the step back from the next may end, relative to its largest entry; default 1e-9. */
  readonly stepBackTolerance?: number;
  /** Parameters that are refused; over the cases of a simulator at least one with NaN, one of a wrong shape, one without a leaf. */
  readonly bad?: readonly BadParams[];
}

/** The parameters of a simulator, with numbers and typed arrays where tensors stand. */
export type ParamsOf<S> =
  S extends Simulator<infer Params, infer _State, infer _Output, infer _Records> ? Liftable<Params> : never;

/** Cases of any simulator of a plugin. */
export type PluginCase<Simulators extends Named<SimulatorFactory>> = {
  [K in keyof Simulators]: SimulatorCase<Simulators, K>;
}[keyof Simulators];

/** A case, ready to be run. */
export interface Subject {
  /** What messages call it. */
  readonly name: string;
  readonly plugin: Plugin;
  readonly simulatorName: string;
  readonly steps: number;
  readonly tolerance: number;
  readonly stepBackTolerance: number;
  readonly bad: readonly BadParams[];
  /** Parameters as tensors. */
  params(): unknown;
  /** A simulator from the plugin's factory, a new one each time: nothing may be kept from one to the next. */
  make(): AnySimulator;
}

/** What a run gives, without what depends on nothing but the number of steps. */
export interface Seen {
  readonly outputs: unknown;
  readonly records: unknown;
  readonly state: unknown;
}

/** Makes a case ready. Nothing of the plugin runs here. */
export function subjectOf(plugin: Plugin, given: SimulatorCase): Subject {
  const simulatorName = String(given.simulator);
  const { steps = 6, tolerance = 1e-6, stepBackTolerance = 1e-9, bad = [] } = given;
  const name = given.name === undefined ? simulatorName : `${simulatorName}, ${given.name}`;
  return {
    name,
    plugin,
    simulatorName,
    steps,
    tolerance,
    stepBackTolerance,
    bad,
    params: () => tree.toTensors(given.params),
    make() {
      const factory = plugin.simulators[simulatorName] as unknown as ((options: unknown) => AnySimulator) | undefined;
      if (factory !== undefined) return factory(given.options);
      throw new PluginSuiteFailure({
        what: `A case is of a simulator that plugin "${plugin.name}" does not have.`,
        got: simulatorName,
        expected: Object.keys(plugin.simulators).join(", "),
      });
    },
  };
}

/** Two outputs of a run, its records and its last state, as a function of the parameters. */
export function runOf(
  simulator: AnySimulator,
  steps: number,
  options: Partial<RolloutOptions> = {},
): (params: unknown) => Seen {
  const run = rollout(simulator, { steps, every: steps % 2 === 0 ? steps / 2 : steps, ...options });
  return (params) => {
    const { outputs, records, state } = run(params);
    return { outputs, records, state };
  };
}

/** The clock at a step, as `rollout` gives it. */
export function clockAt(simulator: AnySimulator, state: unknown, step: number): Clock {
  const dtype: DType = tree.leaves(state).find((leaf) => isFloat(leaf.dtype))?.dtype ?? "float64";
  const index = np.array(step, "int32");
  const time = np.add(np.mul(index.astype(dtype), simulator.dt), simulator.startTime ?? 0);
  return { index, time, dt: simulator.dt };
}

/** The state after some steps, each of which runs by itself. */
export function stateAfter(simulator: AnySimulator, params: unknown, steps: number): unknown {
  let state = simulator.init(params);
  for (let step = 0; step < steps; step++) state = simulator.step(state, params, clockAt(simulator, state, step));
  return state;
}

/** A weighted sum of all floating entries of what is seen, each leaf scaled to the size that it has at the case's parameters. */
export function weighing(seen: unknown, seed = 7): (seen: unknown) => Tensor {
  const random = seededRandom(seed);
  const weights = tree.leaves(seen).map((leaf) => {
    if (!isFloat(leaf.dtype)) return null;
    const scale = largest(leaf);
    return np.reshape(np.array(Float64Array.from(leaf.data, () => random.uniform(0.5, 1) / scale)), leaf.shape);
  });
  return (other) =>
    tree.leaves(other).reduce(
      (sum, leaf, i) => {
        const weight = weights[i] ?? null;
        return weight === null ? sum : sum.add(np.sum(leaf.astype("float64").mul(weight)));
      },
      np.array(0, "float64"),
    );
}

/** The gradient, with respect to the parameters, of a weighted sum of what a run shows. */
export function gradientOf(
  run: (params: unknown) => Seen,
  weigh: (seen: unknown) => Tensor,
): (params: unknown) => unknown {
  return grad((params: unknown) => weigh(observed(run(params)))) as (params: unknown) => unknown;
}

/** What a loss can see of a run. */
export function observed({ outputs, records }: Seen): unknown {
  return { outputs, records };
}

/** The largest absolute value of a leaf; 1 where all are 0 (or not finite). */
export function largest(leaf: Tensor): number {
  let max = 0;
  for (const x of leaf.data) if (Number.isFinite(x)) max = Math.max(max, Math.abs(x));
  return max === 0 ? 1 : max;
}
