import type { Tensor } from "@simgrad/core";

/** Columns of measured data: a tree of tensors of shape [rows]. */
export interface Table<Name extends string = string> {
  /** The columns by name; NaN where a value is missing. */
  readonly columns: Readonly<Record<Name, Tensor>>;
  /** Standard deviations by the name of the column that they belong to, in its unit. */
  readonly sigma: Readonly<Partial<Record<Name, Tensor>>>;
}
