import type { DType } from "../../util/dtype.js";
import { ArgumentError } from "../../util/errors.js";
import { foriLoop, whileLoop } from "../../trace/control.js";
import { np } from "../../trace/np.js";
import { literal } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import type { Liftable, Tensors } from "../../trace/treeTypes.js";
import type { FlatProblem, IterativeOptions, IterativeResult, LinearMap } from "./problem.js";
import { iterative, type Iterated, type Start } from "./solver.js";
import { goingOn } from "./status.js";
import { allFinite, code, firstOf, inner, length, ratio } from "./vectors.js";

/** Options of `gmres`. */
export interface GmresOptions<V> extends IterativeOptions<V> {
  /** Number of vectors that are kept before the method starts again; 30, or the number of unknowns if that is less. */
  readonly restart?: number;
}

/**
 * Solves A x = b for a general A by generalised minimal residuals with restarts (Y. Saad and M. H. Schultz, SIAM J. Sci. Stat. Comput. 7
 * (1986) 856), by modified Gram-Schmidt and Givens rotations, preconditioned from the right.
 *
 * @param matvec the product with A, as for `cg`; derivatives in reverse mode use its transpose.
 * @throws ArgumentError, DTypeError, ShapeError or TreeError where an argument does not fit.
 */
export function gmres<V>(
  matvec: LinearMap<V>,
  b: V | Liftable<Tensors<V>>,
  options: GmresOptions<V> = {},
): IterativeResult<V> {
  const { restart } = options;
  if (restart !== undefined && (!Number.isInteger(restart) || restart < 1)) {
    throw new ArgumentError({ what: "gmres: restart must be a whole number from 1 on.", got: String(restart) });
  }
  return iterative(
    {
      name: "gmres",
      symmetric: false,
      iterate: (problem, start) => iterate(problem, start, Math.max(1, Math.min(restart ?? 30, problem.size))),
    },
    matvec,
    b,
    options,
  );
}

/** What one cycle builds. */
interface Cycle {
  /** [m + 1, n]: orthonormal vectors of the Krylov space. */
  readonly basis: Tensor;
  /** [m, m]: row j is column j of the triangular factor. */
  readonly triangle: Tensor;
  /** [m + 1]: the rotated right-hand side; its last element is the residual's norm. */
  readonly rotated: Tensor;
  /** [m]: cosines and sines. */
  readonly cosines: Tensor;
  readonly sines: Tensor;
  /** Columns that are complete. */
  readonly j: Tensor;
  readonly k: Tensor;
  readonly status: Tensor;
}

interface State {
  readonly x: Tensor;
  readonly r: Tensor;
  readonly k: Tensor;
  readonly status: Tensor;
}

function iterate(problem: FlatProblem, { x, r, tolerance }: Start, m: number): Iterated {
  const init: State = { x, r, k: code(0), status: firstOf([[length(r).lessEqual(tolerance), 0]], code(goingOn)) };
  const end = whileLoop(
    ({ k, status }: State) => status.equal(goingOn).logicalAnd(k.less(problem.maxIterations)),
    (state: State) => restarted(problem, r, state, tolerance, m),
    init,
  );
  return { x: end.x, iterations: end.k, status: end.status };
}

function restarted(problem: FlatProblem, b: Tensor, { x, r, k }: State, tolerance: Tensor, m: number): State {
  const { dtype, size } = problem;
  const norm = length(r);
  const start: Cycle = {
    basis: literal(dtype, [m + 1, size], 0)
      .at(0)
      .set(r.mul(ratio(np.onesLike(norm), norm))),
    triangle: literal(dtype, [m, m], 0),
    rotated: literal(dtype, [m + 1], 0)
      .at(0)
      .set(norm),
    cosines: literal(dtype, [m], 0),
    sines: literal(dtype, [m], 0),
    j: code(0),
    k,
    status: code(goingOn),
  };
  const cycle = whileLoop(
    ({ j, k, status }: Cycle) => status.equal(goingOn).logicalAnd(j.less(m)).logicalAnd(k.less(problem.maxIterations)),
    (each: Cycle) => arnoldi(problem, each, tolerance),
    start,
  );
  const combination = weights(cycle, m, dtype);
  const direction = problem.precondition(combination.matmul(cycle.basis.slice([0, m], null)));
  const next = x.add(direction);
  const nextR = b.sub(problem.apply(next));
  const nextNorm = length(nextR);
  const finite = allFinite(nextNorm);
  // a cycle that gains nothing will gain nothing again
  const stagnant = cycle.j.equal(0).logicalOr(nextNorm.greaterEqual(norm));
  const good = finite.logicalAnd(nextNorm.lessEqual(norm));
  return {
    x: np.where(good, next, x),
    r: np.where(good, nextR, r),
    k: cycle.k,
    status: firstOf(
      [
        [finite.logicalNot().logicalOr(cycle.status.equal(4)), 4],
        [nextNorm.lessEqual(tolerance), 0],
        [cycle.status.equal(2), 2],
        [stagnant, 5],
      ],
      code(goingOn),
    ),
  };
}

/** One more vector of the space, made orthogonal to the others, and its column of the triangle. */
function arnoldi(problem: FlatProblem, cycle: Cycle, tolerance: Tensor): Cycle {
  const { basis, j } = cycle;
  const m = cycle.triangle.shape[0] as number;
  const product = problem.apply(problem.precondition(basis.at(j).get()));
  const before = length(product);
  const [w, column] = foriLoop(
    0,
    j.add(1),
    (i, [w, column]: [Tensor, Tensor]) => {
      const v = basis.at(i).get();
      const h = inner(v, w);
      return [w.sub(h.mul(v)), column.at(i).set(h, "clip")];
    },
    [product, literal(problem.dtype, [m + 1], 0)],
  );
  const below = length(w);
  // the earlier rotations, then the one that removes what is left below the diagonal
  const turned = foriLoop(
    0,
    j,
    (i, h: Tensor) => {
      const upper = h.at(i).get();
      const lower = h.at(i.add(1)).get();
      const c = cycle.cosines.at(i).get();
      const s = cycle.sines.at(i).get();
      return h
        .at(i)
        .set(c.mul(upper).add(s.mul(lower)), "clip")
        .at(i.add(1))
        .set(c.mul(lower).sub(s.mul(upper)), "clip");
    },
    column,
  );
  const diagonal = turned.at(j).get();
  const radius = np.sqrt(diagonal.square().add(below.square()));
  const c = ratio(diagonal, radius);
  const s = ratio(below, radius);
  const top = cycle.rotated.at(j).get();
  const rest = s.mul(top).neg();
  const fails = firstOf(
    [
      [allFinite(before, radius, rest).logicalNot(), 4],
      [radius.lessEqual(before.mul(1e-300)), 2],
    ],
    code(goingOn),
  );
  const good = fails.equal(goingOn);
  // what is written after a failure is not read, but must be finite
  const safe = (value: Tensor): Tensor => np.where(good, value, 0);
  return {
    basis: basis.at(j.add(1)).set(safe(w.mul(ratio(np.onesLike(below), below))), "clip"),
    triangle: cycle.triangle.at(j).set(safe(turned.at(j).set(radius, "clip").slice([0, m])), "clip"),
    rotated: cycle.rotated
      .at(j)
      .set(np.where(good, c.mul(top), top), "clip")
      .at(j.add(1))
      .set(safe(rest), "clip"),
    cosines: cycle.cosines.at(j).set(safe(c), "clip"),
    sines: cycle.sines.at(j).set(safe(s), "clip"),
    j: np.where(good, j.add(1), j),
    k: cycle.k.add(1),
    // below = 0: the space holds the solution
    status: firstOf([[good.logicalAnd(np.abs(rest).lessEqual(tolerance).logicalOr(below.equal(0))), 0]], fails),
  };
}

/** [m]: weights of the basis in the correction, by back substitution over the complete columns; the others are 0. */
function weights(cycle: Cycle, m: number, dtype: DType): Tensor {
  // rows of the triangle are columns here
  const rows = cycle.triangle.transpose();
  return foriLoop(
    0,
    cycle.j,
    (step, y: Tensor) => {
      const i = cycle.j.sub(1).sub(step);
      // y is 0 where it is not known yet
      const row = rows.at(i).get();
      const sum = cycle.rotated.at(i).get().sub(row.mul(y).sum());
      return y.at(i).set(ratio(sum, row.at(i).get()), "clip");
    },
    literal(dtype, [m], 0),
  );
}
