import { ArgumentError, np, type Tensor } from "@simgrad/core";
import type { Ends } from "./boundaries.js";
import { courantSquared, leap } from "./leapfrog.js";
import { checkPositive, type Grid } from "./grid.js";
import type { WaveState } from "./state.js";

/** A Gaussian bump at time 0. */
export interface PulseOptions {
  /** Position of its top, m; default the middle of the string. */
  readonly center?: number;
  /** Distance at which it has fallen to 1/e, m; default a fifth of the string. */
  readonly width?: number;
  /** Height, m; default 1. */
  readonly height?: number;
  /** Where it goes: as it is to the right or to the left, or released from rest, when it splits in two. Default "right". */
  readonly direction?: "right" | "left" | "both";
}

/** Makes the two first fields, at times 0 and dt, from positions and speed. */
export type InitialField = (x: Tensor, speed: Tensor) => WaveState;

/**
 * The bump `height exp(-((x - center) / width)^2)` and where it is one step later: carried along by speed * dt, so that the
 * second field depends on the speed; or, from rest, half a leapfrog step on, u(dt) = u + C^2 (left - 2 u + right) / 2.
 *
 * @throws ArgumentError if the width is not positive or the direction is none of the three.
 */
export function gaussianPulse(options: PulseOptions, grid: Grid, dt: number, ends: Ends): InitialField {
  const { center = grid.length / 2, width = grid.length / 5, height = 1, direction = "right" } = options;
  checkPositive("pulse.width", width, "m");
  if (!["right", "left", "both"].includes(direction)) {
    throw new ArgumentError({
      what: "acousticWave1d: the pulse has no such direction.",
      got: `pulse.direction: ${String(direction)}`,
      expected: '"right", "left" or "both"',
    });
  }
  const bump = (distance: Tensor): Tensor => {
    const scaled = distance.mul(1 / width);
    const shape = np.exp(scaled.mul(scaled).neg());
    return height === 1 ? shape : shape.mul(height);
  };
  return (x, speed) => {
    const distance = x.sub(center);
    const previous = bump(distance);
    if (direction === "both") {
      const moved = leap(previous, previous, courantSquared(speed, dt, grid.dx).mul(0.5), null, ends);
      return { previous, current: moved };
    }
    const travelled = speed.mul(dt);
    const moved = bump(direction === "right" ? distance.sub(travelled) : distance.add(travelled));
    return { previous, current: moved };
  };
}
