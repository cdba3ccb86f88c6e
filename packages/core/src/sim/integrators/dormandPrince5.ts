import { controllerOf } from "./controller.js";
import type { AdaptiveMethod, StepControl, EmbeddedTableau } from "./method.js";

/**
 * Makes the method of Dormand and Prince of order 5 with an error estimate of order 4 and dense output of order 4: seven
 * stages, six evaluations a step. Dormand, Prince: A family of embedded Runge-Kutta formulae, J. Comp. Appl. Math. 6 (1980)
 * 19, table 2; dense output from Hairer, Norsett, Wanner, Solving ODEs I, section II.6, and its program DOPRI5 (Shampine 1986).
 *
 * @throws ArgumentError where an option of the step size control is out of range.
 */
export function dormandPrince5(control: Partial<StepControl> = {}): AdaptiveMethod {
  const controller = controllerOf("dormandPrince5", control);
  return Object.freeze<AdaptiveMethod>({ kind: "adaptive", name: "dormandPrince5", order: 5, tableau, controller });
}

const weights = [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0] as const;

/** Weights of cont5 in DOPRI5: the part of the dense output that vanishes, with its slope, at both ends of the step. */
const bump = [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
];

const tableau: EmbeddedTableau = {
  stages: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ],
  weights,
  errorWeights: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40],
  errorOrder: 4,
  // Hermite's cubic through both ends, b (3 - 2 theta) theta^2 + k1 theta (1 - theta)^2 - k7 theta^2 (1 - theta), and
  // theta^2 (1 - theta)^2 times the bump.
  dense: weights.map((weight, i) => {
    const first = i === 0 ? 1 : 0;
    const last = i === 6 ? 1 : 0;
    const d = bump[i] as number;
    return [first, 3 * weight - 2 * first - last + d, -2 * weight + first + last - 2 * d, d];
  }),
};
