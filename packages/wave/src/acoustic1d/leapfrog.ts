import { np, type Tensor } from "@simgrad/core";
import type { Ends } from "./boundaries.js";
import type { WaveState } from "./state.js";

/**
 * The next field of u_tt = c^2 (u_xx + s):
 *
 *   next = 2 current - previous + C^2 (left - 2 current + right + forcing),  C = c dt / dx
 *
 * Source: the explicit three-level scheme of R. Courant, K. Friedrichs and H. Lewy, Ueber die partiellen
 * Differenzengleichungen der mathematischen Physik, Mathematische Annalen 100 (1928) 32-74, section II.1 there.
 * The operations stand in this order, so that runs can be compared digit for digit. Beyond a fixed end lies 0, beyond an
 * absorbing one the mirror image of the field; `letOut` then takes out what leaves there.
 *
 * @param courantSquared - C^2, `[]` or `[cells]`
 * @param forcing - dx^2 s, shaped as the field, or null
 */
export function leap(
  previous: Tensor,
  current: Tensor,
  courantSquared: Tensor,
  forcing: ((curvature: Tensor) => Tensor) | null,
  ends: Ends,
): Tensor {
  const twice = current.mul(2);
  const curvature = fromLeft(current, ends).sub(twice).add(fromRight(current, ends));
  const pulled = forcing === null ? curvature : forcing(curvature);
  return twice.sub(previous).add(courantSquared.mul(pulled));
}

/**
 * Lets waves out at the absorbing ends of a field that `leap` made, by the one-way equation u_t = c u_x at the left end and
 * u_t = -c u_x at the right one, in central differences over one step and one cell to either side:
 *
 *   (next - previous) / (2 dt) = c (right - beyond) / (2 dx)   gives   beyond = right - (next - previous) / C,
 *
 * which put into the scheme is next = (mirrored + C previous) / (1 + C), where `mirrored` is what `leap` found.
 *
 * Source of the equation: B. Engquist and A. Majda, Absorbing boundary conditions for the numerical simulation of waves,
 * Mathematics of Computation 31 (1977) 629-651, the first of its conditions; in one dimension it is exact, and what still comes
 * back is the error of the grid: for waves of k radians a metre the part (k dx)^2 (1 - C^2) / 16 of their height.
 */
export function letOut(next: Tensor, previous: Tensor, courant: Tensor, ends: Ends): Tensor {
  const { axis, last } = cellAxis(next);
  const open = (cell: number): Tensor => {
    const c = courant.shape.length === 0 ? courant : courant.slice([cell, cell + 1]);
    const mirrored = along(next, cell, cell + 1);
    return mirrored.add(c.mul(along(previous, cell, cell + 1))).div(c.add(1));
  };
  const left = ends.left === "absorbing";
  const right = ends.right === "absorbing";
  const inside = along(next, left ? 1 : 0, right ? last : last + 1);
  return np.concatenate([...(left ? [open(0)] : []), inside, ...(right ? [open(last)] : [])], axis);
}

/** C = c dt / dx in the speed's shape and dtype. */
export function courantNumber(speed: Tensor, dt: number, dx: number): Tensor {
  return speed.mul(dt).div(dx);
}

/** C^2 in the speed's shape and dtype. */
export function courantSquared(speed: Tensor, dt: number, dx: number): Tensor {
  const courant = courantNumber(speed, dt, dx);
  return courant.mul(courant);
}

/**
 * The energy between the two fields of a state, divided by the tension, m: without sources and between fixed ends the scheme
 * keeps it exactly, an absorbing end only lowers it.
 *
 *   E = dx/2 sum_i w_i ((current - previous)_i / (c_i dt))^2 + dx/2 sum_edges D current * D previous,  D u = (u_{i+1} - u_i) / dx
 *
 * with the zeros beyond fixed ends as neighbours; a cell at an absorbing end counts half, w = 1/2, and has no edge outwards.
 * Multiplying the scheme at time n by w (u^{n+1} - u^{n-1}) / c^2 and summing by parts shows that E(n+1/2) - E(n-1/2) is minus
 * the sum over absorbing ends of (u^{n+1} - u^{n-1})^2 / (4 C dx); it is the energy argument for leapfrog schemes, as in
 * G. C. Cohen, Higher-Order Numerical Methods for Transient Wave Equations, Springer 2002. E is positive while C < 1.
 */
export function leapfrogEnergy(state: WaveState, speed: Tensor, dt: number, dx: number, ends: Ends): Tensor {
  const { previous, current } = state;
  const velocity = current.sub(previous).div(speed.mul(dt));
  const kinetic = np.sum(halvedAtOpenEnds(velocity.mul(velocity), ends), -1);
  const potential = np.sum(edgeSlopes(current, dx, ends).mul(edgeSlopes(previous, dx, ends)), -1);
  return kinetic.add(potential).mul(dx / 2);
}

/** Each cell's left neighbour; for the first 0, or its right neighbour where waves leave. */
function fromLeft(field: Tensor, ends: Ends): Tensor {
  const { axis, last } = cellAxis(field);
  const beyond = ends.left === "fixed" ? wall(field) : along(field, 1, 2);
  return np.concatenate([beyond, along(field, 0, last)], axis);
}

/** Each cell's right neighbour; for the last 0, or its left neighbour where waves leave. */
function fromRight(field: Tensor, ends: Ends): Tensor {
  const { axis, last } = cellAxis(field);
  const beyond = ends.right === "fixed" ? wall(field) : along(field, last - 1, last);
  return np.concatenate([along(field, 1, last + 1), beyond], axis);
}

function edgeSlopes(field: Tensor, dx: number, ends: Ends): Tensor {
  const { axis } = cellAxis(field);
  const before = ends.left === "fixed" ? [wall(field)] : [];
  const after = ends.right === "fixed" ? [wall(field)] : [];
  const padded = np.concatenate([...before, field, ...after], axis);
  const { last } = cellAxis(padded);
  return along(padded, 1, last + 1)
    .sub(along(padded, 0, last))
    .div(dx);
}

function halvedAtOpenEnds(terms: Tensor, ends: Ends): Tensor {
  const { axis, last } = cellAxis(terms);
  const weights = new Float64Array(last + 1).fill(1);
  if (ends.left === "absorbing") weights[0] = 0.5;
  if (ends.right === "absorbing") weights[last] = 0.5;
  return weights.every((weight) => weight === 1)
    ? terms
    : terms.mul(np.array(weights, terms.dtype).reshape([...terms.shape.slice(0, axis).map(() => 1), last + 1]));
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
