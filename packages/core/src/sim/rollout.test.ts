import { describe, expect, it } from "@jest/globals";
import { ArgumentError, NumericalError } from "../util/errors.js";
import { grad } from "../compile/grad.js";
import { jit } from "../compile/jit.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { expectThat } from "./checks.js";
import { rollout, type RolloutOptions } from "./rollout.js";
import type { Simulator } from "./simulator.js";
import { statusOf } from "./status.js";

interface Params {
  readonly rate: Tensor;
}
interface State {
  readonly amount: Tensor;
}

/** x -> rate x, watched as x and as the time of each step. */
const growth: Simulator<Params, State, Tensor, { readonly at: Tensor; readonly n: Tensor }> = {
  name: "growth",
  units: { time: "s", params: { rate: "1" }, state: { amount: "kg" }, output: "kg", records: { at: "s", n: "1" } },
  dt: 0.5,
  startTime: 10,
  init: () => ({ amount: np.array([1, 2]) }),
  step: ({ amount }, { rate }) => ({ amount: amount.mul(rate) }),
  stepBack: ({ amount }, { rate }) => ({ amount: amount.div(rate) }),
  observe: ({ amount }) => amount,
  record: (_state, _params, clock) => ({ at: clock.time, n: clock.index }),
};
const two = { rate: np.array(2) };

describe("rollout", () => {
  it("returns the last observation, and those at the output times", () => {
    const { final, outputs, times, state, status } = rollout(growth, { steps: 6, every: 2 })(two);
    expect(final.toArray()).toEqual([64, 128]);
    expect(outputs.toArray()).toEqual([
      [4, 8],
      [16, 32],
      [64, 128],
    ]);
    expect(times.toArray()).toEqual([11, 12, 13]);
    expect(state.amount.toArray()).toEqual([64, 128]);
    expect(statusOf(status)).toMatchObject({ name: "ok", remedy: "" });
  });

  it("has one output, the last, unless told otherwise", () => {
    const { outputs, times } = rollout(growth, { steps: 3 })(two);
    expect(outputs.toArray()).toEqual([[8, 16]]);
    expect(times.toArray()).toEqual([11.5]);
  });

  it("records after every step, at the time of the new state", () => {
    for (const every of [2, 6]) {
      const { records } = rollout(growth, { steps: 6, every })(two);
      expect(records.at.toArray()).toEqual([10.5, 11, 11.5, 12, 12.5, 13]);
      expect(records.n.toArray()).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  it("gives null records where the simulator has none", () => {
    const { record: _, ...plain } = growth;
    expect(rollout(plain as Simulator<Params, State, Tensor>, { steps: 2 })(two).records).toBeNull();
  });

  it("ends with a status where the state is not finite", () => {
    const status = statusOf(rollout(growth, { steps: 4, every: 2 })({ rate: np.array(1e200) }).status);
    expect(status.name).toBe("nonFinite");
    expect(status.remedy).toContain("smaller step");
  });

  it("calls the simulator's own check with the parameters, before the run", () => {
    const calls: unknown[] = [];
    const checked = { ...growth, check: (params: Params) => void calls.push(params) };
    rollout(checked, { steps: 2 })(two);
    expect(calls).toEqual([two]);
  });

  it.each([
    [{ steps: 0 }, "steps: 0"],
    [{ steps: -3 }, "steps: -3"],
    [{ steps: 1.5 }, "steps: 1.5"],
    [{ steps: NaN }, "steps: NaN"],
    [{ steps: 4, every: 0 }, "every: 0"],
    [{ steps: 4, every: 3 }, "use steps: 3 or 6"],
    [{ steps: 4, adjoint: { blocks: 0 } }, "blocks: 0"],
  ])("refuses %j", (options, text) => {
    expect(() => rollout(growth, options)).toThrow(ArgumentError);
    expect(() => rollout(growth, options)).toThrow(text);
  });

  it("refuses to step back where the simulator cannot", () => {
    const { stepBack: _, ...forward } = growth;
    expect(() => rollout(forward, { steps: 2, adjoint: "inverse" })).toThrow(/stepBack/);
  });

  it("refuses NaN in parameters, and names the place", () => {
    expect(() => rollout(growth, { steps: 2 })({ rate: np.array([1, NaN]) })).toThrow(/NaN in params\.rate at entry 1/);
    expect(() => rollout(growth, { steps: 2 })({ rate: np.array(NaN) })).toThrow(ArgumentError);
  });
});

describe("the gradient of a rollout", () => {
  // final = [1, 2] rate^n, so that the sum has the slope 3 n rate^(n - 1).
  it.each<[string, RolloutOptions]>([
    ["stepping back", { steps: 12 }],
    ["stepping back in segments", { steps: 12, every: 4 }],
    ["all states stored", { steps: 12, adjoint: "all" }],
    ["blocks", { steps: 12, adjoint: { blocks: 5 } }],
    ["blocks in segments", { steps: 12, every: 6, adjoint: { blocks: 4 } }],
    ["the compiler's choice", { steps: 12, adjoint: "auto" }],
  ])("is right: %s", (_, options) => {
    const run = rollout(growth, options);
    const slope = grad((rate: Tensor) => np.sum(run({ rate }).final))(1.1);
    expect(slope.item()).toBeCloseTo(36 * 1.1 ** 11, 9);
  });

  it("goes through outputs and records", () => {
    const run = rollout({ ...growth, record: ({ amount }: State) => amount }, { steps: 4, every: 2 });
    const ofOutputs = grad((rate: Tensor) => np.sum(run({ rate }).outputs))(1.1);
    expect(ofOutputs.item()).toBeCloseTo(3 * (2 * 1.1 + 4 * 1.1 ** 3), 12);
    const ofRecords = grad((rate: Tensor) => np.sum(run({ rate }).records))(1.1);
    expect(ofRecords.item()).toBeCloseTo(3 * (1 + 2 * 1.1 + 3 * 1.1 ** 2 + 4 * 1.1 ** 3), 12);
  });

  it("is refused where stepping back does not lead back", () => {
    const wrong = { ...growth, stepBack: ({ amount }: State) => ({ amount: amount.mul(0.9) }) };
    const slope = grad((rate: Tensor) => np.sum(rollout(wrong, { steps: 6 })({ rate }).final));
    expect(() => slope(1.1)).toThrow(NumericalError);
  });
});

describe("expectThat", () => {
  it("fails in a compiled program when it gets there", () => {
    const checked = jit((x: Tensor) => {
      expectThat(x.less(3), "too large");
      return x.mul(2);
    });
    expect(checked(1).item()).toBe(2);
    expect(() => checked(4)).toThrow("too large");
  });

  it("fails at once outside of a trace", () => {
    expect(() => expectThat(np.array(1).greater(2), "too small")).toThrow(NumericalError);
    expect(() => expectThat(np.array(3).greater(2), "too small")).not.toThrow();
  });
});
