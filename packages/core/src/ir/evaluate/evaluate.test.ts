import { describe, expect, it } from "@jest/globals";
import type { DType } from "../../util/dtype.js";
import { allocate } from "../../util/dtype.js";
import { NumericalError } from "../../util/errors.js";
import { graphBuilder } from "../builder.js";
import { infer, opNames } from "../infer.js";
import { evaluateOp } from "../interpret.js";
import { arrayType, sizeOf } from "../types.js";
import type { BinaryName, Graph, OpName, Params, UnaryName } from "../types.js";
import { arrayValue, fitsType, typeOfValue } from "../values.js";
import type { ArrayValue, HistoryValue, Value } from "../values.js";

/** One evaluation whose result was worked out by hand. */
interface Example<K extends OpName> {
  readonly params: Params[K];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

function array(dtype: DType, content: number | readonly number[], shape?: readonly number[]): ArrayValue {
  const numbers = typeof content === "number" ? [content] : content;
  const data = allocate(dtype, numbers.length);
  data.set(numbers);
  return arrayValue(dtype, shape ?? (typeof content === "number" ? [] : [numbers.length]), data);
}

type Content = number | readonly number[];
const f64 = (content: Content, shape?: readonly number[]): ArrayValue => array("float64", content, shape);
const f32 = (content: Content): ArrayValue => array("float32", content);
const i32 = (content: Content, shape?: readonly number[]): ArrayValue => array("int32", content, shape);
const u32 = (content: Content): ArrayValue => array("uint32", content);
const bool = (content: Content): ArrayValue => array("bool", content);
const history = (...entries: ArrayValue[]): HistoryValue => ({ kind: "history", entries });

const scalar = arrayType("float64", []);
const pair = arrayType("float64", [2]);

function unary<K extends UnaryName>(x: readonly number[], y: readonly number[]): readonly Example<K>[] {
  return [{ params: {}, inputs: [f64(x)], outputs: [f64(y)] }];
}

function binary<K extends BinaryName>(a: ArrayValue, b: ArrayValue, out: ArrayValue): Example<K> {
  return { params: {}, inputs: [a, b], outputs: [out] };
}

/** (c, x) -> (c * x + constant, c). */
const multiplyAdd = ((): Graph => {
  const b = graphBuilder();
  const constant = b.input(scalar);
  const carry = b.input(scalar);
  const x = b.input(scalar);
  return b.build([b.one("add", {}, [b.one("mul", {}, [carry, x]), constant]), carry]);
})();

/** (limit, x) -> x < limit, and x -> (2 x, x). */
const below = ((): Graph => {
  const b = graphBuilder();
  const limit = b.input(scalar);
  const x = b.input(scalar);
  return b.build([b.one("compare", { relation: "lt" }, [x, limit])]);
})();
const timesTwo = ((): Graph => {
  const b = graphBuilder();
  const x = b.input(scalar);
  return b.build([b.one("add", {}, [x, x])]);
})();

const double = ((): Graph => {
  const b = graphBuilder();
  const x = b.input(scalar);
  return b.build([b.one("add", {}, [x, x]), x]);
})();

/** (x, y) -> (x + y, History of three x). */
const recording = ((): Graph => {
  const b = graphBuilder();
  const x = b.input(scalar);
  const y = b.input(scalar);
  const step = graphBuilder();
  const carry = step.input(scalar);
  const body = step.build([carry, carry]);
  const scan = {
    length: null,
    reverse: false,
    nConst: 0,
    nCarry: 1,
    yHistory: [true],
    body,
    keep: { kind: "all" },
  } as const;
  const trips = b.one("convert", { dtype: "int32" }, [x]);
  const [, records] = b.emit("scan", scan, [trips, y]);
  return b.build([b.one("add", {}, [x, y]), records as (typeof body.inputs)[number]]);
})();

const twice = ((): Graph => {
  const b = graphBuilder();
  const x = b.input(pair);
  return b.build([b.one("add", {}, [x, x])]);
})();
const square = ((): Graph => {
  const b = graphBuilder();
  const x = b.input(pair);
  return b.build([b.one("mul", {}, [x, x])]);
})();

const scanParams = { nConst: 1, nCarry: 1, body: multiplyAdd, keep: { kind: "auto" } } as const;
const matrix = f64([1, 2, 3, 4, 5, 6], [2, 3]);

const examples: { readonly [K in OpName]: readonly Example<K>[] } = {
  neg: [
    ...unary<"neg">([1, -0, 0], [-1, 0, -0]),
    { params: {}, inputs: [u32([1, 0])], outputs: [u32([4294967295, 0])] },
    { params: {}, inputs: [i32([-2147483648, 5])], outputs: [i32([-2147483648, -5])] },
  ],
  abs: [
    ...unary<"abs">([-1, -0, -Infinity], [1, 0, Infinity]),
    { params: {}, inputs: [i32([-2147483648, -5])], outputs: [i32([-2147483648, 5])] },
  ],
  sign: [
    ...unary<"sign">([-3, -0, 0, 2, NaN], [-1, -0, 0, 1, NaN]),
    { params: {}, inputs: [i32([-3, 0, 7])], outputs: [i32([-1, 0, 1])] },
  ],
  floor: unary([-1.5, -0, 1.5, NaN], [-2, -0, 1, NaN]),
  ceil: unary([-1.5, -0.5, 1.5], [-1, -0, 2]),
  round: unary(
    [0.5, 1.5, 2.5, -0.5, -1.5, -0, 4503599627370497, 0.49999999999999994, Infinity, NaN],
    [0, 2, 2, -0, -2, -0, 4503599627370497, 0, Infinity, NaN],
  ),
  sqrt: [
    ...unary<"sqrt">([4, -0, -1], [2, -0, NaN]),
    { params: {}, inputs: [f32([2])], outputs: [f32([Math.fround(Math.SQRT2)])] },
  ],
  exp: unary([0, -Infinity], [1, 0]),
  expm1: unary([-0, -Infinity], [-0, -1]),
  log: unary([1, 0, -1], [0, -Infinity, NaN]),
  log1p: unary([-0, -1], [-0, -Infinity]),
  sin: [
    ...unary<"sin">([-0, Infinity], [-0, NaN]),
    // Computed in float64 and rounded once.
    { params: {}, inputs: [f32([1])], outputs: [f32([Math.fround(0.8414709848078965)])] },
  ],
  cos: unary([0], [1]),
  tan: unary([-0], [-0]),
  atan: unary([Infinity, -0], [Math.PI / 2, -0]),
  tanh: unary([-Infinity, 0], [-1, 0]),

  add: [
    binary(f64([1, -0]), f64([2, -0]), f64([3, -0])),
    binary(f32([16777216]), f32([1]), f32([16777216])),
    binary(i32([2147483647]), i32([1]), i32([-2147483648])),
    binary(u32([4294967295]), u32([2]), u32([1])),
  ],
  sub: [binary(f64([1]), f64([3]), f64([-2])), binary(u32([0]), u32([1]), u32([4294967295]))],
  mul: [
    binary(f64([-0]), f64([5]), f64([-0])),
    binary(i32([123456789]), i32([987654321]), i32([-67153019])),
    binary(u32([4294967295]), u32([4294967295]), u32([1])),
  ],
  div: [binary(f64([1, -1, 0]), f64([0, 0, 0]), f64([Infinity, -Infinity, NaN]))],
  pow: [binary(f64([2, 0, 1]), f64([10, 0, NaN]), f64([1024, 1, 1]))],
  max: [binary(f64([-0, 1, NaN]), f64([0, 2, 1]), f64([0, 2, NaN])), binary(i32([3]), i32([-4]), i32([3]))],
  min: [binary(f64([0, 1, 1]), f64([-0, 2, NaN]), f64([-0, 1, NaN])), binary(u32([3]), u32([4294967295]), u32([3]))],

  and: [
    { params: {}, inputs: [bool([1, 1, 0]), bool([1, 0, 0])], outputs: [bool([1, 0, 0])] },
    { params: {}, inputs: [u32([0xffffffff]), u32([0xf0000000])], outputs: [u32([0xf0000000])] },
  ],
  or: [{ params: {}, inputs: [i32([5]), i32([-8])], outputs: [i32([-3])] }],
  xor: [{ params: {}, inputs: [bool([1, 1, 0]), bool([1, 0, 0])], outputs: [bool([0, 1, 0])] }],
  shiftLeft: [
    { params: {}, inputs: [u32([1, 3, 0x80000001, 5]), u32([31, 4, 1, 33])], outputs: [u32([0x80000000, 48, 2, 10])] },
  ],
  shiftRight: [
    {
      params: {},
      inputs: [u32([0x80000000, 48, 0xffffffff, 10]), u32([31, 4, 0, 33])],
      outputs: [u32([1, 3, 0xffffffff, 5])],
    },
  ],
  not: [{ params: {}, inputs: [bool([1, 0])], outputs: [bool([0, 1])] }],
  isFinite: [{ params: {}, inputs: [f64([1, NaN, -Infinity])], outputs: [bool([1, 0, 0])] }],
  compare: [
    { params: { relation: "eq" }, inputs: [f64([1, NaN, -0]), f64([1, NaN, 0])], outputs: [bool([1, 0, 1])] },
    { params: { relation: "ne" }, inputs: [f64([1, NaN]), f64([1, NaN])], outputs: [bool([0, 1])] },
    { params: { relation: "lt" }, inputs: [i32([-1, 2]), i32([0, 2])], outputs: [bool([1, 0])] },
    { params: { relation: "le" }, inputs: [f64([NaN, 2]), f64([0, 2])], outputs: [bool([0, 1])] },
    { params: { relation: "gt" }, inputs: [u32([4294967295]), u32([0])], outputs: [bool([1])] },
    { params: { relation: "ge" }, inputs: [f32([NaN, 2]), f32([0, 2])], outputs: [bool([0, 1])] },
  ],
  select: [{ params: {}, inputs: [bool([1, 0]), f64([1, 2]), f64([NaN, -0])], outputs: [f64([1, -0])] }],
  convert: [
    {
      params: { dtype: "int32" },
      inputs: [f64([2.9, -2.9, NaN, Infinity, -1e99, -0.5])],
      outputs: [i32([2, -2, 0, 2147483647, -2147483648, 0])],
    },
    { params: { dtype: "uint32" }, inputs: [f64([4e9, -1, 5e9])], outputs: [u32([4e9, 0, 4294967295])] },
    { params: { dtype: "uint32" }, inputs: [i32([-1])], outputs: [u32([4294967295])] },
    { params: { dtype: "bool" }, inputs: [f64([NaN, 0.25, -0])], outputs: [bool([1, 1, 0])] },
    { params: { dtype: "bool" }, inputs: [i32([256, 0])], outputs: [bool([1, 0])] },
    { params: { dtype: "float32" }, inputs: [f64([0.1])], outputs: [f32([0.1])] },
    { params: { dtype: "float64" }, inputs: [bool([1, 0])], outputs: [f64([1, 0])] },
  ],
  literal: [
    { params: { type: arrayType("float64", [2]), value: -0 }, inputs: [], outputs: [f64([-0, -0])] },
    { params: { type: arrayType("float32", []), value: 0.1 }, inputs: [], outputs: [f32(0.1)] },
  ],
  iota: [
    {
      params: { type: arrayType("int32", [2, 3]), axis: 1 },
      inputs: [],
      outputs: [i32([0, 1, 2, 0, 1, 2], [2, 3])],
    },
    {
      params: { type: arrayType("float64", [2, 3]), axis: 0 },
      inputs: [],
      outputs: [f64([0, 0, 0, 1, 1, 1], [2, 3])],
    },
    { params: { type: arrayType("int32", [0]), axis: 0 }, inputs: [], outputs: [i32([])] },
  ],

  reshape: [
    {
      params: { shape: [3, 2] },
      inputs: [matrix],
      outputs: [f64([1, 2, 3, 4, 5, 6], [3, 2])],
    },
  ],
  transpose: [
    {
      params: { permutation: [1, 0] },
      inputs: [matrix],
      outputs: [f64([1, 4, 2, 5, 3, 6], [3, 2])],
    },
    {
      params: { permutation: [2, 0, 1] },
      inputs: [f64([1, 2, 3, 4], [1, 2, 2])],
      outputs: [f64([1, 3, 2, 4], [2, 1, 2])],
    },
  ],
  broadcast: [
    {
      params: { shape: [2, 2], axes: [0] },
      inputs: [f64([1, 2])],
      outputs: [f64([1, 1, 2, 2], [2, 2])],
    },
    {
      params: { shape: [2, 2], axes: [1] },
      inputs: [f64([1, 2])],
      outputs: [f64([1, 2, 1, 2], [2, 2])],
    },
    { params: { shape: [0, 2], axes: [] }, inputs: [f64(7)], outputs: [f64([], [0, 2])] },
  ],
  slice: [
    {
      params: { start: [0, 0], limit: [2, 3], stride: [1, 2] },
      inputs: [matrix],
      outputs: [f64([1, 3, 4, 6], [2, 2])],
    },
    { params: { start: [1], limit: [1], stride: [1] }, inputs: [f64([1, 2])], outputs: [f64([])] },
  ],
  pad: [
    {
      params: { low: [1], high: [2], interior: [1], value: -0 },
      inputs: [f64([1, 2])],
      outputs: [f64([-0, 1, -0, 2, -0, -0])],
    },
    {
      params: { low: [0, 1], high: [1, 0], interior: [0, 0], value: 9 },
      inputs: [f64([1, 2], [1, 2])],
      outputs: [f64([9, 1, 2, 9, 9, 9], [2, 3])],
    },
  ],
  concatenate: [
    {
      params: { axis: 1 },
      inputs: [matrix, f64([7, 8], [2, 1])],
      outputs: [f64([1, 2, 3, 7, 4, 5, 6, 8], [2, 4])],
    },
    { params: { axis: 0 }, inputs: [f64([]), f64([1]), f64([2, 3])], outputs: [f64([1, 2, 3])] },
  ],
  reverse: [
    {
      params: { axes: [1] },
      inputs: [matrix],
      outputs: [f64([3, 2, 1, 6, 5, 4], [2, 3])],
    },
    {
      params: { axes: [0, 1] },
      inputs: [matrix],
      outputs: [f64([6, 5, 4, 3, 2, 1], [2, 3])],
    },
  ],
  view: [
    {
      // Rolled by one: the last element first, then the others.
      params: {
        shape: [3],
        pieces: [
          { box: [[0, 1]], input: 0, index: [{ axis: null, stride: 0, offset: 2 }] },
          { box: [[1, 3]], input: 0, index: [{ axis: 0, stride: 1, offset: -1 }] },
        ],
      },
      inputs: [f64([1, 2, 3])],
      outputs: [f64([3, 1, 2])],
    },
    {
      // The diagonal of the first, reversed; the rest is +0.
      params: {
        shape: [4],
        pieces: [
          {
            box: [[1, 3]],
            input: 0,
            index: [
              { axis: 0, stride: -1, offset: 2 },
              { axis: 0, stride: -1, offset: 2 },
            ],
          },
        ],
      },
      inputs: [f64([1, 2, 3, 4], [2, 2])],
      outputs: [f64([0, 4, 1, 0])],
    },
  ],

  reduceSum: [
    { params: { axes: [1] }, inputs: [matrix], outputs: [f64([6, 15])] },
    { params: { axes: [0] }, inputs: [matrix], outputs: [f64([5, 7, 9])] },
    { params: { axes: [0, 1] }, inputs: [matrix], outputs: [f64(21)] },
    { params: { axes: [] }, inputs: [f64([-0])], outputs: [f64([0])] },
    { params: { axes: [0] }, inputs: [f64([])], outputs: [f64(0)] },
    { params: { axes: [0] }, inputs: [i32([2147483647, 1])], outputs: [i32(-2147483648)] },
    // 1e16 and -1e16 meet before 1 is added; in order, the 1 would be lost.
    { params: { axes: [0] }, inputs: [f64([1e16, 1, -1e16])], outputs: [f64(1)] },
    // Not innermost: in order, so the 1 is lost.
    { params: { axes: [0] }, inputs: [f64([1e16, 1, -1e16], [3, 1])], outputs: [f64([0])] },
  ],
  reduceMax: [
    {
      params: { axes: [0] },
      inputs: [f64([-0, 1, NaN, 0, -1, 1], [2, 3])],
      outputs: [f64([0, 1, NaN])],
    },
    { params: { axes: [1] }, inputs: [i32([-5, -7], [1, 2])], outputs: [i32([-5])] },
  ],
  reduceMin: [
    {
      params: { axes: [0, 1] },
      inputs: [f64([0, 3, -0, 2], [2, 2])],
      outputs: [f64(-0)],
    },
  ],
  cumsum: [
    {
      params: { axis: 1, reverse: false },
      inputs: [matrix],
      outputs: [f64([1, 3, 6, 4, 9, 15], [2, 3])],
    },
    {
      params: { axis: 1, reverse: true },
      inputs: [matrix],
      outputs: [f64([6, 5, 3, 15, 11, 6], [2, 3])],
    },
    {
      params: { axis: 0, reverse: false },
      inputs: [matrix],
      outputs: [f64([1, 2, 3, 5, 7, 9], [2, 3])],
    },
    {
      params: { axis: 0, reverse: false },
      inputs: [f32([16777216, 1, 1])],
      outputs: [f32([16777216, 16777216, 16777216])],
    },
  ],
  dot: [
    { params: { batch: 0 }, inputs: [matrix, f64([1, 0, 2], [3, 1])], outputs: [f64([7, 16], [2, 1])] },
    {
      params: { batch: 1 },
      inputs: [f64([1, 2, 3, 4], [2, 1, 2]), f64([1, 1, 2, 0], [2, 2, 1])],
      outputs: [f64([3, 6], [2, 1, 1])],
    },
    { params: { batch: 0 }, inputs: [f64([-0], [1, 1]), f64([1], [1, 1])], outputs: [f64([0], [1, 1])] },
  ],

  gather: [
    { params: { batch: 0, mode: "clip" }, inputs: [f64([5, 6, 7]), i32([-3, 1, 9])], outputs: [f64([5, 6, 7])] },
    { params: { batch: 0, mode: "drop" }, inputs: [f64([5, 6, 7]), i32([-1, 1, 3])], outputs: [f64([0, 6, 0])] },
    {
      params: { batch: 1, mode: "clip" },
      inputs: [matrix, i32([2, 0, 1, 1], [2, 2])],
      outputs: [f64([3, 1, 5, 5], [2, 2])],
    },
    { params: { batch: 0, mode: "clip" }, inputs: [matrix, i32([1])], outputs: [f64([4, 5, 6], [1, 3])] },
    { params: { batch: 0, mode: "inBounds" }, inputs: [f64([5, 6, 7]), i32([2, 0])], outputs: [f64([7, 5])] },
  ],
  scatterAdd: [
    {
      params: { batch: 0, mode: "drop" },
      inputs: [f64([1, 1]), i32([0, 2, 0, -1]), f64([10, 20, 30, 40])],
      outputs: [f64([41, 1])],
    },
    {
      params: { batch: 0, mode: "clip" },
      inputs: [f64([1, 1]), i32([0, 2, 0, -1]), f64([10, 20, 30, 40])],
      outputs: [f64([81, 21])],
    },
    {
      params: { batch: 1, mode: "drop" },
      inputs: [f64([0, 0, 0, 0], [2, 2]), i32([1, 0], [2, 1]), f64([1, 2], [2, 1])],
      outputs: [f64([0, 1, 2, 0], [2, 2])],
    },
    {
      // Place by place: 1e16 - 1e16, then + 1 + 3; column by column the 1 would be lost.
      params: { batch: 0, mode: "inBounds" },
      inputs: [f64([0, 7]), i32([0, 0]), f64([1e16, 1]), i32([0, 0]), f64([-1e16, 3])],
      outputs: [f64([4, 7])],
    },
  ],
  scatterSet: [
    {
      params: { batch: 0, mode: "drop" },
      inputs: [f64([1, 1, 2, 2], [2, 2]), i32([1, 1, 7]), f64([3, 4, 5, 6, 7, 8], [3, 2])],
      outputs: [f64([1, 1, 5, 6], [2, 2])],
    },
  ],
  dynamicSlice: [
    { params: { batch: 0, sizes: [1, 2] }, inputs: [matrix, i32([1, 1])], outputs: [f64([5, 6], [1, 2])] },
    { params: { batch: 0, sizes: [1, 2] }, inputs: [matrix, i32([9, -4])], outputs: [f64([4, 5], [1, 2])] },
    {
      params: { batch: 1, sizes: [2] },
      inputs: [matrix, i32([0, 1], [2, 1])],
      outputs: [f64([1, 2, 5, 6], [2, 2])],
    },
  ],
  dynamicUpdate: [
    { params: { batch: 0 }, inputs: [f64([1, 2, 3]), f64([8, 9]), i32([5])], outputs: [f64([1, 8, 9])] },
    {
      params: { batch: 1 },
      inputs: [matrix, f64([7, 8], [2, 1]), i32([0, 2], [2, 1])],
      outputs: [f64([7, 2, 3, 4, 5, 8], [2, 3])],
    },
  ],

  historyAdd: [
    {
      params: {},
      inputs: [history(f64(1), f64(2)), history(f64(10), f64(20))],
      outputs: [history(f64(11), f64(22))],
    },
  ],
  check: [{ params: { message: "unused" }, inputs: [bool(1)], outputs: [] }],
  debugPrint: [{ params: { format: "{}", batch: 1 }, inputs: [f64([])], outputs: [] }],
  customCall: [
    {
      params: { body: double, derivative: { kind: "constant" } },
      inputs: [f64(3)],
      outputs: [f64(6), f64(3)],
    },
  ],
  linearCall: [
    {
      params: { nConst: 0, forward: timesTwo, backward: timesTwo, inverse: null, label: "twice" },
      inputs: [f64(3)],
      outputs: [f64(6)],
    },
  ],
  call: [
    { params: { body: double, map: null }, inputs: [f64(3)], outputs: [f64(6), f64(3)] },
    {
      params: { body: recording, map: { size: 2, mapped: [true, false] } },
      inputs: [f64([1, 2]), f64(5)],
      outputs: [f64([6, 7]), { kind: "ragged", rows: [history(f64(5)), history(f64(5), f64(5))] }],
    },
    {
      params: { body: double, map: { size: 0, mapped: [false] } },
      inputs: [f64(5)],
      outputs: [f64([]), f64([])],
    },
  ],
  cond: [
    { params: { branches: [twice, square] }, inputs: [bool(1), f64([3, 4])], outputs: [f64([6, 8])] },
    { params: { branches: [twice, square] }, inputs: [bool(0), f64([3, 4])], outputs: [f64([9, 16])] },
  ],
  scan: [
    // c -> c x + 1: 1, 3, 10, 41.
    {
      params: { ...scanParams, length: 3, reverse: false, yHistory: [false] },
      inputs: [f64(1), f64(1), f64([2, 3, 4])],
      outputs: [f64(41), f64([1, 3, 10])],
    },
    {
      params: { ...scanParams, length: 3, reverse: true, yHistory: [true] },
      inputs: [f64(1), f64(1), f64([4, 3, 2])],
      outputs: [f64(41), history(f64(10), f64(3), f64(1))],
    },
    {
      params: { ...scanParams, length: null, reverse: false, yHistory: [true] },
      inputs: [i32(2), f64(1), f64(1), history(f64(2), f64(3))],
      outputs: [f64(10), history(f64(1), f64(3))],
    },
    {
      params: { ...scanParams, length: null, reverse: false, yHistory: [true] },
      inputs: [i32(-2), f64(1), f64(7), history()],
      outputs: [f64(7), history()],
    },
    {
      params: { ...scanParams, length: 0, reverse: false, yHistory: [false] },
      inputs: [f64(1), f64(7), f64([])],
      outputs: [f64(7), f64([])],
    },
  ],
  while: [
    {
      params: { nCondConst: 1, nConst: 0, nCarry: 1, cond: below, body: double, keep: { kind: "auto" } },
      inputs: [f64(10), f64(3)],
      outputs: [f64(12), i32(2), history(f64(3), f64(6))],
    },
    {
      params: { nCondConst: 1, nConst: 0, nCarry: 1, cond: below, body: double, keep: { kind: "auto" } },
      inputs: [f64(1), f64(3)],
      outputs: [f64(3), i32(0), history()],
    },
  ],
};

function isEmptyHistory(value: Value): boolean {
  return value.kind === "history" && value.entries.length === 0;
}

describe("evaluate", () => {
  it.each([...opNames])("%s gives what was worked out by hand, with the inferred types", (op) => {
    const cases: readonly Example<OpName>[] = examples[op];
    expect(cases.length).toBeGreaterThan(0);
    for (const { params, inputs, outputs } of cases) {
      expect(evaluateOp(op, params, inputs)).toEqual(outputs);
      const declared = { kind: "history", of: scalar } as const;
      const types = infer(
        op,
        params,
        inputs.map((input) => typeOfValue(input, isEmptyHistory(input) ? declared : undefined)),
      );
      expect(types).toHaveLength(outputs.length);
      outputs.forEach((output, i) => expect(fitsType(output, types[i] as (typeof types)[number])).toBe(true));
    }
  });

  it("sums along the innermost axis in eight lanes, rows ascending, then as a tree", () => {
    const shape = [3, 11];
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) =>
      Math.fround(Math.sin(i * 12.9898) * 43758.5453),
    );
    const lanes = new Float32Array(8);
    data.forEach((x, i) => (lanes[(i % 11) % 8] = (lanes[(i % 11) % 8] as number) + x));
    const [a0, a1, a2, a3, a4, a5, a6, a7] = lanes as unknown as readonly number[] & { length: 8 };
    const sum = (x = 0, y = 0): number => Math.fround(x + y);
    const expected = sum(sum(sum(a0, a4), sum(a2, a6)), sum(sum(a1, a5), sum(a3, a7)));
    const [result] = evaluateOp("reduceSum", { axes: [0, 1] }, [arrayValue("float32", shape, data)]);
    expect((result as ArrayValue).data[0]).toBe(expected);
  });

  it("a check that fails throws its message", () => {
    const run = (): unknown => evaluateOp("check", { message: "the step is not finite" }, [bool(0)]);
    expect(run).toThrow(NumericalError);
    expect(run).toThrow("the step is not finite");
  });

  it("loops that share Histories must have equal trips", () => {
    const params = { ...scanParams, length: null, reverse: false, yHistory: [true] };
    expect(() => evaluateOp("scan", params, [i32(3), f64(1), f64(1), history(f64(2))])).toThrow("3 trips");
    expect(() => evaluateOp("historyAdd", {}, [history(f64(1)), history()])).toThrow("1 and 0");
  });

  it("operands are not written to", () => {
    const operand = f64([1, 2, 3]);
    evaluateOp("scatterAdd", { batch: 0, mode: "clip" }, [operand, i32([0]), f64([5])]);
    evaluateOp("dynamicUpdate", { batch: 0 }, [operand, f64([8]), i32([0])]);
    expect(operand).toEqual(f64([1, 2, 3]));
  });
});
