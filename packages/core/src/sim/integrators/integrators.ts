import { dormandPrince5 } from "./dormandPrince5.js";
import { euler } from "./euler.js";
import { heun } from "./heun.js";
import type { AdaptiveMethod, FixedMethod, RosenbrockMethod, SwitchingMethod } from "./method.js";
import { rk4 } from "./rk4.js";
import { autoSwitch } from "./stiff/autoSwitch.js";
import { rodas5p } from "./stiff/rodas5p.js";
import { tsit5 } from "./tsit5.js";
import { velocityVerlet } from "./velocityVerlet.js";

/** All methods with a step that the caller chooses; tests run over this list. */
export const fixedMethods: readonly FixedMethod[] = Object.freeze([euler(), heun(), rk4(), velocityVerlet()]);

/** All explicit methods that choose their steps. */
export const adaptiveMethods: readonly AdaptiveMethod[] = Object.freeze([tsit5(), dormandPrince5()]);

/** All methods for stiff equations. */
export const stiffMethods: readonly (RosenbrockMethod | SwitchingMethod)[] = Object.freeze([rodas5p(), autoSwitch()]);
