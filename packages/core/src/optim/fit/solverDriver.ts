import { ArgumentError } from "../../util/errors.js";
import type { StopReason } from "../solvers/stopReasons.js";
import { norm } from "../solvers/linear/vectors.js";
import type { Solver, SolverState } from "../solvers/solver.js";
import type { Storable } from "./checkpoint/codec.js";
import type { Driver } from "./driver.js";
import type { CoordinateProblem } from "./objective.js";

/** Drives a solver. @throws ArgumentError where there are bounds that it does not keep. */
export function solverDriver(solver: Solver<SolverState>, problem: CoordinateProblem, steps: number | null): Driver {
  if (problem.lower !== null && !solver.takesBounds) {
    throw new ArgumentError({
      what: `fit: ${solver.name} keeps no bounds.`,
      got: "bounds",
      expected: "lbfgsb, nelderMead, cmaEs, or a gradient transformation such as adam",
      fix: "take one of these, or leave bounds out and use a parametrization such as boxParametrization.",
    });
  }
  const read = (state: Storable): SolverState => state as unknown as SolverState;
  return {
    steps: steps ?? Infinity,
    init: async () => (await solver.init(problem, problem.start)) as unknown as Storable,
    step: async (state) => (await solver.step(problem, read(state))) as unknown as Storable,
    done(state, step): StopReason | null {
      return solver.done(read(state), problem.counts) ?? (steps !== null && step >= steps ? "steps" : null);
    },
    pointOf(state) {
      const { x, value, gradient } = read(state);
      return {
        loss: value,
        gradientNorm: gradient === null ? null : norm(gradient),
        coordinates: problem.toCoordinates(x),
      };
    },
  };
}
