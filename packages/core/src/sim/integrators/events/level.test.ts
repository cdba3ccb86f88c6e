import { describe, expect, it } from "@jest/globals";
import { jacfwd, jacrev } from "../../../compile/jacobian.js";
import { jit } from "../../../compile/jit.js";
import { vmap } from "../../../compile/vmap.js";
import { np } from "../../../trace/np.js";
import type { Tensor } from "../../../trace/tensor.js";
import { statusOf } from "../../status.js";
import { integrate } from "../integrate.js";
import type { IntegrationMethod } from "../method.js";
import { autoSwitch } from "../stiff/autoSwitch.js";
import { rodas5p } from "../stiff/rodas5p.js";
import { tsit5 } from "../tsit5.js";

const tolerances = { rtol: 1e-10, atol: 1e-10 };

/** y grows by the rate, and is put back to 0 where it is above the limit: a saw tooth. */
function sawTooth(rate: Tensor, limit: Tensor, end: number, method: IntegrationMethod = tsit5()) {
  return integrate<Tensor, Tensor>(
    (_t, _y, rate) => rate,
    0,
    {
      times: [0, end],
      method,
      ...tolerances,
      events: [{ condition: (_t, y) => y.sub(limit), direction: "above", apply: (_t, y) => y.mul(0) }],
    },
    rate,
  );
}

describe.each([tsit5(), rodas5p(), autoSwitch()].map((method) => [method.name, method] as const))(
  "events by level with %s",
  (_, method) => {
    it("are wherever a quantity is above zero", () => {
      const run = sawTooth(np.array(1), np.array(1), 10.25, method);
      expect(run.final.item()).toBeCloseTo(0.25, 9);
      expect(run.events.count.item()).toBe(10);
    });

    it("have the derivative of the time where it rises, forward and in reverse", () => {
      // Teeth of the length limit / rate: the end is rate 4.5 - 4 limit, at rate 1.
      const end = (x: Tensor): Tensor => sawTooth(x.at(0).get(), x.at(1).get(), 4.5, method).final;
      const at = np.array([1, 1]);
      [jacfwd(end), jacrev(end)].forEach((slope) => {
        const [byRate, byLimit] = jit(slope)(at).toArray() as number[];
        expect(byRate).toBeCloseTo(4.5, 9);
        expect(byLimit).toBeCloseTo(-4, 9);
      });
    });
  },
);

describe("events by level", () => {
  /** Where y is above 1 it falls to 0.5. */
  const fall = {
    condition: (_t: Tensor, y: Tensor) => y.sub(1),
    direction: "above" as const,
    apply: (_t: Tensor, y: Tensor) => y.mul(0).add(0.5),
  };
  const still = (_t: Tensor, y: Tensor): Tensor => y.mul(0);

  it("happen at the start, and as soon as another event lifts the quantity above zero", () => {
    const atStart = integrate<Tensor, null>(still, 2, { times: [0, 1], events: [fall] }, null);
    expect(atStart.final.item()).toBe(0.5);
    expect(atStart.events.times.data[0]).toBe(0);
    const lift = { plan: () => np.array(0.7), apply: (_t: Tensor, y: Tensor) => y.add(3) };
    const run = integrate<Tensor, null>(
      still,
      0,
      { times: [0, 0.7, 1, 100], events: [lift, fall], outputsAtEvents: "after" },
      null,
    );
    expect([...run.outputs.data]).toEqual([0, 0.5, 0.5, 0.5]);
    expect([...run.events.times.data].slice(0, 3)).toEqual([0.7, 0.7, NaN]);
    expect([...run.events.indices.data].slice(0, 3)).toEqual([0, 1, -1]);
  });

  it("that happen at once have the derivative of what made them", () => {
    // At the time 0.7 y jumps to 3 + x, which makes it 0.5 (3 + x) at once, while it grows by 1: its time depends on nothing.
    const end = (x: Tensor): Tensor =>
      integrate<Tensor, null>(
        (_t, y) => y.mul(0).add(1),
        0,
        {
          times: [0, 1],
          ...tolerances,
          events: [
            { plan: () => np.array(0.7), apply: (_t, y) => y.mul(0).add(3).add(x) },
            { ...fall, condition: (_t, y) => y.sub(2), apply: (_t, y) => y.mul(0.5) },
          ],
        },
        null,
      ).final;
    [jacfwd(end), jacrev(end)].forEach((slope) => expect(jit(slope)(0.2).item()).toBeCloseTo(0.5, 12));
    expect(jit(end)(0.2).item()).toBeCloseTo(1.9, 12);
  });

  it("happen again and again where they leave the quantity above zero, until there are too many", () => {
    const stay = { ...fall, apply: (_t: Tensor, y: Tensor) => y };
    const run = integrate<Tensor, null>(still, 2, { times: [0, 1], events: [stay], maxEvents: 12 }, null);
    expect(statusOf(run.status).name).toBe("tooManyEvents");
    expect(run.events.count.item()).toBe(12);
  });

  it("are not where the quantity is zero, or no number", () => {
    const count = (condition: (t: Tensor, y: Tensor) => Tensor): number =>
      integrate<Tensor, null>(still, 1, { times: [0, 1], events: [{ ...fall, condition }] }, null).events.count.item();
    expect(count((_t, y) => y.sub(1))).toBe(0);
    expect(count((_t, y) => np.log(y.neg()))).toBe(0);
    expect(count((t, y) => np.where(np.less(t, 0.5), NaN, y.mul(0).sub(1)))).toBe(0);
  });

  it("are each element's own in a batch", () => {
    const solve = (rate: Tensor) => {
      const { final, events } = sawTooth(rate, np.array(1), 4.5);
      return { final, times: events.times, count: events.count };
    };
    const rates = [0.1, 1, 2.3];
    const batch = jit(vmap(solve))(np.array(rates));
    const alone = rates.map((rate) => jit(solve)(rate));
    expect(batch.count.toArray()).toEqual([0, 4, 10]);
    expect(batch.times.toArray()).toEqual(alone.map(({ times }) => times.toArray()));
    expect(batch.final.toArray()).toEqual(alone.map(({ final }) => final.item()));
  });
});
