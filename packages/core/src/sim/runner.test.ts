import { describe, expect, it } from "@jest/globals";
import { AbortedError, ArgumentError } from "../util/errors.js";
import { np } from "../trace/np.js";
import { isTraced, type Tensor } from "../trace/tensor.js";
import { runner } from "./runner.js";

interface Params {
  readonly rate: Tensor;
}

describe("runner", () => {
  const seen: unknown[] = [];
  const run = runner<Params, { readonly twice: Tensor }>(
    { name: "doubling", check: ({ rate }) => void seen.push(rate) },
    ({ rate }) => ({ twice: np.mul(rate, 2) }),
  );

  it("takes numbers and typed arrays for tensors", () => {
    expect(run({ rate: 3 }).twice.item()).toBe(6);
    expect(run({ rate: Float32Array.of(1, 2) }).twice.dtype).toBe("float32");
  });

  it("checks parameters as they are given, not as the compiled program sees them", () => {
    seen.length = 0;
    run({ rate: 5 });
    run({ rate: 6 });
    expect(seen).toEqual([5, 6]);
    expect(seen.some((value) => typeof value === "object" && isTraced(value as Tensor))).toBe(false);
  });

  it("refuses NaN in each kind of parameter", async () => {
    expect(() => run({ rate: NaN })).toThrow(/NaN in params\.rate\./);
    expect(() => run({ rate: Float64Array.of(1, NaN) })).toThrow(/at entry 1/);
    await expect(run.async({ rate: NaN })).rejects.toThrow(ArgumentError);
  });

  it("runs without blocking, and stops when aborted", async () => {
    expect((await run.async({ rate: 3 })).twice.item()).toBe(6);
    await expect(run.async({ rate: 3 }, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  });
});
