import type { TypedArray } from "../../util/dtype.js";

/** Where the elements of a box lie in an array: `offset + sum of index[axis] * strides[axis]`. */
export interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Strides of a dense row-major array. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

/** Copies a box of elements, in row-major order of the box, from one layout to another. */
export function copyStrided(
  shape: readonly number[],
  source: TypedArray,
  from: Layout,
  target: TypedArray,
  to: Layout,
): void {
  if (shape.includes(0)) return;
  const inner = shape.length - 1;
  if (inner < 0) {
    target[to.offset] = source[from.offset] as number;
    return;
  }
  const extent = shape[inner] as number;
  const readStep = from.strides[inner] as number;
  const writeStep = to.strides[inner] as number;
  const index = new Array<number>(inner).fill(0);
  let read = from.offset;
  let write = to.offset;
  for (;;) {
    for (let j = 0; j < extent; j++) target[write + j * writeStep] = source[read + j * readStep] as number;
    let axis = inner - 1;
    for (; axis >= 0; axis--) {
      read += from.strides[axis] as number;
      write += to.strides[axis] as number;
      const next = (index[axis] as number) + 1;
      if (next < (shape[axis] as number)) {
        index[axis] = next;
        break;
      }
      read -= (from.strides[axis] as number) * next;
      write -= (to.strides[axis] as number) * next;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}
