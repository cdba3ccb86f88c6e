import { foriLoop, whileLoop } from "../trace/control.js";
import { jacfwd } from "../compile/jacobian.js";
import { grad } from "../compile/grad.js";
import { np } from "../linalg/np.js";
import type { Tensor } from "../trace/tensor.js";
import { solveJacobian, type VectorSolver } from "./linear.js";

/** When an iteration ends. */
export interface NewtonOptions {
  /** Largest absolute entry of the residual. */
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly solver: VectorSolver | null;
}

/** Halvings of a step before it is given up: 2^-30 is less than what rounding leaves of most steps. */
const halvings = 30;

/**
 * A root of `f` by Newton's method; a step is halved until the largest entry of the residual falls (Dennis and Schnabel, Numerical
 * Methods for Unconstrained Optimization and Nonlinear Equations, 1983, section 6.3, with the simplest test).
 *
 * @param z `[n]`
 * @returns where it ended, and after how many steps
 */
export function newtonRoot(
  f: (z: Tensor) => Tensor,
  z: Tensor,
  { tolerance, maxIterations, solver }: NewtonOptions,
): readonly [Tensor, Tensor] {
  const sizeAt = (at: Tensor): Tensor => np.max(np.abs(f(at)));
  const [root, , count] = whileLoop(
    ([, size, k, moved]) => np.logicalAnd(moved, np.logicalAnd(np.greater(size, tolerance), np.less(k, maxIterations))),
    ([at, size, k]) => {
      const step = solveJacobian(f, at, f(at), { solver, symmetric: false });
      const [next, smaller, , accepted] = whileLoop(
        ([, , tried, done]) => np.logicalAnd(np.logicalNot(done), np.less(tried, halvings)),
        ([, , tried]) => {
          const factor = np.power(0.5, tried.astype("float64")).astype(at.dtype);
          const candidate = at.sub(step.mul(factor));
          const there = sizeAt(candidate);
          return [candidate, there, tried.add(1), np.less(there, size)] as const;
        },
        [at, size, np.array(0, "int32"), np.array(false)] as const,
      );
      return [np.where(accepted, next, at), np.where(accepted, smaller, size), k.add(1), accepted] as const;
    },
    [z, sizeAt(z), np.array(0, "int32"), np.array(true)] as const,
  );
  return [root, count];
}

/** Damping that is tried first where a Newton step does not go down, relative to the largest diagonal entry; and its largest power of 4. */
const firstDamping = 1e-4;
const dampings = 40;

/**
 * A minimum of `f` by Newton's method with the second derivatives H; where a step does not lower f, H + mu I takes the place of H with mu
 * growing (Levenberg 1944; Nocedal and Wright, Numerical Optimization, 2006, section 3.4).
 *
 * @param z `[n]`
 * @returns where it ended, and after how many steps
 */
export function newtonMinimum(
  f: (z: Tensor) => Tensor,
  z: Tensor,
  { tolerance, maxIterations }: NewtonOptions,
): readonly [Tensor, Tensor] {
  const gradient = grad(f) as unknown as (at: Tensor) => Tensor;
  const n = z.size;
  const one = np.eye(n).astype(z.dtype);
  const [minimum, , count] = whileLoop(
    ([, g, k, moved]) =>
      np.logicalAnd(moved, np.logicalAnd(np.greater(np.max(np.abs(g)), tolerance), np.less(k, maxIterations))),
    ([at, g, k]) => {
      const matrix = jacfwd(gradient)(at) as Tensor;
      const scale = np.max(np.abs(np.sum(matrix.mul(one), { axis: 1 })));
      const value = f(at);
      const [next, , accepted] = whileLoop(
        ([, tried, done]) => np.logicalAnd(np.logicalNot(done), np.less(tried, dampings)),
        ([, tried]) => {
          const power = np.power(4, tried.sub(1).astype("float64")).astype(at.dtype);
          const damping = np.where(np.equal(tried, 0), 0, scale.mul(firstDamping).mul(power));
          const step = np.linalg.solve(matrix.add(one.mul(damping)), g, { check: false });
          const candidate = at.sub(step);
          const there = f(candidate);
          const down = np.greater(np.sum(step.mul(g)), 0);
          // at the end f is flat to rounding: then the gradient decides
          const flat = np.logicalAnd(
            np.lessEqual(there, value.add(np.abs(value).mul(4 * 2 ** -52))),
            np.less(np.max(np.abs(gradient(candidate))), np.max(np.abs(g))),
          );
          return [candidate, tried.add(1), np.logicalAnd(down, np.logicalOr(np.less(there, value), flat))] as const;
        },
        [at, np.array(0, "int32"), np.array(false)] as const,
      );
      const moved = np.where(accepted, next, at);
      return [moved, gradient(moved), k.add(1), accepted] as const;
    },
    [z, gradient(z), np.array(0, "int32"), np.array(true)] as const,
  );
  return [minimum, count];
}

/**
 * Estimates the smallest and the largest eigenvalue of a symmetric matrix of which the product is given: exactly up to `exact` rows, else from inside by the
 * Lanczos process with full orthogonalization from a fixed start (Golub and Van Loan, Matrix Computations, 2013, section 10.1).
 */
export function extremeEigenvalues(
  product: (x: Tensor) => Tensor,
  matrix: () => Tensor,
  like: Tensor,
): readonly [smallest: Tensor, largest: Tensor] {
  const n = like.size;
  if (n <= exact) return extremes(np.linalg.eigh(matrix()).eigenvalues);
  const steps = Math.min(n, krylov);
  const start = np.sin(np.arange(1, n + 1).mul(Math.SQRT2)).astype(like.dtype);
  const zeros = np.zeros([steps], like.dtype);
  const [, alphas, betas] = foriLoop(
    0,
    steps,
    (k, [vectors, diagonal, off, residual]: readonly [Tensor, Tensor, Tensor, Tensor]) => {
      const beta = np.sqrt(np.sum(residual.mul(residual)));
      const v = residual.div(np.where(np.greater(beta, 0), beta, 1));
      const known = vectors.at(k).set(v);
      const image = product(v);
      const alpha = np.sum(image.mul(v));
      const orthogonal = (x: Tensor): Tensor => x.sub(np.matmul(np.matmul(known, x), known));
      const next = orthogonal(orthogonal(image));
      return [known, diagonal.at(k).set(alpha), off.at(k).set(beta), next] as const;
    },
    [np.zeros([steps, n], like.dtype), zeros, zeros, start] as const,
  );
  // beta k links vectors k - 1 and k
  const above = np
    .eye(steps + 1)
    .slice([1, steps + 1], [0, steps])
    .astype(like.dtype)
    .mul(betas);
  const tridiagonal = np.eye(steps).astype(like.dtype).mul(alphas).add(above).add(np.transpose(above));
  return extremes(np.linalg.eigh(tridiagonal).eigenvalues);
}

function extremes(values: Tensor): readonly [smallest: Tensor, largest: Tensor] {
  return [np.min(values), np.max(values)];
}

const exact = 96;
const krylov = 64;
