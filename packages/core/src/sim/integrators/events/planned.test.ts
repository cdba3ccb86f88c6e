import { describe, expect, it } from "@jest/globals";
import { ArgumentError, TreeError } from "../../../util/errors.js";
import { jit } from "../../../compile/jit.js";
import { grad } from "../../../compile/grad.js";
import { jvp } from "../../../compile/forward.js";
import { vmap } from "../../../compile/vmap.js";
import { np } from "../../../trace/np.js";
import type { Tensor } from "../../../trace/tensor.js";
import { autoSwitch } from "../stiff/autoSwitch.js";
import { rodas5p } from "../stiff/rodas5p.js";
import { tsit5 } from "../tsit5.js";
import { integrate } from "../integrate.js";

/** y decays; what is given at fixed times, and how much so far, changes in events alone. */
interface Dosed {
  readonly y: Tensor;
  readonly given: Tensor;
}

const decay = (_t: Tensor, { y }: Dosed) => ({ y: y.mul(-0.5), given: null });
const start = { y: 0, given: 0 };
const options = { rtol: 1e-11, atol: 1e-11 };

/** A dose of 1 at `first`, and every `period` after it. */
function dosing(first: Tensor | number, period: number) {
  return {
    plan: (_t: Tensor, { given }: Dosed) => np.add(np.mul(given, period), first),
    apply: (_t: Tensor, { y, given }: Dosed) => ({ y: y.add(1), given: given.add(1) }),
  };
}

const after = (t: number, doses: readonly number[]): number =>
  doses.filter((dose) => dose <= t).reduce((sum, dose) => sum + Math.exp(-0.5 * (t - dose)), 0);

describe("planned events", () => {
  for (const method of [tsit5(), rodas5p(), autoSwitch()]) {
    it(`happen at their times to the bit, and outputs there are those after them if that is wanted (${method.name})`, () => {
      const times = [0, 0.3, 1, 1.3, 2, 2.5];
      const run = (outputsAtEvents: "before" | "after") =>
        integrate<Dosed, null>(
          decay,
          start,
          { times, method, ...options, events: [dosing(0.3, 1)], outputsAtEvents },
          null,
        );
      const shown = run("after");
      times.forEach((t, i) => expect(shown.outputs.y.data[i]).toBeCloseTo(after(t, [0.3, 1.3, 2.3]), 9));
      expect([...shown.outputs.given.data]).toEqual([0, 1, 1, 2, 2, 3]);
      expect([...run("before").outputs.given.data]).toEqual([0, 0, 1, 1, 2, 3]);
      expect([...shown.events.times.data].slice(0, 3)).toEqual([0.3, 1.3, 2.3]);
    });
  }

  it("have the derivative of their time, forward, in reverse, and by the exact solution", () => {
    const end = (first: Tensor): Tensor =>
      integrate<Dosed, null>(decay, start, { times: [0, 2], ...options, events: [dosing(first, 10)] }, null).final.y;
    const exact = 0.5 * Math.exp(-0.5 * (2 - 0.7));
    expect(jit(grad(end))(0.7).item()).toBeCloseTo(exact, 9);
    expect(jit((x: Tensor) => jvp(end, [x], [np.array(1)])[1])(0.7).item()).toBeCloseTo(exact, 9);
  });

  it("come at times of their own in a batch", () => {
    const end = (first: Tensor): Tensor =>
      integrate<Dosed, null>(decay, start, { times: [0, 2], ...options, events: [dosing(first, 10)] }, null).final.y;
    const firsts = [0.2, 0.9, 1.6, 5];
    const ends = jit(vmap(end))(np.array(firsts));
    firsts.forEach((first, i) => expect(ends.data[i]).toBeCloseTo(after(2, [first]), 9));
  });

  it("leave an event that comes before them in the same step where it is", () => {
    // One condition at 0.5, one plan at 0.9, both in an event that counts how often it happens.
    const event = {
      condition: (t: Tensor, { given }: Dosed) => np.where(np.less(given, 0.5), t.sub(0.5), -1),
      direction: "above" as const,
      plan: () => np.array(0.9),
      apply: (t: Tensor, { given }: Dosed) => ({ y: t, given: given.add(1) }),
    };
    const flat = () => ({ y: 0, given: null });
    const times = [0, 0.7, 1];
    const { outputs } = integrate<Dosed, null>(flat, start, { times, ...options, events: [event] }, null);
    expect(outputs.y.data[1]).toBeCloseTo(0.5, 9);
    expect([...outputs.y.data].at(-1)).toBe(0.9);
    expect([...outputs.given.data]).toEqual([0, 1, 2]);
  });

  it("give the output at their time also where the first step from there is rejected", () => {
    // From 1 on the solution is fast: a step of the size before it is too large.
    const rush = (_t: Tensor, { y, given }: Dosed) => ({
      y: np.where(np.greater(given, 0.5), y.mul(-1e4), 0.01),
      given: null,
    });
    const event = { plan: () => np.array(1), apply: (_t: Tensor, { y, given }: Dosed) => ({ y, given: given.add(1) }) };
    const times = [0, 0.5, 1, 1.5];
    const { outputs, rejected } = integrate<Dosed, null>(
      rush,
      { y: 1, given: 0 },
      { times, rtol: 1e-6, atol: 1e-9, events: [event], outputsAtEvents: "after" },
      null,
    );
    expect(rejected.item()).toBeGreaterThan(0);
    expect(outputs.y.data[2]).toBeCloseTo(1.01, 9);
    expect([...outputs.y.data].every(Number.isFinite)).toBe(true);
  });
});

describe("events by level", () => {
  it("are wherever a quantity is above zero, and keep no memory of its side", () => {
    // A saw tooth: y grows to 1 and is put back to 0, again and again.
    const grow = () => np.array(1);
    const event = {
      condition: (_t: Tensor, y: Tensor) => y.sub(1),
      direction: "above" as const,
      apply: (_t: Tensor, y: Tensor) => y.mul(0),
    };
    const run = integrate<Tensor, null>(grow, 0, { times: [0, 10.25], ...options, events: [event] }, null);
    expect(run.final.item()).toBeCloseTo(0.25, 9);
    expect(run.events.count.item()).toBe(10);
  });
});

describe("leaves that only events change", () => {
  it("do not count in the error of steps", () => {
    const y0 = { y: 1, given: 1e12 };
    const { accepted } = integrate<Dosed, null>(decay, y0, { times: [0, 1], rtol: 1e-6, atol: 1e-9 }, null);
    const alone = integrate<Tensor, null>((_t, y) => y.mul(-0.5), 1, { times: [0, 1], rtol: 1e-6, atol: 1e-9 }, null);
    expect(accepted.item()).toBe(alone.accepted.item());
  });
});

describe("tolerances by leaf", () => {
  const pair = (_t: Tensor, { y, given }: Dosed): Dosed => ({ y: y.mul(-1), given: given.mul(-1) });
  const run = (atol: never) => integrate<Dosed, null>(pair, { y: 1, given: 1e-9 }, { times: [0, 1], atol }, null);

  it("take a tree like the state, whose leaves broadcast", () => {
    const one = run(1e-9 as never).accepted.item();
    expect(run({ y: 1e-9, given: np.array(1e-9) } as never).accepted.item()).toBe(one);
    expect(run({ y: 1e-9, given: 1e-18 } as never).accepted.item()).toBeGreaterThanOrEqual(one);
  });

  it("refuse trees of another form and numbers that are not positive", () => {
    expect(() => run({ y: 1e-9 } as never)).toThrow(TreeError);
    expect(() => run({ y: 1e-9, given: 0 } as never)).toThrow(ArgumentError);
    expect(() => run(-1 as never)).toThrow(ArgumentError);
  });
});
