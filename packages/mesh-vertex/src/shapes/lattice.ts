/** Triangles of a lattice of quadrangles, and how it closes. */
export interface LatticeOptions {
  /** Whether the last column is joined to the first. */
  readonly wrapsColumns?: boolean;
  /** Whether the last row is joined to the first. */
  readonly wrapsRows?: boolean;
  /**
   * Along one diagonal of each quadrangle everywhere, or along the other one in every even row: the short ones where
   * odd rows are half a step ahead.
   */
  readonly diagonals?: "same" | "zigzag";
}

/**
 * Triangles between points in rows, point `column + row * columns`; counterclockwise where columns go to the right
 * and rows upward.
 */
export function latticeFaces(columns: number, rows: number, options: LatticeOptions = {}): number[][] {
  const { wrapsColumns = false, wrapsRows = false, diagonals = "same" } = options;
  const at = (column: number, row: number): number => (column % columns) + (row % rows) * columns;
  const faces: number[][] = [];
  for (let row = 0; row < (wrapsRows ? rows : rows - 1); row++) {
    for (let column = 0; column < (wrapsColumns ? columns : columns - 1); column++) {
      const [a, b] = [at(column, row), at(column + 1, row)];
      const [d, c] = [at(column, row + 1), at(column + 1, row + 1)];
      if (diagonals === "same" || row % 2 === 1) faces.push([a, b, c], [a, c, d]);
      else faces.push([a, b, d], [b, c, d]);
    }
  }
  return faces;
}
