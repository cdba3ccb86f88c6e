import { ArgumentError, np, type Tensor } from "@simgrad/core";
import { checkCell, type Grid } from "./grid.js";

/** Cells whose displacement is recorded. */
export interface Receivers {
  readonly cells: readonly number[];
  /** Steps from one sample to the next; it divides the number of steps. Default 1. */
  readonly every?: number;
}

/** Receivers of a run, checked. */
export interface ReceiverLine {
  /** int32, `[receivers]`. */
  readonly cells: Tensor;
  readonly every: number;
}

/** Checks receivers. @throws ArgumentError if a cell lies off the string, or the interval does not divide the steps. */
export function makeReceivers(grid: Grid, steps: number, receivers: Receivers | undefined): ReceiverLine | null {
  if (receivers === undefined || receivers.cells.length === 0) return null;
  const { cells, every = 1 } = receivers;
  cells.forEach((cell, i) => checkCell(grid, `receiver ${i}`, cell));
  if (!Number.isInteger(every) || every < 1 || steps % every !== 0) {
    throw new ArgumentError({
      what: "acousticWave1d: the sampling interval of the receivers does not fit the run.",
      got: `receivers.every: ${every} with ${steps} steps`,
      expected: "a positive integer that divides the number of steps",
    });
  }
  return { cells: np.array(cells, "int32"), every };
}

/** Readings `[receivers]` or `[shots, receivers]` of a field. */
export function readReceivers(field: Tensor, line: ReceiverLine): Tensor {
  return np.take(field, line.cells, { axis: field.shape.length - 1, mode: "clip" });
}

/**
 * Every `every`-th of the readings taken after each step, `[steps, ...]`: samples `[steps / every, receivers]`, or with
 * the shots first, `[shots, steps / every, receivers]`.
 */
export function toTraces(readings: Tensor, line: ReceiverLine): Tensor {
  const samples = line.every === 1 ? readings : readings.slice([line.every - 1, null, line.every]);
  return samples.shape.length === 3 ? np.transpose(samples, [1, 0, 2]) : samples;
}

/** Times of the samples, float64 `[samples]`, s: the field after k steps is that of time (k + 1) dt. */
export function sampleTimes(line: ReceiverLine, steps: number, dt: number): Tensor {
  return np.array(Float64Array.from({ length: steps / line.every }, (_, i) => (i + 1) * line.every * dt + dt));
}
