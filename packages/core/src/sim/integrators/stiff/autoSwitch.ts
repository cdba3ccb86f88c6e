import { ArgumentError } from "../../../util/errors.js";
import { controllerOf } from "../controller.js";
import type { AdaptiveMethod, RosenbrockMethod, StepControl, SwitchingMethod } from "../method.js";
import { tsit5 } from "../tsit5.js";
import { rodas5p } from "./rodas5p.js";

/** Options of `autoSwitch`: the two methods, and the step size control of both. */
export interface AutoSwitchOptions extends Partial<StepControl> {
  /** Default `tsit5()`. */
  readonly nonStiff?: AdaptiveMethod;
  /** Default `rodas5p()`. */
  readonly stiff?: RosenbrockMethod;
}

/**
 * Makes a method that takes explicit steps where the equation allows them and steps of a stiff method where it does not. It starts
 * explicitly. After each step that was taken, h |lambda| is estimated for the largest eigenvalue: explicit steps measure it by their last
 * two stages (Shampine, AIChE J. 23 (1977) 123; DOPRI5), stiff ones have the norm of the Jacobian, which is not less. Steps that stability holds
 * back have 2 to 3.5 there. Above 2 an explicit step counts for switching, and from 10 such steps on, less those that were below, the stiff method
 * takes over; 5 of its steps in a row below 2, which an explicit method could have taken as well, give it back.
 *
 * @throws ArgumentError where an option is out of range, or the methods estimate errors of different orders.
 */
export function autoSwitch(options: AutoSwitchOptions = {}): SwitchingMethod {
  const { nonStiff = tsit5(), stiff = rodas5p(), ...control } = options;
  if (nonStiff.tableau.errorOrder !== stiff.tableau.errorOrder) {
    throw new ArgumentError({
      what: "autoSwitch: the two methods estimate errors of different orders.",
      got: `${nonStiff.name}: ${nonStiff.tableau.errorOrder}, ${stiff.name}: ${stiff.tableau.errorOrder}`,
      expected: "methods that can share a step size control",
    });
  }
  return Object.freeze<SwitchingMethod>({
    kind: "switching",
    name: `autoSwitch(${nonStiff.name}, ${stiff.name})`,
    order: Math.min(nonStiff.order, stiff.order),
    nonStiff,
    stiff,
    controller: controllerOf("autoSwitch", { maxFactor: 6, ...control }),
    rule: { limit: 2, stiffAfter: 10, nonStiffAfter: 5 },
  });
}
