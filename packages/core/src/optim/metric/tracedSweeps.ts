import { scan } from "../../trace/control.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import type { Factors } from "./tridiagonal.js";

/*
 * The sweeps of tridiagonal.ts as loops over the first axis of a float64 tensor: the same operations in the same order, hence
 * the same bits, and differentiable.
 */

/** A⁻¹ b along the first axis. */
export function tracedSolve(factors: Factors, b: Tensor): Tensor {
  const y = tracedForward(factors, b);
  const x = tracedBackward(factors, np.div(y, column(factors.pivots, b)));
  const { cycle } = factors;
  if (cycle === null) return x;
  const last = (b.shape[0] as number) - 1;
  const share = np.mul(np.add(x.slice(0), x.slice(last)), cycle.factor);
  return np.sub(x, np.mul(share, column(cycle.q, b)));
}

/** M⁻¹ b along the first axis. */
export function tracedForward(factors: Factors, b: Tensor): Tensor {
  return sweep(b, factors.lower, false);
}

/** M⁻ᵀ y along the first axis. */
export function tracedBackward(factors: Factors, y: Tensor): Tensor {
  return sweep(y, factors.upper, true);
}

/** A vector along the first axis of a tensor, ready to be broadcast along the others. */
export function column(vector: Float64Array, like: Tensor): Tensor {
  return np.reshape(np.array(vector), [vector.length, ...like.shape.slice(1).map(() => 1)]);
}

function sweep(values: Tensor, coefficients: Float64Array, reverse: boolean): Tensor {
  const step = (neighbour: Tensor, [value, coefficient]: [Tensor, Tensor]): [Tensor, Tensor] => {
    const result = np.sub(value, np.mul(coefficient, neighbour));
    return [result, result];
  };
  const start = np.zeros(values.shape.slice(1));
  const xs: [Tensor, Tensor] = [values, np.array(coefficients)];
  return scan(step, start, { xs, reverse })[1];
}
