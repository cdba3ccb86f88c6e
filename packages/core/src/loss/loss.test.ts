import { describe, expect, it } from "@jest/globals";
import { ArgumentError, ShapeError, TreeError } from "../util/errors.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { halfSquared } from "./halfSquared.js";
import { l2 } from "./l2.js";

const observed = { field: np.array([1, 2, 2]), traces: [np.array([[0, 4]])] };
const output = { field: np.array([1, 0, 0]), traces: [np.array([[1, 4]])] };

describe.each([
  ["halfSquared", halfSquared, 4.5],
  ["l2", l2, 3],
] as const)("%s", (name, make, value) => {
  it("measures the differences over all leaves", () => {
    const loss = make(observed);
    expect(loss.name).toBe(name);
    expect(loss(output).shape).toEqual([]);
    expect(loss(output).item()).toBe(value);
    expect(loss(observed).item()).toBe(0);
  });

  it("keeps the dtype of what it compares", () => {
    const single = np.array([1, 2], "float32");
    expect((make as (observed: Tensor) => (output: Tensor) => Tensor)(single)(single).dtype).toBe("float32");
  });

  it("passes over leaves that are no floats", () => {
    const loss = make({ value: np.array([3]), count: np.array([1], "int32") });
    expect(loss({ value: np.array([3]), count: np.array([9], "int32") }).item()).toBe(0);
    expect(() => make(np.array([1], "int32"))(np.array([1], "int32"))).toThrow(ArgumentError);
  });

  it("refuses other shapes, which would broadcast, and other trees", () => {
    expect(() => make(np.zeros([3]))(np.zeros([1]))).toThrow(ShapeError);
    expect(() => make({ a: { b: np.zeros([3, 1]) } })({ a: { b: np.zeros([3]) } })).toThrow(
      /output\.a\.b of shape \[3\].*\[3, 1\]/,
    );
    expect(() =>
      (make as (observed: unknown) => (output: unknown) => unknown)(observed)({ field: observed.field }),
    ).toThrow(TreeError);
  });
});
