import type { FixedMethod } from "./method.js";
import { rungeKutta } from "./rungeKutta.js";

/** Makes the classical Runge-Kutta method (Kutta 1901): order 4, four evaluations a step. */
export function rk4(): FixedMethod {
  return method;
}

const method = rungeKutta("rk4", 4, {
  stages: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  weights: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
});
