import type { Combine, Id, LoopProgram } from "../../lowering/loopProgram.js";
import type { DType } from "../../util/dtype.js";
import { numberSource } from "./expressions.js";

/** Where generated lines go, and the names that stand for a program's parts. */
export interface JsTarget {
  readonly program: LoopProgram;
  line(text: string): void;
  indent(write: () => void): void;
  /** A name that nothing else has. */
  fresh(prefix: string): string;
  /** Name of a buffer's array in the function that is being written. */
  buffer(id: Id): string;
  /** Name of the absolute step of an enclosing loop. */
  step(loop: Id): string;
  /** Name of an array of eight accumulators of its own. */
  lanes(dtype: DType): string;
}

/** Name of the class of a dtype's arrays. */
export function arrayClass(dtype: DType): string {
  switch (dtype) {
    case "float64":
      return "Float64Array";
    case "float32":
      return "Float32Array";
    case "int32":
      return "Int32Array";
    case "uint32":
      return "Uint32Array";
    case "bool":
      return "Uint8Array";
  }
}

/** Source of the value a reduction starts from. */
export function neutralSource(combine: Combine, dtype: DType): string {
  if (combine === "sum") return "0";
  const highest = combine === "min";
  switch (dtype) {
    case "float64":
    case "float32":
      return highest ? "Infinity" : "-Infinity";
    case "int32":
      return numberSource(highest ? 2147483647 : -2147483648);
    case "uint32":
      return highest ? "4294967295" : "0";
    case "bool":
      return highest ? "1" : "0";
  }
}
