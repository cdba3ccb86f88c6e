import { np, type DType, type Tensor, type TypedArray } from "@simgrad/core";

/** All dtypes of a tensor. */
export const dtypes: readonly DType[] = ["float64", "float32", "int32", "uint32", "bool"];

/** A dtype for all arrays, or one for each of some by name. */
export type DTypeChoice = DType | Readonly<Record<string, DType>>;

/** The dtype that was chosen for an array, if one was. */
export function chosenDtype(choice: DTypeChoice | undefined, name: string): DType | undefined {
  if (choice === undefined || typeof choice === "string") return choice;
  return Object.hasOwn(choice, name) ? choice[name] : undefined;
}

/** Zeros. */
export function allocate(dtype: DType, length: number): TypedArray {
  switch (dtype) {
    case "float64":
      return new Float64Array(length);
    case "float32":
      return new Float32Array(length);
    case "int32":
      return new Int32Array(length);
    case "uint32":
      return new Uint32Array(length);
    case "bool":
      return new Uint8Array(length);
  }
}

/** Whether a dtype holds a number to the bit; -0 is no integer. */
export function holds(dtype: DType, value: number): boolean {
  switch (dtype) {
    case "float64":
      return true;
    case "float32":
      return Object.is(Math.fround(value), value);
    case "int32":
      return Object.is(value | 0, value);
    case "uint32":
      return Object.is(value >>> 0, value);
    case "bool":
      return Object.is(value, 0) || value === 1;
  }
}

/** What a dtype holds, for messages. */
export const ranges: { readonly [K in DType]: string } = {
  float64: "a number that float64 holds exactly",
  float32: "a number that float32 holds exactly",
  int32: "an integer from -2147483648 to 2147483647",
  uint32: "an integer from 0 to 4294967295",
  bool: "0 or 1",
};

/** A tensor with a copy of the elements. */
export function tensorOf(dtype: DType, shape: readonly number[], data: TypedArray): Tensor {
  return np.array(data, dtype).reshape(shape);
}

/** Elements of a tensor as a typed array of its dtype, copied. */
export function elementsOf(tensor: Tensor): TypedArray {
  return tensor.data.slice();
}

/** Index of each axis of an element, from its place in row-major order. */
export function indexOf(place: number, shape: readonly number[]): readonly number[] {
  const index = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis] as number;
    index[axis] = place % extent;
    place = Math.floor(place / extent);
  }
  return index;
}

/** Adds a property under any name, `__proto__` as well. */
export function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}
