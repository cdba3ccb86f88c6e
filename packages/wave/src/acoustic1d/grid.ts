import { ArgumentError, np, type Tensor } from "@simgrad/core";

/** A string of equal cells. */
export interface Grid {
  readonly cells: number;
  /** Distance from the first cell to the last, m. */
  readonly length: number;
  /** Distance between neighbours, m. */
  readonly dx: number;
  /** Positions, float64 `[cells]`, m: 0 to `length`. The field is held at 0 one `dx` beyond either end. */
  readonly x: Tensor;
}

/** A grid. @throws ArgumentError unless there are at least 3 cells and the length is positive. */
export function makeGrid(cells: number, length: number): Grid {
  if (!Number.isInteger(cells) || cells < 3) {
    throw new ArgumentError({
      what: "acousticWave1d: cells is out of range.",
      got: `cells: ${cells}`,
      expected: "an integer, at least 3",
    });
  }
  checkPositive("length", length, "m");
  return Object.freeze({ cells, length, dx: length / (cells - 1), x: np.linspace(0, length, cells) });
}

/** Demands a positive finite option. @throws ArgumentError */
export function checkPositive(option: string, value: number, unit: string): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new ArgumentError({
    what: `acousticWave1d: ${option} is out of range.`,
    got: `${option}: ${value}`,
    expected: `a positive number (${unit})`,
  });
}

/** Demands a number of steps. @throws ArgumentError */
export function checkSteps(steps: number): void {
  if (Number.isInteger(steps) && steps > 0) return;
  throw new ArgumentError({
    what: "acousticWave1d: steps is out of range.",
    got: `steps: ${steps}`,
    expected: "a positive integer",
  });
}

/** Demands the number of a cell. @throws ArgumentError */
export function checkCell(grid: Grid, what: string, cell: number): void {
  if (Number.isInteger(cell) && cell >= 0 && cell < grid.cells) return;
  throw new ArgumentError({
    what: `acousticWave1d: ${what} does not lie on the string.`,
    got: `cell ${cell}`,
    expected: `an integer from 0 to ${grid.cells - 1}`,
    fix: "a position in metres becomes a cell by wave.cellAt(position).",
  });
}
