import type { FixedMethod } from "./method.js";
import { rungeKutta } from "./rungeKutta.js";

/** Makes the explicit Euler method: order 1, one evaluation a step. */
export function euler(): FixedMethod {
  return method;
}

const method = rungeKutta("euler", 1, { stages: [[]], weights: [1] });
