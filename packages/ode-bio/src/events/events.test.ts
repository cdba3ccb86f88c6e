import { describe, expect, it } from "@jest/globals";
import { grad, jit, jvp, np, statusOf, type Tensor } from "@simgrad/core";
import type { OdeModel, OdeResult } from "../index.js";
import { apply, eventModel, name, number, rateOf, time } from "../testTexts/eventModel.js";

const tight = { rtol: 1e-10, atol: 1e-12 };
const run = (model: OdeModel, times: readonly number[], seed = 0): OdeResult =>
  model.simulator({ times, ...tight, seed }).run({ parameters: {} });
const column = (result: OdeResult, id: string): number[] => [...result.outputs[id]!.data];
const close = (got: readonly number[], wanted: readonly number[]): void => {
  expect(got).toHaveLength(wanted.length);
  got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 8));
};
/** x grows by 1 a unit of time. */
const clock = { x: number(1) };

describe("events", () => {
  it("happen where their trigger becomes true, and are seen in outputs at that time", () => {
    const model = eventModel({ x: 0, n: 0 }, clock, [
      { trigger: apply("geq", name("x"), number(1)), set: { x: number(0), n: apply("plus", name("n"), number(1)) } },
    ]);
    const result = run(model, [0, 0.5, 1.5, 2.5, 3.25]);
    close(column(result, "x"), [0, 0.5, 0.5, 0.5, 0.25]);
    expect(column(result, "n")).toEqual([0, 0, 1, 2, 3]);
  });

  it("are found in windows that are narrower than any step", () => {
    const window = apply("and", apply("gt", name("x"), number(5)), apply("lt", name("x"), number(5.001)));
    const model = eventModel({ x: 0, n: 0 }, clock, [
      { trigger: window, set: { n: apply("plus", name("n"), number(1)) } },
    ]);
    expect(column(run(model, [0, 100]), "n")).toEqual([0, 1]);
  });

  it("happen at the start where they count as false before it, and else not", () => {
    const at = (initialValue: boolean): number[] =>
      column(
        run(eventModel({ x: 0, n: 0 }, clock, [{ trigger: "<true/>", initialValue, set: { n: number(7) } }]), [0, 1]),
        "n",
      );
    expect(at(false)).toEqual([7, 7]);
    expect(at(true)).toEqual([0, 0]);
  });

  it("know the time: comparisons with it are met to the bit", () => {
    const model = eventModel({ x: 0, n: 0, m: 0 }, clock, [
      { trigger: apply("geq", time, number(0.3)), set: { n: number(1) } },
      { trigger: apply("gt", apply("minus", apply("times", number(2), time), number(1)), number(0)), set: { m: time } },
    ]);
    const result = run(model, [0, 0.3, 0.5, 1]);
    expect(column(result, "n")).toEqual([0, 1, 1, 1]);
    close(column(result, "m"), [0, 0, 0, 0.5]);
  });

  it("react to rates of change", () => {
    const model = eventModel({ x: 0, n: 0 }, { x: time }, [
      { trigger: apply("gt", rateOf("x"), number(1.5)), set: { n: time } },
    ]);
    close(column(run(model, [0, 1, 2]), "n"), [0, 0, 1.5]);
  });
});

describe("delays", () => {
  const model = (useValuesFromTriggerTime: boolean): OdeModel =>
    eventModel({ x: 0, y: 0 }, clock, [
      {
        trigger: apply("gt", name("x"), number(1)),
        delay: number(0.5),
        useValuesFromTriggerTime,
        set: { y: name("x") },
      },
    ]);

  it("let an event wait; its values are those of the trigger's time or of its own", () => {
    close(column(run(model(true), [0, 1.25, 2]), "y"), [0, 0, 1]);
    close(column(run(model(false), [0, 1.25, 2]), "y"), [0, 0, 1.5]);
  });

  it("end an event that is not persistent once its trigger is false again", () => {
    const at = (persistent: boolean): number[] =>
      column(
        run(
          eventModel({ x: 0, n: 0 }, clock, [
            {
              trigger: apply("and", apply("gt", name("x"), number(1)), apply("lt", name("x"), number(1.5))),
              delay: number(1),
              persistent,
              set: { n: number(1) },
            },
          ]),
          [0, 3],
        ),
        "n",
      );
    expect(at(true)).toEqual([0, 1]);
    expect(at(false)).toEqual([0, 0]);
  });

  it("let several happenings of one event wait at once", () => {
    const model = eventModel({ x: 0, n: 0 }, clock, [
      { trigger: apply("geq", name("x"), number(1)), set: { x: number(0) } },
      {
        trigger: apply("geq", name("x"), number(0.5)),
        delay: number(2.75),
        set: { n: apply("plus", name("n"), number(1)) },
        useValuesFromTriggerTime: false,
      },
    ]);
    expect(column(run(model, [0, 3, 4, 5, 6]), "n")).toEqual([0, 0, 1, 2, 3]);
  });
});

describe("events at one time", () => {
  const digits = (event: number): string => apply("plus", apply("times", name("n"), number(10)), number(event));
  const both = (first: number | undefined, second: number | undefined): OdeModel =>
    eventModel(
      { x: 0, n: 0 },
      clock,
      [first, second].map((priority, i) => ({
        trigger: apply("geq", name("x"), number(1)),
        useValuesFromTriggerTime: false,
        ...(priority === undefined ? {} : { priority: number(priority) }),
        set: { n: digits(i + 1) },
      })),
    );

  it("come in the order of their priorities, those without one last", () => {
    expect(column(run(both(1, 2), [0, 2]), "n")[1]).toBe(21);
    expect(column(run(both(2, 1), [0, 2]), "n")[1]).toBe(12);
    expect(column(run(both(undefined, -5), [0, 2]), "n")[1]).toBe(21);
  });

  it("with equal priorities come in an order that the seed decides", () => {
    const seen = [0, 1, 2, 3, 4, 5, 6, 7].map((seed) => column(run(both(3, 3), [0, 2], seed), "n")[1]!);
    expect(new Set(seen)).toEqual(new Set([12, 21]));
    expect(column(run(both(3, 3), [0, 2], 5), "n")[1]).toBe(seen[5]);
  });

  it("may set off each other", () => {
    const model = eventModel({ x: 0, a: 0, b: 0 }, clock, [
      { trigger: apply("geq", name("b"), number(1)), set: { a: number(5) } },
      { trigger: apply("geq", name("x"), number(1)), set: { b: number(1) } },
    ]);
    expect(column(run(model, [0, 1.5]), "a")).toEqual([0, 5]);
  });

  it("end a run by a status where they set off each other without end", () => {
    const model = eventModel({ x: 0, a: 0 }, clock, [
      {
        trigger: apply("and", apply("geq", name("x"), number(1)), apply("lt", name("a"), number(0.5))),
        set: { a: number(1) },
      },
      {
        trigger: apply("and", apply("geq", name("x"), number(1)), apply("gt", name("a"), number(0.5))),
        set: { a: number(0) },
      },
    ]);
    expect(statusOf(run(model, [0, 2]).status).name).toBe("tooManyEvents");
  });
});

describe("derivatives through events", () => {
  // x' = 1; where x > threshold, after a delay, y is set to gain x; y decays.
  const model = eventModel(
    { x: 0, y: 0, threshold: 0.8, wait: 0.3, gain: 2 },
    { x: number(1), y: apply("times", number(-0.5), name("y")) },
    [
      {
        trigger: apply("gt", name("x"), name("threshold")),
        delay: name("wait"),
        set: { y: apply("times", name("gain"), name("x")) },
      },
    ],
  );
  const simulator = model.simulator({ times: [0, 2], outputs: ["y"], ...tight });
  const end = (threshold: Tensor, wait: Tensor, gain: Tensor): Tensor =>
    simulator.simulate({ parameters: { threshold, wait, gain } }).final["y"]!;
  // y(2) = gain threshold exp(-(2 - threshold - wait) / 2)
  const decay = Math.exp(-0.5 * (2 - 0.8 - 0.3));
  const exact = [2 * decay * (1 + 0.5 * 0.8), 0.5 * 2 * 0.8 * decay, 0.8 * decay];

  it("are those of the exact solution, in reverse and forward", () => {
    const point = [0.8, 0.3, 2].map((value) => np.array(value)) as [Tensor, Tensor, Tensor];
    exact.forEach((wanted, i) => {
      const of = (x: Tensor): Tensor => end(...(point.map((own, k) => (k === i ? x : own)) as typeof point));
      expect(jit(grad(of))(point[i]!).item()).toBeCloseTo(wanted, 7);
      expect(jit((x: Tensor) => jvp(of, [x], [np.array(1)])[1])(point[i]!).item()).toBeCloseTo(wanted, 7);
    });
  });
});
