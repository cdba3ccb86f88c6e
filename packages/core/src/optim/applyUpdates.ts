import { np } from "../trace/np.js";
import { mapFloats } from "./leaves.js";

/**
 * The parameters with updates added; leaves that are not floating stay as they are.
 *
 * @throws TreeError if the updates are not built as the parameters are.
 */
export function applyUpdates<Params>(params: Params, updates: Params): Params {
  return mapFloats(
    "applyUpdates",
    [params, updates],
    (param, update) => np.add(param, update),
    (leaf) => leaf,
  );
}
