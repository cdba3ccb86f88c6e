import { ArgumentError } from "../../util/errors.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import type { Derivative, FixedMethod, StateLeaves } from "./method.js";

/**
 * Makes the velocity Verlet method: order 2, symplectic, so that the energy of a long run does not drift. The state is
 * `{ position, velocity }` (two equal trees, in this order); the right-hand side gives the derivatives of both as for any other
 * method, `{ position: velocity, velocity: acceleration }`, of which only the acceleration is used. It may depend on
 * position and time alone. A step can be undone exactly, so that gradients need no stored states.
 * Swope, Andersen, Berens, Wilson, J. Chem. Phys. 76 (1982) 637.
 */
export function velocityVerlet(): FixedMethod {
  return method;
}

const method: FixedMethod = Object.freeze<FixedMethod>({
  kind: "fixed",
  name: "velocityVerlet",
  order: 2,
  step,
  // The scheme is symmetric in time: a step back is a step with -h.
  stepBack: (derivative, time, state, h) => step(derivative, np.add(time, h), state, np.negative(h)),
});

function step(derivative: Derivative, time: Tensor, state: StateLeaves, h: Tensor): StateLeaves {
  const count = state.length / 2;
  checkHalves(state);
  const half = np.mul(h, 0.5);
  const acceleration = (at: Tensor, leaves: StateLeaves): StateLeaves => derivative(at, leaves).slice(count);
  const kicked = add(state.slice(count), half, acceleration(time, state));
  const moved = add(state.slice(0, count), h, kicked);
  return [...moved, ...add(kicked, half, acceleration(np.add(time, h), [...moved, ...kicked]))];
}

function add(leaves: StateLeaves, h: Tensor, slopes: StateLeaves): StateLeaves {
  return leaves.map((leaf, i) => np.add(leaf, np.mul(slopes[i] as Tensor, h)));
}

function checkHalves(state: StateLeaves): void {
  const count = state.length / 2;
  const fit = state.every((leaf, i) => i >= count || String(leaf.shape) === String(state[i + count]?.shape));
  if (Number.isInteger(count) && fit) return;
  throw new ArgumentError({
    what: "velocityVerlet: the state is not made of positions and velocities.",
    got: `leaves of the shapes ${state.map((leaf) => `[${leaf.shape.join(", ")}]`).join(", ")}`,
    expected: "{ position, velocity }, two trees of the same shapes",
  });
}
