import type { FixedMethod } from "./method.js";
import { rungeKutta } from "./rungeKutta.js";

/** Makes Heun's method (the explicit trapezoidal rule): order 2, two evaluations a step. */
export function heun(): FixedMethod {
  return method;
}

const method = rungeKutta("heun", 2, { stages: [[], [1]], weights: [1 / 2, 1 / 2] });
