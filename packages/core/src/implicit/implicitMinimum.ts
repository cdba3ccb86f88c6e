import { customJvp } from "../trace/custom/customJvp.js";
import { stopGradient } from "../trace/custom/stopGradient.js";
import { emit } from "../trace/frame.js";
import { grad } from "../compile/grad.js";
import { jacfwd } from "../compile/jacobian.js";
import { jit } from "../compile/jit.js";
import { jvp } from "../compile/forward.js";
import { np } from "../linalg/np.js";
import type { Tensor } from "../trace/tensor.js";
import type { Liftable, Tensors } from "../trace/treeTypes.js";
import { checkOptions, failure } from "./implicitRoot.js";
import { solveJacobian, type VectorSolver } from "./linear.js";
import { extremeEigenvalues, newtonMinimum } from "./newton.js";
import { vectorForm } from "./vectors.js";

/** How a minimum is found and checked. */
export interface ImplicitMinimumOptions<X, P> {
  /** Largest absolute entry of the gradient at what counts as a minimum; 1e-8 when left out. */
  readonly tolerance?: number;
  /** Newton steps; 100 when left out. */
  readonly maxIterations?: number;
  /** Finds the minimum in another way than Newton's (descent over many steps); it is not differentiated. */
  readonly solve?: (objective: (x: Tensors<X>) => Tensor, guess: Tensors<X>, params: Tensors<P>) => Liftable<X>;
  /** Solves linear equations with the second derivatives, given their product with a vector. When left out they are formed and factorized. */
  readonly linearSolver?: VectorSolver;
  /** Fails the run with a NumericalError where the tolerance is not met, or it is no minimum; true when left out. */
  readonly check?: boolean;
}

/** A minimum, with what shows that it is one. */
export interface ImplicitMinimum<X> {
  readonly minimum: Tensors<X>;
  /** Largest absolute entry of the gradient, shape []. */
  readonly gradient: Tensor;
  /** Smallest eigenvalue of the second derivatives, shape []: exact up to 96 unknowns, else an estimate from above. */
  readonly smallestEigenvalue: Tensor;
  /** Whether the gradient is within the tolerance and the eigenvalue positive by more than rounding, bool, shape []. */
  readonly converged: Tensor;
}

/**
 * Makes a function that minimizes `objective(x, params)` over x, and whose derivative in `params` follows from the gradient being zero: with
 * the second derivatives H by x and M by x and params, H x' = -M params'. How the minimum was found does not matter for it. The start carries
 * no derivative. Works in batches and to any order.
 *
 * @returns (guess, params) -> the minimum and its certificate
 * @throws NumericalError when the program runs, where the gradient stays above the tolerance or the point is no strict minimum (unless
 *   `check: false`).
 *
 * @example
 * const nearest = implicitMinimum((x: Tensor, p: Tensor) => np.sum(x.sub(p).square()).add(np.sum(x.mul(x).square())));
 * const { minimum, smallestEigenvalue } = nearest(np.zeros([2]), np.array([1, 2]));
 */
export function implicitMinimum<X, P>(
  objective: (x: Tensors<X>, params: Tensors<P>) => Tensor,
  options: ImplicitMinimumOptions<X, P> = {},
): (guess: X | Liftable<X>, params: P | Liftable<P>) => ImplicitMinimum<X> {
  const { tolerance = 1e-8, maxIterations = 100, linearSolver = null, check = true } = options;
  checkOptions("implicitMinimum", tolerance, maxIterations);
  const solve = options.solve as AnySolve | undefined;

  const vectorObjective = (guess: unknown, params: unknown): ((z: Tensor) => Tensor) => {
    const form = vectorForm(guess, "the unknowns");
    return (z) => objective(form.toTree(z) as Tensors<X>, params as Tensors<P>);
  };
  const gradientOf = (guess: unknown, params: unknown): ((z: Tensor) => Tensor) =>
    grad(vectorObjective(guess, params)) as unknown as (z: Tensor) => Tensor;

  const find = (guess: Tensors<X>, params: Tensors<P>): Tensor => {
    const form = vectorForm(guess, "the unknowns");
    if (solve !== undefined) return form.toVector(solve((x) => objective(x as never, params), guess, params));
    const f = vectorObjective(guess, params);
    return newtonMinimum(f, form.toVector(guess), { tolerance, maxIterations, solver: null })[0];
  };

  const minimumOf: (guess: never, params: never) => Tensor = customJvp<[Tensors<X>, Tensors<P>], Tensor>(
    find,
    ([guess, params], [, direction]) => {
      const z = minimumOf(guess as never, params as never);
      const along = (p: unknown): Tensor => gradientOf(guess, p)(z);
      const moved = jvp(along as (p: never) => Tensor, [params] as never, [direction] as never)[1];
      return [z, solveJacobian(gradientOf(guess, params), z, moved, { solver: linearSolver, symmetric: true }).neg()];
    },
  );

  return jit((guess: Tensors<X>, params: Tensors<P>): ImplicitMinimum<X> => {
    const z = minimumOf(guess as never, params as never);
    const at = stopGradient(z);
    const gradient = gradientOf(guess, stopGradient(params));
    const size = np.max(np.abs(gradient(at)));
    const [lowest, highest] = extremeEigenvalues(
      (x) => jvp(gradient, [at], [x])[1],
      () => jacfwd(gradient)(at) as Tensor,
      at,
    );
    // An eigenvalue of 0 is computed as some rounding errors of the largest, of either sign.
    const isMinimum = np.greater(lowest, highest.mul(at.dtype === "float32" ? 1e-6 : 1e-13));
    const isFlat = np.lessEqual(size, tolerance);
    if (check) {
      emit("check", { message: failure("implicitMinimum", "gradient", tolerance) }, [isFlat]);
      emit("check", { message: notMinimum }, [isMinimum]);
    }
    return {
      minimum: vectorForm(guess, "the unknowns").toTree(z) as Tensors<X>,
      gradient: size,
      smallestEigenvalue: lowest,
      converged: np.logicalAnd(isFlat, isMinimum),
    };
  }) as unknown as (guess: X | Liftable<X>, params: P | Liftable<P>) => ImplicitMinimum<X>;
}

type AnySolve = (objective: (x: unknown) => Tensor, guess: unknown, params: unknown) => unknown;

const notMinimum =
  "implicitMinimum: the second derivatives have an eigenvalue that is not positive, so that the point is a saddle or the minimum is not " +
  "isolated (a shape that may move or turn freely): no derivative follows from it. Hold what is free, by a term of the objective or by fewer " +
  "unknowns, or start elsewhere; with `check: false` the result says so instead.";
