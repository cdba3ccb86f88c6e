import { describe, expect, it } from "@jest/globals";
import { grad } from "../../../compile/grad.js";
import { hessian, jacfwd, jacrev } from "../../../compile/jacobian.js";
import { jit } from "../../../compile/jit.js";
import { np } from "../../../trace/np.js";
import type { Tensor } from "../../../trace/tensor.js";
import { integrate } from "../integrate.js";
import type { IntegrationMethod } from "../method.js";
import { rodas5p } from "../stiff/rodas5p.js";
import { tsit5 } from "../tsit5.js";

interface Ball {
  readonly height: Tensor;
  readonly speed: Tensor;
}
interface World {
  readonly gravity: Tensor;
  readonly restitution: Tensor;
}

const end = 3;
const bounces = 5;
const at = [1, 0.3, 9.81, 0.8] as const;

/** Times of the bounces, and height and speed at the end, from height, speed, gravity and restitution. */
function bounce(method: IntegrationMethod): (x: Tensor) => Tensor {
  return (x) => {
    const [height, speed, gravity, restitution] = [0, 1, 2, 3].map((i) => x.at(i).get()) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const { final, events } = integrate<Ball, World>(
      (_t, { speed }, { gravity }) => ({ height: speed, speed: gravity.neg() }),
      { height, speed },
      {
        times: [0, end],
        method,
        rtol: 1e-11,
        atol: 1e-12,
        events: [
          {
            condition: (_t, ball) => ball.height,
            direction: "down",
            apply: (_t, ball, world) => ({ height: ball.height, speed: ball.speed.mul(world.restitution).neg() }),
          },
        ],
      },
      { gravity, restitution },
    );
    return np.concatenate([events.times.slice([0, bounces]), np.stack([final.height, final.speed])]);
  };
}

/**
 * The same in closed form: with w = sqrt(v^2 + 2 g h) the bounces are at t_k = (v + w)/g + (2 w / g) (e + ... + e^k), k = 0, 1, ..., and the
 * ball leaves the last before the end, number k, with the speed w e^(k+1).
 */
function closedForm([h, v, g, e]: readonly number[]): number[] {
  const [h0, v0, g0, e0] = [h, v, g, e] as [number, number, number, number];
  const w = Math.sqrt(v0 * v0 + 2 * g0 * h0);
  const times: number[] = [];
  let time = (v0 + w) / g0;
  let leaving = w * e0;
  for (;;) {
    times.push(time);
    if (time + (2 * leaving) / g0 > end) break;
    time += (2 * leaving) / g0;
    leaving *= e0;
  }
  const rest = end - time;
  return [...times.slice(0, bounces), leaving * rest - (g0 * rest * rest) / 2, leaving - g0 * rest];
}

/** Derivatives of the closed form along each argument, by a complex step's real twin: central differences of order 8. */
function closedDerivative(i: number): number[] {
  const weights = [4 / 5, -1 / 5, 4 / 105, -1 / 280];
  const step = 2e-3;
  const moved = (by: number): number[] => closedForm(at.map((value, k) => (k === i ? value + by : value)));
  const sums = closedForm(at).map(() => 0);
  weights.forEach((weight, k) => {
    const [up, down] = [moved((k + 1) * step), moved(-(k + 1) * step)];
    up.forEach((value, n) => (sums[n] = (sums[n] as number) + (weight * (value - (down[n] as number))) / step));
  });
  return sums;
}

describe.each([
  ["tsit5", tsit5()],
  ["rodas5p", rodas5p()],
] as const)("a bouncing ball by %s", (_, method) => {
  const run = bounce(method);
  const x = np.array([...at]);
  const wanted = [0, 1, 2, 3].map(closedDerivative);

  it("has the bounces of the closed form", () => {
    const got = jit(run)(x).toArray() as number[];
    closedForm(at).forEach((value, i) => expect(Math.abs((got[i] as number) - value)).toBeLessThan(1e-9));
  });

  it("has their derivatives, forward and in reverse", () => {
    const forward = jit(jacfwd(run))(x).toArray() as number[][];
    const reverse = jit(jacrev(run))(x).toArray() as number[][];
    forward.forEach((row, n) =>
      row.forEach((value, i) => {
        expect(Math.abs(value - (wanted[i]?.[n] as number))).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)));
        expect(Math.abs(value - (reverse[n]?.[i] as number))).toBeLessThan(1e-10 * Math.max(1, Math.abs(value)));
      }),
    );
  });
});

describe("a bouncing ball", () => {
  it("has second derivatives through its bounces", () => {
    const third = (x: Tensor): Tensor => bounce(tsit5())(x).at(2).get();
    const second = jit(hessian(third))(np.array([...at])).toArray() as number[][];
    const slope = jit(grad(third));
    const step = 1e-4;
    [0, 1, 2, 3].forEach((i) => {
      const moved = (by: number): number[] =>
        slope(np.array(at.map((value, k) => (k === i ? value + by : value)))).toArray() as number[];
      const [up, down] = [moved(step), moved(-step)];
      second[i]?.forEach((value, k) =>
        expect(Math.abs(value - ((up[k] as number) - (down[k] as number)) / (2 * step))).toBeLessThan(1e-5),
      );
    });
  });
});
