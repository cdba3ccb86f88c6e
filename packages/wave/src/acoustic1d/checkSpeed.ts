import { ArgumentError, DTypeError, expectThat, isTraced, np, ShapeError, type Tensor } from "@simgrad/core";
import { CflError } from "../cflError.js";
import type { Grid } from "./grid.js";

/**
 * Demands a speed that the scheme can run with. A speed whose values are not known yet is checked when the compiled program
 * gets there.
 *
 * @throws ShapeError, DTypeError; ArgumentError if an entry is not positive, CflError if the step is too long for it.
 */
export function checkSpeed(speed: Tensor, grid: Grid, dt: number): void {
  if (speed.dtype !== "float64" && speed.dtype !== "float32") {
    throw new DTypeError({
      what: "acousticWave1d: params.speed has no fractions.",
      got: speed.dtype,
      expected: "float64 or float32",
      fix: 'convert it with speed.astype("float64").',
    });
  }
  const { shape } = speed;
  if (shape.length > 1 || (shape.length === 1 && shape[0] !== grid.cells)) {
    throw new ShapeError({
      what: "acousticWave1d: params.speed does not fit the string.",
      got: `params.speed of shape [${shape.join(", ")}]`,
      expected: `[${grid.cells}], a speed for each cell, or [] for a constant speed`,
      fix: `make it with ${grid.cells} entries, or change the option cells.`,
      data: { argument: "params.speed", got: shape, expected: [grid.cells] },
    });
  }
  if (isTraced(speed)) {
    checkWhenRun(speed, grid, dt);
    return;
  }
  const data = speed.data;
  let fastest = 0;
  for (let cell = 0; cell < data.length; cell++) {
    const value = data[cell] as number;
    if (!(value > 0 && value < Infinity)) throw notPositive(value, shape.length === 0 ? null : cell);
    if (value > (data[fastest] as number)) fastest = cell;
  }
  const largest = data[fastest] as number;
  const courant = (largest * dt) / grid.dx;
  if (courant > 1) {
    throw new CflError({ courant, cell: shape.length === 0 ? null : fastest, dt, maxDt: grid.dx / largest });
  }
}

function notPositive(value: number, cell: number | null): ArgumentError {
  return new ArgumentError({
    what: "acousticWave1d: a wave speed is not positive and finite.",
    got: `params.speed${cell === null ? "" : `[${cell}]`} = ${value}`,
    expected: "positive numbers (m/s)",
    fix: "keep an optimizer from going there: take shorter steps, or optimize the logarithm of the speed.",
    data: { argument: "params.speed", cell, value },
  });
}

function checkWhenRun(speed: Tensor, grid: Grid, dt: number): void {
  const limit = Number((grid.dx / dt).toPrecision(6));
  expectThat(
    np.logicalAnd(np.greater(np.min(speed), 0), np.lessEqual(np.max(speed).mul(dt).div(grid.dx), 1)),
    `acousticWave1d: params.speed leaves the range in which the scheme is stable: with dt = ${dt} and dx = ` +
      `${Number(grid.dx.toPrecision(6))} it must be positive and at most dx / dt = ${limit} everywhere. Take shorter steps in ` +
      "the speed, or a smaller dt.",
  );
}
