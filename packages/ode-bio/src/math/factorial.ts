import { np, type Tensor } from "@simgrad/core";

/** The largest integer whose factorial is below Infinity. */
const largest = 170;

const table = Float64Array.from({ length: largest + 2 }, (_, n) => {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
});

/** n!; NaN where n is negative or no integer. It has no derivative. */
export function factorialOf(n: number | Tensor): number | Tensor {
  if (typeof n === "number") {
    return Number.isInteger(n) && n >= 0 ? table[Math.min(n, largest + 1)]! : NaN;
  }
  const index = np.clip(n, 0, largest + 1);
  const isInteger = np.logicalAnd(np.equal(np.floor(n), n), np.greaterEqual(n, 0));
  return np.where(isInteger, np.take(np.array(table), index.astype("int32")), NaN);
}
