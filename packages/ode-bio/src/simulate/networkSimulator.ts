import { ArgumentError, np, type Simulator, type Tensor, type Units } from "@simgrad/core";
import { scopeOf } from "../events/assign.js";
import { interventionValues, type InterventionValues } from "../events/intervention.js";
import type { EventPoint } from "../events/settle.js";
import { toTensor } from "../math/value.js";
import type { Model } from "../model/model.js";
import { networkOf } from "../network/network.js";
import { fixedValues, startScope } from "../network/start.js";
import { checkNames, integrationOptionNames, type IntegrationOptions } from "./options.js";
import { defaultOutputs, readOutputs } from "./outputs.js";
import { checkParams, givenOf, type OdeParams } from "./params.js";
import { advance, startOf, type RunInputs } from "./run.js";
import { sbmlModel, type OdeModel } from "./sbmlModel.js";
import { planOf } from "./simulator.js";

/** What `networkSimulator` takes. */
export interface NetworkSimulatorOptions extends IntegrationOptions {
  /** The text or path of an SBML file, or a model. */
  readonly model: string | Model | OdeModel;
  /** Time of a step, in the model's unit of time. */
  readonly dt: number;
  /** What is seen, as of `OdeModel.simulator`. */
  readonly outputs?: readonly string[];
}

/** The state between two steps. */
export interface NetworkState {
  /** []. */
  readonly time: Tensor;
  /** Stored values of what equations drive, what only events change, and what waits. */
  readonly point: EventPoint;
}

/** Numbers of a model are in its own units. */
export const networkUnits: Units = { time: "1", params: "1", state: "1", output: "1" };

/**
 * A reaction network as a simulator of steps of equal time, each of them integrated with its own steps and events:
 * for `rollout`, and beside the simulators of other packages. `OdeModel.simulator` runs a network as a whole, which
 * is faster.
 *
 * @throws ArgumentError for options out of range; ModelError and UnsupportedModelError as `sbmlModel`.
 * @example
 * const run = rollout(networkSimulator({ model: "repressilator.xml", dt: 0.5 }), { steps: 100 });
 */
export function networkSimulator(
  options: NetworkSimulatorOptions,
): Simulator<OdeParams, NetworkState, { readonly [name: string]: Tensor }> {
  const { model: source, dt, outputs: names, ...integration } = options;
  const { name, model } = modelOf(source);
  const owner = `networkSimulator of ${name}`;
  checkNames(owner, options, ["model", "dt", "outputs", ...integrationOptionNames]);
  if (!(dt > 0 && Number.isFinite(dt))) {
    throw new ArgumentError({ what: `${owner}: dt is not positive.`, got: `dt: ${String(dt)}` });
  }
  const given = networkOf(model);
  const plan = planOf(owner, given, integration, dt);
  if (plan.settings.steps === null && plan.interventions.length > 0) {
    throw new ArgumentError({
      what: `${owner}: interventions do not go with ${String(options.method?.name)}, whose steps are fixed.`,
      fix: "take a method that chooses its steps.",
    });
  }
  const { network } = plan;
  const outputs = readOutputs(owner, names ?? defaultOutputs(given), network);
  const valuesOf = (params: OdeParams): InterventionValues =>
    interventionValues(owner, params.interventions, plan.interventions);
  const inputsOf = (params: OdeParams): RunInputs => ({
    fixed: fixedValues(network, startScope(network, givenOf(params), 0)),
    values: valuesOf(params),
  });
  return {
    name: "networkSimulator",
    units: networkUnits,
    dt,
    init: (params) => ({
      time: np.array(0, "float64"),
      point: startOf(plan, givenOf(params), valuesOf(params), 0).start,
    }),
    step({ time, point }, params) {
      const next = np.add(time, dt);
      const { final, status } = advance(plan, inputsOf(params), point, np.stack([time, next]));
      // A step that fails leaves no numbers.
      const moving = np.where(np.equal(status, 0), final.moving, NaN);
      return { time: next, point: { ...final, moving } };
    },
    observe({ time, point }, params) {
      const { fixed } = inputsOf(params);
      const scope = scopeOf(network, fixed, time, { moving: point.moving, values: point.held.values });
      return Object.fromEntries(outputs.map((output) => [output.name, toTensor(output.read(scope))]));
    },
    check(params) {
      checkParams(owner, params, given);
      valuesOf(params);
    },
  };
}

function modelOf(source: string | Model | OdeModel): OdeModel {
  if (typeof source === "object" && source !== null && "simulator" in source) return source;
  return sbmlModel(source);
}
