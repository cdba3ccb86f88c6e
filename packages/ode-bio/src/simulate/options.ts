import { ArgumentError, type Adjoint, type IntegrationMethod } from "@simgrad/core";
import type { InterventionOptions } from "../events/intervention.js";

/** How a model is integrated. */
export interface IntegrationOptions {
  /** Tolerance relative to each entry of the state; default 1e-6. */
  readonly rtol?: number;
  /**
   * Absolute tolerance of each quantity as formulas of the model see it, a concentration or an amount; default: 1e-9
   * of the size that the model's own numbers give to each quantity, at most 1e-9.
   */
  readonly atol?: number;
  /**
   * Default: `tsit5` where a coarse run with the model's own numbers shows nothing stiff, else `autoSwitch`, with a
   * sparse Jacobian for more than 30 entries of the state. Give `autoSwitch()` where other parameters may make a
   * model stiff.
   */
  readonly method?: IntegrationMethod;
  /**
   * For methods of fixed steps, such as `rk4()`: steps between two output times; default 1. Interventions are at
   * output times then.
   */
  readonly substeps?: number;
  /** Most steps that are tried, and most times at which events happen; default 100,000. */
  readonly maxSteps?: number;
  /** How a gradient gets the states of the steps back. */
  readonly adjoint?: Adjoint;
  /** Changes from outside, whose values are `params.interventions`. */
  readonly interventions?: readonly InterventionOptions[];
  /** Seed of the order of events that happen at once with equal priorities; default 0. */
  readonly seed?: number;
}

/** Names of the options of `IntegrationOptions`. */
export const integrationOptionNames: readonly (keyof IntegrationOptions)[] = [
  "rtol",
  "atol",
  "method",
  "substeps",
  "maxSteps",
  "adjoint",
  "interventions",
  "seed",
];

/**
 * Demands that options have known names.
 *
 * @throws ArgumentError that names the first that has none.
 */
export function checkNames(owner: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !names.includes(key));
  if (unknown === undefined) return;
  throw new ArgumentError({
    what: `${owner}: there is no option ${unknown}.`,
    expected: `some of ${names.join(", ")}`,
  });
}

/**
 * Demands that each option that says how a model is integrated is of its kind.
 *
 * @throws ArgumentError that names the option.
 */
export function checkIntegration(owner: string, options: IntegrationOptions): void {
  const { rtol, atol, method, substeps, maxSteps, seed, interventions } = options as {
    readonly [K in keyof IntegrationOptions]: unknown;
  };
  const refuse = (name: string, value: unknown, expected: string): never => {
    throw new ArgumentError({ what: `${owner}: ${name} is not ${expected}.`, got: `${name}: ${String(value)}` });
  };
  for (const [name, value] of Object.entries({ rtol, atol })) {
    if (value !== undefined && !isPositive(value)) refuse(name, value, "a positive number");
  }
  for (const [name, value] of Object.entries({ substeps, maxSteps })) {
    if (value !== undefined && !(isPositive(value) && Number.isInteger(value))) {
      refuse(name, value, "a positive whole number");
    }
  }
  if (seed !== undefined && !(Number.isInteger(seed) && (seed as number) >= 0)) {
    refuse("seed", seed, "a whole number, 0 or above");
  }
  if (method !== undefined && typeof (method as { readonly kind?: unknown } | null)?.kind !== "string") {
    refuse("method", method, "a method of @simgrad/core, such as tsit5() or rk4()");
  }
  if (interventions !== undefined && !Array.isArray(interventions)) {
    refuse("interventions", interventions, "a list");
  }
}

function isPositive(value: unknown): boolean {
  return typeof value === "number" && value > 0 && value < Infinity;
}
