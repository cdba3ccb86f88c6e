import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "../../util/errors.js";
import { leastSquaresProblem } from "../../testing/solverProblem.js";
import { standardProblems, type StandardProblem } from "../../testing/standardProblems.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import type { CoordinateProblem } from "../fit/objective.js";
import { bfgs } from "./bfgs.js";
import { cmaEs } from "./cmaEs.js";
import { gaussNewton } from "./gaussNewton.js";
import { lbfgs } from "./lbfgs.js";
import { lbfgsb } from "./lbfgsb.js";
import { levenbergMarquardt } from "./levenbergMarquardt.js";
import { multiStart } from "./multiStart.js";
import { nelderMead } from "./nelderMead.js";
import { newtonCg } from "./newtonCg.js";
import type { Solver, SolverState } from "./solver.js";
import type { StopReason } from "./stopReasons.js";
import type { StopOptions } from "./tolerances.js";

const makers: { readonly [name: string]: (options?: StopOptions) => Solver<SolverState> } = {
  bfgs,
  lbfgs,
  "lbfgs with zoom": (options) => lbfgs({ lineSearch: "zoom", ...options }),
  lbfgsb,
  newtonCg,
  gaussNewton,
  levenbergMarquardt,
  "levenbergMarquardt by columns": (options) => levenbergMarquardt({ scaling: "columns", ...options }),
  nelderMead,
  cmaEs: (options) => cmaEs({ sigma: 0.5, ...options }),
  multiStart: (options) => multiStart({ solver: lbfgs(options), starts: 2 }),
};
const rows = Object.entries(makers).map(([name, make]) => [name, make] as const);

async function run<S extends SolverState>(
  solver: Solver<S>,
  problem: CoordinateProblem,
): Promise<{ readonly state: S; readonly reason: StopReason }> {
  let state = await solver.init(problem, problem.start);
  for (;;) {
    const reason = solver.done(state, problem.counts);
    if (reason !== null) return { state, reason };
    state = await solver.step(problem, state);
  }
}

function standard(name: string): StandardProblem {
  return standardProblems.find((problem) => problem.name === name) as StandardProblem;
}

function rosenbrock(): CoordinateProblem {
  return leastSquaresProblem(standard("rosenbrock").residual, [-1.2, 1]);
}

describe.each(rows)("%s", (_, make) => {
  it("finds the minimum of Rosenbrock's function", async () => {
    const { state, reason } = await run(make(), rosenbrock());
    expect(state.x[0]).toBeCloseTo(1, 6);
    expect(state.x[1]).toBeCloseTo(1, 6);
    expect(["gradientTolerance", "valueTolerance", "stepTolerance"]).toContain(reason);
  });

  it("does not change the state it is given, and goes on from any state to the same bits", async () => {
    const solver = make();
    const problem = rosenbrock();
    const states = [await solver.init(problem, problem.start)];
    for (let k = 0; k < 8; k++) states.push(await solver.step(problem, states[k] as SolverState));
    const text = JSON.stringify(states[4]);
    let again = states[4] as SolverState;
    const other = rosenbrock();
    for (let k = 4; k < 8; k++) again = await make().step(other, again);
    expect(JSON.stringify(states[4])).toBe(text);
    expect(JSON.stringify(again)).toBe(JSON.stringify(states[8]));
  });

  it("stops at a target, at its limits, and says so", async () => {
    expect((await run(make({ target: 1 }), rosenbrock())).reason).toBe("target");
    const few = await run(make({ maxIterations: 3 }), rosenbrock());
    expect(few.reason).toBe("maxIterations");
    expect((await run(make({ maxEvaluations: 2 }), rosenbrock())).reason).toBe("maxEvaluations");
  });

  it.each([{ maxIterations: 0 }, { maxIterations: 1.5 }, { maxEvaluations: -1 }, { target: NaN }])(
    "refuses limits out of range: %j",
    (options) => {
      expect(() => make(options)).toThrow(ArgumentError);
      expect(() => make(options)).toThrow(new RegExp(Object.keys(options)[0] as string));
    },
  );

  it("says that a start is not finite", async () => {
    const problem = leastSquaresProblem((x) => x.sub(2).sqrt().add(x.mul(NaN)), [1]);
    const { reason } = await run(make(), problem);
    expect(reason).toBe("nonFinite");
  });
});

describe.each(rows.filter(([, make]) => make().takesBounds))("%s within bounds", (name, make) => {
  it("ends on the bound, and never evaluates beyond it", async () => {
    const problem = leastSquaresProblem(standard("rosenbrock").residual, [-1.2, 1], {
      lower: [-1.5, -0.5],
      upper: [0.5, 2],
    });
    const seen: number[] = [];
    const watched: CoordinateProblem = {
      ...problem,
      value: (x) => (seen.push(x[0] as number), problem.value(x)),
      valueAndGradient: (x) => (seen.push(x[0] as number), problem.valueAndGradient(x)),
    };
    const { state } = await run(make(), watched);
    expect(state.x[0]).toBeCloseTo(0.5, 6);
    expect(state.x[1]).toBeCloseTo(0.25, 6);
    expect(Math.max(...seen)).toBeLessThanOrEqual(name === "lbfgsb" ? 0.5 + 1e-15 : 0.5);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(-1.5);
  });
});

describe("options", () => {
  it.each([
    () => lbfgs({ memory: 0 }),
    () => lbfgs({ lineSearch: "exact" as never }),
    () => lbfgs({ gradientTolerance: -1 }),
    () => lbfgsb({ memory: 2.5 }),
    () => newtonCg({ maxProducts: 0 }),
    () => levenbergMarquardt({ damping: 0 }),
    () => nelderMead({ initialSize: 0 }),
    () => nelderMead({ sizeTolerance: NaN }),
    () => cmaEs({ sigma: -1 }),
    () => cmaEs({ population: 3 }),
    () => multiStart({ solver: lbfgs(), starts: 0 }),
    () => multiStart({ solver: lbfgs(), starts: 2, spread: 0 }),
  ])("out of range are refused by name: %s", (make) => {
    expect(make).toThrow(ArgumentError);
  });
});

describe("line searches", () => {
  /** Infinite beyond 0.5 in the first coordinate, where the first steps want to go. */
  const walled = (x: Tensor): Tensor => {
    const first = x.slice(0);
    const wall = np.where(first.less(0.5), 0, Infinity);
    return np.stack([first.sub(0.4999).add(wall), x.slice(1).sub(3)]);
  };

  it.each(["moreThuente", "zoom"] as const)("%s comes back from where the model is infinite", async (lineSearch) => {
    const { state } = await run(lbfgs({ lineSearch }), leastSquaresProblem(walled, [-30, 0]));
    expect(state.x[0]).toBeLessThan(0.5);
    expect(state.value).toBeLessThan(1e-3);
  });
});

describe("cmaEs and multiStart", () => {
  /** Rastrigin's function as a sum of squares: many minima, the lowest, 0, at 0. */
  const rastrigin = (x: Tensor): Tensor =>
    x
      .square()
      .add(np.sub(1, x.mul(2 * Math.PI).cos()).mul(10))
      .mul(2)
      .add(1e-300)
      .sqrt();
  const box = { lower: [-4, -4], upper: [4, 4] };

  it("are determined by their seed", async () => {
    const at = async (solver: Solver<SolverState>): Promise<string> =>
      JSON.stringify((await run(solver, leastSquaresProblem(rastrigin, [3.1, 2.2], box))).state);
    for (const make of [
      (seed: number): Solver<SolverState> => cmaEs({ seed }),
      (seed: number): Solver<SolverState> => multiStart({ solver: lbfgsb(), starts: 5, seed }),
    ]) {
      expect(await at(make(1))).toBe(await at(make(1)));
      expect(await at(make(1))).not.toBe(await at(make(2)));
    }
  });

  it("find a lower minimum than the nearest one", async () => {
    const problem = (): CoordinateProblem => leastSquaresProblem(rastrigin, [3.1, 2.2], box);
    const near = (await run(lbfgsb(), problem())).state.value;
    const many = await run(multiStart({ solver: lbfgsb(), starts: 40, seed: 3 }), problem());
    expect(many.state.value).toBeLessThan(near / 3);
    expect(many.state.finished).toHaveLength(40);
    expect((await run(cmaEs({ population: 40, seed: 1 }), problem())).state.value).toBeLessThan(1e-10);
  });
});
