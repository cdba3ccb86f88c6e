import { accessMapsPass } from "./accessMaps.js";
import { boundIndicesPass } from "./boundIndices.js";
import { carryFormsPass } from "./carryForms.js";
import { chooseStrategiesPass, type StrategyOptions } from "./chooseStrategies.js";
import { columnGathersPass } from "./columnGathers.js";
import { csePass } from "./cse.js";
import { dcePass } from "./dce.js";
import { hoistPass } from "./hoist.js";
import { joinViewsPass } from "./joinViews.js";
import { mergeScattersPass } from "./mergeScatters.js";
import type { Pass } from "./pass.js";
import { regroupFactorsPass } from "./regroupFactors.js";
import { resolveCustomsPass } from "./resolveCustoms.js";
import { simplifyPass } from "./simplify.js";

/** One round of what makes a Graph smaller, and every access to an array a view. */
const tidy: readonly Pass[] = [simplifyPass, csePass, dcePass, hoistPass, accessMapsPass, columnGathersPass];

/**
 * The passes that change rounding. They act inside loops alone, behind the derivatives and before everything that decides where
 * and when values are computed: from here on, all passes keep the bits.
 */
export const roundingPasses: readonly Pass[] = [joinViewsPass, regroupFactorsPass, mergeScattersPass];

/** What the passes behind the derivatives may be told. */
export interface FinalOptions extends StrategyOptions {
  /** Leaves out the passes that change rounding. */
  readonly exactRounding?: boolean;
}

/**
 * Before differentiation: what is removed here is not differentiated, what is hoisted takes its cotangent once instead of once
 * a step, and however a stencil is written, it is transposed from one form. The second round finds what access maps
 * made equal; a pass that finds nothing to do returns the Graph it got.
 */
export const beforeDifferentiation: readonly Pass[] = [...tidy, ...tidy];

/**
 * After differentiation: functions with derivatives of their own become plain calls; the same; then what changes rounding; then
 * carries are stored as what they are renamed from, and Histories as decided.
 */
export function afterDifferentiation({ exactRounding = false, ...options }: FinalOptions = {}): readonly Pass[] {
  const rounding = exactRounding ? [] : [...roundingPasses, ...tidy];
  return [
    resolveCustomsPass,
    ...tidy,
    ...tidy,
    ...rounding,
    boundIndicesPass,
    carryFormsPass,
    ...tidy,
    chooseStrategiesPass(options),
    ...tidy,
    ...tidy,
  ];
}
