import { ArgumentError } from "../../util/errors.js";
import { checkPositive } from "../options.js";
import type { Problem } from "../problem.js";
import { strategyOf, type Strategy } from "./cmaEs/strategy.js";
import { boundsOf, type Box } from "./box.js";
import { identity, multiply, multiplyLeft, symmetricEigen } from "./linear/matrices.js";
import { norm } from "./linear/vectors.js";
import { normalAt } from "./seededNormals.js";
import type { Solver, SolverState } from "./solver.js";
import { checkPositiveCount, doneBy, readTolerances, type StopOptions } from "./tolerances.js";
import type { StopReason } from "./stopReasons.js";

/** Options of `cmaEs`. */
export interface CmaEsOptions extends Omit<StopOptions, "gradientTolerance" | "valueTolerance" | "stepTolerance"> {
  /**
   * Standard deviation of the first samples: in units of the parameters, or of the distance of their bounds where both are
   * finite. Default 0.3: a third of the range that is to be searched.
   */
  readonly sigma?: number;
  /** Samples of one step; default 4 + 3 ln(size), rounded down. More search more widely. */
  readonly population?: number;
  /** Determines all random numbers; default 0. */
  readonly seed?: number;
  /** Stops where the values of a step, and the best ones of the steps before, differ by at most this; default 1e-12. */
  readonly spreadTolerance?: number;
  /** Stops where the standard deviation is at most this part of the first one in every direction; default 1e-11. */
  readonly sizeTolerance?: number;
}

/** What the evolution strategy remembers. `x` and `value` are the best sample so far. */
export interface CmaEsState extends SolverState {
  readonly gradient: null;
  readonly mean: Float64Array;
  readonly sigma: number;
  /** Covariance, row-major, `[size, size]`. */
  readonly covariance: Float64Array;
  /** Its eigenvectors, as columns, and the roots of its eigenvalues; a few steps old. */
  readonly vectors: Float64Array;
  readonly roots: Float64Array;
  /** Evolution paths. */
  readonly sigmaPath: Float64Array;
  readonly covariancePath: Float64Array;
  /** Normal numbers drawn so far. */
  readonly drawn: number;
  /** The best values of the last steps, the oldest first. */
  readonly recent: Float64Array;
  /** Steps since the eigenvectors were found. */
  readonly age: number;
}

/** A sample: its displacement from the mean in units of sigma. */
interface Sample {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly value: number;
}

/** A covariance that is conditioned worse cannot be sampled well. */
const worstCondition = 1e14;

/**
 * Evolution strategy with covariance matrix adaptation: for rough or noisy losses with many minima, without derivatives, and
 * up to some tens of parameters. With negative weights ("active").
 *
 * Source: N. Hansen, The CMA Evolution Strategy: A Tutorial, 2016 (arXiv:1604.00772), Figure 6 with the parameters of Table 1.
 * Samples beyond a bound are mirrored at it.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function cmaEs(options: CmaEsOptions = {}): Solver<CmaEsState> {
  const { sigma = 0.3, seed = 0, spreadTolerance = 1e-12, sizeTolerance = 1e-11 } = options;
  checkPositive("cmaEs", "sigma", sigma);
  if (options.population !== undefined) {
    checkPositiveCount("cmaEs", "population", options.population);
    if (options.population < 4) {
      throw new ArgumentError({
        what: "cmaEs: the population is too small.",
        got: `population: ${options.population}`,
        expected: "at least 4",
      });
    }
  }
  const tolerances = readTolerances("cmaEs", options, { maxIterations: 10_000 });
  const strategies = new Map<number, Strategy>();
  const strategyFor = (n: number): Strategy => {
    const known = strategies.get(n) ?? strategyOf(n, options.population ?? 4 + Math.floor(3 * Math.log(n)));
    strategies.set(n, known);
    return known;
  };

  return Object.freeze({
    kind: "solver",
    name: "cmaEs",
    needs: "value",
    takesBounds: true,
    async init(problem, start) {
      const n = problem.size;
      const box = boundsOf(problem);
      const value = await problem.value(start);
      const roots = start.map((_, i) => {
        const width = box.upper[i]! - box.lower[i]!;
        return Number.isFinite(width) && width > 0 ? width : 1;
      });
      return {
        x: start,
        value,
        gradient: null,
        iterations: 0,
        status: Number.isFinite(value) ? null : "nonFinite",
        mean: start,
        sigma,
        covariance: identity(n).map((entry, k) => entry * roots[k % n]! ** 2),
        vectors: identity(n),
        roots,
        sigmaPath: new Float64Array(n),
        covariancePath: new Float64Array(n),
        drawn: 0,
        recent: new Float64Array(0),
        age: 0,
      };
    },
    async step(problem, state) {
      const strategy = strategyFor(problem.size);
      const samples = await sample(problem, state, strategy, seed, boundsOf(problem));
      const next = adapt(state, samples, strategy);
      const spread = [...next.recent, ...samples.map(({ value }) => value)];
      const status: StopReason | null =
        next.value <= tolerances.target
          ? "target"
          : stopOf(next, state.sigma, spread, strategy, { sigma, spreadTolerance, sizeTolerance });
      return { ...next, status };
    },
    done: doneBy(tolerances),
  } satisfies Solver<CmaEsState>);
}

/** Draws and evaluates the samples of a step, the best first. */
async function sample(
  problem: Problem,
  state: CmaEsState,
  strategy: Strategy,
  seed: number,
  box: Box,
): Promise<readonly Sample[]> {
  const n = problem.size;
  const samples: Sample[] = [];
  for (let k = 0; k < strategy.population; k++) {
    const z = Float64Array.from({ length: n }, (_, i) => normalAt(seed, state.drawn + k * n + i) * state.roots[i]!);
    const y = multiply(state.vectors, z);
    const x = state.mean.map((entry, i) => mirrored(entry + state.sigma * y[i]!, box.lower[i]!, box.upper[i]!));
    const value = await problem.value(x);
    samples.push({
      x,
      y: x.map((entry, i) => (entry - state.mean[i]!) / state.sigma),
      value: Number.isNaN(value) ? Infinity : value,
    });
  }
  return samples.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
}

/** Reflects a number into [low, high]. */
function mirrored(value: number, low: number, high: number): number {
  if (value >= low && value <= high) return value;
  const width = high - low;
  if (!Number.isFinite(width)) return value < low ? 2 * low - value : 2 * high - value;
  if (width === 0) return low;
  const turns = (((value - low) % (2 * width)) + 2 * width) % (2 * width);
  return low + (turns <= width ? turns : 2 * width - turns);
}

/** Mean, paths, step size and covariance after a step: tutorial, equations (39) to (47). */
function adapt(
  state: CmaEsState,
  samples: readonly Sample[],
  strategy: Strategy,
): Omit<CmaEsState, "status"> & { status: null } {
  const { weights, parents, effective, sigmaRate, sigmaDamping, pathRate, rankOne, rankMu, expectedNorm } = strategy;
  const n = state.mean.length;
  const shift = new Float64Array(n);
  for (let k = 0; k < parents; k++) for (let i = 0; i < n; i++) shift[i]! += weights[k]! * samples[k]!.y[i]!;
  const mean = state.mean.map((entry, i) => entry + state.sigma * shift[i]!);

  const sigmaStep = Math.sqrt(sigmaRate * (2 - sigmaRate) * effective);
  const whitened = whiten(state, shift);
  const sigmaPath = state.sigmaPath.map((entry, i) => (1 - sigmaRate) * entry + sigmaStep * whitened[i]!);
  const iterations = state.iterations + 1;
  const length = norm(sigmaPath);
  const sigma = state.sigma * Math.exp((sigmaRate / sigmaDamping) * (length / expectedNorm - 1));
  // The path is not followed while it is still long from a step size that was too small.
  const isSteady = length / Math.sqrt(1 - (1 - sigmaRate) ** (2 * iterations)) < (1.4 + 2 / (n + 1)) * expectedNorm;
  const pathStep = isSteady ? Math.sqrt(pathRate * (2 - pathRate) * effective) : 0;
  const covariancePath = state.covariancePath.map((entry, i) => (1 - pathRate) * entry + pathStep * shift[i]!);

  const sum = weights.reduce((total, weight) => total + weight, 0);
  const missing = isSteady ? 0 : pathRate * (2 - pathRate);
  const keep = 1 + rankOne * missing - rankOne - rankMu * sum;
  const covariance = state.covariance.map((entry) => keep * entry);
  addOuter(covariance, covariancePath, rankOne);
  samples.forEach(({ y }, k) => {
    const weight = weights[k]!;
    const scale = weight >= 0 ? 1 : n / norm(whiten(state, y)) ** 2;
    if (Number.isFinite(scale)) addOuter(covariance, y, rankMu * weight * scale);
  });

  const isOld = state.age + 1 >= strategy.eigenInterval;
  const eigen = isOld ? symmetricEigen(covariance, n) : null;
  const best = samples[0]!;
  const isBetter = best.value < state.value;
  return {
    x: isBetter ? best.x : state.x,
    value: isBetter ? best.value : state.value,
    gradient: null,
    iterations,
    status: null,
    mean,
    sigma,
    covariance,
    vectors: eigen?.vectors ?? state.vectors,
    roots: eigen === null ? state.roots : eigen.values.map((value) => Math.sqrt(Math.max(value, 0))),
    sigmaPath,
    covariancePath,
    drawn: state.drawn + strategy.population * n,
    recent: Float64Array.from([...state.recent, best.value].slice(-strategy.horizon)),
    age: isOld ? 0 : state.age + 1,
  };
}

/** C^(-1/2) v. */
function whiten(state: CmaEsState, v: Float64Array): Float64Array {
  const inside = multiplyLeft(v, state.vectors).map((entry, i) => entry / state.roots[i]!);
  return multiply(state.vectors, inside);
}

function addOuter(matrix: Float64Array, v: Float64Array, factor: number): void {
  const n = v.length;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j]! += factor * v[i]! * v[j]!;
}

function stopOf(
  state: Omit<CmaEsState, "status">,
  sigmaBefore: number,
  values: readonly number[],
  strategy: Strategy,
  limits: { readonly sigma: number; readonly spreadTolerance: number; readonly sizeTolerance: number },
): StopReason | null {
  const largest = state.roots.reduce((a, b) => Math.max(a, b), 0);
  const smallest = state.roots.reduce((a, b) => Math.min(a, b), Infinity);
  if (!Number.isFinite(state.sigma) || !Number.isFinite(largest)) return "nonFinite";
  if (!(smallest > 0) || (largest / smallest) ** 2 > worstCondition || sigmaBefore === 0) return "noProgress";
  if (state.sigma * largest <= limits.sizeTolerance * limits.sigma) return "stepTolerance";
  const spread = Math.max(...values) - Math.min(...values);
  return state.recent.length >= strategy.horizon && spread <= limits.spreadTolerance ? "valueTolerance" : null;
}
