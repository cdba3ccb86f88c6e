import { np, type Tensor } from "@simgrad/core";
import type { WaveState } from "./state.js";

/**
 * The next field of u_tt = c^2 (u_xx + s):
 *
 *   next = 2 current - previous + C^2 (left - 2 current + right + forcing),  C = c dt / dx
 *
 * Source: the explicit three-level scheme of R. Courant, K. Friedrichs and H. Lewy, Ueber die partiellen
 * Differenzengleichungen der mathematischen Physik, Mathematische Annalen 100 (1928) 32-74, section II.1 there.
 * The operations stand in this order, so that runs can be compared digit for digit.
 *
 * @param courantSquared - C^2, `[]` or `[cells]`
 * @param forcing - dx^2 s, shaped as the field, or null
 */
export function leap(
  previous: Tensor,
  current: Tensor,
  courantSquared: Tensor,
  forcing: ((curvature: Tensor) => Tensor) | null,
): Tensor {
  const twice = current.mul(2);
  const curvature = fromLeft(current).sub(twice).add(fromRight(current));
  const pulled = forcing === null ? curvature : forcing(curvature);
  return twice.sub(previous).add(courantSquared.mul(pulled));
}

/** C^2 = (c dt / dx)^2 in the speed's shape and dtype. */
export function courantSquared(speed: Tensor, dt: number, dx: number): Tensor {
  const courant = speed.mul(dt).div(dx);
  return courant.mul(courant);
}

/**
 * The energy between the two fields of a state, divided by the tension, m: without sources the scheme keeps it exactly.
 *
 *   E = dx/2 sum_i ((current - previous)_i / (c_i dt))^2 + dx/2 sum_edges D current * D previous,  D u = (u_{i+1} - u_i) / dx
 *
 * with the walls' zeros as neighbours at both ends. Multiplying the scheme at time n by (u^{n+1} - u^{n-1}) / c^2 and
 * summing by parts shows that E(n+1/2) = E(n-1/2); it is the energy argument for leapfrog schemes, as in G. C. Cohen,
 * Higher-Order Numerical Methods for Transient Wave Equations, Springer 2002. E is positive while C < 1.
 */
export function leapfrogEnergy(state: WaveState, speed: Tensor, dt: number, dx: number): Tensor {
  const { previous, current } = state;
  const velocity = current.sub(previous).div(speed.mul(dt));
  const kinetic = np.sum(velocity.mul(velocity), -1);
  const potential = np.sum(edgeSlopes(current, dx).mul(edgeSlopes(previous, dx)), -1);
  return kinetic.add(potential).mul(dx / 2);
}

/** Each cell's left neighbour; 0 for the first. */
function fromLeft(field: Tensor): Tensor {
  const { axis, last } = cellAxis(field);
  return np.concatenate([wall(field), along(field, 0, last)], axis);
}

/** Each cell's right neighbour; 0 for the last. */
function fromRight(field: Tensor): Tensor {
  const { axis, last } = cellAxis(field);
  return np.concatenate([along(field, 1, last + 1), wall(field)], axis);
}

function edgeSlopes(field: Tensor, dx: number): Tensor {
  const { axis } = cellAxis(field);
  const right = np.concatenate([field, wall(field)], axis);
  const left = np.concatenate([wall(field), field], axis);
  return right.sub(left).div(dx);
}

function cellAxis(field: Tensor): { readonly axis: number; readonly last: number } {
  const axis = field.shape.length - 1;
  return { axis, last: (field.shape[axis] as number) - 1 };
}

function wall(field: Tensor): Tensor {
  return np.zeros([...field.shape.slice(0, -1), 1], field.dtype);
}

/** Cells from `start` to before `stop`, of all shots. */
function along(field: Tensor, start: number, stop: number): Tensor {
  return field.slice(...field.shape.slice(0, -1).map(() => null), [start, stop]);
}
