import { np } from "../../../trace/np.js";
import { reshapeTo } from "../../../trace/operands.js";
import type { Tensor } from "../../../trace/tensor.js";
import type { Slopes, StateLeaves } from "../method.js";

/** The leaves of a state that move as one vector, and back. */
export interface FlatState {
  readonly size: number;
  /** All moving leaves one after another, `[size]`. */
  join(leaves: Slopes): Tensor;
  /** Leaves of a vector; null for those that are held. */
  split(vector: Tensor): Slopes;
  /** The state with the moving leaves of a vector. */
  replace(state: StateLeaves, vector: Tensor): StateLeaves;
}

/** How leaves of these shapes, of which some move, become a vector. */
export function vectorOf(leaves: StateLeaves, moves: readonly boolean[]): FlatState {
  const shapes = leaves.map((leaf) => leaf.shape);
  const sizes = leaves.map((leaf, i) => (moves[i] === true ? leaf.size : 0));
  const size = sizes.reduce((sum, each) => sum + each, 0);
  const count = moves.filter(Boolean).length;
  const split = (vector: Tensor): Slopes => {
    let first = 0;
    return shapes.map((shape, i) => {
      if (moves[i] !== true) return null;
      const last = first + (sizes[i] as number);
      const part = count === 1 ? vector : np.slice(vector, [first, last]);
      first = last;
      return reshapeTo(part, shape);
    });
  };
  return {
    size,
    join: (parts) => {
      const flat = parts.flatMap((part, i) =>
        part === null || moves[i] !== true ? [] : [reshapeTo(part, [part.size])],
      );
      return flat.length === 1 ? (flat[0] as Tensor) : np.concatenate(flat, 0);
    },
    split,
    replace: (state, vector) => split(vector).map((leaf, i) => leaf ?? (state[i] as Tensor)),
  };
}
