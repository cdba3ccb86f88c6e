import { ShapeError } from "../../util/errors.js";
import { expectSameStructure, unflatten } from "../../util/tree.js";
import { readArguments } from "../../trace/leaves.js";
import { np } from "../../trace/np.js";
import { castTensor, showShape } from "../../trace/operands.js";
import type { Tensor, TensorLike } from "../../trace/tensor.js";
import type { Liftable } from "../../trace/treeTypes.js";
import { chooseAdjoint, type Adjoint } from "../adjoint.js";
import { checkCount } from "../checks.js";
import { statusOfState } from "../status.js";
import { integrateFixed } from "./fixed.js";
import type { RightHandSide } from "./method.js";
import { bindParams, readStart, readTimes } from "./problem.js";

/** Where a stochastic differential equation is solved, and along which path. */
export interface EulerMaruyamaOptions<Y> {
  /** The start, the output times, the end: `[n]`, ascending, at least two. */
  readonly times: TensorLike;
  /** Steps from one output time to the next. Default 1. */
  readonly substeps?: number;
  /**
   * The increments of the Wiener process, a tree like the state with leaves `[(n - 1) * substeps, ...]`: independent normal
   * numbers of mean 0 and variance h, the size of the step.
   */
  readonly increments: Liftable<Y>;
  /** How a gradient gets the states of the steps back. Default "auto". */
  readonly adjoint?: Exclude<Adjoint, "inverse">;
}

/** A path. */
export interface EulerMaruyamaResult<Y> {
  /** The state at the last time. */
  readonly final: Y;
  /** The states at the times, each leaf `[n, ...]`; the first is the start. */
  readonly outputs: Y;
  /** `[n]`, in the dtype of the state. */
  readonly times: Tensor;
  /** int32, shape []; `statusOf` tells what it means. */
  readonly status: Tensor;
}

/**
 * Solves dy = drift(t, y) dt + diffusion(t, y) dW (Ito, each entry of the state with its own noise) along a given path:
 * strong order 1/2, or 1 where the diffusion does not depend on y. Maruyama, Rend. Circ. Mat. Palermo 4 (1955) 48.
 * Differentiable by the start, the parameters and the increments.
 *
 * @throws ArgumentError, DTypeError, TreeError or ShapeError where options, state or functions do not fit.
 */
export function eulerMaruyama<Y, P>(
  equation: { readonly drift: RightHandSide<Y, P>; readonly diffusion: RightHandSide<Y, P> },
  y0: Y | Liftable<Y>,
  options: EulerMaruyamaOptions<Y>,
  params: P | Liftable<P>,
): EulerMaruyamaResult<Y> {
  const owner = "eulerMaruyama";
  const { substeps = 1 } = options;
  checkCount(owner, "substeps", substeps);
  const start = readStart(owner, y0);
  const times = readTimes(owner, options.times, start.dtype);
  const increments = readArguments(options.increments, "increments");
  expectSameStructure(
    "eulerMaruyama: the increments must be a tree like the state.",
    { name: "y0", structure: start.structure },
    { name: "increments", structure: increments.structure },
  );
  const steps = ((times.shape[0] as number) - 1) * substeps;
  const xs = increments.leaves.map(({ tensor }, i) => {
    const wanted = [steps, ...(start.leaves[i] as Tensor).shape];
    if (String(tensor.shape) === String(wanted)) return castTensor(tensor, start.dtype);
    throw new ShapeError({
      what: "eulerMaruyama: the increments are not one for each step.",
      got: `${showShape(tensor.shape)} in leaf ${i}`,
      expected: `${showShape(wanted)}: (times - 1) * substeps rows of the shape of the state`,
    });
  });
  const drift = bindParams(owner, "the drift", equation.drift, start, params);
  const diffusion = bindParams(owner, "the diffusion", equation.diffusion, start, params);
  const run = integrateFixed(
    {
      step: (time, state, h, noise) => {
        const [slopes, spreads] = [drift(time, state), diffusion(time, state)];
        return state.map((leaf, i) => {
          const [slope, spread, dW] = [slopes[i] as Tensor, spreads[i] as Tensor, noise[i] as Tensor];
          return np.add(np.add(leaf, np.mul(slope, h)), np.mul(spread, dW));
        });
      },
    },
    start.leaves,
    times,
    { substeps, adjoint: chooseAdjoint(owner, options.adjoint, false), xs },
  );
  return {
    final: unflatten(start.structure, run.final) as Y,
    outputs: unflatten(start.structure, run.outputs) as Y,
    times,
    status: statusOfState(run.final),
  };
}
