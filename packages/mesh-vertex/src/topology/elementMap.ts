import { DTypeError, np, ShapeError, type Tensor } from "@simgrad/core";

/**
 * What new elements get of the values of old ones:
 * - "first": an element that was split or merged keeps its value, and its parts get the same; for labels.
 * - "mean": merged elements get the mean of their values, a part that of its whole, a new one the mean of those that
 *   it lies between; for densities and positions.
 * - "share": merged elements get the sum of their values, the parts of a split one equal parts of it; for amounts.
 */
export type CarryRule = "first" | "mean" | "share";

/** How the elements of one kind are numbered before and after a change of topology. */
export interface ElementMap {
  readonly oldCount: number;
  readonly newCount: number;
  /** [oldCount]: the new number of each old element; of a merged one that of what it went into, -1 for what is gone. */
  readonly newOf: Int32Array;
  /** [newCount]: the old number of each new element, -1 for what was added. */
  readonly oldOf: Int32Array;
  /**
   * Carries values along: [oldCount, ...] to [newCount, ...]. It is differentiable.
   * @param fill value of elements that come from none. Default 0.
   * @throws ShapeError where there is not one row for each old element, DTypeError for a mean or share of integers.
   */
  carry(values: Tensor, rule: CarryRule, fill?: number): Tensor;
}

/** An old element that an element comes from. */
export interface Ancestor {
  readonly old: number;
  /** Its weight in the mean; weights need not sum to 1. */
  readonly weight: number;
  /** The part of its amount. */
  readonly share: number;
}

/**
 * Makes a map from the ancestors of each new element, asked for when values are carried; the first of these gives the
 * label.
 */
export function elementMap(
  newOf: Int32Array,
  oldOf: Int32Array,
  ancestorsOf: () => readonly (readonly Ancestor[])[],
): ElementMap {
  const [oldCount, newCount] = [newOf.length, oldOf.length];
  return {
    oldCount,
    newCount,
    newOf,
    oldOf,
    carry: (values, rule, fill = 0) => {
      expectRows(values, oldCount);
      const ancestors = ancestorsOf();
      if (rule === "first") {
        const first = ancestors.map((list) => list[0]?.old ?? -1);
        return weighted(values, [{ rows: first, weights: null }], fill);
      }
      if (!values.dtype.startsWith("float")) {
        throw new DTypeError({
          what: `There is no ${rule} of integers.`,
          got: values.dtype,
          expected: "float64 or float32",
          fix: `carry them along by the rule "first".`,
        });
      }
      const of = ancestors.map((list) =>
        rule === "mean"
          ? meanWeights(list)
          : list.filter(({ share }) => share > 0).map(({ old, share }) => [old, share] as const),
      );
      const columns = of.reduce((most, list) => Math.max(most, list.length), 1);
      const parts = Array.from({ length: columns }, (_, k) => ({
        rows: of.map((list) => list[k]?.[0] ?? -1),
        weights: of.map((list) => list[k]?.[1] ?? 0),
      }));
      return weighted(values, parts, fill);
    },
  };
}

type Weight = readonly [old: number, weight: number];

function meanWeights(list: readonly Ancestor[]): readonly Weight[] {
  const sum = list.reduce((total, { weight }) => total + weight, 0);
  return list.map(({ old, weight }) => [old, weight / sum] as const);
}

/** The sum of weighted rows; row -1 adds nothing, and what has no first row gets the fill. */
function weighted(
  values: Tensor,
  parts: readonly { readonly rows: readonly number[]; readonly weights: readonly number[] | null }[],
  fill: number,
): Tensor {
  const column = (list: readonly number[], dtype: Tensor["dtype"]): Tensor =>
    np.array(list as number[], dtype).reshape([list.length, ...values.shape.slice(1).map(() => 1)]);
  let result: Tensor | null = null;
  for (const { rows, weights } of parts) {
    const taken = np.take(
      values,
      np.array(
        rows.map((row) => Math.max(row, 0)),
        "int32",
      ),
      { axis: 0 },
    );
    const isThere = np.greaterEqual(column(rows, "int32"), 0);
    const term = weights === null ? taken : taken.mul(column(weights, values.dtype));
    const empty = np.array(result === null ? fill : 0, values.dtype);
    const part: Tensor = np.where(isThere, term, empty);
    result = result === null ? part : result.add(part);
  }
  return result as Tensor;
}

function expectRows(values: Tensor, count: number): void {
  if (values.shape[0] === count) return;
  throw new ShapeError({
    what: "The values to be carried along have not one row for each element of the mesh before the change.",
    got: `[${values.shape.join(", ")}]`,
    expected: `[${count}, ...]`,
  });
}
