import type { DType } from "@simgrad/core";

/** How the elements of an .npy file lie in it, and what they become. */
export interface ElementType {
  /** NumPy's name. */
  readonly name: string;
  /** Bytes of an element. */
  readonly size: number;
  /** The dtype that the elements become where none is chosen. */
  readonly dtype: DType;
  /** Reads an element; NaN for an integer that no float64 holds. */
  readonly read: (view: DataView, offset: number, little: boolean) => number;
  /** An element for messages. */
  readonly show?: (view: DataView, offset: number, little: boolean) => string;
}

const int8: ElementType = { name: "int8", size: 1, dtype: "int32", read: (view, at) => view.getInt8(at) };
const uint8: ElementType = { name: "uint8", size: 1, dtype: "uint32", read: (view, at) => view.getUint8(at) };

/** Element types by what stands behind the byte order in `descr`. */
export const elementTypes: ReadonlyMap<string, ElementType> = new Map<string, ElementType>([
  ["f8", { name: "float64", size: 8, dtype: "float64", read: (view, at, little) => view.getFloat64(at, little) }],
  ["f4", { name: "float32", size: 4, dtype: "float32", read: (view, at, little) => view.getFloat32(at, little) }],
  ["f2", { name: "float16", size: 2, dtype: "float32", read: (view, at, little) => half(view.getUint16(at, little)) }],
  ["i1", int8],
  ["u1", uint8],
  ["i2", { name: "int16", size: 2, dtype: "int32", read: (view, at, little) => view.getInt16(at, little) }],
  ["u2", { name: "uint16", size: 2, dtype: "uint32", read: (view, at, little) => view.getUint16(at, little) }],
  ["i4", { name: "int32", size: 4, dtype: "int32", read: (view, at, little) => view.getInt32(at, little) }],
  ["u4", { name: "uint32", size: 4, dtype: "uint32", read: (view, at, little) => view.getUint32(at, little) }],
  [
    "i8",
    {
      name: "int64",
      size: 8,
      dtype: "int32",
      read: (view, at, little) => join(view.getInt32(at + (little ? 4 : 0), little), view, at, little),
      show: (view, at, little) => String(view.getBigInt64(at, little)),
    },
  ],
  [
    "u8",
    {
      name: "uint64",
      size: 8,
      dtype: "uint32",
      read: (view, at, little) => join(view.getUint32(at + (little ? 4 : 0), little), view, at, little),
      show: (view, at, little) => String(view.getBigUint64(at, little)),
    },
  ],
  ["b1", { name: "bool", size: 1, dtype: "bool", read: (view, at) => view.getUint8(at) }],
]);

/** What `descr` stands for where it cannot be read, and what to do. */
export function refusal(code: string): { readonly name: string; readonly fix: string } {
  switch (code.charAt(0)) {
    case "O":
      return {
        name: "Python objects (a pickle)",
        fix: "pickles are refused, for they run code; save arrays of numbers, each under its own name with np.savez.",
      };
    case "c":
      return { name: "complex numbers", fix: "save the real and the imaginary part as two arrays." };
    case "f":
    case "g":
      return { name: `floating numbers of ${code.slice(1)} bytes`, fix: "save `array.astype(np.float64)`." };
    case "S":
    case "a":
    case "U":
      return { name: "text", fix: "save numbers, or keep the text in a CSV or JSON file." };
    case "M":
    case "m":
      return { name: "dates or durations", fix: "save them as numbers, as in `(t - t[0]) / np.timedelta64(1, 's')`." };
    case "V":
      return { name: "raw or structured records", fix: "save each field as an array of its own with np.savez." };
    default:
      return {
        name: `elements of an unknown kind, ${JSON.stringify(code)}`,
        fix: "save float64, float32, integers or bool.",
      };
  }
}

/** The sum is rounded once, and its difference to the larger part is exact: it gives the other back unless digits were lost. */
function join(high: number, view: DataView, at: number, little: boolean): number {
  const low = view.getUint32(at + (little ? 0 : 4), little);
  const upper = high * 4294967296;
  const sum = upper + low;
  return sum - upper === low ? sum : NaN;
}

/** IEEE 754 binary16: 1 bit sign, 5 exponent with bias 15, 10 fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
