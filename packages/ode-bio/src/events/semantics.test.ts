import { beforeAll, describe, expect, it } from "@jest/globals";
import { statusOf } from "@simgrad/core";
import type { OdeModel, OdeResult } from "../index.js";
import { apply, eventModel, name, number, time, type TestEvent } from "../testTexts/eventModel.js";

const run = (model: OdeModel, times: readonly number[]): OdeResult =>
  model.simulator({ times, rtol: 1e-10, atol: 1e-12 }).run({ parameters: {} });
const column = (result: OdeResult, id: string): number[] => [...result.outputs[id]!.data];
/** x grows by 1 a unit of time. */
const clock = { x: number(1) };
const reaches = (bound: number): string => apply("geq", name("x"), number(bound));
const append = (id: string, digit: number): string =>
  apply("plus", apply("times", name(id), number(10)), number(digit));
/** An event that another one takes back, or not, by setting `off` at the same time. */
const takenBack = (persistent: boolean, id: string): TestEvent => ({
  trigger: apply("and", reaches(1), apply("lt", name("off"), number(0.5))),
  persistent,
  priority: number(1),
  set: { [id]: number(1) },
});

describe("what events of one run do, each apart from the others", () => {
  const starts = ["x", "p", "met", "early", "not", "xor", "piece", "whole", "next", "off", "lost", "kept", "order"];
  const model = eventModel({ ...Object.fromEntries(starts.map((id) => [id, 0])), q: 2, threshold: 1, rank: 3 }, clock, [
    { trigger: reaches(1), set: { p: name("q"), q: name("p") } },
    { trigger: apply("eq", time, number(1)), set: { met: number(1) } },
    { trigger: apply("lt", name("x"), number(9)), set: { early: number(1) } },
    { trigger: apply("not", apply("lt", name("x"), number(1.25))), set: { not: time } },
    {
      trigger: apply("xor", apply("gt", name("x"), number(1.5)), apply("gt", name("x"), number(9))),
      set: { xor: time },
    },
    {
      trigger:
        `<piecewise><piece>${reaches(1.75)}${apply("lt", time, number(5))}</piece>` +
        "<otherwise><false/></otherwise></piecewise>",
      set: { piece: time },
    },
    { trigger: apply("floor", name("x")), set: { whole: number(1) } },
    {
      trigger: apply("geq", time, name("threshold")),
      set: { threshold: apply("plus", name("threshold"), number(0.75)), next: append("next", 1) },
    },
    takenBack(false, "lost"),
    takenBack(true, "kept"),
    { trigger: reaches(1), priority: number(2), set: { off: number(1) } },
    {
      trigger: reaches(1),
      priority: name("rank"),
      useValuesFromTriggerTime: false,
      set: { order: append("order", 1), rank: number(0) },
    },
    { trigger: reaches(1), priority: number(2), useValuesFromTriggerTime: false, set: { order: append("order", 2) } },
  ]);
  let result: OdeResult;
  beforeAll(() => {
    result = run(model, [0, 2]);
  });

  it.each([
    ["values of the trigger's time may be swapped", "p", 2],
    ["values of the trigger's time may be swapped", "q", 0],
    ["time may be equal to a number", "met", 1],
    ["what holds from the start on does not become true", "early", 0],
    ["negations become true", "not", 1.25],
    ["one of two comparisons becomes true", "xor", 1.5],
    ["pieces become true", "piece", 1.75],
    ["numbers that are not 0 are true", "whole", 1],
    ["a threshold that its own event moves is met again", "next", 11],
    ["an event that is not persistent is taken back by one that comes first", "lost", 0],
    ["a persistent one happens all the same", "kept", 1],
    ["priorities are those of the moment", "order", 12],
  ])("%s: %s", (_, id, wanted) => {
    expect(column(result, id)[1]).toBeCloseTo(wanted, 9);
    expect(result.status.item()).toBe(0);
  });
});

describe("runs with events", () => {
  it("need nothing that moves", () => {
    const model = eventModel({ q: 0 }, {}, [{ trigger: apply("geq", time, number(1)), set: { q: number(3) } }]);
    expect(column(run(model, [0.5, 1, 2]), "q")).toEqual([0, 3, 3]);
  });

  it("end with a status where more happenings wait than there is room for; what comes later is no number", () => {
    const model = eventModel({ x: 0, n: 0 }, clock, [
      { trigger: reaches(1), set: { x: number(0) } },
      { trigger: reaches(0.5), delay: number(100), set: { n: number(1) } },
    ]);
    const result = run(model, [0, 15, 30]);
    expect(statusOf(result.status).name).toBe("tooManyEvents");
    expect(column(result, "n")).toEqual([0, 0, NaN]);
    expect(column(result, "x").map(Number.isNaN)).toEqual([false, false, true]);
  });
});
