import { whileLoop } from "../../trace/control.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import type { Liftable, Tensors } from "../../trace/treeTypes.js";
import type { IterativeOptions, IterativeResult, LinearMap, FlatProblem } from "./problem.js";
import { iterative, type Iterated, type Start } from "./solver.js";
import { goingOn } from "./status.js";
import { allFinite, code, firstOf, inner, length, ratio } from "./vectors.js";

/**
 * Solves A x = b for a symmetric positive definite A by the method of conjugate gradients (M. R. Hestenes and E. Stiefel, J. Res. NBS 49
 * (1952) 409; with preconditioner: Y. Saad, Iterative methods for sparse linear systems, 2nd ed., algorithm 9.1).
 *
 * @param matvec the product with A; it may capture tensors, traced ones too, and is differentiated through the equation A x = b.
 * @param b a vector, or a tree of tensors of one float dtype.
 * @throws ArgumentError, DTypeError, ShapeError or TreeError where an argument does not fit.
 * @example
 * const { x, status } = cg((v: Tensor) => v.mul(2), np.array([2, 4]));
 */
export function cg<V>(
  matvec: LinearMap<V>,
  b: V | Liftable<Tensors<V>>,
  options: IterativeOptions<V> = {},
): IterativeResult<V> {
  return iterative({ name: "cg", symmetric: true, iterate }, matvec, b, options);
}

function iterate(problem: FlatProblem, { x, r, tolerance }: Start): Iterated {
  const z = problem.precondition(r);
  const [solution, , , , iterations, status] = whileLoop(
    ([, , , , k, status]) => status.equal(goingOn).logicalAnd(k.less(problem.maxIterations)),
    ([x, r, p, rz, k]: [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]) => {
      const q = problem.apply(p);
      const curvature = inner(p, q);
      const alpha = ratio(rz, curvature);
      const nextR = r.sub(alpha.mul(q));
      const nextZ = problem.precondition(nextR);
      const nextRz = inner(nextR, nextZ);
      const norm = length(nextR);
      const fails = firstOf(
        [
          [allFinite(curvature, norm, nextRz).logicalNot(), 4],
          [curvature.lessEqual(0).logicalOr(rz.lessEqual(0)), 3],
        ],
        code(goingOn),
      );
      const good = fails.equal(goingOn);
      const nextP = nextZ.add(ratio(nextRz, rz).mul(p));
      return [
        np.where(good, x.add(alpha.mul(p)), x),
        np.where(good, nextR, r),
        np.where(good, nextP, p),
        np.where(good, nextRz, rz),
        k.add(1),
        firstOf([[good.logicalAnd(norm.lessEqual(tolerance)), 0]], fails),
      ] as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    },
    [x, r, z, inner(r, z), code(0), firstOf([[length(r).lessEqual(tolerance), 0]], code(goingOn))],
  );
  return { x: solution, iterations, status };
}
