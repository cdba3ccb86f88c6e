import { axisNumber } from "../trace/np/axes.js";
import { checkShape, type Shape } from "../trace/np/create.js";
import { add } from "../trace/np/elementwise.js";
import { argmax } from "../trace/np/reduce.js";
import { broadcastTo, showShape } from "../trace/operands.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { ShapeError } from "../util/errors.js";
import { sizeOf } from "./bits.js";
import { gumbel } from "./gumbel.js";
import { floatParameter, type FloatDType } from "./options.js";
import { sampled } from "./program.js";

/** Options of `categorical`. */
export interface CategoricalOptions {
  /** Axis of the logits along which the categories lie; the last when left out. */
  readonly axis?: number;
  /** Shape of the result, whose last axes are those of the logits without the categories; just these when left out. */
  readonly shape?: Shape;
}

/**
 * Draws indices (int32) of categories whose probabilities are softmax(logits) along an axis, by the largest of logits plus Gumbel noise
 * (E. J. Gumbel, 1954), as `jax.random.categorical` with replacement.
 * @throws ArgumentError, ShapeError or IndexError where an argument does not fit.
 */
export function categorical(key: Tensor, logits: TensorLike, options: CategoricalOptions = {}): Tensor {
  const op = "random.categorical";
  const weights = floatParameter(logits, "logits", op);
  const axis = axisNumber(op, weights, options.axis ?? -1);
  const batch = weights.shape.filter((_, i) => i !== axis);
  const shape = options.shape === undefined ? batch : checkShape(options.shape, op);
  const before = shape.length - batch.length;
  if (before < 0 || batch.some((extent, i) => extent !== shape[before + i])) {
    throw new ShapeError({
      what: `${op}: the shape does not end with that of the logits without their axis ${axis}.`,
      got: `shape: ${showShape(shape)}, logits: ${showShape(weights.shape)}`,
      expected: `[..., ${batch.join(", ")}]`,
    });
  }
  const full = [...shape.slice(0, before), ...weights.shape];
  return sampled(op, sizeOf(full), () => {
    const noise = gumbel(key, full, weights.dtype as FloatDType, op);
    return argmax(add(noise, broadcastTo(weights, full)), before + axis);
  });
}
