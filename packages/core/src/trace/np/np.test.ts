import { describe, expect, it } from "@jest/globals";
import { sameBits, type ArrayValue } from "../../ir/values.js";
import { DTypeError, IndexError, ShapeError, ArgumentError, UnsupportedError } from "../../util/errors.js";
import { asProgram, elementsOf, interpretGraph, setGraphExecutor } from "../frame.js";
import { np } from "../np.js";
import { Tensor } from "../tensor.js";
import { binaryCases, npCases, unaryCases } from "../../testing/npCases.js";

setGraphExecutor(interpretGraph);

function value(tensor: Tensor): ArrayValue {
  return { kind: "array", dtype: tensor.dtype, shape: tensor.shape, data: elementsOf(tensor) };
}

describe("functions of one float", () => {
  it.each(unaryCases)("%s agrees with JavaScript to a few ulp", (_, apply, reference, sample) => {
    const input = sample();
    const got = apply(input).data;
    Array.from(input.data, reference).forEach((expected, i) => {
      expect(Math.abs((got[i] as number) - expected)).toBeLessThanOrEqual(
        4 * Number.EPSILON * Math.max(Math.abs(expected), 0.1),
      );
    });
  });

  it("keep float32", () => {
    for (const [, apply, , sample] of unaryCases) expect(apply(sample().astype("float32")).dtype).toBe("float32");
  });

  it("keep float32 where two operands meet", () => {
    const angle = np.arctan2(np.array([1, -1, 0], "float32"), np.array([0, -1, -1], "float32"));
    expect(angle.dtype).toBe("float32");
    expect(angle.toArray()).toEqual([Math.PI / 2, (-3 * Math.PI) / 4, Math.PI].map(Math.fround));
  });

  it("round ties to even", () => {
    expect(np.round([0.5, 1.5, 2.5, -0.5]).toArray()).toEqual([0, 2, 2, -0]);
  });

  it("are accurate in the corners", () => {
    expect(np.sigmoid([-800, 800]).toArray()).toEqual([0, 1]);
    expect(np.sinh(1e-20).item()).toBeCloseTo(1e-20, 30);
    expect(np.arccos([1, -1]).toArray()).toEqual([0, Math.PI]);
    expect(np.arctan2([0, 0, 1, -1, 0], [1, -1, 0, 0, 0]).toArray()).toEqual([
      0,
      Math.PI,
      Math.PI / 2,
      -Math.PI / 2,
      0,
    ]);
    expect(np.softplus([1000, -1000]).toArray()).toEqual([1000, 0]);
  });
});

describe("functions of two floats", () => {
  it.each(binaryCases)("%s broadcasts and agrees with JavaScript", (_, apply, reference) => {
    const a = np.array([
      [0.5, -1.25, 2],
      [3, -0.75, 2],
    ]);
    const b = np.array([1.5, 2, 2]);
    const got = apply(a, b);
    expect(got.shape).toEqual([2, 3]);
    Array.from(got.data).forEach((element, i) => {
      expect(element).toBeCloseTo(reference(a.data[i] as number, b.data[i % 3] as number), 14);
    });
  });
});

describe("every function", () => {
  it("has a case", () => {
    const aliases = ["div", "mul", "neg", "pow", "sub"];
    const covered = npCases.map(({ name }) => name.split(" ")[0]);
    const missing = Object.entries(np)
      .filter(([name, each]) => typeof each === "function" && !aliases.includes(name) && !covered.includes(name))
      .map(([name]) => name);
    expect(missing).toEqual([]);
  });

  it.each(npCases)("gives the same bits at once and traced: $name", ({ args, apply }) => {
    const operands = args();
    const eager = apply(...operands);
    const [traced] = asProgram("test", () => [apply(...operands)]) as [Tensor];
    expect(traced.shape).toEqual(eager.shape);
    expect(sameBits(value(traced), value(eager))).toBe(true);
  });

  it("is a method where Tensor has one, with the same result", () => {
    const names = Object.keys(Object.getOwnPropertyDescriptors(Tensor.prototype));
    expect(
      names.filter((name) => Object.hasOwn(np, name) || ["sub", "mul", "div", "pow", "neg"].includes(name)).length,
    ).toBeGreaterThan(70);
    const x = np.array([1, 2, 3]);
    expect(x.mul(2).sub(1).pow(2).sum().item()).toBe(1 + 9 + 25);
    expect(x.at([0, 2]).set(0).toArray()).toEqual([0, 0, 3]);
    expect(x.greater(1).logicalNot().toArray()).toEqual([1, 0, 0]);
  });
});

describe("dtypes", () => {
  const ints = np.array([1, 2], "int32");
  const singles = np.array([1, 2], "float32");
  const doubles = np.array([1, 2]);

  it("of a number follow the other operand", () => {
    expect(np.add(ints, 1).dtype).toBe("int32");
    expect(np.add(singles, 0.1).dtype).toBe("float32");
    expect(np.add(1, 2).dtype).toBe("float64");
    expect(np.add(singles, [1, 2]).dtype).toBe("float32");
    expect(np.where(doubles.greater(1), singles, 0).dtype).toBe("float32");
    expect(np.add(np.array(true).astype("int32"), true).item()).toBe(2);
  });

  it("of integers become float64 by a fraction, a division, or a function of floats", () => {
    expect(np.multiply(ints, 0.5).dtype).toBe("float64");
    expect(np.add(ints, [1, 0.5]).dtype).toBe("float64");
    expect(np.divide(ints, 2).dtype).toBe("float64");
    expect(np.sqrt(ints).dtype).toBe("float64");
    expect(np.mean(ints).dtype).toBe("float64");
    expect(np.power(ints, 2).dtype).toBe("int32");
    expect(np.power(ints, -1).dtype).toBe("float64");
  });

  it("wrap as 32-bit integers do", () => {
    expect(np.add(np.array([2147483647], "int32"), 1).toArray()).toEqual([-2147483648]);
    expect(np.subtract(np.array([0], "uint32"), 1).toArray()).toEqual([4294967295]);
  });

  it("of mixed tensors are an error that says astype", () => {
    for (const mix of [
      () => np.add(doubles, singles),
      () => np.mul(ints, doubles),
      () => np.where(true, ints, doubles),
      () => np.concatenate([ints, singles]),
    ]) {
      expect(mix).toThrow(DTypeError);
      expect(mix).toThrow(/astype\("/);
    }
    expect(() => np.add(doubles, singles)).toThrow(/np\.add.*a: float64\[2\], b: float32\[2\]/);
  });

  it("of bools are an error in arithmetic", () => {
    expect(() => np.add(np.array([true]), 1)).toThrow(
      /np\.add is not defined.*a: bool\[1\], b: number.*astype\("float64"\)/,
    );
    expect(() => np.logicalNot(doubles)).toThrow(/notEqual\(0\)/);
    expect(np.sum([true, false, true]).dtype).toBe("int32");
  });

  it("refuse numbers that an integer tensor cannot hold", () => {
    expect(() => np.add(ints, 2 ** 40)).toThrow(/does not fit the dtype int32.*1099511627776/);
    expect(() => np.array([0.5], "int32")).toThrow(DTypeError);
    expect(() => np.at(ints, 0).set(0.5)).toThrow(DTypeError);
  });
});

describe("shapes that do not fit", () => {
  it("are shown with the arguments' names", () => {
    expect(() => np.add(np.zeros(3), np.zeros(4))).toThrow(ShapeError);
    expect(() => np.add(np.zeros(3), np.zeros(4))).toThrow(/np\.add: the shapes.*a: \[3\], b: \[4\]/);
    expect(() => np.where(np.zeros(2).less(1), np.zeros(3), 0)).toThrow(/condition: \[2\], a: \[3\], b: \[3\]/);
    expect(() => np.matmul(np.zeros([2, 3]), np.zeros([2, 3]))).toThrow(
      /a: \[2, 3\], b: \[2, 3\].*last axis of a \(3\)/,
    );
    expect(() => np.reshape(np.zeros(6), [4, -1])).toThrow(/x: \[6\] with 6 elements, shape: \[4, -1\]/);
    expect(() => np.concatenate([np.zeros([2, 3]), np.zeros([3, 2])])).toThrow(
      /tensors\[0\]: \[2, 3\], tensors\[1\]: \[3, 2\]/,
    );
    expect(() => np.stack([np.zeros(2), np.zeros(3)])).toThrow(ShapeError);
    expect(() => np.broadcastTo(np.zeros(3), [4])).toThrow(ShapeError);
    expect(() => np.array([[1, 2], [3]])).toThrow(/rows of different lengths.*values.*\[1\]/);
    expect(() => np.squeeze(np.zeros(3), 0)).toThrow(/axis 0 does not have extent 1/);
  });

  it("include axes that are not there", () => {
    expect(() => np.sum(np.zeros(3), 1)).toThrow(IndexError);
    expect(() => np.sum(np.zeros(3), -2)).toThrow(/no axis -2.*\[3\].*from -1 to 0/);
    expect(np.sum(np.ones([2, 3]), -1).shape).toEqual([2]);
  });

  it("include shapes that are none", () => {
    expect(() => np.zeros(-1)).toThrow(ArgumentError);
    expect(() => np.zeros([2, 0.5])).toThrow(/whole numbers/);
    expect(() => np.add("1" as never, 2)).toThrow(/argument `a` of np.add.*string/);
  });
});

describe("values of shape functions", () => {
  const x = np.array([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  it("are NumPy's", () => {
    expect(np.roll(np.arange(5), 2).toArray()).toEqual([3, 4, 0, 1, 2]);
    expect(np.roll(x, 1).toArray()).toEqual([
      [6, 1, 2],
      [3, 4, 5],
    ]);
    expect(np.tile([1, 2], [2, 2]).toArray()).toEqual([
      [1, 2, 1, 2],
      [1, 2, 1, 2],
    ]);
    expect(np.repeat(x, 2, 0).toArray()).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [4, 5, 6],
      [4, 5, 6],
    ]);
    expect(np.pad([1, 2], [1, 2]).toArray()).toEqual([0, 1, 2, 0, 0]);
    expect(np.split(np.arange(6), [1, 4]).map((part) => part.toArray())).toEqual([[0], [1, 2, 3], [4, 5]]);
    expect(np.eye(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(np.tril(np.ones([2, 3])).toArray()).toEqual([
      [1, 0, 0],
      [1, 1, 0],
    ]);
    expect(np.meshgrid([1, 2], [3, 4]).map((each) => each.toArray())).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [
        [3, 4],
        [3, 4],
      ],
    ]);
    expect(np.moveaxis(np.zeros([2, 3, 4]), -1, 0).shape).toEqual([4, 2, 3]);
    expect(np.outer([1, 2], [3, 4]).toArray()).toEqual([
      [3, 4],
      [6, 8],
    ]);
    expect(np.trace(x).item()).toBe(6);
  });

  it("make ranges", () => {
    expect(np.arange(4).toArray()).toEqual([0, 1, 2, 3]);
    expect(np.arange(1, 2, 0.25).toArray()).toEqual([1, 1.25, 1.5, 1.75]);
    expect(np.arange(3, 0, -1, { dtype: "int32" }).toArray()).toEqual([3, 2, 1]);
    expect(np.linspace(0.85, 1, 1000).data[999]).toBe(1);
    expect(np.linspace(0, 1, 4, { endpoint: false }).toArray()).toEqual([0, 0.25, 0.5, 0.75]);
    expect(np.linspace(2, 3, 1).toArray()).toEqual([2]);
    expect(() => np.arange(0, 1, 0)).toThrow(ArgumentError);
    expect(() => np.linspace(np.array(0) as never, 1)).toThrow(/JavaScript numbers/);
  });

  it("reduce", () => {
    expect(np.mean(x, 0).toArray()).toEqual([2.5, 3.5, 4.5]);
    expect(np.prod(x, 1).toArray()).toEqual([6, 120]);
    expect(np.argmax([1, 3, 3, 2]).item()).toBe(1);
    expect(
      np
        .argmin(
          [
            [2, 1],
            [0, 4],
          ],
          1,
        )
        .toArray(),
    ).toEqual([1, 0]);
    expect(np.var([1, 2, 3, 4]).item()).toBe(1.25);
    expect(np.std([1, 2, 3, 4], { ddof: 1 }).item()).toBeCloseTo(Math.sqrt(5 / 3), 15);
    expect(np.norm([3, 4]).item()).toBe(5);
    expect(np.cumsum([1, 2, 3]).toArray()).toEqual([1, 3, 6]);
    expect(np.max(x, { axis: 1, keepDims: true }).toArray()).toEqual([[3], [6]]);
    expect(np.sum(x, [0, 1]).item()).toBe(21);
    expect(() => np.max([])).toThrow(/no elements/);
    expect(np.sum([]).item()).toBe(0);
  });

  it("contract", () => {
    expect(np.dot([1, 2], [3, 4]).item()).toBe(11);
    expect(np.dot(x, [1, 0, 1]).toArray()).toEqual([4, 10]);
    expect(np.matmul([1, 2], x).toArray()).toEqual([9, 12, 15]);
    expect(np.inner(x, x).toArray()).toEqual([
      [14, 32],
      [32, 77],
    ]);
    expect(np.tensordot(x, x).item()).toBe(91);
    const batch = np.matmul(np.reshape(np.arange(8), [2, 2, 2]), np.eye(2).reshape([1, 2, 2]));
    expect(batch.toArray()).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
      [
        [4, 5],
        [6, 7],
      ],
    ]);
    expect(np.matmul([1, 1], np.reshape(np.arange(8), [2, 2, 2])).toArray()).toEqual([
      [2, 4],
      [10, 12],
    ]);
  });

  it("convolve as NumPy does", () => {
    const a = [1, 2, 3, 4];
    expect(np.convolve(a, [1, 10, 100]).toArray()).toEqual([1, 12, 123, 234, 340, 400]);
    expect(np.convolve(a, [1, 10, 100], "same").toArray()).toEqual([12, 123, 234, 340]);
    expect(np.convolve([1, 10, 100], a, "valid").toArray()).toEqual([123, 234]);
    expect(np.convolve(a, [1, 10], "same").toArray()).toEqual([1, 12, 23, 34]);
    expect(np.trapezoid([1, 2, 3]).item()).toBe(4);
    expect(np.diff([1, 4, 9]).toArray()).toEqual([3, 5]);
  });
});

describe("indexing", () => {
  const x = np.reshape(np.arange(12), [3, 4]);

  it("slices", () => {
    expect(x.slice(1).toArray()).toEqual([4, 5, 6, 7]);
    expect(x.slice([0, 2], [1, null, 2]).toArray()).toEqual([
      [1, 3],
      [5, 7],
    ]);
    expect(x.slice(null, 3).toArray()).toEqual([3, 7, 11]);
    expect(x.slice([2, 1]).shape).toEqual([0, 4]);
    expect(x.slice([1]).shape).toEqual([2, 4]);
  });

  it("sets and adds to parts", () => {
    expect(x.at(1).set(0).toArray()).toEqual([
      [0, 1, 2, 3],
      [0, 0, 0, 0],
      [8, 9, 10, 11],
    ]);
    expect(
      x
        .at([1, 3], [1, 3])
        .set([
          [-1, -2],
          [-3, -4],
        ])
        .toArray(),
    ).toEqual([
      [0, 1, 2, 3],
      [4, -1, -2, 7],
      [8, -3, -4, 11],
    ]);
    expect(x.at(null, [0, 4, 3]).add(100).toArray()).toEqual([
      [100, 1, 2, 103],
      [104, 5, 6, 107],
      [108, 9, 10, 111],
    ]);
    expect(x.at(0, 0).set(7).at(0, 0).get().item()).toBe(7);
    expect(np.array([1, 2]).at([1, 1]).set(5).toArray()).toEqual([1, 2]);
  });

  it("takes index tensors", () => {
    const rows = np.array([2, 0, 2], "int32");
    expect(x.at(rows).get().toArray()).toEqual([
      [8, 9, 10, 11],
      [0, 1, 2, 3],
      [8, 9, 10, 11],
    ]);
    expect(np.zeros(3).at(rows).add([1, 2, 4]).toArray()).toEqual([2, 0, 5]);
    expect(np.zeros(3).at(rows).set([1, 2, 4]).toArray()).toEqual([2, 0, 4]);
    expect(x.take(rows, { axis: 1 }).toArray()).toEqual([
      [2, 0, 2],
      [6, 4, 6],
      [10, 8, 10],
    ]);
    expect(np.take(x, [0, 1]).shape).toEqual([2, 4]);
    expect(x.at(null, rows).get().toArray()).toEqual([
      [2, 0, 2],
      [6, 4, 6],
      [10, 8, 10],
    ]);
    expect(x.at(null, rows).add(1).toArray()).toEqual([
      [1, 1, 4, 3],
      [5, 5, 8, 7],
      [9, 9, 12, 11],
    ]);
    expect(
      x
        .at(np.array([0, 2], "int32"), np.array([3, 1], "int32"))
        .get()
        .toArray(),
    ).toEqual([3, 9]);
    expect(np.takeAlongAxis(x, np.array([[3], [0], [1]], "int32")).toArray()).toEqual([[3], [4], [9]]);
    expect(np.take(np.zeros([2, 3, 4]), np.array([[0, 1]], "int32"), { axis: 2 }).shape).toEqual([2, 3, 1, 2]);
  });

  it("moves a box with 0-d index tensors", () => {
    const i = np.array(1, "int32");
    expect(x.at(i).get().toArray()).toEqual([4, 5, 6, 7]);
    expect(x.at(i, [1, 3]).set(0).toArray()).toEqual([
      [0, 1, 2, 3],
      [4, 0, 0, 7],
      [8, 9, 10, 11],
    ]);
    expect(x.at(null, i).add(1).slice(null, 1).toArray()).toEqual([2, 6, 10]);
    expect(np.dynamicSlice(x, [2, i], [2, 2]).toArray()).toEqual([
      [5, 6],
      [9, 10],
    ]);
  });

  it("outside of an axis is an error where it is known, and -1 never wraps", () => {
    for (const wrong of [
      () => x.slice(3),
      () => x.at(3).get(),
      () => x.slice([0, 4]),
      () => x.slice(-1),
      () => x.at(null, [0, -1]).set(1),
      () => x.slice(0, 0, 0),
      () => x.slice(0.5),
    ]) {
      expect(wrong).toThrow(IndexError);
    }
    expect(() => x.slice(-1)).toThrow(/-1 lies outside of axis 0.*\[3, 4\].*do not wrap.*`x\.shape\[0\] - 1`.*here 2/);
    expect(() => x.take(np.array([0, 3], "int32"))).toThrow(/indices from 0 to 3.*from 0 to 2/);
    expect(() => x.at(np.array([-1], "int32")).get()).toThrow(/negative indices do not wrap/);
    expect(() => x.at(np.array(5, "int32")).set(1)).toThrow(IndexError);
    expect(() => x.slice([0, 2, -1])).toThrow(/np\.flip/);
  });

  it("outside of an axis is clamped or dropped where it is known at run time only", () => {
    const run = (apply: (i: Tensor) => Tensor, i: Tensor): unknown =>
      (asProgram("test", () => [apply(np.add(i, 0))]) as [Tensor])[0].toArray();
    const far = np.array([7, -2], "int32");
    const v = np.array([10, 20, 30]);
    expect(run((i) => v.at(i).get(), far)).toEqual([30, 10]);
    expect(run((i) => v.at(i).get("drop"), far)).toEqual([0, 0]);
    expect(run((i) => v.at(i).set(1), far)).toEqual([10, 20, 30]);
    expect(run((i) => v.at(i).set(1, "clip"), far)).toEqual([1, 20, 1]);
    const one = np.array(7, "int32");
    expect(run((i) => v.at(i).get(), one)).toEqual(30);
    expect(run((i) => v.at(i).get("drop"), one)).toEqual(0);
    expect(run((i) => v.at(i).add(1), one)).toEqual([10, 20, 30]);
    expect(run((i) => v.at(i).add(1, "clip"), one)).toEqual([10, 20, 31]);
    expect(run((i) => x.at(i, i).get("drop"), far)).toEqual([0, 0]);
    expect(run((i) => v.take(i, { mode: "drop" }), far)).toEqual([0, 0]);
    expect(() => v.take(far, { mode: "wrap" as never })).toThrow();
  });

  it("wants integers", () => {
    expect(() => x.take(np.array([0, 1]))).toThrow(/indices must be integers.*float64\[2\].*int32/);
    expect(() => x.at(np.array([0.5])).get()).toThrow(DTypeError);
    expect(() => x.at(np.array([0], "int32"), 1).get()).toThrow(UnsupportedError);
  });
});
