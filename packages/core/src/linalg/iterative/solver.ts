import { np } from "../../trace/np.js";
import { literal } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import {
  flatProblem,
  packingOf,
  type FlatProblem,
  type IterativeOptions,
  type IterativeResult,
  type LinearMap,
} from "./problem.js";
import { goingOn } from "./status.js";
import { allFinite, code, firstOf, length } from "./vectors.js";

/** Where the iteration starts. */
export interface Start {
  readonly x: Tensor;
  /** b - A x. */
  readonly r: Tensor;
  /** Norm of the residual at which to end, []. */
  readonly tolerance: Tensor;
}

/** What an iteration ends with; `status` is `goingOn` where it ran out of iterations. */
export interface Iterated {
  readonly x: Tensor;
  readonly iterations: Tensor;
  readonly status: Tensor;
}

/** An iterative method. */
export interface Method {
  readonly name: string;
  /** Whether it is for symmetric matrices, whose transpose is the matrix itself. */
  readonly symmetric: boolean;
  iterate(problem: FlatProblem, start: Start): Iterated;
}

/** How much larger than the tolerance the residual computed from x may be where its recurrence has reached the tolerance. */
const drift = 10;

/** Runs a method on trees. */
export function iterative<V>(
  method: Method,
  matvec: LinearMap<V>,
  b: unknown,
  options: IterativeOptions<V>,
): IterativeResult<V> {
  const packing = packingOf<V>(method.name, b);
  const right = packing.pack(b, `${method.name}: b`);
  const problem = flatProblem(method.name, packing, matvec, right, options);
  const { x, iterations, residual, status } = solveFlat(method, problem);
  return { x: packing.unpack(x), iterations, residual, status };
}

interface FlatResult extends Iterated {
  readonly residual: Tensor;
}

/** Runs a method on flat vectors, and looks at its end. */
function solveFlat(method: Method, problem: FlatProblem): FlatResult {
  const { b, dtype, size } = problem;
  const norm = length(b);
  const tolerance = np.maximum(norm.mul(problem.rtol), literal(dtype, [], problem.atol));
  // the solution of A x = 0 is known, and no relative tolerance is of use there
  const zeros = literal(dtype, [size], 0);
  const x = np.where(norm.equal(0), zeros, problem.x0);
  const r = b.sub(problem.apply(x));
  const begins = allFinite(norm, length(r));
  const start = { x: np.where(begins, x, zeros), r: np.where(begins, r, zeros), tolerance };
  const end = method.iterate(problem, start);
  const residual = length(b.sub(problem.apply(end.x)));
  const status = firstOf(
    [
      [begins.logicalNot(), 4],
      [end.status.equal(goingOn), 1],
      [end.status.equal(0).logicalAnd(residual.lessEqual(tolerance.mul(drift)).logicalNot()), 5],
    ],
    np.where(end.status.equal(goingOn), code(1), end.status),
  );
  // never NaN: a residual that cannot be computed is as large as can be
  const known = np.where(residual.isnan(), Infinity, residual);
  return { x: end.x, iterations: end.iterations, residual: known, status };
}
