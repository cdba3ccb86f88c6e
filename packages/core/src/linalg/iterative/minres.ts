import { whileLoop } from "../../trace/control.js";
import { np } from "../../trace/np.js";
import { literal } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import type { Liftable, Tensors } from "../../trace/treeTypes.js";
import type { FlatProblem, IterativeOptions, IterativeResult, LinearMap } from "./problem.js";
import { iterative, type Iterated, type Start } from "./solver.js";
import { goingOn } from "./status.js";
import { allFinite, code, firstOf, inner, length, ratio } from "./vectors.js";

/**
 * Solves A x = b for a symmetric A, which may be indefinite, by minimal residuals (C. C. Paige and M. A. Saunders, SIAM J. Numer. Anal. 12
 * (1975) 617). A preconditioner must be symmetric positive definite. The residual is carried along with the solution, so that the end
 * is decided by its Euclidean norm with a preconditioner too.
 *
 * @param matvec the product with A, as for `cg`.
 * @throws ArgumentError, DTypeError, ShapeError or TreeError where an argument does not fit.
 */
export function minres<V>(
  matvec: LinearMap<V>,
  b: V | Liftable<Tensors<V>>,
  options: IterativeOptions<V> = {},
): IterativeResult<V> {
  return iterative({ name: "minres", symmetric: true, iterate }, matvec, b, options);
}

/** Vectors of the recurrences; names follow the paper. */
interface Vectors {
  readonly x: Tensor;
  readonly residual: Tensor;
  /** Unscaled Lanczos vectors: the one before, the last, and the last preconditioned. */
  readonly r1: Tensor;
  readonly r2: Tensor;
  readonly y: Tensor;
  /** The last two directions, and their products with A. */
  readonly w: Tensor;
  readonly w2: Tensor;
  readonly aw: Tensor;
  readonly aw2: Tensor;
}

interface Scalars {
  readonly beta: Tensor;
  readonly oldBeta: Tensor;
  readonly dbar: Tensor;
  readonly epsilon: Tensor;
  readonly phibar: Tensor;
  readonly cs: Tensor;
  readonly sn: Tensor;
}

interface State {
  readonly vectors: Vectors;
  readonly scalars: Scalars;
  readonly k: Tensor;
  readonly status: Tensor;
}

function iterate(problem: FlatProblem, { x, r, tolerance }: Start): Iterated {
  const zeros = literal(problem.dtype, [problem.size], 0);
  const zero = literal(problem.dtype, [], 0);
  const y = problem.precondition(r);
  const square = inner(r, y);
  const beta = np.sqrt(np.maximum(square, 0));
  const begins = firstOf(
    [
      [length(r).lessEqual(tolerance), 0],
      [square.lessEqual(0), 3],
    ],
    code(goingOn),
  );
  const init: State = {
    vectors: { x, residual: r, r1: zeros, r2: r, y, w: zeros, w2: zeros, aw: zeros, aw2: zeros },
    scalars: { beta, oldBeta: zero, dbar: zero, epsilon: zero, phibar: beta, cs: zero.sub(1), sn: zero },
    k: code(0),
    status: begins,
  };
  const end = whileLoop(
    ({ k, status }: State) => status.equal(goingOn).logicalAnd(k.less(problem.maxIterations)),
    (state: State) => step(problem, state, tolerance),
    init,
  );
  return { x: end.vectors.x, iterations: end.k, status: end.status };
}

function step(problem: FlatProblem, { vectors, scalars, k }: State, tolerance: Tensor): State {
  // Lanczos: beta v is the last vector, beta' v' the next one
  const { beta, oldBeta } = scalars;
  const v = vectors.y.mul(ratio(np.onesLike(beta), beta));
  const av = problem.apply(v);
  const withoutOld = av.sub(ratio(beta, oldBeta).mul(vectors.r1));
  const alpha = inner(v, withoutOld);
  const r2 = withoutOld.sub(ratio(alpha, beta).mul(vectors.r2));
  const y = problem.precondition(r2);
  const square = inner(r2, y);
  const nextBeta = np.sqrt(np.maximum(square, 0));
  // the rotation that makes the tridiagonal matrix triangular
  const { cs, sn, dbar, epsilon, phibar } = scalars;
  const delta = cs.mul(dbar).add(sn.mul(alpha));
  const gbar = sn.mul(dbar).sub(cs.mul(alpha));
  const gamma = np.sqrt(gbar.square().add(nextBeta.square()));
  const nextCs = ratio(gbar, gamma);
  const nextSn = ratio(nextBeta, gamma);
  const phi = nextCs.mul(phibar);
  const scale = ratio(np.onesLike(gamma), gamma);
  const w = v.sub(epsilon.mul(vectors.w2)).sub(delta.mul(vectors.w)).mul(scale);
  const aw = av.sub(epsilon.mul(vectors.aw2)).sub(delta.mul(vectors.aw)).mul(scale);
  const residual = vectors.residual.sub(phi.mul(aw));
  const norm = length(residual);
  // rounding makes a vanishing square slightly negative
  const negative = square.less(inner(r2, r2).mul(length(y)).mul(-1e-14));
  const fails = firstOf(
    [
      [allFinite(alpha, square, norm).logicalNot(), 4],
      [negative, 3],
      [gamma.equal(0), 2],
    ],
    code(goingOn),
  );
  const good = fails.equal(goingOn);
  const keep = (next: Tensor, before: Tensor): Tensor => np.where(good, next, before);
  return {
    vectors: {
      x: keep(vectors.x.add(phi.mul(w)), vectors.x),
      residual: keep(residual, vectors.residual),
      r1: vectors.r2,
      r2,
      y,
      w: keep(w, vectors.w),
      w2: vectors.w,
      aw: keep(aw, vectors.aw),
      aw2: vectors.aw,
    },
    scalars: {
      beta: nextBeta,
      oldBeta: beta,
      dbar: cs.neg().mul(nextBeta),
      epsilon: sn.mul(nextBeta),
      phibar: nextSn.mul(phibar),
      cs: nextCs,
      sn: nextSn,
    },
    k: k.add(1),
    status: firstOf(
      [
        [good.logicalAnd(norm.lessEqual(tolerance)), 0],
        [good.logicalAnd(nextBeta.equal(0)), 2],
      ],
      fails,
    ),
  };
}
