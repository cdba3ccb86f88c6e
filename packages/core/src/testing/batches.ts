import { interpret } from "../ir/interpret.js";
import type { Graph, Mask } from "../ir/types.js";
import { verify } from "../ir/verify.js";
import type { ArrayValue, Value } from "../ir/values.js";
import { arrayValue } from "../ir/values.js";
import { isFloat } from "../util/dtype.js";
import type { Transforms } from "../transforms/transforms.js";
import { makeTransforms } from "../transforms/transforms.js";
import { asArray, rowOf, shifted, stackArrays } from "./arrays.js";
import { expectSame, randomLike } from "./finiteDifferences.js";
import { seededRandom } from "./random.js";

/** How `checkBatches` checks. */
export interface BatchCheck {
  /** Inputs to batch; all unless given. */
  readonly batched?: Mask;
  readonly size?: number;
  readonly seed?: number;
  /** How much the rows of floats differ. */
  readonly spread?: number;
  readonly transforms?: Transforms;
  readonly run?: (graph: Graph, inputs: readonly Value[]) => Value[];
}

const defaults = makeTransforms();

/** `size` rows near an array; integers stay as they are, but for scalars, which count down from row to row. */
export function rowsNear(value: ArrayValue, size: number, seed: number, spread: number): ArrayValue {
  const random = seededRandom(seed);
  return stackArrays(
    Array.from({ length: size }, (_, k) => {
      if (isFloat(value.dtype)) return shifted(value, spread, randomLike(random, value));
      if (value.dtype === "bool" || value.shape.length > 0) return value;
      return arrayValue(value.dtype, [], value.data.map((x) => x - k) as Int32Array);
    }),
  );
}

/**
 * Checks that the vectorized Graph gives each element the bits that the Graph gives it alone.
 *
 * @throws GradientMismatch where it does not.
 */
export function checkBatches(graph: Graph, inputs: readonly Value[], check: BatchCheck = {}): void {
  const { size = 3, seed = 1, spread = 0.05, transforms = defaults, run = interpret } = check;
  const batched = inputs.map((_, i) => check.batched?.[i] !== false);
  const stacked = inputs.map((input, i) =>
    batched[i] === true ? rowsNear(asArray(input), size, seed + i, spread) : asArray(input),
  );
  const all = transforms.vectorize(
    graph,
    batched.map((flag) => (flag ? "axis" : "none")),
    size,
  );
  verify(all.graph, "vectorize");
  const values = run(all.graph, stacked);
  for (let k = 0; k < size; k++) {
    const alone = run(
      graph,
      stacked.map((input, i) => (batched[i] === true ? rowOf(input, k) : input)),
    );
    const rows = values.map((value, i) => (all.batchedOut[i] === true ? rowOf(asArray(value), k) : value));
    expectSame(`row ${k} of the vectorized Graph`, rows, alone);
  }
}
