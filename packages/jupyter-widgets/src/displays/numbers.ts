import { ShapeError } from "@simgrad/core";

/** A tensor, as far as plots read one: a row-major array of numbers with a shape. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** A list of numbers to plot. */
export type Vector = ArrayLike<number> | TensorLike;

/** A table of numbers to plot: a 2-D tensor, or an array of rows. */
export type Matrix = TensorLike | ArrayLike<ArrayLike<number>>;

/** The numbers of a vector. @throws ShapeError if a tensor is not 1-D. */
export function toVector(values: Vector, argument: string): ArrayLike<number> {
  if (!isTensor(values)) return values;
  if (values.shape.length !== 1) {
    throw new ShapeError({
      what: `${argument}: a list of numbers is plotted.`,
      got: `a tensor of shape [${values.shape.join(", ")}]`,
      expected: "one axis",
      fix: "plot one row, or ravel it.",
    });
  }
  return values.data;
}

/** The numbers of a table, row-major. @throws ShapeError if it is not 2-D, has no entries, or has rows of unequal length. */
export function toMatrix(values: Matrix, argument: string): { rows: number; columns: number; data: ArrayLike<number> } {
  const { shape, data } = isTensor(values) ? values : flatten(values, argument);
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined || rows * columns === 0) {
    throw new ShapeError({
      what: `${argument}: a table of numbers is drawn.`,
      got: `shape [${shape.join(", ")}]`,
      expected: "two axes, [rows, columns], neither of them empty",
    });
  }
  return { rows, columns, data };
}

/** One frame of a tensor [frames, rows, columns]: [rows, columns]. */
export function frameOf({ shape, data }: TensorLike, frame: number): TensorLike {
  const [, rows = 0, columns = 0] = shape;
  const size = rows * columns;
  return {
    shape: [rows, columns],
    data: Array.prototype.slice.call(data, frame * size, (frame + 1) * size) as number[],
  };
}

function flatten(table: ArrayLike<ArrayLike<number>>, argument: string): TensorLike {
  const columns = table[0]?.length ?? 0;
  const data: number[] = [];
  for (let row = 0; row < table.length; row++) {
    const entries = table[row] as ArrayLike<number>;
    if (entries.length !== columns) {
      throw new ShapeError({
        what: `${argument}: the rows of the table are not of one length.`,
        got: `${entries.length} entries in row ${row}`,
        expected: `${columns}, as in row 0`,
      });
    }
    for (let column = 0; column < columns; column++) data.push(entries[column] as number);
  }
  return { shape: [table.length, columns], data };
}

function isTensor(values: Vector | Matrix): values is TensorLike {
  return "shape" in values && "data" in values;
}
