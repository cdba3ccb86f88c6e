/** Why a fit stopped. */
export type StopReason =
  | "gradientTolerance"
  | "valueTolerance"
  | "stepTolerance"
  | "target"
  | "steps"
  | "maxIterations"
  | "maxEvaluations"
  | "lineSearchFailed"
  | "noProgress"
  | "notPositiveDefinite"
  | "nonFinite"
  | "stopped"
  | "aborted";

/** What a reason means. */
export interface StopMeaning {
  /** Whether the solver takes what it found for a minimum. */
  readonly converged: boolean;
  /** One clause for a summary. */
  readonly text: string;
  /** What to do about it; empty where nothing is to be done. */
  readonly remedy: string;
}

/** The meaning of each reason. */
export const stopReasons: { readonly [K in StopReason]: StopMeaning } = Object.freeze({
  gradientTolerance: {
    converged: true,
    text: "the largest entry of the gradient is below gradientTolerance",
    remedy: "",
  },
  valueTolerance: {
    converged: true,
    text: "the loss changed by less than valueTolerance, relative",
    remedy: "",
  },
  stepTolerance: {
    converged: true,
    text: "the parameters changed by less than stepTolerance, relative",
    remedy: "",
  },
  target: { converged: true, text: "the loss reached its target", remedy: "" },
  steps: {
    converged: false,
    text: "all steps that were asked for are done",
    remedy: "if the loss still falls, go on with more steps.",
  },
  maxIterations: {
    converged: false,
    text: "maxIterations is reached",
    remedy: "if the loss still falls, raise maxIterations or start again from these parameters.",
  },
  maxEvaluations: {
    converged: false,
    text: "maxEvaluations is reached",
    remedy: "if the loss still falls, raise maxEvaluations or start again from these parameters.",
  },
  lineSearchFailed: {
    converged: false,
    text: "no point along the search direction lowers the loss enough",
    remedy:
      "near a minimum this is rounding, and nothing is wrong; else the gradient may not belong to the loss (compare it with " +
      "finite differences), or parameters differ widely in scale (use a metric or a parametrization).",
  },
  noProgress: {
    converged: false,
    text: "no step, however short, lowers the loss",
    remedy: "near a minimum this is rounding; else compare the derivatives with finite differences.",
  },
  notPositiveDefinite: {
    converged: false,
    text: "the linear system of a step has no unique solution",
    remedy: "fewer parameters, a regularizer, or levenbergMarquardt, which damps the system.",
  },
  nonFinite: {
    converged: false,
    text: "the loss or its gradient is infinite or not a number",
    remedy: "take shorter steps, or bound the parameters to where the model holds (bounds, parametrization).",
  },
  stopped: { converged: false, text: "onStep returned false", remedy: "" },
  aborted: { converged: false, text: "the signal was aborted", remedy: "" },
});
