import { describe, expect, it } from "@jest/globals";
import { DTypeError } from "../../util/errors.js";
import { np } from "../np.js";
import type { Tensor } from "../tensor.js";

/** Functions that take a dtype, called with whatever stands in its place; the fix that they show. */
const positional: readonly (readonly [name: string, call: (dtype: never) => Tensor, fix: string])[] = [
  ["array", (dtype) => np.array([1, 2], dtype), 'np.array(values, "int32")'],
  ["asarray", (dtype) => np.asarray([1, 2], dtype), 'np.array(values, "int32")'],
  ["zeros", (dtype) => np.zeros(3, dtype), 'np.zeros(shape, "int32")'],
  ["ones", (dtype) => np.ones([2, 2], dtype), 'np.ones(shape, "int32")'],
  ["full", (dtype) => np.full(3, 1, dtype), 'np.full(shape, value, "int32")'],
  ["eye", (dtype) => np.eye(3, 3, dtype), 'np.eye(rows, columns, "int32")'],
  ["eye of rows alone", (dtype) => np.eye(3, dtype), 'np.eye(rows, columns, "int32")'],
  ["astype", (dtype) => np.ones(3).astype(dtype), 'x.astype("int32")'],
];

const options: readonly (readonly [name: string, call: (options: never) => Tensor, fix: string])[] = [
  ["arange", (given) => np.arange(3, given), 'np.arange(stop, { dtype: "int32" })'],
  ["linspace", (given) => np.linspace(0, 1, 5, given), 'np.linspace(start, stop, count, { dtype: "int32" })'],
];

/** The message of a DTypeError. */
function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DTypeError) return error.message;
    throw error;
  }
  return "no failure";
}

describe("a wrong dtype", () => {
  it.each(positional)("np.%s shows how one is given", (_, call, fix) => {
    const message = failure(() => call({ dtype: "int32" } as never));
    expect(message).toContain(`pass the dtype as a string, \`${fix}\``);
    expect(message).toContain('Got: { dtype: "int32" }. Expected: "float64", "float32", "int32", "uint32", "bool"');
    expect(failure(() => call("int64" as never))).toContain('Got: the string "int64"');
    expect(failure(() => call(null as never))).toContain("Got: null");
    if (!fix.includes("eye")) expect(failure(() => call(7 as never))).toContain("Got: number 7");
  });

  it.each(options)("np.%s shows how one is given among its options", (_, call, fix) => {
    expect(failure(() => call("int32" as never))).toContain(`pass the dtype as an option, \`${fix}\``);
    expect(failure(() => call({ dtype: "int64" } as never))).toContain('Got: { dtype: "int64" }');
    expect(call({ dtype: "int32" } as never).dtype).toBe("int32");
    expect(call({} as never).dtype).toBe("float64");
    expect(call(undefined as never).dtype).toBe("float64");
  });
});
