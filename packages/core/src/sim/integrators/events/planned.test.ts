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
import { statusOf } from "../../status.js";
import { integrate, type EventOptions } from "../integrate.js";

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

  it("happen at the end, which the last output shows before or after them; none are at the start", () => {
    const run = (outputsAtEvents: "before" | "after") =>
      integrate<Dosed, null>(decay, start, { times: [0, 2], events: [dosing(0, 2)], outputsAtEvents }, null);
    // The first would be at the start, and as none is after that, there are no more.
    expect(run("after").events.count.item()).toBe(0);
    const late = (outputsAtEvents: "before" | "after") =>
      integrate<Dosed, null>(
        decay,
        { y: 0, given: 1 },
        { times: [0, 1, 2], events: [dosing(0, 2)], outputsAtEvents },
        null,
      );
    expect([...late("after").outputs.given.data]).toEqual([1, 1, 2]);
    expect([...late("before").outputs.given.data]).toEqual([1, 1, 1]);
    expect(late("before").final.given.item()).toBe(2);
    expect([...late("before").events.times.data].slice(0, 2)).toEqual([2, NaN]);
  });

  it("happen in the order of the list where several are at one time, with a condition that passes zero just before", () => {
    const write =
      (digit: number) =>
      (_t: Tensor, { y, given }: Dosed) => ({ y, given: given.mul(10).add(digit) });
    const events = [
      { plan: () => np.array(0.75), apply: write(1) },
      { condition: (t: Tensor) => t.sub(0.75 - 1e-13), apply: write(2) },
      { plan: () => np.array(0.75), apply: write(3) },
      { plan: () => np.array(1.5), apply: write(4) },
    ];
    const run = integrate<Dosed, null>(decay, start, { times: [0, 2], events }, null);
    expect(run.final.given.item()).toBe(1234);
    expect([...run.events.times.data].slice(0, 5)).toEqual([0.75, 0.75, 0.75, 1.5, NaN]);
    expect([...run.events.indices.data].slice(0, 5)).toEqual([0, 1, 2, 3, -1]);
  });

  it("may follow each other as near as times can tell, and say nothing about the side of a condition", () => {
    const next = 1 + 2 ** -52;
    const event = {
      plan: (t: Tensor) => np.where(np.less(t, 1), 1, next),
      condition: (t: Tensor) => t.sub(1.5),
      direction: "up" as const,
      apply: (_t: Tensor, { y, given }: Dosed) => ({ y, given: given.add(1) }),
    };
    const { events, status } = integrate<Dosed, null>(decay, start, { times: [0, 2], events: [event] }, null);
    expect(status.item()).toBe(0);
    expect([...events.times.data].slice(0, 2)).toEqual([1, next]);
    expect(events.times.data[2]).toBeCloseTo(1.5, 14);
    expect(events.count.item()).toBe(3);
  });

  it("end a run, whose output at that time is written", () => {
    const event = { ...dosing(1, 9), terminal: true };
    const run = (outputsAtEvents: "before" | "after") =>
      integrate<Dosed, null>(decay, start, { times: [0, 1, 1.5, 2], events: [event], outputsAtEvents }, null);
    expect(run("after").finalTime.item()).toBe(1);
    expect([...run("after").outputs.given.data]).toEqual([0, 1, NaN, NaN]);
    expect([...run("before").outputs.given.data]).toEqual([0, 0, NaN, NaN]);
  });

  it("are counted without a log, and end the run where there are too many", () => {
    const run = (maxEvents: number) =>
      integrate<Dosed, null>(
        decay,
        start,
        { times: [0, 1], events: [dosing(0.05, 0.1)], maxEvents, logEvents: false },
        null,
      );
    expect(run(10).events.count.item()).toBe(10);
    expect([run(10).events.times.shape, run(10).events.states.y.shape]).toEqual([[0], [0]]);
    expect(run(10).status.item()).toBe(0);
    expect(statusOf(run(9).status).name).toBe("tooManyEvents");
  });

  it("take the step up again that they cut", () => {
    const count = (events: EventOptions<Dosed, null>["events"]): number =>
      integrate<Dosed, null>(
        decay,
        { y: 1, given: 0 },
        { times: [0, 100], events: events ?? [] },
        null,
      ).accepted.item();
    // A cut and no more: what is missing of a step is one more step.
    const event = { plan: () => np.array(50), apply: (_t: Tensor, point: Dosed) => point };
    expect(count([event])).toBeLessThanOrEqual(count([]) + 2);
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
