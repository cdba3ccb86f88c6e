import {
  ArgumentError,
  expectThat,
  isTraced,
  np,
  ShapeError,
  type Simulator,
  type Tensor,
  type Units,
} from "@simgrad/core";

/** What a run depends on: what `grad` differentiates by, and `fit` looks for. */
export interface HeatRodParams {
  /** How fast heat spreads, m^2/s: shape []. */
  readonly diffusivity: Tensor;
  /** Temperature at which the left end is held, K: shape []. */
  readonly leftEnd: Tensor;
}

/** What a run remembers from step to step. */
export interface HeatRodState {
  /** [cells], K. */
  readonly temperature: Tensor;
}

/** What is settled before a run. */
export interface HeatRodOptions {
  /** Number of cells between the two ends. */
  readonly cells: number;
  /** Distance of the two ends, m; default 1. */
  readonly length?: number;
  /** Time of a step, s. */
  readonly dt: number;
  /** Temperature of the rod at the start, and of its right end at all times, K; default 293.15. */
  readonly start?: number;
}

/** A rod; what is seen of it are the temperatures of its cells, `[cells]`, K. */
export interface HeatRod extends Simulator<HeatRodParams, HeatRodState, Tensor> {
  /** Distances of the cells from the left end, `[cells]`, m. */
  readonly x: Tensor;
  /** The largest diffusivity for which the steps are stable, m^2/s. */
  readonly maxDiffusivity: number;
}

/** A unit for each leaf of the parameters, the state and the output. */
export const heatRodUnits: Units = {
  time: "s",
  params: { diffusivity: "m^2/s", leftEnd: "K" },
  state: { temperature: "K" },
  output: "K",
};

/**
 * Heat in a rod whose ends are held at two temperatures: T_t = a T_xx, by explicit Euler steps and central differences
 * (K. W. Morton, D. F. Mayers, Numerical Solution of Partial Differential Equations, 2nd ed. 2005, section 2.4).
 *
 * @throws ArgumentError if an option is out of range; when run, if a parameter is. Inside of a traced function that is a
 * NumericalError when the program runs, which an optimizer takes as a step that went too far.
 * @throws ShapeError when run, if a parameter is not one number.
 */
export function heatRod(options: HeatRodOptions): HeatRod {
  const { cells, length = 1, dt, start = 293.15 } = options;
  if (!Number.isInteger(cells) || cells < 1) {
    throw new ArgumentError({ what: "heatRod: cells is not a count.", got: `cells: ${cells}`, expected: "1 or more" });
  }
  for (const [name, value] of Object.entries({ length, dt, start })) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw new ArgumentError({
      what: `heatRod: ${name} is out of range.`,
      got: `${name}: ${value}`,
      expected: "a positive number",
    });
  }
  const dx = length / (cells + 1);
  // Morton and Mayers, section 2.7: beyond a dt = dx^2 / 2 the shortest wave grows from step to step.
  const maxDiffusivity = dx ** 2 / (2 * dt);

  return {
    name: "heatRod",
    units: heatRodUnits,
    dt,
    x: np.array(Float64Array.from({ length: cells }, (_, i) => (i + 1) * dx)),
    maxDiffusivity,
    init: ({ diffusivity }) => ({ temperature: np.full([cells], start, diffusivity.dtype) }),
    step({ temperature }, { diffusivity, leftEnd }) {
      const withEnds = np.concatenate([np.reshape(leftEnd, [1]), temperature, np.full([1], start, temperature.dtype)]);
      const bend = np.diff(np.diff(withEnds));
      return { temperature: temperature.add(bend.mul(diffusivity).mul(dt / dx ** 2)) };
    },
    observe: ({ temperature }) => temperature,
    // What is wrong with the parameters is said here, before a run would show it as nonsense.
    check({ diffusivity, leftEnd }) {
      demandPositive("diffusivity", diffusivity, {
        atMost: maxDiffusivity,
        unit: "m^2/s",
        fix: `use a shorter dt, or fewer cells: steps of ${dt} s are unstable beyond that limit.`,
      });
      demandPositive("leftEnd", leftEnd, { atMost: Infinity, unit: "K" });
    },
  };
}

interface Range {
  readonly atMost: number;
  readonly unit: string;
  readonly fix?: string;
}

/** Demands one number within a range: at once where it is known; inside of grad, jit and vmap when the compiled run gets there. */
function demandPositive(name: string, given: Tensor | undefined, { atMost, unit, fix }: Range): void {
  const place = `params.${name}`;
  const expected = `a positive number${atMost < Infinity ? `, at most ${atMost}` : ""} (${unit})`;
  if (given === undefined) throw new ArgumentError({ what: `heatRod: ${place} is missing.`, expected });
  const value = np.asarray(given);
  if (value.ndim !== 0) {
    throw new ShapeError({
      what: `heatRod: ${place} is not one number.`,
      got: `shape [${value.shape.join(", ")}]`,
      expected: "shape []",
    });
  }
  const holds = np.logicalAnd(np.greater(value, 0), np.lessEqual(value, atMost));
  const what = `heatRod: ${place} is out of range.`;
  if (isTraced(value)) expectThat(holds, `${what} Expected: ${expected}.`);
  else if (!holds.item()) {
    const got = `${place} = ${value.item()}`;
    throw new ArgumentError({ what, got, expected, ...(fix === undefined ? {} : { fix }) });
  }
}
