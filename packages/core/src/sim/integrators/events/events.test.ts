import { describe, expect, it } from "@jest/globals";
import { ArgumentError, ShapeError } from "../../../util/errors.js";
import { jit } from "../../../compile/jit.js";
import { vmap } from "../../../compile/vmap.js";
import { np } from "../../../trace/np.js";
import type { Tensor } from "../../../trace/tensor.js";
import { statusOf } from "../../status.js";
import { integrate, type EventOptions } from "../integrate.js";
import { rk4 } from "../rk4.js";

/** Turns round a circle: (cos t, sin t) from (1, 0). */
const circle = (_t: Tensor, y: Tensor): Tensor => np.stack([y.at(1).get().neg(), y.at(0).get()]);
const options = { rtol: 1e-10, atol: 1e-10 };
const sine = (_t: Tensor, y: Tensor): Tensor => y.at(1).get();
const cosine = (_t: Tensor, y: Tensor): Tensor => y.at(0).get();

function turn(end: number, events: EventOptions<Tensor, null>["events"], more: object = {}) {
  return integrate<Tensor, null>(
    circle,
    np.array([1, 0]),
    { times: [0, end], ...options, ...more, events: events ?? [] },
    null,
  );
}

const listOf = (x: Tensor, count: number): number[] => Array.from(x.data).slice(0, count);

describe("events", () => {
  it("are found where a condition passes zero, in either direction or one", () => {
    const both = turn(10, [{ condition: sine }]);
    expect(both.events.count.item()).toBe(3);
    listOf(both.events.times, 3).forEach((t, i) => expect(Math.abs(t - Math.PI * (i + 1))).toBeLessThan(1e-8));
    expect(both.events.times.data[3]).toBeNaN();
    expect(listOf(both.events.indices, 4)).toEqual([0, 0, 0, -1]);
    expect(Math.abs((both.events.states.data[0] as number) + 1)).toBeLessThan(1e-8);
    expect(listOf(turn(10, [{ condition: sine, direction: "up" }]).events.times, 1)[0]).toBeCloseTo(2 * Math.PI, 8);
    expect(turn(10, [{ condition: sine, direction: "up" }]).events.count.item()).toBe(1);
    expect(turn(10, [{ condition: sine, direction: "down" }]).events.count.item()).toBe(2);
  });

  it("that change nothing leave the solution as it is", () => {
    const plain = turn(10, []);
    const watched = turn(10, [{ condition: sine }]);
    watched.final.data.forEach((value, i) =>
      expect(Math.abs(value - (plain.final.data[i] as number))).toBeLessThan(1e-8),
    );
  });

  it("are told apart by their position in the list, in the order of time", () => {
    const { events } = turn(7, [{ condition: sine }, { condition: cosine }]);
    expect(listOf(events.indices, 5)).toEqual([1, 0, 1, 0, -1]);
    listOf(events.times, 4).forEach((t, i) => expect(Math.abs(t - ((i + 1) * Math.PI) / 2)).toBeLessThan(1e-8));
  });

  it("at the same time happen in the order of the list, each on the state that the one before left", () => {
    const add = (by: number) => (_t: Tensor, y: Tensor) => np.stack([y.at(0).get().mul(2).add(by), y.at(1).get()]);
    const half = (t: Tensor): Tensor => t.sub(0.5);
    const still = (_t: Tensor, y: Tensor): Tensor => y.mul(0);
    const run = (first: number, second: number) =>
      integrate<Tensor, null>(
        still,
        np.array([1, 0]),
        {
          times: [0, 1],
          events: [
            { condition: half, apply: add(first) },
            { condition: (t) => t.mul(3).sub(1.5), apply: add(second) },
          ],
        },
        null,
      );
    expect(run(10, 100).final.data[0]).toBe(2 * (2 * 1 + 10) + 100);
    expect(run(100, 10).final.data[0]).toBe(2 * (2 * 1 + 100) + 10);
    const { events } = run(1, 1);
    expect(listOf(events.indices, 3)).toEqual([0, 1, -1]);
    expect(events.times.data[0]).toBe(events.times.data[1]);
    expect([events.states.data[0], events.states.data[2]]).toEqual([1, 1]);
  });

  it("end the run if they are terminal, without being a failure", () => {
    const run = turn(10, [{ condition: cosine, direction: "up", terminal: true }], { times: [0, 1, 6, 10] });
    expect(statusOf(run.status).name).toBe("ok");
    expect(Math.abs(run.finalTime.item() - 1.5 * Math.PI)).toBeLessThan(1e-8);
    expect(Math.abs((run.final.data[1] as number) + 1)).toBeLessThan(1e-8);
    expect(Math.abs((run.outputs.data[2] as number) - Math.cos(1))).toBeLessThan(1e-8);
    expect(listOf(run.outputs, 8).slice(4)).toEqual([NaN, NaN, NaN, NaN]);
    expect(turn(10, [{ condition: cosine, direction: "up" }]).finalTime.item()).toBe(10);
  });

  it("at the start are none; where the condition goes from there counts", () => {
    // sin t is 0 at the start and goes up
    expect(turn(4, [{ condition: sine }]).events.count.item()).toBe(1);
    expect(turn(4, [{ condition: sine, direction: "down" }]).events.count.item()).toBe(1);
    expect(turn(4, [{ condition: (t) => t.neg() }]).events.count.item()).toBe(0);
    expect(turn(4, [{ condition: (t) => t.mul(0) }]).events.count.item()).toBe(0);
  });

  it("that only touch zero are none", () => {
    expect(turn(10, [{ condition: (_t, y) => y.at(1).get().add(1.0000001) }]).events.count.item()).toBe(0);
    expect(turn(3, [{ condition: (t) => t.sub(1).square() }]).events.count.item()).toBe(0);
    expect(turn(3, [{ condition: (t) => t.sub(1).pow(3) }]).events.count.item()).toBe(1);
  });

  it("have the state before them in an output at their time", () => {
    const run = integrate<Tensor, null>(
      (_t, y) => y.mul(0).add(1),
      np.array(0),
      { times: [0, 0.5, 1, 1.5, 2], events: [{ condition: (t) => t.sub(1), apply: (_t, y) => y.add(10) }] },
      null,
    );
    [0, 0.5, 1, 11.5, 12].forEach((value, i) => expect(run.outputs.data[i]).toBeCloseTo(value, 12));
  });

  it("happen in jumps that lead over the place of a condition only where the solution passes it", () => {
    // the jump to -1 is no passage of the second condition; the growth from there is
    const run = integrate<Tensor, null>(
      (_t, y) => y.mul(0).add(1),
      np.array(0.5),
      {
        times: [0, 4],
        events: [
          { condition: (_t, y) => y.sub(2), direction: "up", apply: (_t, y) => y.mul(0).sub(1) },
          { condition: (_t, y) => y },
        ],
      },
      null,
    );
    expect(listOf(run.events.indices, 3)).toEqual([0, 1, -1]);
    expect(listOf(run.events.times, 2).map((t) => Math.round(t * 1e9) / 1e9)).toEqual([1.5, 2.5]);
  });

  it("follow one another ever faster until there are too many: a status", () => {
    interface Ball {
      readonly y: Tensor;
      readonly v: Tensor;
    }
    const run = (maxEvents: number) =>
      integrate<Ball, null>(
        (_t, { y, v }) => ({ y: v, v: y.mul(0).sub(10) }),
        { y: 1, v: 0 },
        {
          times: [0, 5],
          rtol: 1e-9,
          maxEvents,
          events: [
            { condition: (_t, { y }) => y, direction: "down", apply: (_t, { y, v }) => ({ y, v: v.mul(-0.5) }) },
          ],
        },
        null,
      );
    // Bounce k is at t1 (1 + 2 (1 - 1/2^k)), so that all are before 3 t1.
    const first = Math.sqrt(2 / 10);
    const { events, status, final, finalTime } = run(20);
    expect(statusOf(status).name).toBe("tooManyEvents");
    expect(events.count.item()).toBe(20);
    listOf(events.times, 20).forEach((t, k) => expect(Math.abs(t - first * (3 - 2 / 2 ** k))).toBeLessThan(1e-12));
    expect(finalTime.item()).toBeLessThan(3 * first);
    expect(Number.isFinite(final.v.item())).toBe(true);
    // with room for more, until they are no more apart than times can tell
    const many = run(200);
    expect(statusOf(many.status).name).toBe("tooManyEvents");
    expect(many.events.count.item()).toBeGreaterThan(35);
    expect(Math.abs(many.finalTime.item() - 3 * first)).toBeLessThan(1e-11);
  });

  it("are each element's own in a batch", () => {
    const solve = (rate: Tensor) => {
      const run = integrate<Tensor, Tensor>(
        (_t, y, k) => y.mul(k).neg(),
        1,
        { times: [0, 4], events: [{ condition: (_t, y) => y.sub(0.5), apply: (_t, y) => y.add(0.5) }] },
        rate,
      );
      return { t: run.events.times, n: run.events.count, y: run.final };
    };
    const batch = vmap(solve)(np.array([0.5, 1, 2]));
    const alone = [0.5, 1, 2].map((rate) => jit(solve)(rate));
    expect(batch.n.toArray()).toEqual(alone.map(({ n }) => n.item()));
    expect(batch.n.toArray()).toEqual([2, 5, 11]);
    expect(batch.t.toArray()).toEqual(alone.map(({ t }) => t.toArray()));
    expect(batch.y.toArray()).toEqual(alone.map(({ y }) => y.item()));
  });

  it.each<[string, () => unknown, unknown, RegExp]>([
    [
      "a method with fixed steps",
      () => turn(1, [{ condition: sine }], { method: rk4(), rtol: undefined, atol: undefined }),
      ArgumentError,
      /does not look for events/,
    ],
    ["no condition", () => turn(1, [{} as never]), ArgumentError, /events\[0\] has no condition/],
    [
      "an unknown direction",
      () => turn(1, [{ condition: sine, direction: "left" as never }]),
      ArgumentError,
      /left.*"up"/,
    ],
    [
      "a condition that is no number",
      () => turn(1, [{ condition: (_t, y) => y }]),
      ShapeError,
      /condition of events\[0\]/,
    ],
    [
      "an apply of another shape",
      () => turn(1, [{ condition: sine, apply: () => 1 }]),
      ShapeError,
      /apply of events\[0\]/,
    ],
    ["no room", () => turn(1, [{ condition: sine }], { maxEvents: 0 }), ArgumentError, /maxEvents: 0/],
  ])("refuse %s", (_, run, error, text) => {
    expect(run).toThrow(error as never);
    expect(run).toThrow(text);
  });
});
