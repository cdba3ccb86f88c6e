import { np } from "../trace/np.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { mapFloats } from "./leaves.js";

/** Multiplies gradients by a number; `scale(-learningRate)` makes them steps downhill. */
export function scale(factor: number): GradientTransformation<null> {
  return Object.freeze({
    name: `scale(${factor})`,
    init: () => null,
    update: <Gradients>(gradients: Gradients) =>
      [mapFloats("scale", [gradients], (gradient) => np.mul(gradient, factor)), null] as const,
  });
}
