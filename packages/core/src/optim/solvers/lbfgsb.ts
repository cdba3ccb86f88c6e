import { difference, dot, maxAbs, norm } from "./linear/vectors.js";
import { cauchyPoint } from "./lbfgsb/cauchyPoint.js";
import { compactModel } from "./lbfgsb/compactModel.js";
import { minimizeInSubspace } from "./lbfgsb/subspace.js";
import { boundsOf, longestStep, projectedGradient, project, type Box } from "./box.js";
import { inverseHessianProduct, type CurvaturePair } from "./lbfgs.js";
import { searchTwice } from "./lineSearch/choose.js";
import { lineFrom, type LinePoint } from "./lineSearch/line.js";
import { moreThuenteSearch } from "./lineSearch/moreThuente.js";
import type { Solver, SolverState } from "./solver.js";
import {
  checkPositiveCount,
  doneBy,
  readTolerances,
  stopAfterStep,
  stopAtPoint,
  type StopOptions,
} from "./tolerances.js";

/** Options of `lbfgsb`. */
export interface LbfgsbOptions extends StopOptions {
  /** Pairs of steps and gradient changes that are remembered; default 10. */
  readonly memory?: number;
}

/** What L-BFGS-B remembers. */
export interface LbfgsbState extends SolverState {
  readonly gradient: Float64Array;
  /** The oldest first. */
  readonly pairs: readonly CurvaturePair[];
}

/** Constants of the authors' program: c1, c2 and the width of the line search, and the longest free step. */
const searchOptions = { decrease: 1e-3, curvature: 0.9, width: 0.1, minStep: 0, maxEvaluations: 20 };
const longestFreeStep = 1e10;

/**
 * L-BFGS within bounds: a quadratic model with limited memory is minimised first along the projected gradient, then in the
 * parameters that are then off their bounds.
 *
 * Sources: R. H. Byrd, P. Lu, J. Nocedal and C. Zhu, A limited memory algorithm for bound constrained optimization, SIAM J.
 * Sci. Comput. 16 (1995); projection of the subspace step: J. L. Morales and J. Nocedal, Remark on Algorithm 778, ACM TOMS
 * 38 (2011). `gradientTolerance` is held against the projected gradient.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function lbfgsb(options: LbfgsbOptions = {}): Solver<LbfgsbState> {
  const { memory = 10 } = options;
  checkPositiveCount("lbfgsb", "memory", memory);
  const tolerances = readTolerances("lbfgsb", options);
  const search = searchTwice(moreThuenteSearch(searchOptions));

  return Object.freeze({
    kind: "solver",
    name: "lbfgsb",
    needs: "gradient",
    takesBounds: true,
    async init(problem, start) {
      const box = boundsOf(problem);
      const x = project(start, box);
      const { value, gradient } = await problem.valueAndGradient(x);
      const status = stopAtPoint(value, maxAbs(projectedGradient(x, gradient, box)), tolerances);
      return { x, value, gradient, iterations: 0, status, pairs: [] };
    },
    async step(problem, state) {
      const iterations = state.iterations + 1;
      const box = boundsOf(problem);
      let pairs = state.pairs;
      let found: LinePoint | null = null;
      for (;;) {
        const target = modelMinimum(state.x, state.gradient, pairs, box);
        if (target !== null) {
          const line = lineFrom(state, difference(target, state.x));
          const longest = limitOf(state, line.direction, box, iterations);
          if (line.slope < 0) {
            const first = iterations === 1 && !box.isWhole ? Math.min(1 / norm(line.direction), longest) : 1;
            found = await search(problem, line, first, longest);
          }
        }
        if (found !== null || pairs.length === 0) break;
        pairs = [];
      }
      if (found === null) return { ...state, iterations, status: "lineSearchFailed", pairs };
      // Rounding may carry a coordinate that ends on its bound past it by an ulp.
      const x = project(found.x, box);
      const after = { x, value: found.value, gradient: found.gradient };
      const pair = { step: difference(x, state.x), change: difference(found.gradient, state.gradient) };
      const slope = maxAbs(projectedGradient(x, found.gradient, box));
      const isCurved = dot(pair.step, pair.change) > -Number.EPSILON * dot(state.gradient, pair.step);
      return {
        ...after,
        iterations,
        status: stopAtPoint(found.value, slope, tolerances) ?? stopAfterStep(state, after, tolerances),
        pairs: isCurved ? [...pairs, pair].slice(-memory) : pairs,
      };
    },
    done: doneBy(tolerances),
  } satisfies Solver<LbfgsbState>);
}

/** Where the model is lowest within the box; null where its matrices are singular. */
function modelMinimum(
  x: Float64Array,
  gradient: Float64Array,
  pairs: readonly CurvaturePair[],
  box: Box,
): Float64Array | null {
  // Without bounds the minimum is known in closed form, which loses fewer digits than the small matrices.
  if (box.isFree) return difference(x, inverseHessianProduct(gradient, pairs, 1));
  const model = compactModel(pairs);
  const cauchy = model === null ? null : cauchyPoint(x, gradient, model, box);
  return model === null || cauchy === null ? null : minimizeInSubspace(x, gradient, cauchy, model, box);
}

/** How far a line may be followed: the first step not past its target, later ones to where the box ends. */
function limitOf(state: LbfgsbState, direction: Float64Array, box: Box, iterations: number): number {
  if (box.isFree) return longestFreeStep;
  return iterations === 1 ? 1 : Math.min(longestFreeStep, longestStep(state.x, direction, box));
}
