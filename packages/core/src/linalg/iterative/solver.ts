import { np } from "../../trace/np.js";
import { linearSolve } from "../../trace/custom/linearSolve.js";
import { stopGradient } from "../../trace/custom/stopGradient.js";
import { literal } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import { vjp } from "../../compile/reverse.js";
import {
  flatProblem,
  packingOf,
  type FlatProblem,
  type IterativeOptions,
  type IterativeResult,
  type LinearMap,
} from "./problem.js";
import { goingOn } from "./status.js";
import { allFinite, firstOf, length } from "./vectors.js";

/** Where an iteration starts: at x = 0, with b as its residual. */
export interface Start {
  readonly x: Tensor;
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

/**
 * What the linear equation is solved for: the correction of x0, and with it what is to be known of the solve. `report` is no part of the
 * mathematics: it goes in as [tolerance, 0, 0] and comes out as [iterations, residual, status], and has no derivative. So one run of
 * the iteration gives both. Equations of derivatives come with a tolerance of 0 and get one of their own.
 */
interface Unknown {
  readonly correction: Tensor;
  readonly report: Tensor;
}

/** Runs a method on trees. Derivatives are those of the equation, each by a solve of its own; nothing is differentiated through iterations. */
export function iterative<V>(
  method: Method,
  matvec: LinearMap<V>,
  b: unknown,
  options: IterativeOptions<V>,
): IterativeResult<V> {
  const packing = packingOf<V>(method.name, b);
  const right = packing.pack(b, `${method.name}: b`);
  const problem = flatProblem(method.name, packing, matvec, options);
  const { dtype } = packing;
  const norm = length(stopGradient(right));
  const x0 = options.x0 === undefined ? null : startOf(packing.pack(options.x0, `${method.name}: x0`), norm);
  const tolerance = np.maximum(norm.mul(problem.rtol), literal(dtype, [], problem.atol));
  const zero = literal(dtype, [], 0);
  const unknown = linearSolve<Unknown>(
    ({ correction, report }) => ({ correction: problem.apply(correction), report }),
    {
      correction: x0 === null ? right : right.sub(problem.apply(x0)),
      report: np.stack([tolerance, zero, zero]),
    },
    {
      solve: (rhs) => run(method, problem, rhs),
      ...(method.symmetric ? { symmetric: true } : { transposeSolve: (rhs) => run(method, transposed(problem), rhs) }),
    },
  );
  const report = stopGradient(unknown.report);
  return {
    x: packing.unpack(x0 === null ? unknown.correction : x0.add(unknown.correction)),
    iterations: report.slice(0).astype("int32"),
    residual: report.slice(1),
    status: report.slice(2).astype("int32"),
  };
}

/** A start that is finite. The solution of A x = 0 is known, and no relative tolerance is of use there. */
function startOf(x0: Tensor, norm: Tensor): Tensor {
  const fixed = stopGradient(x0);
  const useful = allFinite(length(fixed)).logicalAnd(norm.notEqual(0));
  return np.where(useful, fixed, 0);
}

function run(method: Method, problem: FlatProblem, { correction: b, report }: Unknown): Unknown {
  const given = report.slice(0);
  const norm = length(b);
  const tolerance = np.where(given.equal(0), norm.mul(problem.rtol), given);
  const begins = allFinite(norm);
  const zeros = np.zerosLike(b);
  const end = method.iterate(problem, { x: zeros, r: np.where(begins, b, zeros), tolerance });
  const residual = length(b.sub(problem.apply(end.x)));
  const status = firstOf(
    [
      [begins.logicalNot(), 4],
      [end.status.equal(goingOn), 1],
      [end.status.equal(0).logicalAnd(residual.lessEqual(tolerance.mul(drift)).logicalNot()), 5],
    ],
    end.status,
  );
  // never NaN: a residual that cannot be computed is as large as can be
  const known = np.where(residual.isnan(), Infinity, residual);
  const { dtype } = problem;
  return { correction: end.x, report: np.stack([end.iterations.astype(dtype), known, status.astype(dtype)]) };
}

/** The problem with the transposed matrix and preconditioner, which are linear: their pullbacks are the same everywhere. */
function transposed(problem: FlatProblem): FlatProblem {
  const transpose =
    (map: (v: Tensor) => Tensor) =>
    (v: Tensor): Tensor => {
      const [, pullback] = vjp(map, np.zerosLike(v));
      return pullback(v)[0] as Tensor;
    };
  return { ...problem, apply: transpose(problem.apply), precondition: transpose(problem.precondition) };
}
