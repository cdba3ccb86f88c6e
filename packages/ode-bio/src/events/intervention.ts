import { ArgumentError, np, ShapeError, type Tensor } from "@simgrad/core";
import type { Network } from "../network/types.js";

/**
 * A change of a run from outside: at each of some times a quantity is set to a value. With `set` it goes on freely
 * from there; with `hold` its derivative is zero until the time of `until`. Both are effective at once, for all rules
 * and rates. The values are parameters of the run, `params.interventions`.
 */
export interface InterventionOptions {
  /** A species, parameter or compartment that no assignment rule and no algebraic rule gives; a constant too. */
  readonly target: string;
  readonly mode: "set" | "hold";
  /** Ascending. */
  readonly times: ArrayLike<number>;
  /**
   * For `hold`: the end of each interval, not behind the start of the next; default: the start of the next, and for
   * the last the end of the run.
   */
  readonly until?: ArrayLike<number>;
  /** One for each time, as formulas of the model see the quantity, for runs whose parameters have none. */
  readonly values?: ArrayLike<number>;
}

/** An intervention that was checked. */
export interface Intervention {
  readonly target: string;
  readonly mode: "set" | "hold";
  readonly times: Float64Array;
  readonly until: Float64Array;
  /** Values where the parameters have none; null where they must. */
  readonly values: Float64Array | null;
}

/**
 * Reads interventions.
 *
 * @throws ArgumentError where one has an unknown target, or times that do not ascend; or two have one target.
 */
export function readInterventions(
  owner: string,
  list: readonly InterventionOptions[],
  network: Network,
): readonly Intervention[] {
  const seen = new Set<string>();
  return list.map(({ target, mode, times, until, values }, i) => {
    const name = `${owner}: interventions[${i}]`;
    const role = network.symbols.get(target)?.role;
    if (role !== "moving" && role !== "held") {
      throw new ArgumentError({
        what: `${name} is of ${target}, which ${role === undefined ? "is no quantity of the model" : "a rule gives"}.`,
        expected: "a species, parameter or compartment without assignment rule",
      });
    }
    if (seen.has(target)) throw new ArgumentError({ what: `${name} is of ${target}, as one before.` });
    seen.add(target);
    if (mode !== "set" && mode !== "hold") {
      throw new ArgumentError({ what: `${name} has an unknown mode.`, got: String(mode), expected: '"set" or "hold"' });
    }
    if (mode === "set" && until !== undefined) {
      throw new ArgumentError({
        what: `${name} sets, so that until means nothing.`,
        fix: 'leave it out, or take "hold".',
      });
    }
    const starts = Float64Array.from(times);
    const ends = until === undefined ? Float64Array.of(...starts.slice(1), Infinity) : Float64Array.from(until);
    const isGood = starts.every((start, k) => {
      const [before, end] = [k === 0 ? -Infinity : starts[k - 1]!, ends[k]!];
      return (
        start > before && start >= 0 && Number.isFinite(start) && end > start && end <= (starts[k + 1] ?? Infinity)
      );
    });
    if (starts.length > 0 && isGood && ends.length === starts.length) {
      return { target, mode, times: starts, until: ends, values: readValues(name, starts.length, values) };
    }
    throw new ArgumentError({
      what: `${name}: the times do not ascend from 0.`,
      expected:
        "times, each later than the one before; ends of intervals between their start and the start of the next",
    });
  });
}

const partNames: { readonly [K in keyof Required<InterventionOptions>]: true } = {
  target: true,
  mode: true,
  times: true,
  until: true,
  values: true,
};

/**
 * Demands that interventions have the parts that they must, and no others.
 *
 * @throws ArgumentError
 */
export function checkParts(owner: string, list: readonly InterventionOptions[]): void {
  list.forEach((own: InterventionOptions | null, i) => {
    const unknown = Object.keys(own ?? {}).find((key) => !(key in partNames));
    if (unknown === undefined && typeof own?.times === "object") return;
    throw new ArgumentError({
      what: `${owner}: interventions[${i}] ${unknown === undefined ? "has no times" : `has an unknown part, ${unknown}`}.`,
      expected: Object.keys(partNames).join(", "),
    });
  });
}

function readValues(name: string, count: number, values: ArrayLike<number> | undefined): Float64Array | null {
  if (values === undefined) return null;
  const list = Float64Array.from(values);
  if (list.length === count && list.every(Number.isFinite)) return list;
  throw new ArgumentError({
    what: `${name}: values are not one finite number for each time.`,
    got: `${list.length} values for ${count} times`,
  });
}

/** Where the interventions of a run stand. */
export interface InterventionState {
  /** How many of the times have been. `[interventions]`. */
  readonly done: Tensor;
  /** 1 where a quantity is held. `[interventions]`. */
  readonly active: Tensor;
}

/** Nothing has been done. */
export function noInterventions(interventions: readonly Intervention[]): InterventionState {
  return { done: np.zeros([interventions.length]), active: np.zeros([interventions.length]) };
}

/** Values of the interventions by their targets, `[times]` each. */
export type InterventionValues = { readonly [target: string]: Tensor };

/**
 * The values of all interventions: those of the parameters, or else of the options.
 *
 * @throws ArgumentError or ShapeError that names the target.
 */
export function interventionValues(
  owner: string,
  given: InterventionValues | undefined,
  interventions: readonly Intervention[],
): InterventionValues {
  const known = new Set(interventions.map(({ target }) => target));
  for (const target of Object.keys(given ?? {})) {
    if (known.has(target)) continue;
    throw new ArgumentError({ what: `${owner}: params.interventions.${target}: the run has no intervention on it.` });
  }
  return Object.fromEntries(
    interventions.map(({ target, times, values }) => {
      const own = given?.[target] ?? values;
      if (own === null) {
        throw new ArgumentError({
          what: `${owner}: params.interventions.${target} is missing.`,
          expected: `${times.length} values, one for each time`,
        });
      }
      const tensor = np.asarray(own);
      if (String(tensor.shape) === String([times.length])) return [target, tensor.astype("float64")];
      throw new ShapeError({
        what: `${owner}: params.interventions.${target} has not one value for each time.`,
        got: `shape [${tensor.shape.join(", ")}]`,
        expected: `[${times.length}]`,
      });
    }),
  );
}

/** The time of the next start or end of an intervention, Infinity where there is none. */
export function nextIntervention(interventions: readonly Intervention[], { done, active }: InterventionState): Tensor {
  return interventions
    .map(({ times, until, mode }, i) => {
      const count = done.at(i).get();
      const start = lookUp(times, count);
      if (mode === "set") return start;
      const end = lookUp(until, count.sub(1));
      return np.where(np.greater(active.at(i).get(), 0.5), np.minimum(start, end), start);
    })
    .reduce((a, b) => np.minimum(a, b));
}

/** An entry of a list by a traced number; Infinity behind its end. */
export function lookUp(list: Float64Array, index: Tensor): Tensor {
  const table = np.array(Float64Array.of(...list, Infinity));
  return np.take(table, np.clip(index, 0, list.length).astype("int32"));
}
