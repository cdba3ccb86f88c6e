import { describe, expect, it } from "@jest/globals";
import { ArgumentError, ShapeError } from "../util/errors.js";
import { grad } from "../compile/grad.js";
import { jit } from "../compile/jit.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { at, type TimedOutputs } from "./at.js";
import { on, sum, weight } from "./combine.js";
import { halfSquared } from "./halfSquared.js";
import { l1 } from "./l1.js";

describe("sum, weight and on", () => {
  interface Run {
    readonly field: Tensor;
    readonly traces: Tensor;
  }
  const run: Run = { field: np.array([1, 3]), traces: np.array([5]) };
  const field = on((each: Run) => each.field, halfSquared(np.array([0, 1])));
  const traces = on((each: Run) => each.traces, halfSquared(np.array([1])));

  it("add losses of parts of an output, times numbers", () => {
    const loss = sum(field, weight(0.5, traces));
    expect(loss(run).item()).toBe(2.5 + 0.5 * 8);
    expect(loss.name).toBe("sum(on(halfSquared), weight(0.5, on(halfSquared)))");
    const gradient = grad((each: Run) => loss(each))(run);
    expect(gradient.field.toArray()).toEqual([1, 2]);
    expect(gradient.traces.toArray()).toEqual([2]);
  });

  it("stay sums of squares where their parts are", () => {
    const r = sum(field, weight(0.5, traces)).residual?.(run) as Tensor;
    expect(np.sum(np.square(r)).item() / 2).toBeCloseTo(6.5, 14);
    expect(
      sum(
        field,
        on((each: Run) => each.traces, l1(np.array([1]))),
      ).residual,
    ).toBeUndefined();
  });

  it("hand the parameters on", () => {
    const seen: unknown[] = [];
    const spy = Object.assign((_: Tensor, params?: unknown) => {
      seen.push(params);
      return np.array(1);
    });
    weight(2, sum(on((x: Tensor) => x, spy)))(np.array(0), "params");
    expect(seen).toEqual(["params"]);
  });

  it("refuse no losses, and weights that are none", () => {
    expect(() => sum()).toThrow(ArgumentError);
    for (const factor of [-1, NaN, Infinity]) expect(() => weight(factor, field)).toThrow(ArgumentError);
  });
});

describe("at", () => {
  const run: TimedOutputs<Tensor> = {
    outputs: np.array([
      [0, 0],
      [10, 1],
      [30, 2],
    ]),
    times: np.array([1, 2, 4]),
  };
  const seen = (times: readonly number[], of: TimedOutputs<Tensor> = run): unknown => {
    let rows: unknown = null;
    const spy = (output: Tensor): Tensor => {
      rows = output.toArray();
      return np.array(0);
    };
    at(times, spy)(of);
    return rows;
  };

  it("gives the outputs at the times, on the line between two", () => {
    expect(seen([4, 1, 2, 3, 1.25])).toEqual([
      [30, 2],
      [0, 0],
      [10, 1],
      [20, 1.5],
      [2.5, 0.25],
    ]);
  });

  it("takes times that rounding put beyond the end", () => {
    expect(seen([4 + 1e-12])).toEqual([[30, 2]]);
    expect(seen([1], { outputs: np.array([[7]]), times: np.array([1]) })).toEqual([[7]]);
  });

  it("spreads the gradient over both neighbours", () => {
    const loss = at([3], halfSquared(np.array([[19, 1.5]])));
    const gradient = grad((outputs: Tensor) => loss({ outputs, times: run.times }))(run.outputs);
    expect(gradient.toArray()).toEqual([
      [0, 0],
      [0.5, 0],
      [0.5, 0],
    ]);
  });

  it("refuses times outside of the run, or gives NaN where they are known too late", () => {
    const loss = at([0.5], halfSquared(np.array([[0, 0]])));
    expect(() => loss(run)).toThrow(/0\.5.*from 1 to 4/);
    expect(jit((each: TimedOutputs<Tensor>) => loss(each))(run).item()).toBeNaN();
    expect(() => at([NaN], halfSquared(np.array([1])))).toThrow(ArgumentError);
    expect(() => at([], halfSquared(np.array([1])))).toThrow(ArgumentError);
  });

  it("refuses outputs without a row for each time", () => {
    const loss = at([2], halfSquared(np.array([[0, 0]])));
    expect(() => loss({ outputs: np.zeros([2, 2]), times: run.times })).toThrow(ShapeError);
    expect(() => loss({ outputs: run.outputs, times: np.array(1) })).toThrow(ShapeError);
  });
});
