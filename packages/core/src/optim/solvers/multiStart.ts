import { ArgumentError } from "../../util/errors.js";
import { checkPositive } from "../options.js";
import type { Counts, Problem } from "../problem.js";
import { boundsOf, project } from "./box.js";
import { normalAt, uniformAt } from "./seededNormals.js";
import type { Plain, Solver, SolverState } from "./solver.js";
import { checkPositiveCount } from "./tolerances.js";

/** Options of `multiStart`. */
export interface MultiStartOptions {
  /** What runs from each start. Its limits hold for each run. */
  readonly solver: Solver<SolverState>;
  /** Number of starts; the first is the one given to `fit`. */
  readonly starts: number;
  /** Determines the further starts; default 0. */
  readonly seed?: number;
  /**
   * How far they lie from the first: a standard deviation in units of the parameters, for those without two finite bounds;
   * default 1. Between two finite bounds starts are uniform.
   */
  readonly spread?: number;
}

/** A run that has ended. */
export interface FinishedRun {
  readonly [name: string]: Plain;
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly reason: string;
}

/** What is remembered; `x`, `value` and `gradient` are those of the best point of all runs. */
export interface MultiStartState extends SolverState {
  readonly origin: Float64Array;
  /** State of the run that is under way; null after the last. */
  readonly current: SolverState | null;
  readonly finished: readonly FinishedRun[];
  /** Evaluations before the run that is under way. */
  readonly before: number;
}

/**
 * A solver that runs another one from several starts, and keeps the best. Runs are made one after the other; a step of this
 * one is a step of that one.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function multiStart(options: MultiStartOptions): Solver<MultiStartState> {
  const { solver, starts, seed = 0, spread = 1 } = options;
  checkPositiveCount("multiStart", "starts", starts);
  checkPositive("multiStart", "spread", spread);
  if (!Number.isFinite(starts)) {
    throw new ArgumentError({
      what: "multiStart: starts has no end.",
      got: "starts: Infinity",
      expected: "a positive integer",
    });
  }

  /** The state where a run is at `current`; ended runs are put aside and the next one is begun. */
  const settle = async (problem: Problem, state: MultiStartState, current: SolverState): Promise<MultiStartState> => {
    let next: MultiStartState = { ...betterOf(state, current), current };
    for (;;) {
      const run = next.current;
      const reason = run === null ? null : solver.done(run, since(problem.counts, next.before));
      if (run === null || reason === null) return next;
      const finished = [...next.finished, { x: run.x, value: run.value, iterations: run.iterations, reason }];
      if (finished.length === starts) {
        const best = finished.reduce((a, b) => (b.value < a.value ? b : a));
        const status = best.value < Infinity ? (best.reason as SolverState["status"]) : "nonFinite";
        return { ...next, current: null, finished, status };
      }
      const before = problem.counts.evaluations;
      const started = await solver.init(problem, startAt(problem, state.origin, finished.length, seed, spread));
      next = { ...betterOf(next, started), current: started, finished, before };
    }
  };

  return Object.freeze({
    kind: "solver",
    name: `multiStart(${solver.name})`,
    needs: solver.needs,
    takesBounds: solver.takesBounds,
    ...(solver.metric === undefined ? {} : { metric: solver.metric }),
    async init(problem, start) {
      const current = await solver.init(problem, start);
      const { x, value, gradient } = current;
      const state = {
        x,
        value,
        gradient,
        iterations: 0,
        status: null,
        origin: start,
        current,
        finished: [],
        before: 0,
      };
      return settle(problem, state, current);
    },
    async step(problem, state) {
      const iterations = state.iterations + 1;
      if (state.current === null) return { ...state, iterations };
      const current = await solver.step(problem, state.current);
      return settle(problem, { ...state, iterations }, current);
    },
    done: (state) => state.status,
  } satisfies Solver<MultiStartState>);
}

function betterOf(state: MultiStartState, run: SolverState): MultiStartState {
  if (!(run.value < state.value)) return state;
  return { ...state, x: run.x, value: run.value, gradient: run.gradient };
}

function since(counts: Counts, before: number): Counts {
  return { ...counts, evaluations: counts.evaluations - before };
}

function startAt(problem: Problem, origin: Float64Array, run: number, seed: number, spread: number): Float64Array {
  const box = boundsOf(problem);
  const x = origin.map((entry, i) => {
    const counter = run * origin.length + i;
    const width = box.upper[i]! - box.lower[i]!;
    if (Number.isFinite(width)) return box.lower[i]! + width * uniformAt(seed, counter);
    return entry + spread * normalAt(seed, counter);
  });
  return project(x, box);
}
