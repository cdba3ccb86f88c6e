import { ArgumentError, np, runner, type Runner, type Tensor } from "@simgrad/core";
import { eventProgram, interventionProgram } from "../events/eventProgram.js";
import { checkParts, interventionValues, readInterventions, type InterventionValues } from "../events/intervention.js";
import { networkOf } from "../network/network.js";
import type { Network } from "../network/types.js";
import { scalesOf, unitsOf } from "../network/scales.js";
import { defaultMethod } from "./method.js";
import { checkIntegration, checkNames, integrationOptionNames, type IntegrationOptions } from "./options.js";
import { defaultOutputs, readOutputs } from "./outputs.js";
import { checkParams, givenOf, type OdeParams } from "./params.js";
import { defaultMaxSteps, runNetwork, type NetworkPlan, type RunPlan } from "./run.js";

/** How a model is run. */
export interface SimulatorOptions extends IntegrationOptions {
  /** Times of the outputs, ascending; the run starts at 0. */
  readonly times: ArrayLike<number>;
  /**
   * What is seen: ids of species (amount or concentration, as formulas of the model see them), compartments,
   * parameters, stoichiometries and reactions (rates); `amount(S)` and `concentration(S)`; `time`. Default: all
   * species, and all else that changes.
   */
  readonly outputs?: readonly string[];
}

/** What a run shows. */
export interface OdeResult {
  /**
   * Outputs by their names, each `[times]`; NaN where a run that failed did not get to. At the time of an event they
   * are those after it.
   */
  readonly outputs: { readonly [name: string]: Tensor };
  /** The same at the last time, each []. */
  readonly final: { readonly [name: string]: Tensor };
  /** `[times]`. */
  readonly times: Tensor;
  /** int32, []; see `statusOf`. */
  readonly status: Tensor;
  /** int32, []: steps that were taken, and that were rejected. */
  readonly accepted: Tensor;
  readonly rejected: Tensor;
}

/** A model with what is wanted of its runs. */
export interface OdeSimulator {
  readonly name: string;
  readonly outputs: readonly string[];
  /** The whole run as a function of tensors, for use inside `grad`, `jit` and `vmap`. */
  simulate(params: OdeParams): OdeResult;
  /** The run, compiled, for known parameters. */
  readonly run: Runner<OdeParams, OdeResult>;
  /** Refuses parameters that the model does not have. */
  check(params: OdeParams): void;
}

/** Makes the simulator of a network. See `OdeModel.simulator`. */
export function simulatorOf(name: string, model: Network, options: SimulatorOptions): OdeSimulator {
  const owner = `simulator of ${name}`;
  checkNames(owner, options, ["times", "outputs", ...integrationOptionNames]);
  const times = readTimes(owner, options.times);
  const plan: RunPlan = {
    ...planOf(owner, model, options, times[times.length - 1]!),
    outputs: readOutputs(owner, options.outputs ?? defaultOutputs(model), model),
    times,
    grid: times[0] === 0 ? times : Float64Array.of(0, ...times),
  };
  checkGrid(owner, plan);
  const valuesOf = (params: OdeParams): InterventionValues =>
    interventionValues(owner, params.interventions, plan.interventions);
  const check = (params: OdeParams): void => {
    checkParams(owner, params, model);
    valuesOf(params);
  };
  const simulate = (params: OdeParams): OdeResult => {
    check(params);
    const { outputs, status, accepted, rejected } = runNetwork(plan, givenOf(params), valuesOf(params));
    const last = times.length - 1;
    const final = Object.fromEntries(Object.entries(outputs).map(([key, column]) => [key, column.at(last).get()]));
    return { outputs, final, times: np.array(times), status, accepted, rejected };
  };
  return {
    name,
    outputs: plan.outputs.map((output) => output.name),
    simulate,
    check,
    run: runner({ name: owner, check }, simulate),
  };
}

/** Absolute tolerance of a quantity of size 1. */
const defaultAtol = 1e-9;

/** What the options that all runs share say. `end` is the time until which runs go. */
export function planOf(owner: string, model: Network, options: IntegrationOptions, end: number): NetworkPlan {
  checkIntegration(owner, options);
  const { interventions: list = [], rtol, atol, adjoint, substeps, maxSteps = defaultMaxSteps, seed = 0 } = options;
  checkParts(owner, list);
  const targets = list.map(({ target }) => target);
  // Constants that are intervened on change.
  const network = targets.length === 0 ? model : networkOf(model.model, new Set(targets));
  const interventions = readInterventions(owner, list, network);
  const method = options.method ?? defaultMethod(network, end);
  const shared = { method, ...present({ adjoint }) };
  if (method.kind !== "fixed") {
    if (substeps !== undefined) throw refusal(owner, `substeps for ${method.name}`, "rtol and atol choose its steps");
    const vector =
      atol === undefined
        ? scalesOf(network).map((scale) => defaultAtol * scale)
        : unitsOf(network).map((unit) => atol * unit);
    const absolute = network.moving.length === 0 ? defaultAtol : vector;
    return {
      network,
      interventions,
      program: eventProgram(network, interventions, seed),
      settings: {
        integration: { ...shared, maxSteps, atol: absolute, ...present({ rtol }) },
        steps: { most: maxSteps },
      },
    };
  }
  const tolerance = Object.entries({ rtol, atol, maxSteps: options.maxSteps }).find(([, value]) => value !== undefined);
  if (tolerance !== undefined)
    throw refusal(owner, `${tolerance[0]} for ${method.name}`, "give substeps: its steps are fixed");
  const [event] = model.model.events;
  if (event !== undefined) {
    throw refusal(
      owner,
      `fixed steps for a model with events, such as ${event.id}`,
      "take a method that chooses its steps",
    );
  }
  return {
    network,
    interventions,
    program: interventions.length === 0 ? null : interventionProgram(interventions),
    settings: { integration: { ...shared, ...present({ substeps }) }, steps: null },
  };
}

function refusal(owner: string, what: string, fix: string): ArgumentError {
  return new ArgumentError({ what: `${owner} does not take ${what}.`, fix: `${fix}.` });
}

/** Demands that fixed steps meet all times at which something is to happen. */
function checkGrid(owner: string, { settings, interventions, grid }: RunPlan): void {
  if (settings.steps !== null) return;
  const end = grid[grid.length - 1]!;
  const onGrid = new Set(grid);
  for (const { target, times, until } of interventions) {
    const off = [...times, ...until].find((time) => time <= end && !onGrid.has(time));
    if (off === undefined) continue;
    throw new ArgumentError({
      what: `${owner}: an intervention on ${target} is at no output time, and steps are fixed.`,
      got: `time ${off}`,
      fix: "make it an output time, or take a method that chooses its steps.",
    });
  }
}

function present<T extends object>(parts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as never;
}

function readTimes(owner: string, times: ArrayLike<number>): Float64Array {
  const list = isList(times) ? Float64Array.from(times) : new Float64Array(0);
  if (list.length === 0) {
    throw new ArgumentError({ what: `${owner}: there are no times.`, expected: "an array of numbers, not empty" });
  }
  list.forEach((time, i) => {
    if (Number.isFinite(time) && (i === 0 ? time >= 0 : time > list[i - 1]!)) return;
    throw new ArgumentError({
      what: `${owner}: the times do not ascend from 0.`,
      got: `times[${i}] = ${time}`,
      expected: "finite times, each later than the one before, the first 0 or later",
    });
  });
  return list;
}

function isList(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}
