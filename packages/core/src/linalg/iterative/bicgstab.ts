import { whileLoop } from "../../trace/control.js";
import { np } from "../../trace/np.js";
import { literal } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import type { Liftable, Tensors } from "../../trace/treeTypes.js";
import type { FlatProblem, IterativeOptions, IterativeResult, LinearMap } from "./problem.js";
import { iterative, type Iterated, type Start } from "./solver.js";
import { goingOn } from "./status.js";
import { allFinite, code, firstOf, inner, length, ratio } from "./vectors.js";

/** Below this, relative to the norms of its factors, an inner product that is divided by counts as 0: the square of float64's precision. */
const orthogonal = 1e-30;

/**
 * Solves A x = b for a general A by stabilised biconjugate gradients, preconditioned from the right (H. A. van der Vorst, SIAM J. Sci.
 * Stat. Comput. 13 (1992) 631). Two products with A in each iteration, few vectors; it may break down, which is a status.
 *
 * @param matvec the product with A, as for `cg`; derivatives in reverse mode use its transpose.
 * @throws ArgumentError, DTypeError, ShapeError or TreeError where an argument does not fit.
 */
export function bicgstab<V>(
  matvec: LinearMap<V>,
  b: V | Liftable<Tensors<V>>,
  options: IterativeOptions<V> = {},
): IterativeResult<V> {
  return iterative({ name: "bicgstab", symmetric: false, iterate }, matvec, b, options);
}

type State = [
  x: Tensor,
  r: Tensor,
  p: Tensor,
  v: Tensor,
  rho: Tensor,
  alpha: Tensor,
  omega: Tensor,
  k: Tensor,
  status: Tensor,
];

function iterate(problem: FlatProblem, { x, r, tolerance }: Start): Iterated {
  const shadow = r;
  const shadowLength = length(shadow);
  const one = literal(problem.dtype, [], 1);
  const zeros = literal(problem.dtype, [problem.size], 0);
  const [solution, , , , , , , iterations, status] = whileLoop(
    ([, , , , , , , k, status]: State) => status.equal(goingOn).logicalAnd(k.less(problem.maxIterations)),
    ([x, r, p, v, rho, alpha, omega, k]: State): State => {
      const nextRho = inner(shadow, r);
      const beta = ratio(nextRho, rho).mul(ratio(alpha, omega));
      const nextP = r.add(beta.mul(p.sub(omega.mul(v))));
      const direction = problem.precondition(nextP);
      const nextV = problem.apply(direction);
      const along = inner(shadow, nextV);
      const nextAlpha = ratio(nextRho, along);
      const s = r.sub(nextAlpha.mul(nextV));
      const correction = problem.precondition(s);
      const t = problem.apply(correction);
      // where s is already small enough, t may be 0, and so is the second half of the step
      const nextOmega = ratio(inner(t, s), inner(t, t));
      const nextR = s.sub(nextOmega.mul(t));
      const norm = length(nextR);
      const vanishes = np
        .abs(nextRho)
        .lessEqual(shadowLength.mul(length(r)).mul(orthogonal))
        .logicalOr(np.abs(along).lessEqual(shadowLength.mul(length(nextV)).mul(orthogonal)));
      const fails = firstOf(
        [
          [allFinite(nextRho, along, nextOmega, norm).logicalNot(), 4],
          [vanishes, 2],
        ],
        code(goingOn),
      );
      const good = fails.equal(goingOn);
      const stuck = nextOmega.equal(0);
      return [
        np.where(good, x.add(nextAlpha.mul(direction)).add(nextOmega.mul(correction)), x),
        np.where(good, nextR, r),
        np.where(good, nextP, p),
        np.where(good, nextV, v),
        np.where(good, nextRho, rho),
        np.where(good, nextAlpha, alpha),
        np.where(good, nextOmega, omega),
        k.add(1),
        firstOf(
          [
            [good.logicalAnd(norm.lessEqual(tolerance)), 0],
            [good.logicalAnd(stuck), 2],
          ],
          fails,
        ),
      ];
    },
    [
      x,
      r,
      zeros,
      zeros,
      one,
      one,
      one,
      code(0),
      firstOf([[length(r).lessEqual(tolerance), 0]], code(goingOn)),
    ] as State,
  );
  return { x: solution, iterations, status };
}
