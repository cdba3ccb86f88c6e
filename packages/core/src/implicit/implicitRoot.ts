import { ArgumentError } from "../util/errors.js";
import { customJvp } from "../trace/custom/customJvp.js";
import { stopGradient } from "../trace/custom/stopGradient.js";
import { emit } from "../trace/frame.js";
import { jit } from "../compile/jit.js";
import { jvp } from "../compile/forward.js";
import { np } from "../linalg/np.js";
import type { Tensor } from "../trace/tensor.js";
import type { Liftable, Tensors } from "../trace/treeTypes.js";
import { solveJacobian, type VectorSolver } from "./linear.js";
import { newtonRoot } from "./newton.js";
import { vectorForm } from "./vectors.js";

/** How a root is found and checked. */
export interface ImplicitRootOptions<X, P> {
  /** Largest absolute entry of the residual of what counts as a root; 1e-10 when left out. */
  readonly tolerance?: number;
  /** Newton steps; 50 when left out. */
  readonly maxIterations?: number;
  /** Finds the root in another way than Newton's; it is not differentiated. */
  readonly solve?: (residual: (x: Tensors<X>) => Tensors<X>, guess: Tensors<X>, params: Tensors<P>) => Liftable<X>;
  /**
   * Solves linear equations with the Jacobian (and with its transpose), given their product with a vector: for many unknowns. When left
   * out the Jacobian is formed and factorized.
   */
  readonly linearSolver?: VectorSolver;
  /** Fails the run with a NumericalError where the tolerance is not met; true when left out. */
  readonly check?: boolean;
}

/** A root, with what shows that it is one. */
export interface ImplicitRoot<X> {
  readonly root: Tensors<X>;
  /** Largest absolute entry of the residual at the root, shape []. */
  readonly residual: Tensor;
  /** Whether that is within the tolerance, bool, shape []. */
  readonly converged: Tensor;
}

/**
 * Makes a function that solves `residual(x, params) = 0` for x, and whose derivative in `params` follows from the equation: with the
 * Jacobians J by x and K by params, J x' = -K params' (implicit function theorem). How the root was found does not matter for it, and costs
 * nothing: forward and reverse mode are one linear solve. The start carries no derivative. Works in batches and to any order.
 *
 * What is differentiated must come through `params`.
 *
 * @param residual returns a tree like x
 * @returns (guess, params) -> the root and its certificate
 * @throws NumericalError when the program runs, where the residual stays above the tolerance (unless `check: false`).
 *
 * @example
 * const squareRoot = implicitRoot((x: Tensor, a: Tensor) => x.square().sub(a));
 * grad((a: Tensor) => squareRoot(1, a).root)(4).item(); // 0.25
 */
export function implicitRoot<X, P>(
  residual: (x: Tensors<X>, params: Tensors<P>) => Liftable<X> | Tensors<X>,
  options: ImplicitRootOptions<X, P> = {},
): (guess: X | Liftable<X>, params: P | Liftable<P>) => ImplicitRoot<X> {
  const { tolerance = 1e-10, maxIterations = 50, linearSolver = null, check = true } = options;
  checkOptions("implicitRoot", tolerance, maxIterations);
  const solve = options.solve as AnySolve | undefined;

  const vectorResidual = (guess: unknown, params: unknown): ((z: Tensor) => Tensor) => {
    const form = vectorForm(guess, "the unknowns");
    return (z) => form.toVector(residual(form.toTree(z) as Tensors<X>, params as Tensors<P>));
  };

  const find = (guess: Tensors<X>, params: Tensors<P>): Tensor => {
    const form = vectorForm(guess, "the unknowns");
    if (solve !== undefined) return form.toVector(solve((x) => residual(x as never, params), guess, params));
    const f = vectorResidual(guess, params);
    return newtonRoot(f, form.toVector(guess), { tolerance, maxIterations, solver: linearSolver })[0];
  };

  const rootOf: (guess: never, params: never) => Tensor = customJvp<[Tensors<X>, Tensors<P>], Tensor>(
    find,
    ([guess, params], [, direction]) => {
      const z = rootOf(guess as never, params as never);
      const along = (p: unknown): Tensor => vectorResidual(guess, p)(z);
      const moved = jvp(along as (p: never) => Tensor, [params] as never, [direction] as never)[1];
      const f = vectorResidual(guess, params);
      return [z, solveJacobian(f, z, moved, { solver: linearSolver, symmetric: false }).neg()];
    },
  );

  return jit((guess: Tensors<X>, params: Tensors<P>): ImplicitRoot<X> => {
    const z = rootOf(guess as never, params as never);
    const size = np.max(np.abs(stopGradient(vectorResidual(guess, params)(z))));
    const converged = np.lessEqual(size, tolerance);
    if (check) emit("check", { message: failure("implicitRoot", "residual", tolerance) }, [converged]);
    return { root: vectorForm(guess, "the unknowns").toTree(z) as Tensors<X>, residual: size, converged };
  }) as unknown as (guess: X | Liftable<X>, params: P | Liftable<P>) => ImplicitRoot<X>;
}

type AnySolve = (residual: (x: unknown) => unknown, guess: unknown, params: unknown) => unknown;

/** What a run says that found nothing. */
export function failure(owner: string, what: string, tolerance: number): string {
  return (
    `${owner}: the ${what} is larger than the tolerance of ${tolerance} where the iteration ended, so that no derivative follows from it. ` +
    "Start nearer, give another `solve`, allow more `maxIterations`, or a larger `tolerance`; with `check: false` the result says so instead."
  );
}

/**
 * Demands options that make sense.
 * @throws ArgumentError where one does not.
 */
export function checkOptions(owner: string, tolerance: number, maxIterations: number): void {
  if (!(tolerance > 0) || !Number.isFinite(tolerance)) {
    throw new ArgumentError({
      what: `${owner}: tolerance is no bound.`,
      got: String(tolerance),
      expected: "a positive number",
    });
  }
  if (!Number.isInteger(maxIterations) || maxIterations < 1) {
    throw new ArgumentError({
      what: `${owner}: maxIterations is no number of steps.`,
      got: String(maxIterations),
      expected: "a positive integer",
    });
  }
}
