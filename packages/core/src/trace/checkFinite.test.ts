import { describe, expect, it } from "@jest/globals";
import {
  checkFinite,
  expectThat,
  foriLoop,
  grad,
  jit,
  np,
  NumericalError,
  scan,
  vmap,
  whileLoop,
  type Tensor,
} from "../index.js";

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

/** Takes roots until there is none: of 3 in step 2. */
function fall(height: Tensor): Tensor {
  return foriLoop(
    0,
    6,
    (_, state) => {
      const next = { height: np.sqrt(state.height.sub(1)), speed: [state.height] };
      checkFinite(next, "state");
      return next;
    },
    { height, speed: [height] },
  ).height;
}

const inStep2 = /^state\.height is not finite: NaN in step 2 of a scan\. Do this: /;

describe("checkFinite", () => {
  it("passes what is finite, integers and bools", () => {
    const tree = { a: np.array([1, 2]), b: [3, np.array([1], "int32"), np.array([true])] };
    checkFinite(tree);
    expect(
      jit((x: Tensor) => {
        checkFinite({ ...tree, x });
        return x.mul(2);
      })(4).item(),
    ).toBe(8);
  });

  it("fails at once outside of every trace, with leaf and entry", () => {
    const x = np.array([
      [1, 2],
      [3, Infinity],
    ]);
    expect(failure(() => checkFinite({ a: [1, x] }, "guess"))).toMatch(
      /^guess\.a\[1\] is not finite: Infinity at \[1, 1\]\./,
    );
    expect(failure(() => checkFinite(NaN))).toMatch(/^value is not finite: NaN\./);
  });

  it("names leaf and step of a loop, in and outside of jit, on every backend", () => {
    expect(failure(() => fall(np.array(3)))).toMatch(inStep2);
    for (const backend of ["wasm", "js", "interpreter"] as const)
      expect(failure(() => jit(fall, { backend })(3))).toMatch(inStep2);
    expect(failure(() => jit(fall)(1e30))).toBe("no failure");
    expect(failure(() => jit(fall)(2))).toMatch(/NaN in step 2/);
  });

  it("carries name, path and value as data", () => {
    try {
      jit(fall)(3);
    } catch (error) {
      expect((error as NumericalError).data).toEqual({ path: ["step 2 of a scan"], index: [], value: NaN });
      return;
    }
    throw new Error("nothing was thrown");
  });

  it("names steps of nested loops, of backward scans and of while loops", () => {
    const nested = jit((x: Tensor) =>
      foriLoop(
        0,
        3,
        (i, sum) =>
          sum.add(
            scan(
              (carry, y: Tensor) => {
                const next = carry.add(np.log(y.sub(i.astype("float64"))));
                checkFinite(next, "log");
                return [next, null];
              },
              np.array(0),
              { xs: x, reverse: true },
            )[0],
          ),
        np.array(0),
      ),
    );
    expect(failure(() => nested(np.array([1.5, 5, 6])))).toMatch(
      /NaN in step 0 of a scan that runs backwards, in step 2 of a scan/,
    );
    const loop = jit((x: Tensor) =>
      whileLoop(
        (y: Tensor) => y.less(1e9),
        (y: Tensor) => {
          const next = y.mul(y);
          checkFinite(np.log(y.sub(4)), "rest");
          return next;
        },
        x,
      ),
    );
    expect(failure(() => loop(2))).toMatch(/rest is not finite: NaN in step 0 of a while loop/);
  });

  it("checks the values under grad and vmap", () => {
    expect(failure(() => grad(fall)(np.array(3)))).toMatch(inStep2);
    expect(failure(() => jit(grad(fall))(3))).toMatch(inStep2);
    expect(failure(() => jit(vmap(fall))(np.array([1e30, 3])))).toMatch(
      /state\.height is not finite: NaN at \[1\] in step 2/,
    );
  });

  it("fails in a run in slices", async () => {
    await expect(jit(fall).run([np.array(3)])).rejects.toThrow(inStep2);
    const spread = jit(vmap(fall), { workers: 2 });
    await expect(spread.run([np.array([1e30, 3])])).rejects.toThrow(/NaN.* in step 2 of a scan/);
  });

  it("leaves the message of another check that fails first", () => {
    const f = jit((x: Tensor) => {
      expectThat(x.greater(0), "x must be positive");
      checkFinite(np.log(x), "log");
      return x;
    });
    expect(failure(() => f(-1))).toMatch(/^x must be positive/);
  });
});
