import { accessMapsPass } from "./accessMaps.js";
import { carryFormsPass } from "./carryForms.js";
import { chooseStrategiesPass, type StrategyOptions } from "./chooseStrategies.js";
import { csePass } from "./cse.js";
import { dcePass } from "./dce.js";
import { hoistPass } from "./hoist.js";
import type { Pass } from "./pass.js";
import { resolveCustomsPass } from "./resolveCustoms.js";
import { simplifyPass } from "./simplify.js";

/** One round of what makes a Graph smaller, and every access to an array a view. */
const tidy: readonly Pass[] = [simplifyPass, csePass, dcePass, hoistPass, accessMapsPass];

/**
 * Before differentiation: what is removed here is not differentiated, what is hoisted takes its cotangent once instead of once
 * a step, and however a stencil is written, it is transposed from one form. The second round finds what access maps
 * made equal; a pass that finds nothing to do returns the Graph it got.
 */
export const beforeDifferentiation: readonly Pass[] = [...tidy, ...tidy];

/** After differentiation: functions with derivatives of their own become plain calls; the same; then carries are stored as what they are renamed from, and Histories as decided. */
export function afterDifferentiation(options: StrategyOptions = {}): readonly Pass[] {
  return [
    resolveCustomsPass,
    ...tidy,
    ...tidy,
    carryFormsPass,
    ...tidy,
    chooseStrategiesPass(options),
    ...tidy,
    ...tidy,
  ];
}
