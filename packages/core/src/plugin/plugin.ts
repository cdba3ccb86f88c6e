import type { Loss } from "../loss/loss.js";
import type { GradientTransformation } from "../optim/gradientTransformation.js";
import type { Solver } from "../optim/solvers/solver.js";
import type { Simulator } from "../sim/simulator.js";
import type { Units } from "../sim/units.js";

/** The version of the plugin contract that this simgrad speaks. It grows when a plugin would have to change. */
export const pluginApiVersion: number = 1;

/** A simulator whose types are not looked at. */
export type AnySimulator = Simulator<unknown, unknown, unknown, unknown>;

/** Makes a simulator from its options, one object. */
export type SimulatorFactory = (options: never) => AnySimulator;

/** Makes a loss, such as `halfSquared`. */
export type LossFactory = (...args: never[]) => Loss<never, never>;

/** Makes an optimizer, such as `adam` or `lbfgs`. */
export type OptimizerFactory = (...args: never[]) => GradientTransformation<unknown> | Solver;

/** Makes what a notebook shows: a function of whatever it shows. */
export type DisplayFactory = (...args: never[]) => unknown;

/** Things by name. */
export interface Named<T> {
  readonly [name: string]: T;
}

/** What `definePlugin` takes. */
export interface PluginDefinition<
  Simulators extends Named<SimulatorFactory> = Named<SimulatorFactory>,
  Losses extends Named<LossFactory> = Named<LossFactory>,
  Optimizers extends Named<OptimizerFactory> = Named<OptimizerFactory>,
  Displays extends Named<DisplayFactory> = Named<DisplayFactory>,
> {
  /** Name of the npm package. */
  readonly name: string;
  /** Version of the contract that the plugin is written for; now 1. */
  readonly apiVersion: number;
  /** Units of each simulator by its name; equal to those of the simulators that its factory makes. */
  readonly units: { readonly [K in keyof Simulators]: Units };
  /** Factories of simulators by name, which is also the `name` of what they make. */
  readonly simulators: Simulators;
  readonly losses?: Losses;
  readonly optimizers?: Optimizers;
  readonly displays?: Displays;
}

/** Simulators, losses, optimizers and displays of one domain. Frozen; made by `definePlugin`. */
export interface Plugin<
  Simulators extends Named<SimulatorFactory> = Named<SimulatorFactory>,
  Losses extends Named<LossFactory> = Named<LossFactory>,
  Optimizers extends Named<OptimizerFactory> = Named<OptimizerFactory>,
  Displays extends Named<DisplayFactory> = Named<DisplayFactory>,
> extends Required<PluginDefinition<Simulators, Losses, Optimizers, Displays>> {}

/** What a plugin has entries of. */
export const pluginKinds: readonly ["simulators", "losses", "optimizers", "displays"] = [
  "simulators",
  "losses",
  "optimizers",
  "displays",
];

/** One of `pluginKinds`. */
export type PluginKind = (typeof pluginKinds)[number];
