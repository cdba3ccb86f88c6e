import { asProgram } from "../trace/frame.js";
import type { Tensor } from "../trace/tensor.js";
import { present } from "../util/invariant.js";

/** From this many elements on, compiling pays: threefry alone makes more than a hundred passes over them otherwise. */
const worthwhile = 4096;

/** What `build` makes of its tensors, as one compiled program where it stands outside of every trace and is large. Same bits. */
export function sampled(label: string, size: number, build: () => Tensor): Tensor {
  if (size < worthwhile) return build();
  return present(asProgram(label, () => [build()])[0], "sample");
}
