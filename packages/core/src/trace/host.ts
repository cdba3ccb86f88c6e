import { allocate, isInteger, roundTo, type DType, type TypedArray } from "../util/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../util/errors.js";
import { concrete, isTensor, type Tensor } from "./tensor.js";

/** Numbers of JavaScript with a shape, not yet of a dtype. */
export interface HostNumbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** Every element is an integer; such numbers fit an integer tensor. */
  readonly integers: boolean;
  /** Every element is `true` or `false`. */
  readonly booleans: boolean;
}

/** What a host value can be where a tensor is wanted. `list` is an array with tensors in it. */
export type Host =
  | { readonly kind: "tensor"; readonly tensor: Tensor }
  | { readonly kind: "numbers"; readonly numbers: HostNumbers }
  | { readonly kind: "list"; readonly items: readonly unknown[] };

const typedArrays: { readonly [name: string]: DType } = {
  Float64Array: "float64",
  Float32Array: "float32",
  Int32Array: "int32",
  Uint32Array: "uint32",
  Uint8Array: "bool",
};

/**
 * Looks at a value that stands where a tensor is wanted. `name` is the argument's name in messages.
 * @throws ArgumentError where it is nothing of the kind.
 * @throws ShapeError where nested arrays are ragged.
 */
export function readHost(value: unknown, name: string): Host {
  if (isTensor(value)) return { kind: "tensor", tensor: value };
  if (typeof value === "number" || typeof value === "boolean") {
    const number = Number(value);
    const numbers = {
      shape: [],
      values: [number],
      integers: Number.isInteger(number),
      booleans: typeof value === "boolean",
    };
    return { kind: "numbers", numbers };
  }
  if (ArrayBuffer.isView(value)) return { kind: "tensor", tensor: fromTyped(value, name) };
  if (Array.isArray(value)) {
    return containsTensor(value)
      ? { kind: "list", items: value as unknown[] }
      : { kind: "numbers", numbers: fromNested(value, name) };
  }
  throw new ArgumentError({
    what: `${name} must be a tensor, a number, a typed array or nested arrays of numbers.`,
    got: describeHost(value),
    fix: "convert it first, for instance with `np.array`.",
  });
}

/** Numbers as a concrete tensor of a dtype. A number that an integer dtype cannot hold is an error. */
export function fromNumbers(numbers: HostNumbers, dtype: DType, name: string): Tensor {
  const data = allocate(dtype, numbers.values.length);
  for (let i = 0; i < data.length; i++) data[i] = hostNumber(numbers.values[i] as number, dtype, name);
  return concrete(dtype, numbers.shape, data);
}

/**
 * A JavaScript number as an element of a dtype.
 * @throws DTypeError where an integer dtype cannot hold it.
 */
export function hostNumber(value: number, dtype: DType, name: string): number {
  const rounded = roundTo(dtype, value);
  if (isInteger(dtype) && rounded !== value) {
    throw new DTypeError({
      what: `A number does not fit the dtype ${dtype} of ${name}.`,
      got: String(value),
      expected: dtype === "int32" ? "an integer from -2147483648 to 2147483647" : "an integer from 0 to 4294967295",
      fix: 'convert the tensor with `.astype("float64")` first.',
    });
  }
  return rounded;
}

/** A value as a few words for messages. */
export function describeHost(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "string") return `the string ${JSON.stringify(value)}`;
  if (typeof value === "function") return `the function ${value.name === "" ? "(anonymous)" : value.name}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object") return `an object of class ${value.constructor?.name ?? "(none)"}`;
  return `${typeof value} ${String(value)}`;
}

function fromTyped(value: ArrayBufferView, name: string): Tensor {
  const dtype = typedArrays[Object.prototype.toString.call(value).slice(8, -1)];
  if (dtype === undefined) {
    throw new ArgumentError({
      what: `${name} is a typed array of a kind that has no dtype.`,
      got: describeHost(value),
      expected: "Float64Array, Float32Array, Int32Array, Uint32Array, or Uint8Array with 0 and 1 for bools",
      fix: "convert it, as in `Int32Array.from(values)`.",
    });
  }
  const source = value as TypedArray;
  const data = allocate(dtype, source.length);
  data.set(source);
  if (dtype === "bool" && data.some((element) => element > 1)) {
    throw new ArgumentError({
      what: `${name} is a Uint8Array, which holds bools, with elements that are neither 0 nor 1.`,
      fix: "convert it to integers, as in `Int32Array.from(bytes)`.",
    });
  }
  return concrete(dtype, [data.length], data);
}

function containsTensor(value: readonly unknown[]): boolean {
  return value.some(
    (item) => isTensor(item) || (Array.isArray(item) ? containsTensor(item) : ArrayBuffer.isView(item)),
  );
}

function fromNested(value: readonly unknown[], name: string): HostNumbers {
  const shape: number[] = [];
  for (let item: unknown = value; Array.isArray(item); item = item[0]) shape.push(item.length);
  const values: number[] = [];
  let booleans = true;
  let integers = true;
  const visit = (item: unknown, axis: number, path: string): void => {
    if (axis < shape.length) {
      if (!Array.isArray(item) || item.length !== shape[axis]) {
        throw new ShapeError({
          what: `${name} has rows of different lengths.`,
          got: `${name}${path} is ${describeHost(item)}`,
          expected: `an array of ${shape[axis]}, as in the first row`,
        });
      }
      item.forEach((child: unknown, i) => visit(child, axis + 1, `${path}[${i}]`));
      return;
    }
    if (Array.isArray(item)) {
      throw new ShapeError({
        what: `${name} is nested deeper at ${name}${path} than in its first row.`,
        got: describeHost(item),
      });
    }
    if (typeof item !== "number" && typeof item !== "boolean") {
      throw new ArgumentError({ what: `${name}${path} is no number.`, got: describeHost(item) });
    }
    if (typeof item === "number") booleans = false;
    if (!Number.isInteger(Number(item))) integers = false;
    values.push(Number(item));
  };
  visit(value, 0, "");
  return { shape, values, integers, booleans: booleans && values.length > 0 };
}
