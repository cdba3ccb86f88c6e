import { makeJvp } from "./jvp.js";
import type { Linearize } from "./linearize.js";
import { makeLinearize } from "./linearize.js";
import { jvpRules } from "./rules/jvp/index.js";
import type { Jvp, JvpRules, Transpose, TransposeRules, Vectorize, VectorizeRules } from "./rules/rule.js";
import { transposeRules } from "./rules/transpose/index.js";
import { vectorizeRules } from "./rules/vectorize/index.js";
import { makeTranspose } from "./transpose.js";
import { makeVectorize } from "./vectorize.js";
import type { VjpTransform } from "./vjp.js";
import { makeVjp } from "./vjp.js";

/** The transforms of differentiation and batching together. */
export interface Transforms {
  readonly jvp: Jvp;
  readonly linearize: Linearize;
  readonly transpose: Transpose;
  readonly vjp: VjpTransform;
  readonly vectorize: Vectorize;
}

/** Rules that stand in for those of the tables; tests plant bugs with them. */
export interface RuleOverrides {
  readonly jvp?: Partial<JvpRules>;
  readonly transpose?: Partial<TransposeRules>;
  readonly vectorize?: Partial<VectorizeRules>;
}

/** All transforms over the tables of rules, some of them replaced. */
export function makeTransforms(overrides: RuleOverrides = {}): Transforms {
  const jvp = makeJvp({ ...jvpRules, ...overrides.jvp });
  const linearize = makeLinearize(jvp);
  const transpose = makeTranspose({ ...transposeRules, ...overrides.transpose });
  return {
    jvp,
    linearize,
    transpose,
    vjp: makeVjp(linearize, transpose),
    vectorize: makeVectorize({ ...vectorizeRules, ...overrides.vectorize }),
  };
}
