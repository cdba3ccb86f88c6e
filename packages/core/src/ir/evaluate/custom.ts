import { UnsupportedError } from "../../util/errors.js";
import type { Graph, Params } from "../types.js";
import type { EvaluateRules } from "./rule.js";

/** Evaluation of what has a derivative of its own. */
export const customEvaluation: EvaluateRules<"customCall" | "linearCall"> = {
  customCall: ({ body }, inputs, run) => run(body, inputs),
  linearCall: (params, inputs, run) => run(forwardOf(params), inputs),
};

/**
 * The program of a `linearCall`.
 * @throws UnsupportedError where there is none: the derivative of a function with a rule for cotangents alone.
 */
export function forwardOf({ forward, label }: Params["linearCall"]): Graph {
  if (forward !== null) return forward;
  throw new UnsupportedError({
    what: `${label}: its derivative is needed in forward mode, and only a rule for cotangents was given.`,
    fix: "differentiate in reverse mode (`grad`, `vjp`, `jacrev`), or give the rule with `customJvp`.",
  });
}
