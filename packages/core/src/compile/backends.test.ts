import { describe, expect, it } from "@jest/globals";
import { np } from "../trace/np.js";
import { elementsOf } from "../trace/frame.js";
import type { Tensor } from "../trace/tensor.js";
import { npCases } from "../testing/npCases.js";
import { backendNames } from "./backends.js";
import { jit } from "./jit.js";

describe.each(backendNames)("the backend %s", (backend) => {
  it.each(npCases)("gives the bits of the functions that run at once: $name", ({ args, apply }) => {
    const operands = args();
    const eager = apply(...operands);
    const compiled = jit(apply, { backend, verify: true })(...(operands as [Tensor]));
    expect([compiled.dtype, compiled.shape]).toEqual([eager.dtype, eager.shape]);
    const [got, expected] = [elementsOf(compiled), elementsOf(eager)];
    expect(Array.from(got).every((element, i) => Object.is(element, expected[i]))).toBe(true);
  });
});

describe("backend", () => {
  it("must be there", () => {
    expect(() => jit((x: Tensor) => x, { backend: "gpu" as never })(1)).toThrow(/no such backend.*gpu.*wasm/);
    expect(jit((x: Tensor) => np.add(x, 1), { backend: "js" })(1).item()).toBe(2);
  });
});
