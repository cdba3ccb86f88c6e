import { ArgumentError, np, ShapeError, type Tensor } from "@simgrad/core";
import { checkCell, checkPositive, type Grid } from "./grid.js";

/** The strength of a source over time, from the times of the steps, `[steps]`, s. */
export type Wavelet = (times: Tensor) => Tensor;

/** A point that drives the string: s = series * delta(x - x_cell) in u_tt = c^2 (u_xx + s). */
export interface Source {
  readonly cell: number;
  /** Strength at each step, a wavelet or `[steps]` numbers; 1 (m of displacement a m of string). Entry k acts at time (k + 1) dt. */
  readonly series: Wavelet | ArrayLike<number> | Tensor;
}

/** Options of `ricker`. */
export interface RickerOptions {
  /** Frequency at which the spectrum peaks, Hz. */
  readonly frequency: number;
  /** Time of the peak, s; default 1.5 / frequency, when the start is below 1e-7 of it. */
  readonly delay?: number;
  /** Height of the peak; default 1. */
  readonly amplitude?: number;
}

/**
 * The Ricker wavelet, a (1 - 2 q) exp(-q) with q = (pi f (t - delay))^2.
 *
 * Source: N. Ricker, The form and laws of propagation of seismic wavelets, Geophysics 18 (1953) 10-40.
 *
 * @throws ArgumentError if the frequency is not positive.
 */
export function ricker(options: RickerOptions): Wavelet {
  const { frequency, delay = 1.5 / frequency, amplitude = 1 } = options;
  checkPositive("ricker.frequency", frequency, "Hz");
  return (times) => {
    const phase = times.sub(delay).mul(Math.PI * frequency);
    const q = phase.mul(phase);
    return np.sub(1, q.mul(2)).mul(np.exp(q.neg())).mul(amplitude);
  };
}

/** Sources of a run, ready to be added. */
export interface Injection {
  /** int32, `[sources]` or `[shots, sources]`. */
  readonly cells: Tensor;
  /** float64, `[steps, sources]` or `[steps, shots, sources]`: the sources of one step lie together. */
  readonly series: Tensor;
  /** Number of shots; null without a shot axis. */
  readonly shots: number | null;
  /** Cells by shot and source. */
  readonly table: readonly (readonly number[])[];
}

/**
 * Gathers sources. All shots need equally many sources.
 *
 * @throws ArgumentError if a cell lies off the string, or shots differ in their number of sources.
 * @throws ShapeError if a series does not have an entry for each step.
 */
export function gatherSources(
  grid: Grid,
  stepTimes: () => Tensor,
  sources: readonly Source[] | undefined,
  shots: readonly (readonly Source[])[] | undefined,
): Injection | null {
  if (sources !== undefined && shots !== undefined) {
    throw new ArgumentError({
      what: "acousticWave1d: sources and shots are two ways to say one thing.",
      fix: "give one of them.",
    });
  }
  const groups = shots ?? (sources === undefined || sources.length === 0 ? [] : [sources]);
  const [first] = groups;
  if (first === undefined) return null;
  groups.forEach((group, shot) => {
    if (group.length === first.length && group.length > 0) return;
    throw new ArgumentError({
      what: "acousticWave1d: the shots do not have equally many sources.",
      got: `${group.length} in shot ${shot}, ${first.length} in shot 0`,
      expected: "the same number in each, at least one",
      fix: "add sources whose series are 0.",
    });
  });
  const times = stepTimes();
  const steps = times.shape[0] as number;
  const rows = groups.map((group) =>
    group.map((source, i) => {
      checkCell(grid, `source ${i}`, source.cell);
      return toSeries(source.series, times, `source ${i}`);
    }),
  );
  const shape = shots === undefined ? [steps, first.length] : [steps, groups.length, first.length];
  const series = np.transpose(np.array(rows.flat()), [1, 0]);
  const table = groups.map((group) => group.map((source) => source.cell));
  return {
    cells: np.array(shots === undefined ? (table[0] as number[]) : table, "int32"),
    series: np.reshape(series, shape),
    shots: shots === undefined ? null : groups.length,
    table,
  };
}

function toSeries(series: Source["series"], times: Tensor, name: string): Tensor {
  const values = typeof series === "function" ? series(times) : np.array(series as Tensor, "float64");
  if (values.shape.length === 1 && values.shape[0] === times.shape[0]) return values;
  throw new ShapeError({
    what: `acousticWave1d: the series of ${name} does not fit the run.`,
    got: `series of shape [${values.shape.join(", ")}]`,
    expected: `[${times.shape.join(", ")}], an entry for each step`,
    fix: "sample the series at wave.stepTimes, or give a wavelet such as ricker({ frequency }).",
    data: { got: values.shape, expected: times.shape },
  });
}
