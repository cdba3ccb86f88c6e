import { ArgumentError } from "../../util/errors.js";
import { isFloat } from "../../util/dtype.js";
import { flatten, leafPaths } from "../../util/tree.js";
import { np } from "../../trace/np.js";
import { isTraced, type TensorLike } from "../../trace/tensor.js";

/**
 * Demands something of every entry of the floating leaves; leaves whose values are not known yet are passed over.
 *
 * @throws ArgumentError that names the leaf and its entry.
 */
export function checkEntries(
  owner: string,
  params: unknown,
  holds: (value: number, leaf: number, entry: number) => boolean,
  expected: string,
): void {
  const { leaves, structure } = flatten(params);
  const paths = leafPaths(structure);
  leaves.forEach((value, i) => {
    const leaf = np.asarray(value as TensorLike);
    if (!isFloat(leaf.dtype) || isTraced(leaf)) return;
    const { data } = leaf;
    for (let entry = 0; entry < data.length; entry++) {
      if (holds(data[entry] as number, i, entry)) continue;
      const place = `params${paths[i] ?? ""}${leaf.shape.length === 0 ? "" : ` at entry ${entry}`}`;
      throw new ArgumentError({
        what: `${owner}: a parameter has no coordinate.`,
        got: `${data[entry]} in ${place}`,
        expected,
        fix: "start from parameters inside the range.",
        data: { path: `params${paths[i] ?? ""}`, entry },
      });
    }
  });
}
