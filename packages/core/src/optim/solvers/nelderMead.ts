import { ArgumentError } from "../../util/errors.js";
import { checkPositive } from "../options.js";
import type { Problem } from "../problem.js";
import type { Solver, SolverState } from "./solver.js";
import { boundsOf, project, type Box } from "./box.js";
import { doneBy, readTolerances, type StopOptions, type Tolerances } from "./tolerances.js";
import type { StopReason } from "./stopReasons.js";

/** Options of `nelderMead`. */
export interface NelderMeadOptions extends Omit<StopOptions, "gradientTolerance" | "valueTolerance" | "stepTolerance"> {
  /** Coefficients that suit the number of parameters (Gao and Han 2012), for more than a few; default false. */
  readonly adaptive?: boolean;
  /** Part of a parameter by which the first simplex varies it; default 0.05. One that is 0 is varied by 0.005 of it. */
  readonly initialSize?: number;
  /** Together with `sizeTolerance`: stops where the values of the corners differ by at most this; default 1e-10. */
  readonly spreadTolerance?: number;
  /** Stops where no coordinate of the corners differs by more from the best one's; default 1e-8. */
  readonly sizeTolerance?: number;
}

/** What the simplex method remembers. */
export interface NelderMeadState extends SolverState {
  readonly gradient: null;
  /** The corners, the best first. */
  readonly corners: readonly Float64Array[];
  readonly values: Float64Array;
}

interface Coefficients {
  readonly reflection: number;
  readonly expansion: number;
  readonly contraction: number;
  readonly shrinkage: number;
}

/**
 * The simplex method of Nelder and Mead: for a handful of parameters and a loss without derivatives.
 *
 * Sources: J. A. Nelder and R. Mead, Computer Journal 7 (1965), with the order of ties of J. C. Lagarias et al., SIAM J.
 * Optim. 9 (1998); adaptive coefficients: F. Gao and L. Han, Comput. Optim. Appl. 51 (2012), (4.1).
 *
 * @throws ArgumentError if an option is out of range.
 */
export function nelderMead(options: NelderMeadOptions = {}): Solver<NelderMeadState> {
  const { adaptive = false, initialSize = 0.05, spreadTolerance = 1e-10, sizeTolerance = 1e-8 } = options;
  checkPositive("nelderMead", "initialSize", initialSize);
  for (const [name, value] of Object.entries({ spreadTolerance, sizeTolerance })) {
    if (value >= 0) continue;
    throw new ArgumentError({
      what: `nelderMead: ${name} is out of range.`,
      got: `${name}: ${value}`,
      expected: ">= 0",
    });
  }
  const tolerances = readTolerances("nelderMead", options, { maxIterations: 10_000 });

  return Object.freeze({
    kind: "solver",
    name: "nelderMead",
    needs: "value",
    takesBounds: true,
    async init(problem, start) {
      const box = boundsOf(problem);
      const corners = firstSimplex(project(start, box), initialSize, box);
      const values: number[] = [];
      for (const corner of corners) values.push(await valueOf(problem, corner));
      const state = sorted(corners, values, 0);
      return { ...state, status: Number.isFinite(state.value) ? null : "nonFinite" };
    },
    async step(problem, state) {
      const box = boundsOf(problem);
      const next = await advance(problem, state, coefficients(adaptive, problem.size), box);
      return { ...next, status: statusOf(next, spreadTolerance, sizeTolerance, tolerances) };
    },
    done: doneBy(tolerances),
  } satisfies Solver<NelderMeadState>);
}

function coefficients(adaptive: boolean, n: number): Coefficients {
  if (!adaptive) return { reflection: 1, expansion: 2, contraction: 0.5, shrinkage: 0.5 };
  return { reflection: 1, expansion: 1 + 2 / n, contraction: 0.75 - 1 / (2 * n), shrinkage: 1 - 1 / n };
}

/** The start, and the start with one coordinate changed each; what would lie above a bound is mirrored at it. */
function firstSimplex(start: Float64Array, size: number, box: Box): Float64Array[] {
  const corners: Float64Array[] = [start.slice()];
  for (let i = 0; i < start.length; i++) {
    const corner = start.slice();
    corner[i] = start[i] === 0 ? 0.005 * size : (1 + size) * start[i]!;
    corners.push(
      project(
        corner.map((entry, k) => (entry > box.upper[k]! ? 2 * box.upper[k]! - entry : entry)),
        box,
      ),
    );
  }
  return corners;
}

async function advance(
  problem: Problem,
  state: NelderMeadState,
  { reflection, expansion, contraction, shrinkage }: Coefficients,
  box: Box,
): Promise<Omit<NelderMeadState, "status">> {
  const { corners, values } = state;
  const n = problem.size;
  const [best, worst] = [corners[0]!, corners[n]!];
  const centroid = new Float64Array(n);
  for (const corner of corners.slice(0, n)) for (let i = 0; i < n; i++) centroid[i]! += corner[i]!;
  for (let i = 0; i < n; i++) centroid[i]! /= n;
  /** The point beyond the centroid as seen from the worst corner. */
  const beyond = async (factor: number): Promise<Corner> => {
    const x = project(
      centroid.map((entry, i) => (1 + factor) * entry - factor * worst[i]!),
      box,
    );
    return { x, value: await valueOf(problem, x) };
  };
  const replaced = ({ x, value }: Corner): Omit<NelderMeadState, "status"> =>
    sorted([...corners.slice(0, n), x], [...values.slice(0, n), value], state.iterations + 1);

  const reflected = await beyond(reflection);
  if (reflected.value < values[0]!) {
    const expanded = await beyond(reflection * expansion);
    return replaced(expanded.value < reflected.value ? expanded : reflected);
  }
  if (reflected.value < values[n - 1]!) return replaced(reflected);
  const isOutside = reflected.value < values[n]!;
  const contracted = await beyond(isOutside ? contraction * reflection : -contraction);
  if (isOutside ? contracted.value <= reflected.value : contracted.value < values[n]!) return replaced(contracted);

  const shrunk = [best];
  const shrunkValues = [values[0]!];
  for (const corner of corners.slice(1)) {
    const x = project(
      corner.map((entry, i) => best[i]! + shrinkage * (entry - best[i]!)),
      box,
    );
    shrunk.push(x);
    shrunkValues.push(await valueOf(problem, x));
  }
  return sorted(shrunk, shrunkValues, state.iterations + 1);
}

interface Corner {
  readonly x: Float64Array;
  readonly value: number;
}

/** What is not a number is worse than everything. */
async function valueOf(problem: Problem, x: Float64Array): Promise<number> {
  const value = await problem.value(x);
  return Number.isNaN(value) ? Infinity : value;
}

function sorted(
  corners: readonly Float64Array[],
  values: readonly number[],
  iterations: number,
): Omit<NelderMeadState, "status"> & { readonly status: null } {
  // Sorting is stable: of equal corners the older stays in front. Infinity - Infinity is NaN, hence no difference.
  const order = [...values.keys()].sort((a, b) => (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : 0));
  const first = order[0]!;
  return {
    x: corners[first]!,
    value: values[first]!,
    gradient: null,
    iterations,
    status: null,
    corners: order.map((i) => corners[i]!),
    values: Float64Array.from(order, (i) => values[i]!),
  };
}

function statusOf(
  state: Omit<NelderMeadState, "status">,
  spread: number,
  size: number,
  tolerances: Tolerances,
): StopReason | null {
  if (state.value <= tolerances.target) return "target";
  const { corners, values, x } = state;
  const isSmall = corners.every((corner) => corner.every((entry, i) => Math.abs(entry - x[i]!) <= size));
  return isSmall && values.every((value) => Math.abs(value - values[0]!) <= spread) ? "stepTolerance" : null;
}
