import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "@simgrad/core";
import { massAction, reactionNetwork } from "../index.js";

const decay = reactionNetwork({
  name: "decay",
  species: { A: 2, empty: 0 },
  parameters: { k: 0.5, shift: -1 },
  reactions: { lose: { equation: "A ->", rate: massAction("k") } },
});

describe("tunable", () => {
  it("has bounds by leaf where no scale is logarithmic; what has none is open", () => {
    const { bounds, params } = decay.tunable({ bounds: { k: [0, 3] }, only: ["k", "shift", "A"] });
    expect(params).toEqual({ parameters: { k: 0.5, shift: -1 }, initial: { A: 2 } });
    expect(bounds).toEqual({
      lower: { parameters: { k: 0, shift: -Infinity }, initial: { A: -Infinity } },
      upper: { parameters: { k: 3, shift: Infinity }, initial: { A: Infinity } },
    });
  });

  it("has coordinates where some are: logarithms for these, a box for what has bounds", () => {
    const { parametrization, bounds, params } = decay.tunable({ logScale: ["k"], bounds: { shift: [-2, 0] } });
    expect(bounds).toBeUndefined();
    expect(parametrization).toBeDefined();
    expect(params.parameters).toEqual({ k: 0.5, shift: -1 });
  });

  it.each([
    [{ logScale: true }, /the start of shift is not positive, as a logarithmic scale needs\. Got: -1/],
    [{ logScale: true, only: ["empty"] }, /the start of empty is not positive/],
    [{ logScale: ["q"] }, /logScale has q, which is no parameter and no start/],
    [{ logScale: "k" }, /logScale is neither true, false, nor a list/],
    [{ bounds: { k: [2, 1] } }, /the bounds of k are no lower and upper number\. Got: 2,1/],
    [{ bounds: { k: [NaN, 1] } }, /the bounds of k are no/],
    [{ bounds: { k: 3 } }, /the bounds of k are no/],
    [{ bounds: { k: [1, 2] } }, /the start of k is not within 1 and 2\. Got: 0.5/],
    [{ start: { k: NaN } }, /the start of k is no finite number/],
    [{ logscale: true }, /there is no option logscale\. Expected: some of only, freeze/],
    [{ only: ["lose"] }, /only has lose/],
  ])("refuses %j", (options, message) => {
    const call = (): unknown => decay.tunable(options as never);
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });
});
