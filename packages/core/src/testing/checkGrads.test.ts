import { describe, expect, it } from "@jest/globals";
import { np } from "../trace/np.js";
import { scan } from "../trace/control.js";
import type { Tensor } from "../trace/tensor.js";
import { checkGrads } from "./checkGrads.js";
import { GradientMismatch } from "./finiteDifferences.js";

describe("checkGrads", () => {
  it("accepts right derivatives, through loops and trees, and with captured tensors", () => {
    const weights = np.array([1, 2, 3]);
    const run = (p: { x: Tensor; k: Tensor }): Tensor =>
      scan((x) => [x.add(p.k.mul(np.sin(x)).mul(weights)), null], p.x, { length: 5 })[0].sum();
    expect(() => checkGrads(run, [{ x: np.array([0.1, 0.2, 0.3]), k: 0.1 }])).not.toThrow();
  });

  it("finds a function whose derivative is not that of its values", () => {
    // The derivative of floor is 0; across a step its difference quotient is not.
    expect(() => checkGrads((x: Tensor) => np.floor(x.mul(1e9)).sum(), [np.array([0.25])])).toThrow(GradientMismatch);
  });
});
