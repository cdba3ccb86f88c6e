import { jvp } from "../../../compile/forward.js";
import { vmap } from "../../../compile/vmap.js";
import { ArgumentError, ShapeError } from "../../../util/errors.js";
import { np } from "../../../trace/np.js";
import { castTensor, literal, showShape } from "../../../trace/operands.js";
import type { Tensor } from "../../../trace/tensor.js";
import type { StateLeaves } from "../method.js";
import type { Problem } from "../problem.js";
import { vectorOf } from "./flat.js";
import type { JacobianOption } from "./jacobianOption.js";
import { denseSystem, type Jacobian, type LinearSystem } from "./linearSystem.js";
import { sparseJacobianOf } from "./sparseSystem.js";

/** The right-hand side linearized at a point. */
export interface Linearization {
  /** I - hGamma J. */
  system(hGamma: Tensor): LinearSystem;
  /** Largest sum of a row of |J|: no eigenvalue is larger. */
  norm(): Tensor;
  /** Derivative of the right-hand side by time, `[n]`; null where it does not depend on it. */
  readonly slopeByTime: Tensor | null;
}

/**
 * The derivative of a solution goes through products J x, eight in a step. As many directional derivatives are cheaper than the derivative of
 * the whole matrix, where that has more columns.
 */
const products = 8;

/** How the right-hand side of a problem is linearized. */
export function linearizerOf(
  option: JacobianOption<never, never>,
  problem: Problem,
): (time: Tensor, state: StateLeaves) => Linearization {
  const vector = vectorOf(problem.start.leaves, problem.moves);
  const slopeFrom =
    (state: StateLeaves) =>
    (t: Tensor, y: Tensor): Tensor =>
      vector.join(problem.derivative(t, vector.replace(state, y)));
  const find = jacobianOf(option, problem, vector.size, slopeFrom);
  return (time, state) => {
    const y = vector.join(state);
    const slope = slopeFrom(state);
    const along = (x: Tensor): Tensor => jvp((z: Tensor) => slope(time, z), [y], [x])[1] as Tensor;
    const jacobian = find(time, y, state);
    const apply = jacobian.directions > products ? along : jacobian.times;
    const one = literal(time.dtype, [], 1);
    return {
      system: (hGamma) => jacobian.system(hGamma, apply),
      norm: jacobian.norm,
      slopeByTime: problem.dependsOnTime ? (jvp((t: Tensor) => slope(t, y), [time], [one])[1] as Tensor) : null,
    };
  };
}

function jacobianOf(
  option: JacobianOption<never, never>,
  problem: Problem,
  size: number,
  slopeFrom: (state: StateLeaves) => (t: Tensor, y: Tensor) => Tensor,
): (time: Tensor, y: Tensor, state: StateLeaves) => Jacobian {
  if (option === "dense") {
    return (time, y, state) => {
      const slope = slopeFrom(state);
      const column = (x: Tensor): Tensor => jvp((z: Tensor) => slope(time, z), [y], [x])[1] as Tensor;
      return denseJacobian(np.transpose(vmap(column)(np.eye(size, size, y.dtype)) as Tensor), size);
    };
  }
  if (typeof option === "function") {
    // what the caller says is the Jacobian of the step, be it exact or not
    return (time, _, state) => denseJacobian(given(option, problem, size, time, state), 0);
  }
  if (typeof option === "object" && option !== null && option.sparsity !== undefined) {
    const find = sparseJacobianOf(option.sparsity, size);
    return (time, y, state) => find((z) => slopeFrom(state)(time, z), y);
  }
  throw new ArgumentError({
    what: "The option `jacobian` of a stiff method is none of its forms.",
    got: String(option),
    expected: '"dense", a function (time, state, params) => [n, n], or { sparsity }',
  });
}

function denseJacobian(matrix: Tensor, directions: number): Jacobian {
  return {
    directions,
    system: (hGamma, apply) => denseSystem(matrix, hGamma, apply),
    norm: () => np.max(np.sum(np.abs(matrix), { axis: 1 })),
    times: (x) => np.matmul(matrix, x),
  };
}

function given(
  jacobian: (time: Tensor, state: never, params: never) => Tensor,
  problem: Problem,
  size: number,
  time: Tensor,
  state: StateLeaves,
): Tensor {
  const matrix = problem.call(jacobian, "the Jacobian", time, state) as Tensor;
  if (String(matrix.shape) === String([size, size])) return castTensor(matrix, time.dtype);
  throw new ShapeError({
    what: "The Jacobian of a stiff method does not have a row and a column for each entry of the state.",
    got: showShape(matrix.shape),
    expected: showShape([size, size]),
  });
}
