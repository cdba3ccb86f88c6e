import type { Tensor } from "../../trace/tensor.js";

/** How an iterative solver ended. A failure is a value, not an exception: inside a traced run nothing can be thrown. */
export interface SolveStatus {
  readonly code: number;
  readonly name: "converged" | "maxIterations" | "breakdown" | "indefinite" | "nonFinite" | "stagnated";
  /** What to do about it; empty for "converged". */
  readonly remedy: string;
}

/** All ends, by code. */
export const solveStatuses: readonly SolveStatus[] = Object.freeze([
  { code: 0, name: "converged", remedy: "" },
  {
    code: 1,
    name: "maxIterations",
    remedy:
      "the tolerance was not reached: give a preconditioner, a larger maxIterations, or for gmres a longer restart.",
  },
  {
    code: 2,
    name: "breakdown",
    remedy:
      "the method met a division by zero, so it cannot go on: start from another x0, or use gmres; if that stops as well, the " +
      "matrix is singular.",
  },
  {
    code: 3,
    name: "indefinite",
    remedy:
      "matrix or preconditioner is not positive definite, as the method demands: use minres for a symmetric matrix, gmres or " +
      "bicgstab for others, and a preconditioner that is positive definite.",
  },
  {
    code: 4,
    name: "nonFinite",
    remedy:
      "the matrix, the preconditioner or the right-hand side gave numbers that are infinite or not numbers; x is the last iterate " +
      "before.",
  },
  {
    code: 5,
    name: "stagnated",
    remedy:
      "the residual does not get smaller any more, or what the method believes it to be is not what it is: the tolerance is below " +
      "what the dtype can hold for this matrix; or the matrix is not linear, not symmetric as the method demands, or singular; " +
      "for gmres also: the restart is too short.",
  },
]);

/** Code of a solve that goes on. */
export const goingOn = -1;

/** The status that a solver returned (int32, shape []), with its remedy. */
export function solveStatusOf(status: Tensor): SolveStatus {
  const code = status.item();
  return (
    solveStatuses[code] ?? {
      code,
      name: "nonFinite",
      remedy: "unknown status; it does not come from an iterative solver.",
    }
  );
}
