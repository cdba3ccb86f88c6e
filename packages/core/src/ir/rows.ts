import { arrayTypeOf, type Builder } from "./builder.js";
import type { Var } from "./types.js";

/** Row `index` (int32 scalar) of an array. */
export function rowAt(b: Builder, array: Var, index: Var): Var {
  const { shape } = arrayTypeOf(array);
  const row = b.one("dynamicSlice", { batch: 0, sizes: [1, ...shape.slice(1)] }, [array, startAt(b, index, shape)]);
  return b.one("reshape", { shape: shape.slice(1) }, [row]);
}

/** The array with row `index` (int32 scalar) replaced. */
export function withRow(b: Builder, array: Var, index: Var, row: Var): Var {
  const { shape } = arrayTypeOf(array);
  const update = b.one("reshape", { shape: [1, ...shape.slice(1)] }, [row]);
  return b.one("dynamicUpdate", { batch: 0 }, [array, update, startAt(b, index, shape)]);
}

function startAt(b: Builder, index: Var, shape: readonly number[]): Var {
  const first = b.one("reshape", { shape: [1] }, [index]);
  if (shape.length === 1) return first;
  return b.one("concatenate", { axis: 0 }, [first, b.literal("int32", [shape.length - 1], 0)]);
}
