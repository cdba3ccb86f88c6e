import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { leastSquaresProblem } from "../../testing/solverProblem.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import type { CoordinateProblem } from "../fit/objective.js";
import { bfgs } from "./bfgs.js";
import { gaussNewton } from "./gaussNewton.js";
import { lbfgs } from "./lbfgs.js";
import { lbfgsb } from "./lbfgsb.js";
import { levenbergMarquardt } from "./levenbergMarquardt.js";
import { nelderMead } from "./nelderMead.js";
import { newtonCg } from "./newtonCg.js";
import type { Solver, SolverState } from "./solver.js";

/** What bench/peers/optimizers.py wrote: iterates of scipy, optax and optimistix. */
interface Stored {
  readonly trajectories: {
    readonly bounded: { readonly start: number[]; readonly lower: number[]; readonly upper: number[] };
    readonly decay: { readonly t: number[]; readonly y: number[]; readonly start: number[] };
    readonly runs: readonly {
      readonly solver: string;
      readonly problem: "rosenbrock" | "bounded" | "decay";
      readonly rival: string;
      readonly iterates: readonly (readonly number[])[];
    }[];
  };
}

const { trajectories } = JSON.parse(
  readFileSync("packages/core/src/optim/solvers/testdata/trajectories.json", "utf8"),
) as Stored;
const { bounded, decay } = trajectories;

const never = { gradientTolerance: 0, valueTolerance: 0 };
const solvers: { readonly [name: string]: Solver<SolverState> } = {
  bfgs: bfgs(never),
  lbfgs: lbfgs({ lineSearch: "zoom", ...never }),
  lbfgsb: lbfgsb(never),
  newtonCg: newtonCg({ firstTrial: "extrapolated", forcing: 0.5, ...never }),
  gaussNewton: gaussNewton({ lineSearch: "none", ...never }),
  levenbergMarquardt: levenbergMarquardt({ adaptation: "thresholds", ...never }),
  nelderMead: nelderMead({ spreadTolerance: 0, sizeTolerance: 0 }),
  nelderMeadAdaptive: nelderMead({ adaptive: true, spreadTolerance: 0, sizeTolerance: 0 }),
};

function problemNamed(name: "rosenbrock" | "bounded" | "decay"): CoordinateProblem {
  // Rosenbrock's function over neighbours, or of two numbers.
  const chained = (x: Tensor): Tensor => {
    const n = x.size;
    const [head, tail] = [x.slice([0, n - 1]), x.slice([1, n])];
    return np.concatenate([tail.sub(head.square()).mul(10), np.sub(1, head)]);
  };
  if (name === "rosenbrock") return leastSquaresProblem(chained, [-1.2, 1]);
  if (name === "bounded") return leastSquaresProblem(chained, bounded.start, bounded);
  const residual = (x: Tensor): Tensor =>
    x.slice(0).mul(x.slice(1).neg().mul(decay.t).exp()).add(x.slice(2)).sub(decay.y);
  return leastSquaresProblem(residual, decay.start);
}

/** Largest difference of two points, relative to 1 and the point. */
function distance(a: ArrayLike<number>, b: readonly number[]): number {
  return b.reduce(
    (most, entry, i) => Math.max(most, Math.abs(entry - (a[i] as number)) / Math.max(1, Math.abs(entry))),
    0,
  );
}

/**
 * Iterates that are compared, where they are not all: at the minimum every step is rounding, and quasi-Newton matrices of
 * Rosenbrock's valley multiply the last bits by about ten a step, in the rival as here.
 */
const compared: { readonly [run: string]: number } = {
  "lbfgs rosenbrock": 15,
  "lbfgsb rosenbrock": 20,
  "lbfgsb decay": 14,
  "bfgs decay": 14,
};

describe("solvers follow their rivals to 1e-10", () => {
  it.each(trajectories.runs.map((run) => [`${run.solver} and ${run.rival} on ${run.problem}`, run] as const))(
    "%s",
    async (_, { solver: name, problem: problemName, iterates }) => {
      const solver = solvers[name] as Solver<SolverState>;
      const problem = problemNamed(problemName);
      const count = Math.min(iterates.length, compared[`${name} ${problemName}`] ?? Infinity);
      let state = await solver.init(problem, problem.start);
      for (const expected of iterates.slice(0, count)) {
        if (state.status === null) state = await solver.step(problem, state);
        expect(distance(state.x, expected)).toBeLessThan(1e-10);
      }
      expect(count).toBeGreaterThanOrEqual(12);
    },
  );
});
