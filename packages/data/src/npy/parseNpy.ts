import type { DType, Tensor, TypedArray } from "@simgrad/core";
import { DataError, type DataPlace } from "../dataError.js";
import { allocate, holds, indexOf, ranges, tensorOf } from "../tensors.js";
import { readHeader, type NpyHeader } from "./header.js";

/** Options of `parseNpy`. */
export interface NpyOptions {
  /** Name of the file, for messages. */
  readonly file?: string;
  /** What the elements become; each must be held exactly. */
  readonly dtype?: DType;
}

/**
 * Reads an array from the bytes of an .npy file, as np.save writes it: format 1.0 to 3.0, C or Fortran order, either byte order.
 * float64, float32, int32, uint32 and bool keep their dtype; float16 becomes float32, smaller integers int32 or uint32, and so
 * do int64 and uint64 where every element fits (`dtype: "float64"` takes them up to 2^53).
 *
 * @throws DataError if the bytes are truncated, damaged, or hold what a tensor cannot hold exactly; Python objects are refused.
 * @example
 * const speed = parseNpy(new Uint8Array(await (await fetch("speed.npy")).arrayBuffer()));
 */
export function parseNpy(bytes: Uint8Array, options: NpyOptions = {}): Tensor {
  return parseNpyAt(bytes, options.dtype, { file: options.file });
}

/** Reads an array; errors name the place. */
export function parseNpyAt(bytes: Uint8Array, dtype: DType | undefined, place: DataPlace): Tensor {
  const header = readHeader(bytes, place);
  const expected = header.start + header.size * header.type.size;
  if (bytes.length !== expected) {
    const short = bytes.length < expected;
    throw new DataError(
      {
        what: short
          ? "the .npy data end before the last element."
          : "something follows the last element of the .npy data.",
        got: `${bytes.length} bytes`,
        expected: `${expected} bytes for ${header.type.name} of shape [${header.shape.join(", ")}]`,
        fix: short ? "copy the file again: it is truncated." : "save one array a file, or several with np.savez.",
      },
      place,
    );
  }
  const target = dtype ?? header.type.dtype;
  const stored = readElements(bytes, header, target, place);
  return tensorOf(target, header.shape, header.fortran ? toRowMajor(stored, header.shape, target) : stored);
}

function readElements(bytes: Uint8Array, header: NpyHeader, target: DType, place: DataPlace): TypedArray {
  const { type, size, start, littleEndian } = header;
  const data = allocate(target, size);
  if (type.name === target && target !== "bool" && littleEndian && hostIsLittleEndian) {
    // The bytes are what they are to be: NaN keeps its payload too.
    new Uint8Array(data.buffer).set(bytes.subarray(start));
    return data;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const integers = type.dtype !== "float64" && type.dtype !== "float32";
  for (let i = 0; i < size; i++) {
    const offset = start + i * type.size;
    const value = type.read(view, offset, littleEndian);
    if (!holds(target, value) || (integers && Number.isNaN(value))) {
      const got = type.show?.(view, offset, littleEndian) ?? (Object.is(value, -0) ? "-0" : String(value));
      throw doesNotFit(got, i, header, target, place);
    }
    data[i] = value;
  }
  return data;
}

function doesNotFit(got: string, i: number, header: NpyHeader, target: DType, place: DataPlace): DataError {
  const { type, shape, fortran } = header;
  const fix =
    target === "float64"
      ? "save the array in another type: no tensor holds this number."
      : type.name === "bool"
        ? "copy the file again: its bytes are damaged."
        : `read it with dtype: "float64"${type.name.startsWith("float") ? " (or none), and round it with `.astype`" : ""}.`;
  return new DataError(
    {
      what: `an element of type ${type.name} does not fit into ${target}.`,
      got,
      expected: ranges[target],
      fix,
    },
    { ...place, element: fortran ? [...indexOf(i, [...shape].reverse())].reverse() : indexOf(i, shape) },
  );
}

/** Elements in row-major order of an array whose first index ran fastest. */
function toRowMajor(source: TypedArray, shape: readonly number[], dtype: DType): TypedArray {
  const target = allocate(dtype, source.length);
  const strides: number[] = [];
  shape.reduce((stride, extent) => (strides.push(stride), stride * extent), 1);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let i = 0; i < target.length; i++) {
    target[i] = source[from] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] as number;
      const next = (index[axis] as number) + 1;
      from += stride;
      if (next < (shape[axis] as number)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      from -= stride * next;
    }
  }
  return target;
}

const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
