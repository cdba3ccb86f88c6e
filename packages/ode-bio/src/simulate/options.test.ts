import { describe, expect, it } from "@jest/globals";
import { ArgumentError, rk4 } from "@simgrad/core";
import { massAction, networkSimulator, reactionNetwork, sbmlModel } from "../index.js";

const decay = reactionNetwork({
  name: "decay",
  species: { A: 2 },
  parameters: { k: 0.5 },
  reactions: { lose: { equation: "A ->", rate: massAction("k") } },
});

/** What a call is refused with: its message. */
function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return (error as Error).message;
  }
  return "nothing was refused";
}

describe("options are refused when a simulator is made, by name:", () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ rtol: 0 }, /rtol is not a positive number\. Got: rtol: 0/],
    [{ rtol: "1e-3" }, /rtol is not a positive number/],
    [{ atol: -1 }, /atol is not a positive number/],
    [{ maxSteps: 1.5 }, /maxSteps is not a positive whole number\. Got: maxSteps: 1.5/],
    [{ substeps: 0, method: rk4() }, /substeps is not a positive whole number/],
    [{ seed: NaN }, /seed is not a whole number, 0 or above/],
    [{ method: "rk4" }, /method is not a method of @simgrad\/core.*Got: method: rk4/],
    [{ outputs: "A" }, /outputs are no list/],
    [{ times: 5 }, /there are no times/],
    [{ times: undefined }, /there are no times/],
    [{ interventions: { target: "A" } }, /interventions is not a list/],
    [{ interventions: [null] }, /interventions\[0\] has no times/],
    [{ interventions: [{ target: "A", mode: "set" }] }, /interventions\[0\] has no times/],
    [{ interventions: [{ target: "A", mode: "set", times: [1], value: 2 }] }, /has an unknown part, value/],
    [{ interventions: [{ target: "A", mode: "set", times: [1], until: [2] }] }, /sets, so that until means nothing/],
    [{ interventions: [{ target: "A", mode: "set", times: [0.5], values: [NaN] }] }, /not one finite number/],
  ];
  it.each(cases)("%j", (options, message) => {
    expect(refusal(() => decay.simulator({ times: [0, 1], ...options }))).toMatch(message);
  });
});

describe("options of steady states and of simulators of steps", () => {
  it.each([
    [{ horizon: -1 }, /horizon is not positive\. Got: horizon: -1/],
    [{ tolerance: NaN }, /tolerance is not positive/],
    [{ tol: 1 }, /there is no option tol/],
    [{ seed: 1 }, /there is no option seed/],
    [{ method: rk4() }, /does not take rk4, whose steps are fixed/],
  ])("%j", (options, message) => {
    expect(refusal(() => decay.steadyState(options as never))).toMatch(message);
  });

  it.each([
    [{ dt: 0 }, /dt is not positive/],
    [{ step: 1 }, /there is no option step/],
    [{ rtol: -1 }, /rtol is not a positive number/],
    [
      { method: rk4(), interventions: [{ target: "A", mode: "set", times: [1], values: [1] }] },
      /interventions do not go with rk4/,
    ],
  ])("%j", (options, message) => {
    expect(refusal(() => networkSimulator({ model: decay, dt: 0.1, ...options } as never))).toMatch(message);
  });
});

describe("what is no model", () => {
  it.each([[undefined], [null], [5], [{}], [[1]]])("%p is refused", (source) => {
    expect(refusal(() => sbmlModel(source as never))).toMatch(/this is no model/);
  });

  it("cannot be made ready without options", () => {
    expect(refusal(() => (decay.simulator as unknown as () => unknown)())).toMatch(/the options are no object/);
  });
});
