import type { Shape } from "../trace/np/create.js";
import { checkShape } from "../trace/np/create.js";
import { asTensor, broadcastTo, castTensor } from "../trace/operands.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import type { DType } from "../util/dtype.js";
import { DTypeError } from "../util/errors.js";

/** A dtype of real numbers. */
export type FloatDType = "float64" | "float32";

/** Options of a sampler of real numbers. */
export interface SampleOptions {
  /** "float64" (64 random bits an element) when left out, or "float32" (32 bits). */
  readonly dtype?: FloatDType;
}

/** The dtype that is asked for; float64 when left out. */
export function floatDtype(dtype: DType | undefined, op: string): FloatDType {
  const wanted = dtype ?? "float64";
  if (wanted === "float64" || wanted === "float32") return wanted;
  throw new DTypeError({ what: `${op} gives real numbers.`, got: wanted, expected: "float64 or float32" });
}

/** A parameter as a tensor of real numbers: integers and JavaScript numbers become float64. */
export function floatParameter(value: TensorLike, name: string, op: string): Tensor {
  const tensor = asTensor(value, `the argument \`${name}\` of ${op}`);
  return tensor.dtype === "float32" ? tensor : castTensor(tensor, "float64");
}

/** A parameter broadcast to the shape of the sample, by which that is when left out. */
export function spreadTo(parameter: Tensor, shape: Shape | undefined, op: string): Tensor {
  return shape === undefined ? parameter : broadcastTo(parameter, checkShape(shape, op), op);
}
