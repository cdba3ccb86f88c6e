import { describe, expect, it } from "@jest/globals";
import { grad, jit, jvp, np, type Tensor } from "@simgrad/core";
import { apply, eventModel, name, number } from "../testTexts/eventModel.js";

/**
 * x grows, more slowly the larger it is; each time it gets to `top` it is set to a share of it, and y, which decays,
 * gets a dose.
 */
const model = eventModel(
  { x: 0, y: 0, speed: 1.3, top: 0.7, share: 0.2, dose: 0.5 },
  {
    x: apply("divide", name("speed"), apply("plus", number(1), name("x"))),
    y: apply("times", number(-0.4), name("y")),
  },
  [
    {
      trigger: apply("geq", name("x"), name("top")),
      set: {
        x: apply("times", name("share"), name("top")),
        y: apply("plus", name("y"), apply("times", name("dose"), name("top"))),
      },
    },
  ],
);
const ids = ["speed", "top", "share", "dose"] as const;
const start = [1.3, 0.7, 0.2, 0.5];
const simulator = model.simulator({ times: [0, 3], outputs: ["x", "y"], rtol: 1e-10, atol: 1e-12 });
const end = (values: Tensor): Tensor => {
  const parameters = Object.fromEntries(ids.map((id, i) => [id, values.at(i).get()]));
  const { final } = simulator.simulate({ parameters });
  return np.add(final["y"]!, np.multiply(final["x"]!, 0.3));
};

/** The same, in closed form between the events: (1 + x)^2 grows by 2 speed a unit of time. */
function exact([speed, top, share, dose]: readonly number[]): number {
  const until = (from: number): number => ((1 + top!) ** 2 - (1 + from) ** 2) / (2 * speed!);
  let [t, x, y] = [0, 0, 0];
  while (t + until(x) < 3) {
    const pause = until(x);
    [t, x, y] = [t + pause, share! * top!, y * Math.exp(-0.4 * pause) + dose! * top!];
  }
  const rest = 3 - t;
  return y * Math.exp(-0.4 * rest) + 0.3 * (Math.sqrt((1 + x) ** 2 + 2 * speed! * rest) - 1);
}

describe("derivatives through a row of events that reset the state", () => {
  it("are those of the exact solution by all that events have, forward as in reverse", () => {
    const slopes = jit(grad(end))(Float64Array.from(start));
    const h = 1e-5;
    const wanted = start.map((_, i) => {
      const at = (by: number): number => exact(start.map((value, k) => (k === i ? value + by : value)));
      return (at(h) - at(-h)) / (2 * h);
    });
    wanted.forEach((slope, i) => expect(Math.abs(slopes.data[i]! - slope)).toBeLessThan(1e-6));
    const forward = jit((values: Tensor, direction: Tensor) => jvp(end, [values], [direction]));
    start.forEach((_, i) => {
      const direction = Float64Array.from(start, (_value, k) => (k === i ? 1 : 0));
      const [value, slope] = forward(Float64Array.from(start), direction);
      expect(value.item()).toBeCloseTo(exact(start), 8);
      expect(Math.abs(slope.item() - slopes.data[i]!)).toBeLessThan(1e-8);
    });
  });
});
