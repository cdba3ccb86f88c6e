import * as np from "../trace/np/index.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";

/** A use of one function of `np`: operands of some dtypes and shapes, and the expression. */
export interface NpCase {
  readonly name: string;
  readonly args: () => readonly Tensor[];
  readonly apply: (...args: Tensor[]) => Tensor;
}

const x = (): Tensor =>
  np.array([
    [0.5, -1.25, 2],
    [3, -0.75, 0.125],
  ]);
const y = (): Tensor => np.array([1.5, 2, -0.5]);
const unit = (): Tensor => np.array([-0.9, -0.25, 0, 0.5, 1]);
const positive = (): Tensor => np.array([0.1, 1, 2.5, 40]);
const integers = (): Tensor =>
  np.array(
    [
      [3, -7],
      [0, 5],
    ],
    "int32",
  );
const bools = (): Tensor =>
  np.array([
    [true, false, true],
    [false, false, true],
  ]);
const index = (): Tensor =>
  np.array(
    [
      [1, 0],
      [2, 2],
    ],
    "int32",
  );

/** Functions of one float operand, each with what JavaScript computes, to a few ulp. */
export const unaryCases: readonly (readonly [
  name: string,
  apply: (x: TensorLike) => Tensor,
  reference: (x: number) => number,
  sample: () => Tensor,
])[] = [
  ["abs", np.abs, Math.abs, x],
  ["negative", np.negative, (v) => -v, x],
  ["sign", np.sign, Math.sign, x],
  ["floor", np.floor, Math.floor, x],
  ["ceil", np.ceil, Math.ceil, x],
  ["sqrt", np.sqrt, Math.sqrt, positive],
  ["square", np.square, (v) => v * v, x],
  ["reciprocal", np.reciprocal, (v) => 1 / v, x],
  ["exp", np.exp, Math.exp, x],
  ["expm1", np.expm1, Math.expm1, x],
  ["log", np.log, Math.log, positive],
  ["log1p", np.log1p, Math.log1p, positive],
  ["log2", np.log2, Math.log2, positive],
  ["log10", np.log10, Math.log10, positive],
  ["sin", np.sin, Math.sin, x],
  ["cos", np.cos, Math.cos, x],
  ["tan", np.tan, Math.tan, x],
  ["arcsin", np.arcsin, Math.asin, unit],
  ["arccos", np.arccos, Math.acos, unit],
  ["arctan", np.arctan, Math.atan, x],
  ["sinh", np.sinh, Math.sinh, x],
  ["cosh", np.cosh, Math.cosh, x],
  ["tanh", np.tanh, Math.tanh, x],
  ["sigmoid", np.sigmoid, (v) => 1 / (1 + Math.exp(-v)), x],
  ["softplus", np.softplus, (v) => Math.log1p(Math.exp(v)), x],
  ["relu", np.relu, (v) => Math.max(v, 0), x],
];

/** Functions of two float operands, each with what JavaScript computes. */
export const binaryCases: readonly (readonly [
  name: string,
  apply: (a: TensorLike, b: TensorLike) => Tensor,
  reference: (a: number, b: number) => number,
])[] = [
  ["add", np.add, (a, b) => a + b],
  ["subtract", np.subtract, (a, b) => a - b],
  ["multiply", np.multiply, (a, b) => a * b],
  ["divide", np.divide, (a, b) => a / b],
  ["maximum", np.maximum, Math.max],
  ["minimum", np.minimum, Math.min],
  ["arctan2", np.arctan2, Math.atan2],
  ["floorDivide", np.floorDivide, (a, b) => Math.floor(a / b)],
  ["mod", np.mod, (a, b) => a - b * Math.floor(a / b)],
  ["equal", np.equal, (a, b) => Number(a === b)],
  ["notEqual", np.notEqual, (a, b) => Number(a !== b)],
  ["less", np.less, (a, b) => Number(a < b)],
  ["lessEqual", np.lessEqual, (a, b) => Number(a <= b)],
  ["greater", np.greater, (a, b) => Number(a > b)],
  ["greaterEqual", np.greaterEqual, (a, b) => Number(a >= b)],
];

function one(name: string, sample: () => Tensor, apply: (x: Tensor) => Tensor): NpCase {
  return { name, args: () => [sample()], apply };
}

/** At least one use of every function of `np`, for checks that hold for all of them. */
export const npCases: readonly NpCase[] = [
  ...unaryCases.map(([name, apply, , sample]) => one(name, sample, apply)),
  ...binaryCases.map(([name, apply]): NpCase => ({ name, args: () => [x(), y()], apply })),
  one("add of integers", integers, (a) => np.add(a, 2)),
  one("divide of integers", integers, (a) => np.divide(a, 3)),
  one("floorDivide of integers", integers, (a) => np.floorDivide(a, 3)),
  one("mod of integers", integers, (a) => np.mod(a, 3)),
  one("power by an integer", x, (a) => np.power(a, 5)),
  one("power by a negative integer", x, (a) => np.power(a, -3)),
  one("power by a fraction", positive, (a) => np.power(a, 1.7)),
  { name: "power by a tensor", args: () => [positive(), np.array([0, 1, -2, 0.5])], apply: np.power },
  one("round", x, np.round),
  one("isnan", x, (a) => np.isnan(np.sqrt(a))),
  one("isfinite", x, (a) => np.isfinite(np.log(np.sub(a, 2)))),
  { name: "logicalAnd", args: () => [bools(), np.array([true, true, false])], apply: np.logicalAnd },
  { name: "logicalOr", args: () => [bools(), np.array([true, true, false])], apply: np.logicalOr },
  { name: "logicalXor", args: () => [bools(), np.array([true, true, false])], apply: np.logicalXor },
  one("logicalNot", bools, np.logicalNot),
  { name: "where", args: () => [bools(), x(), y()], apply: np.where },
  one("clip", x, (a) => np.clip(a, -1, y())),
  one("sum", x, (a) => np.sum(a)),
  one("sum along an axis", x, (a) => np.sum(a, { axis: 1, keepDims: true })),
  one("sum of bools", bools, (a) => np.sum(a, 0)),
  one("mean", x, (a) => np.mean(a, 0)),
  one("prod", x, (a) => np.prod(a, 1)),
  one("max", x, (a) => np.max(a, 1)),
  one("min", integers, (a) => np.min(a)),
  one("any", bools, (a) => np.any(a, 1)),
  one("all", bools, (a) => np.all(a)),
  one("var", x, (a) => np.var(a, { axis: 1, ddof: 1 })),
  one("std", x, (a) => np.std(a)),
  one("norm", x, (a) => np.norm(a, 0)),
  one("argmax", x, (a) => np.argmax(a, 1)),
  one("argmin", x, (a) => np.argmin(a)),
  one("cumsum", x, (a) => np.cumsum(a, 1)),
  { name: "dot", args: () => [x(), y()], apply: np.dot },
  { name: "matmul", args: () => [x(), np.transpose(x())], apply: np.matmul },
  {
    name: "matmul of batches",
    args: () => [np.reshape(np.arange(12), [2, 2, 3]), np.reshape(np.arange(6), [1, 3, 2])],
    apply: np.matmul,
  },
  { name: "inner", args: () => [x(), y()], apply: np.inner },
  { name: "outer", args: () => [y(), y()], apply: np.outer },
  { name: "tensordot", args: () => [x(), x()], apply: (a, b) => np.tensordot(a, b, [[0], [0]]) },
  one("trace", integers, np.trace),
  one("diag of a vector", y, np.diag),
  one("diag of a vector, below", y, (v) => np.diag(v, -2)),
  one("diag of a matrix, above", x, (m) => np.diag(m, 1)),
  { name: "einsum", args: () => [x(), y()], apply: (a, b) => np.einsum("ij,j->i", a, b) },
  { name: "einsum of three", args: () => [x(), x(), y()], apply: (a, b, c) => np.einsum("ij,kj,j->ki", a, b, c) },
  one("einsum of a diagonal", integers, (m) => np.einsum("ii->i", m)),
  { name: "convolve", args: () => [positive(), y()], apply: (a, b) => np.convolve(a, b, "same") },
  one("diff", x, (a) => np.diff(a)),
  { name: "trapezoid", args: () => [x(), np.array([0, 1, 3])], apply: (a, b) => np.trapezoid(a, b) },
  one("reshape", x, (a) => np.reshape(a, [3, -1])),
  one("ravel", x, np.ravel),
  one("transpose", x, (a) => np.transpose(a)),
  one("moveaxis", x, (a) => np.moveaxis(a, 0, -1)),
  one("expandDims", x, (a) => np.expandDims(a, 1)),
  one("squeeze", x, (a) => np.squeeze(np.expandDims(a, 0))),
  one("broadcastTo", y, (a) => np.broadcastTo(a, [2, 3])),
  { name: "concatenate", args: () => [x(), x()], apply: (a, b) => np.concatenate([a, b], 1) },
  { name: "stack", args: () => [y(), y()], apply: (a, b) => np.stack([a, b], 1) },
  one("split", x, (a) => np.split(a, 3, 1)[1] as Tensor),
  one("flip", x, (a) => np.flip(a, 1)),
  one("roll", x, (a) => np.roll(a, 1, 1)),
  one("roll of all", x, (a) => np.roll(a, -2)),
  one("pad", x, (a) =>
    np.pad(
      a,
      [
        [1, 0],
        [0, 2],
      ],
      -0,
    ),
  ),
  one("tile", y, (a) => np.tile(a, [2, 2])),
  one("repeat", x, (a) => np.repeat(a, 2, 1)),
  one("tril", x, (a) => np.tril(a)),
  one("triu", x, (a) => np.triu(a, 1)),
  { name: "take", args: () => [x(), index()], apply: (a, i) => np.take(a, i, { axis: 1 }) },
  { name: "takeAlongAxis", args: () => [x(), index()], apply: (a, i) => np.takeAlongAxis(a, i) },
  one("slice", x, (a) => np.slice(a, 1, [0, 3, 2])),
  one("at get", x, (a) => np.at(a, null, 1).get()),
  one("at set", x, (a) => np.at(a, [0, 1], [1, 3]).set(7)),
  one("at set with a step", x, (a) => np.at(a, null, [0, null, 2]).set(7)),
  one("at add", x, (a) => np.at(a, 1).add([1, 2, 3])),
  {
    name: "at a moving index",
    args: () => [x(), np.array(1, "int32")],
    apply: (a, i) => np.at(a, i, [1, 3]).set([5, 6]),
  },
  { name: "at index tensors", args: () => [x(), np.array([1, 1, 0], "int32")], apply: (a, i) => np.at(a, i).add(1) },
  {
    name: "at pairs",
    args: () => [x(), np.array([1, 0], "int32"), np.array([2, 0], "int32")],
    apply: (a, i, j) => np.at(a, i, j).set(9),
  },
  {
    name: "dynamicSlice",
    args: () => [x(), np.array(2, "int32")],
    apply: (a, i) => np.dynamicSlice(a, [0, i], [2, 2]),
  },
  {
    name: "dynamicUpdate",
    args: () => [x(), np.array(2, "int32")],
    apply: (a, i) => np.dynamicUpdate(a, [[1], [2]], [0, i]),
  },
  one("astype", x, (a) => np.astype(a, "int32")),
  one("float32", x, np.float32),
  one("int32", x, np.int32),
  one("uint32", x, np.uint32),
  one("bool", x, np.bool),
  one("float64", integers, np.float64),
  { name: "array", args: () => [y()], apply: (a) => np.array([a, a] as unknown as TensorLike) },
  one("asarray", x, (a) => np.asarray(a, "float32")),
  one("zeros", y, (a) => np.add(a, np.zeros(3))),
  one("ones", y, (a) => np.add(a, np.ones([2, 3]))),
  one("full", y, (a) => np.full([2, 3], a)),
  one("zerosLike", x, np.zerosLike),
  one("onesLike", x, np.onesLike),
  one("fullLike", x, (a) => np.fullLike(a, 2.5)),
  one("eye", y, (a) => np.multiply(a, np.eye(3))),
  one("arange", y, (a) => np.add(a, np.arange(1, 2.5, 0.5))),
  one("linspace", y, (a) => np.add(a, np.linspace(0, 1, 3))),
  one("meshgrid", y, (a) => np.add(...(np.meshgrid(a, a) as [Tensor, Tensor]))),
];
