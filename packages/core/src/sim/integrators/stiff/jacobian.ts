import { jvp } from "../../../compile/forward.js";
import { vmap } from "../../../compile/vmap.js";
import { ShapeError } from "../../../util/errors.js";
import { np } from "../../../trace/np.js";
import { castTensor, literal, showShape } from "../../../trace/operands.js";
import type { Tensor } from "../../../trace/tensor.js";
import type { StateLeaves } from "../method.js";
import type { Problem } from "../problem.js";
import { vectorOf, type FlatState } from "./flat.js";
import type { JacobianOption } from "./jacobianOption.js";
import { factorized, solveWith } from "./linearSystem.js";

/** The right-hand side linearized at a point, for steps of one size. */
export interface Linearization {
  /** x of (I - h gamma J) x = b, for b `[n]`. */
  solve(b: Tensor): Tensor;
  /** Derivative of the right-hand side by time, `[n]`; null where it does not depend on it. */
  readonly slopeByTime: Tensor | null;
}

/** Linearizes the right-hand side at a point. */
export function linearizationOf(
  option: JacobianOption<never, never>,
  problem: Problem,
  time: Tensor,
  state: StateLeaves,
  hGamma: Tensor,
): Linearization {
  const vector = vectorOf(problem.start.leaves);
  const slope = (t: Tensor, y: Tensor): Tensor => vector.join(problem.derivative(t, vector.split(y)));
  const y = vector.join(state);
  const byState = option === "dense" ? dense(slope, vector, time, y) : given(option, problem, vector, time, state);
  const matrix = np.sub(np.eye(vector.size, vector.size, y.dtype), np.mul(byState, hGamma));
  const factors = factorized(matrix);
  const one = literal(time.dtype, [], 1);
  return {
    solve: (b) => solveWith(matrix, factors, b),
    slopeByTime: problem.dependsOnTime ? (jvp((t: Tensor) => slope(t, y), [time], [one])[1] as Tensor) : null,
  };
}

function dense(slope: (t: Tensor, y: Tensor) => Tensor, vector: FlatState, time: Tensor, y: Tensor): Tensor {
  const column = (direction: Tensor): Tensor => jvp((x: Tensor) => slope(time, x), [y], [direction])[1] as Tensor;
  return np.transpose(vmap(column)(np.eye(vector.size, vector.size, y.dtype)) as Tensor);
}

function given(
  jacobian: (time: Tensor, state: never, params: never) => Tensor,
  problem: Problem,
  { size }: FlatState,
  time: Tensor,
  state: StateLeaves,
): Tensor {
  const matrix = problem.call(jacobian, "the Jacobian", time, state) as Tensor;
  if (String(matrix.shape) !== String([size, size])) {
    throw new ShapeError({
      what: "The Jacobian of a stiff method does not have a row and a column for each entry of the state.",
      got: showShape(matrix.shape),
      expected: showShape([size, size]),
    });
  }
  return castTensor(matrix, time.dtype);
}
