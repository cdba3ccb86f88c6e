import {
  ArgumentError,
  implicitRoot,
  integrate,
  jit,
  np,
  NumericalError,
  stopGradient,
  type Liftable,
  type Tensor,
} from "@simgrad/core";
import { hasTime } from "../events/stillness.js";
import type { Scalar } from "../math/operators.js";
import { toTensor } from "../math/value.js";
import { UnsupportedModelError } from "../model/modelError.js";
import { conservationOf, type Conservation } from "../network/conservation.js";
import type { Network } from "../network/types.js";
import { scopeOf } from "../events/assign.js";
import { checkNames, integrationOptionNames, type IntegrationOptions } from "./options.js";
import { defaultOutputs, readOutputs } from "./outputs.js";
import { checkParams, givenOf, type OdeParams } from "./params.js";
import { slopeOf, startOf, type NetworkPlan } from "./run.js";
import { planOf } from "./simulator.js";

/** How a steady state is found. */
export interface SteadyStateOptions extends Omit<IntegrationOptions, "interventions" | "seed" | "adjoint"> {
  /** What is seen, as of simulators. */
  readonly outputs?: readonly string[];
  /** Time within which a run must come to rest; default 1e6. */
  readonly horizon?: number;
  /** Largest change that is left, relative to each quantity, by unit of time; default 1e-9. */
  readonly tolerance?: number;
}

/** What is known of a steady state. */
export interface SteadyStateResult {
  /** Outputs by their names, each []. */
  readonly outputs: { readonly [name: string]: Tensor };
  /** Largest change that is left, relative to each quantity, by unit of time, []. */
  readonly residual: Tensor;
  /** bool, []: whether the run came to rest, and the residual is within the tolerance. */
  readonly converged: Tensor;
}

/** Steady states of a model. */
export interface SteadyState {
  readonly name: string;
  readonly outputs: readonly string[];
  /** The steady state as a function of tensors, for use inside `grad`, `jit` and `vmap`; look at `converged`. */
  solve(params: OdeParams): SteadyStateResult;
  /**
   * The steady state for known parameters, compiled.
   *
   * @throws NumericalError where the run does not come to rest.
   */
  run(params: Liftable<OdeParams>): SteadyStateResult;
}

/** Change, relative to each quantity by unit of time, below which a run is near enough for Newton's method. */
const nearRest = 1e-3;

/**
 * Makes the function that finds steady states. A run from the start comes near to rest; then Newton's method finds
 * the state in which the slopes of all independent quantities are zero, where the amounts of the others follow from
 * what reactions conserve. The derivative is that of the equation.
 */
export function steadyStateOf(name: string, model: Network, options: SteadyStateOptions): SteadyState {
  const { outputs: names, horizon = 1e6, tolerance = 1e-9, ...integration } = options;
  const owner = `steady state of ${name}`;
  checkOptions(owner, options);
  refuseTime(model);
  const plan = planOf(owner, model, integration, horizon);
  const outputs = readOutputs(owner, names ?? defaultOutputs(model), model);
  const conserved = conservationOf(model);
  const scale = options.atol ?? 1e-9;

  const solve = (params: OdeParams): SteadyStateResult => {
    checkParams(owner, params, model);
    const given = Object.fromEntries([...givenOf(params)].map(([id, value]) => [id, toTensor(value)]));
    const rest = nearRestFrom(plan, given, horizon, scale);
    const equation = implicitRoot<Tensor, Record<string, Tensor>>(
      (x, own) => {
        const { inputs, start } = startOf(plan, new Map<string, Scalar>(Object.entries(own)), {}, 0);
        const moving = wholeState(conserved, x, start.moving, model.moving.length);
        return entries(slopeOf(model, inputs.fixed, null, np.array(0), { ...start, moving }), conserved.independent);
      },
      { tolerance: 1e-14, maxIterations: 30, check: false },
    );
    const { inputs, start } = startOf(plan, new Map<string, Scalar>(Object.entries(given)), {}, 0);
    const guess = stopGradient(entries(rest.moving, conserved.independent));
    const root = conserved.independent.length === 0 ? guess : (equation(guess, given).root as Tensor);
    const moving = wholeState(conserved, root, start.moving, model.moving.length);
    const slopes = slopeOf(model, inputs.fixed, null, np.array(0), { ...start, moving });
    const residual = stopGradient(restlessness(slopes, moving, scale));
    const scope = scopeOf(model, inputs.fixed, 0, { moving, values: start.held.values });
    return {
      outputs: Object.fromEntries(outputs.map((output) => [output.name, toTensor(output.read(scope))])),
      residual,
      converged: np.logicalAnd(rest.isNear, np.lessEqual(residual, tolerance)),
    };
  };
  const compiled = jit(solve);
  return {
    name,
    outputs: outputs.map((output) => output.name),
    solve,
    run(params) {
      checkParams(owner, params as OdeParams, model);
      const result = compiled(params) as SteadyStateResult;
      if (result.converged.item() !== 0) return result;
      throw new NumericalError({
        what: `${owner}: the run from the start does not come to rest.`,
        got: `a change of ${result.residual.item().toPrecision(3)}, relative to a quantity, by unit of time`,
        expected: `at most ${tolerance} within ${horizon} units of time`,
        fix: "look at a run: it may oscillate or grow; give a longer horizon, other starts, or a larger tolerance.",
      });
    },
  };
}

function checkOptions(owner: string, options: SteadyStateOptions): void {
  const names = integrationOptionNames.filter((name) => !["interventions", "seed", "adjoint"].includes(name));
  checkNames(owner, options, ["outputs", "horizon", "tolerance", ...names]);
  const { horizon = 1, tolerance = 1, method } = options;
  for (const [key, value] of Object.entries({ horizon, tolerance })) {
    if (value > 0 && value < Infinity) continue;
    throw new ArgumentError({ what: `${owner}: ${key} is not positive.`, got: `${key}: ${String(value)}` });
  }
  if (method?.kind !== "fixed") return;
  throw new ArgumentError({
    what: `${owner} does not take ${method.name}, whose steps are fixed.`,
    fix: "take a method that chooses its steps, such as rodas5p().",
  });
}

/** A state near to rest, without derivative, and whether it is. */
function nearRestFrom(
  plan: NetworkPlan,
  given: Record<string, Tensor>,
  horizon: number,
  scale: number,
): { readonly moving: Tensor; readonly isNear: Tensor } {
  const fixedGiven = new Map<string, Scalar>(Object.entries(given).map(([id, value]) => [id, stopGradient(value)]));
  const { inputs, start } = startOf(plan, fixedGiven, {}, 0);
  const { network } = plan;
  const rhs = (time: Tensor, moving: Tensor): Tensor =>
    slopeOf(network, inputs.fixed, null, time, { moving, held: start.held });
  const distance = (time: Tensor, moving: Tensor): Tensor =>
    np.subtract(restlessness(rhs(time, moving), moving, scale), nearRest);
  const { final } = integrate<Tensor, null>(
    rhs,
    start.moving,
    {
      ...plan.settings.integration,
      times: np.array([0, horizon]),
      events: [{ condition: distance, direction: "down", terminal: true }],
      logEvents: false,
    },
    null,
  );
  const isNear = np.lessEqual(distance(np.array(0), final), nearRest);
  return { moving: final, isNear };
}

/** Largest slope, relative to each quantity. */
function restlessness(slopes: Tensor, moving: Tensor, scale: number): Tensor {
  return np.max(np.divide(np.abs(slopes), np.add(np.abs(moving), scale)));
}

/** The state of all that moves, from that of what is independent and the start. */
function wholeState({ independent, dependent }: Conservation, x: Tensor, start: Tensor, size: number): Tensor {
  if (size === 0) return start;
  const place = new Map(independent.map((entry, i) => [entry, i]));
  const now = (entry: number): Tensor => x.at(place.get(entry)!).get();
  const others = new Map(
    dependent.map(({ entry, weights }) => [
      entry,
      weights.reduce(
        (sum, own) => np.add(sum, np.multiply(np.subtract(now(own.entry), start.at(own.entry).get()), own.weight)),
        start.at(entry).get(),
      ),
    ]),
  );
  return np.stack(Array.from({ length: size }, (_, entry) => others.get(entry) ?? now(entry)));
}

function entries(vector: Tensor, places: readonly number[]): Tensor {
  return places.length === 0 ? np.zeros([0]) : np.stack(places.map((place) => vector.at(place).get()));
}

function refuseTime({ model }: Network): void {
  const [event] = model.events;
  if (event !== undefined) {
    throw new UnsupportedModelError(
      "steady state with events",
      { what: `the model has the event ${event.id}: what it does is no steady state.` },
      event.place,
    );
  }
  const driving = [
    ...model.rules.map(({ math, place }) => ({ math, place })),
    ...model.reactions.map(({ kineticLaw, place }) => ({ math: kineticLaw, place })),
  ];
  const timed = driving.find(({ math }) => math !== null && hasTime(math));
  if (timed === undefined) return;
  throw new UnsupportedModelError(
    "steady state of what depends on the time",
    { what: "a formula of the model has the time: there is no steady state." },
    timed.place,
  );
}
