import { np } from "../../../trace/np.js";
import { reshapeTo } from "../../../trace/operands.js";
import type { Tensor } from "../../../trace/tensor.js";
import type { StateLeaves } from "../method.js";

/** The leaves of a state as one vector, and back. */
export interface FlatState {
  readonly size: number;
  /** All leaves one after another, `[size]`. */
  join(leaves: StateLeaves): Tensor;
  split(vector: Tensor): StateLeaves;
}

/** How leaves of these shapes become a vector. */
export function vectorOf(leaves: StateLeaves): FlatState {
  const shapes = leaves.map((leaf) => leaf.shape);
  const sizes = leaves.map((leaf) => leaf.size);
  const size = sizes.reduce((sum, each) => sum + each, 0);
  return {
    size,
    join: (parts) => {
      const flat = parts.map((part) => reshapeTo(part, [part.size]));
      return flat.length === 1 ? (flat[0] as Tensor) : np.concatenate(flat, 0);
    },
    split: (vector) => {
      let first = 0;
      return shapes.map((shape, i) => {
        const last = first + (sizes[i] as number);
        const part = shapes.length === 1 ? vector : np.slice(vector, [first, last]);
        first = last;
        return reshapeTo(part, shape);
      });
    },
  };
}
