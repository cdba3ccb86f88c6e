import { ShapeError } from "../util/errors.js";
import type { Tensor } from "../trace/tensor.js";

/**
 * Demands equal shapes. A comparison never broadcasts: a missing axis would compare each entry with all.
 *
 * @throws ShapeError that names both.
 */
export function checkShapes(loss: string, name: string, got: Tensor, wantedName: string, wanted: Tensor): void {
  if (got.shape.length === wanted.shape.length && got.shape.every((extent, axis) => extent === wanted.shape[axis])) {
    return;
  }
  throw new ShapeError({
    what: `${loss}: ${name.startsWith("sigma") ? "sigma does" : "the output does"} not have the shape of the observed data.`,
    got: `${name} of shape [${got.shape.join(", ")}]`,
    expected: `[${wanted.shape.join(", ")}], the shape of ${wantedName}`,
    fix: "compare like with like: the same cells, samples and shots.",
    data: { output: got.shape, observed: wanted.shape },
  });
}
