import { describe, expect, it } from "@jest/globals";
import { foriLoop, grad, jit, np, vmap, whileLoop, type Tensor } from "../index.js";
import { NumericalError } from "../util/errors.js";

/** The message of the failure. */
function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof NumericalError) return error.message;
    throw error;
  }
  return "no failure";
}

describe("jit with checkFinite", () => {
  const options = { checkFinite: true };

  it("returns what is finite", () => {
    expect(jit((x: Tensor) => np.log(x), options)(1).item()).toBe(0);
  });

  it("names the op, its operands, and the line", () => {
    const message = failure(() => jit((x: Tensor) => np.log(x.sub(2)).mul(3), options)(np.array([3, 1])));
    expect(message).toMatch(/NaN first came out of `log` of -1 at \[1\], from .*expectFinite\.test\.ts:\d+:\d+/);
  });

  it("names the step of the loop", () => {
    const f = (x: Tensor): Tensor => foriLoop(0, 10, (_, y: Tensor) => np.sqrt(y.sub(1)), x);
    expect(failure(() => jit(f, options)(8))).toMatch(
      /NaN first came out of `sqrt` of -0\.\d+ in step 3 of a scan, from/,
    );
    const g = (x: Tensor): Tensor =>
      whileLoop(
        (y: Tensor) => y.greater(-5),
        (y: Tensor) => y.div(y.sub(3)).sub(y),
        x,
      );
    expect(failure(() => jit((x: Tensor) => g(x).add(np.log(x.sub(3))), options)(3))).toMatch(
      /came out of `(div|log)`/,
    );
  });

  it("looks into gradients, back to the line of the function", () => {
    const f = (x: Tensor): Tensor => np.where(x.greater(0), np.sqrt(x), 0).sum();
    const message = failure(() => jit(grad(f), options)(np.array([4, 0])));
    expect(message).toMatch(/first came out of `\w+`.*at \[1\].*expectFinite\.test\.ts:4\d/);
  });

  it("names the element of a batch, and what came in", () => {
    const each = (x: Tensor): Tensor =>
      whileLoop(
        (y: Tensor) => y.less(10),
        (y: Tensor) => y.mul(2).add(np.log(y)),
        x,
      );
    expect(failure(() => jit(vmap(each), options)(np.array([1, -1, 3])))).toMatch(/in element 1 of a map/);
    expect(failure(() => jit((p: { a: Tensor }) => p.a.mul(2), options)({ a: np.array([1, Infinity]) }))).toMatch(
      /It came in: Infinity at \[1\] of argument\[0\]\.a/,
    );
  });

  it("holds for runs that do not block, too", async () => {
    await expect(jit((x: Tensor) => np.log(x), options).run([-1])).rejects.toThrow(/first came out of `log`/);
  });
});
