import { ArgumentError } from "../util/errors.js";
import { isFloat } from "../util/dtype.js";
import { flatten, leafPaths } from "../util/tree.js";
import { emit } from "../trace/frame.js";
import { isTensor, isTraced, type Tensor } from "../trace/tensor.js";

/**
 * Demands a number of steps.
 *
 * @throws ArgumentError unless `value` is a positive integer.
 */
export function checkCount(owner: string, argument: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new ArgumentError({
    what: `${owner}: ${argument} is not a number of steps.`,
    got: `${argument}: ${value}`,
    expected: "a positive integer",
    data: { argument, value },
  });
}

/**
 * Demands that no entry of the parameters is NaN. Leaves whose values are not known yet (traced ones) are passed over.
 *
 * @throws ArgumentError that names the leaf and the entry.
 */
export function checkNoNaN(owner: string, params: unknown): void {
  const { leaves, structure } = flatten(params);
  const paths = leafPaths(structure);
  leaves.forEach((leaf, i) => {
    const data = knownNumbers(leaf);
    for (let entry = 0; entry < data.length; entry++) {
      if (!Number.isNaN(data[entry])) continue;
      const place = `params${paths[i] ?? ""}${data.length === 1 ? "" : ` at entry ${entry}`}`;
      throw new ArgumentError({
        what: `${owner}: a parameter is not a number.`,
        got: `NaN in ${place}`,
        expected: "numbers",
        fix: "look where the parameters are computed: 0/0, the root of a negative number, an update from a failed run.",
        data: { path: `params${paths[i] ?? ""}`, entry },
      });
    }
  });
}

/**
 * Makes a run fail when `condition` does not hold: at once outside of a trace, when the compiled program gets there inside one.
 *
 * @param condition - bool, shape []
 * @throws NumericalError with `message`, then and there.
 */
export function expectThat(condition: Tensor, message: string): void {
  emit("check", { message }, [condition]);
}

function knownNumbers(leaf: unknown): ArrayLike<number> {
  if (typeof leaf === "number") return [leaf];
  if (ArrayBuffer.isView(leaf)) return leaf as unknown as ArrayLike<number>;
  return isTensor(leaf) && !isTraced(leaf) && isFloat(leaf.dtype) ? leaf.data : [];
}
