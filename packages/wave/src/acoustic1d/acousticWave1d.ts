import {
  ArgumentError,
  np,
  rollout,
  runner,
  ShapeError,
  vmap,
  type Adjoint,
  type Clock,
  type Runner,
  type Simulator,
  type Tensor,
} from "@simgrad/core";
import { absorbs, readBoundaries, type BoundaryOptions, type Ends } from "./boundaries.js";
import { checkSpeed } from "./checkSpeed.js";
import { checkPositive, checkSteps, makeGrid, type Grid } from "./grid.js";
import { courantNumber, courantSquared, leap, leapfrogEnergy, letOut } from "./leapfrog.js";
import { gaussianPulse, type InitialField, type PulseOptions } from "./pulse.js";
import { makeReceivers, readReceivers, sampleTimes, toTraces, type Receivers } from "./receivers.js";
import { gatherSources, type Injection, type Source } from "./sources.js";
import type { WaveState } from "./state.js";

/** What a wave run depends on. */
export interface WaveParams {
  /** Wave speed, m/s: float64 or float32, `[cells]`, or `[]` for a constant. Its dtype is that of the whole run. */
  readonly speed: Tensor;
  /**
   * Strengths of the sources in place of those in the options, `[steps, sources]` or `[steps, shots, sources]`: for fitting
   * what a source sent.
   */
  readonly series?: Tensor | undefined;
}

/** Options of `acousticWave1d`. */
export interface AcousticWave1dOptions {
  /** Number of cells, at least 3. */
  readonly cells: number;
  /** Distance from the first cell to the last, m; default 1. */
  readonly length?: number;
  /** Time of a step, s. */
  readonly dt: number;
  /** Number of steps. */
  readonly steps: number;
  /** Steps from one output field to the next; default `steps`. */
  readonly every?: number;
  /** How a gradient gets back the fields of the run; default "inverse", with an absorbing end "auto". */
  readonly adjoint?: Adjoint;
  /** The bump at the start; default a Gaussian that moves right, or none where there are sources. Null: a string at rest. */
  readonly pulse?: PulseOptions | null;
  /** The two first fields, in place of a pulse. */
  readonly initial?: InitialField;
  /** Sources that act together. */
  readonly sources?: readonly Source[];
  /** Runs that differ in their sources, made at once: a list of sources for each. Fields and traces get a first axis for them. */
  readonly shots?: readonly (readonly Source[])[];
  readonly receivers?: Receivers;
  /**
   * What the ends do with waves; default "fixed". An absorbing end takes energy away for good, so that such a run has no
   * `stepBack`, and its gradient stores fields instead ("auto").
   */
  readonly boundaries?: BoundaryOptions;
}

/** What a wave run gives. With shots, fields are `[shots, cells]` where `[cells]` stands here. */
export interface WaveResult {
  /** The last field, `[cells]`, m. */
  readonly final: Tensor;
  /** Fields at the output times, `[steps / every, cells]`, m. */
  readonly outputs: Tensor;
  /** Times of the outputs, `[steps / every]`, s. */
  readonly times: Tensor;
  /** What the receivers read, `[samples, receivers]`, with shots `[shots, samples, receivers]`, m; null without receivers. */
  readonly traces: Tensor | null;
  /** Times of the samples, `[samples]`, s; null without receivers. */
  readonly traceTimes: Tensor | null;
  /** The last two fields, from which a run can go on. */
  readonly state: WaveState;
  /** int32, `[]`; `statusOf` tells what it means. */
  readonly status: Tensor;
}

/** Acoustic waves on a string, and the run that was set up. */
export interface AcousticWave1d extends Simulator<WaveParams, WaveState, Tensor, Tensor | null>, Grid {
  readonly steps: number;
  readonly boundaries: Ends;
  /** Times of the current field when a step starts, (k + 1) dt for step k, at which sources act: `[steps]`, s. */
  readonly stepTimes: Tensor;
  /** The whole run as a function of tensors, for use inside `grad`, `jit` and `vmap`. */
  readonly simulate: (params: WaveParams) => WaveResult;
  /** The run, compiled, for known parameters; numbers and typed arrays may stand for tensors. */
  readonly run: Runner<WaveParams, WaveResult>;
  /** Energy of a state over the tension, m; `[]`, with shots `[shots]`. Constant in a run without sources between fixed ends. */
  energy(state: WaveState, params: WaveParams): Tensor;
  /** Largest stable time step for a speed, s. */
  maxStableDt(speed: Tensor | number): number;
  /** The cell nearest to a position in m. */
  cellAt(position: number): number;
}

/**
 * Acoustic waves u(x, t) on a string, u_tt = c(x)^2 (u_xx + s): leapfrog in time, central differences in space. A fixed
 * end is held at 0 one cell beyond the last; an absorbing one lets waves out. Units are m and s; the equation is linear, so that u may be read in any unit.
 *
 * The state holds two fields: at the start those at times 0 and dt, after k steps those at k dt and (k + 1) dt.
 *
 * @throws ArgumentError if an option is out of range.
 * @throws CflError when run, if dt is too long for the speed; ArgumentError if a speed is not positive, ShapeError if
 * it has not one entry for each cell. Inside a traced function the same is a NumericalError when the program runs.
 * @example
 * ```ts
 * const wave = acousticWave1d({ cells: 1000, dt: 5e-4, steps: 5000 });
 * const observed = wave.run({ speed: np.linspace(0.9, 1.0, 1000) }).final;
 * const misfit = (speed: Tensor) => l2(observed)(wave.simulate({ speed }).final);
 * const gradient = grad(misfit)(np.linspace(0.85, 1.0, 1000));
 * ```
 */
export function acousticWave1d(options: AcousticWave1dOptions): AcousticWave1d {
  const { cells, length = 1, dt, steps, every, adjoint } = options;
  const grid = makeGrid(cells, length);
  checkPositive("dt", dt, "s");
  const runOptions = {
    steps,
    ...(every === undefined ? {} : { every }),
    ...(adjoint === undefined ? {} : { adjoint }),
  };
  checkSteps(steps);
  const stepTimes = once(() => np.array(Float64Array.from({ length: steps }, (_, k) => k * dt + dt)));
  const injection = gatherSources(grid, stepTimes, options.sources, options.shots);
  const line = makeReceivers(grid, steps, options.receivers);
  const ends = readBoundaries(options.boundaries);
  const initial = chooseInitial(options, grid, injection, ends);

  const simulator: Simulator<WaveParams, WaveState, Tensor, Tensor | null> = {
    name: "acousticWave1d",
    units: {
      time: "s",
      params: { speed: "m/s", series: "1" },
      state: { previous: "m", current: "m" },
      output: "m",
      records: "m",
    },
    dt,
    startTime: dt,
    init({ speed }) {
      const state = initial(grid.x.astype(speed.dtype), speed);
      const shots = injection?.shots ?? null;
      if (shots === null) return state;
      const spread = (field: Tensor): Tensor => np.broadcastTo(field, [shots, cells]);
      return { previous: spread(state.previous), current: spread(state.current) };
    },
    step({ previous, current }, params, clock) {
      const next = leap(previous, current, courantSquared(params.speed, dt, grid.dx), forcingAt(params, clock), ends);
      if (!absorbs(ends)) return { previous: current, current: next };
      return { previous: current, current: letOut(next, previous, courantNumber(params.speed, dt, grid.dx), ends) };
    },
    ...(absorbs(ends) ? {} : { stepBack }),
    observe: ({ current }) => current,
    ...(line === null ? {} : { record: ({ current }: WaveState): Tensor | null => readReceivers(current, line) }),
    check(params) {
      checkSpeed(np.asarray(params.speed), grid, dt);
      checkSeries(params.series, injection, steps);
    },
  };

  // Between fixed ends the scheme is symmetric in time: the field before follows from the two after by the same formula.
  function stepBack({ previous, current }: WaveState, params: WaveParams, clock: Clock): WaveState {
    const before = leap(current, previous, courantSquared(params.speed, dt, grid.dx), forcingAt(params, clock), ends);
    return { previous: before, current: previous };
  }

  function forcingAt(params: WaveParams, clock: Clock): ((curvature: Tensor) => Tensor) | null {
    if (injection === null) return null;
    const series = (params.series ?? injection.series).astype(params.speed.dtype);
    const strengths = series.at(clock.index).get().mul(grid.dx);
    return (curvature) => inject(curvature, injection, strengths);
  }

  const march = rollout(simulator, runOptions);

  function simulate(given: WaveParams): WaveResult {
    const params: WaveParams = { ...given, speed: np.asarray(given.speed) };
    const { final, outputs, times: outputTimes, records, state, status } = march(params);
    return {
      final,
      outputs,
      times: outputTimes,
      traces: line === null || records === null ? null : toTraces(records, line),
      traceTimes: line === null ? null : sampleTimes(line, steps, dt).astype(outputTimes.dtype),
      state,
      status,
    };
  }

  return Object.freeze({
    ...simulator,
    ...grid,
    steps,
    boundaries: ends,
    get stepTimes() {
      return stepTimes();
    },
    simulate,
    run: runner(simulator, simulate),
    energy: (state: WaveState, params: WaveParams) =>
      leapfrogEnergy(state, np.asarray(params.speed), dt, grid.dx, ends),
    maxStableDt: (speed: Tensor | number) => grid.dx / np.max(np.asarray(speed)).item(),
    cellAt: (position: number) => Math.min(cells - 1, Math.max(0, Math.round(position / grid.dx))),
  });
}

/** Adds values to cells of each row. */
const addToRows = vmap((row: Tensor, cells: Tensor, values: Tensor) => row.at(cells).add(values));

/** Adds the sources of one step to the curvature: each shot's in its own row. */
function inject(curvature: Tensor, injection: Injection, strengths: Tensor): Tensor {
  if (injection.shots !== null) return addToRows(curvature, injection.cells, strengths);
  // Known cells are static updates, which stay inside the stencil's own loop.
  const cells = injection.table[0] as readonly number[];
  return cells.reduce((sum, cell, i) => sum.at(cell).add(strengths.at(i).get()), curvature);
}

function chooseInitial(
  options: AcousticWave1dOptions,
  grid: Grid,
  injection: Injection | null,
  ends: Ends,
): InitialField {
  const { pulse, initial } = options;
  if (initial !== undefined && pulse !== undefined) {
    throw new ArgumentError({
      what: "acousticWave1d: pulse and initial are two ways to say one thing.",
      fix: "give one of them.",
    });
  }
  if (initial !== undefined) return initial;
  if (pulse === null || (pulse === undefined && injection !== null)) {
    return (x) => ({ previous: np.zerosLike(x), current: np.zerosLike(x) });
  }
  return gaussianPulse(pulse ?? {}, grid, options.dt, ends);
}

function checkSeries(series: Tensor | undefined, injection: Injection | null, steps: number): void {
  if (series === undefined) return;
  const got = np.asarray(series).shape;
  const expected = injection?.series.shape ?? null;
  if (expected !== null && got.length === expected.length && got.every((extent, axis) => extent === expected[axis]))
    return;
  throw new ShapeError({
    what: "acousticWave1d: params.series does not fit the sources.",
    got: `params.series of shape [${got.join(", ")}]`,
    expected:
      expected === null ? "no series, since there are no sources" : `[${expected.join(", ")}], ${steps} steps first`,
    fix: "give an entry for each step and source, in the order of the options.",
    data: { argument: "params.series", got, expected },
  });
}

/** A value made when it is first asked for: a long run without sources needs no list of its times. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
