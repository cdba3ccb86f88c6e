import {
  ArgumentError,
  boxParametrization,
  logParametrization,
  perLeaf,
  type Bounds,
  type Parametrization,
} from "@simgrad/core";
import { checkNames } from "./options.js";
import type { ModelNumbers, OdeParams } from "./params.js";

/** Which numbers of a model are to be found, and how. */
export interface TunableOptions {
  /** Ids that are unknowns; default: all parameters that the model has, without sizes of compartments and starts. */
  readonly only?: readonly string[];
  /** Ids that stay as they are. */
  readonly freeze?: readonly string[];
  /** Whether, or for which ids, steps are taken in the logarithm. */
  readonly logScale?: boolean | readonly string[];
  /** Least and largest value by id. */
  readonly bounds?: { readonly [id: string]: readonly [lower: number, upper: number] };
  /** Other starting values by id. */
  readonly start?: { readonly [id: string]: number };
}

/** What `fit` takes: `fit({ ...tunable, simulator, loss, optimizer })`. */
export interface Tunable {
  readonly params: ModelNumbers;
  readonly bounds?: Bounds<OdeParams>;
  readonly parametrization?: Parametrization;
}

/**
 * The unknowns of a fit: their start, bounds and coordinates. Where some are on a logarithmic scale, bounds are kept
 * by coordinates as well.
 *
 * @throws ArgumentError for ids that are no parameters or starts of the model, for bounds that are none, and for
 *   starts out of them, or not positive on a logarithmic scale.
 */
export function tunableOf(
  owner: string,
  defaults: ModelNumbers,
  sizes: ReadonlySet<string>,
  options: TunableOptions,
): Tunable {
  checkNames(owner, options, ["only", "freeze", "logScale", "bounds", "start"]);
  const { only, freeze = [], logScale = false, bounds = {}, start = {} } = options;
  const known = new Map<string, readonly ["parameters" | "initial", number]>([
    ...Object.entries(defaults.initial).map(([id, value]) => [id, ["initial", value]] as const),
    ...Object.entries(defaults.parameters).map(([id, value]) => [id, ["parameters", value]] as const),
  ]);
  const expectKnown = (ids: readonly string[], option: string): void => {
    const missing = ids.find((id) => !known.has(id));
    if (missing === undefined) return;
    throw new ArgumentError({
      what: `${owner}: ${option} has ${missing}, which is no parameter and no start of the model.`,
      expected: [...known.keys()].slice(0, 60).join(", "),
    });
  };
  const lists = { only: only ?? [], freeze, bounds: Object.keys(bounds), start: Object.keys(start) };
  for (const [option, ids] of Object.entries(lists)) expectKnown(ids, option);
  if (typeof logScale !== "boolean") {
    if (!Array.isArray(logScale)) {
      throw new ArgumentError({
        what: `${owner}: logScale is neither true, false, nor a list.`,
        got: String(logScale),
      });
    }
    expectKnown(logScale as readonly string[], "logScale");
  }
  const all = only ?? Object.keys(defaults.parameters).filter((id) => !sizes.has(id));
  const ids = all.filter((id) => !freeze.includes(id));
  const isLog = (id: string): boolean =>
    typeof logScale === "boolean" ? logScale : (logScale as readonly string[]).includes(id);

  const tree = <T>(leaf: (id: string) => T): { parameters: Record<string, T>; initial: Record<string, T> } => {
    const groups = { parameters: {} as Record<string, T>, initial: {} as Record<string, T> };
    for (const id of ids) groups[known.get(id)![0]][id] = leaf(id);
    return groups;
  };
  const params = tree((id) => start[id] ?? known.get(id)![1]);
  for (const id of ids) checkStart(owner, id, start[id] ?? known.get(id)![1], bounds[id], isLog(id));
  const bounded = ids.filter((id) => bounds[id] !== undefined);
  if (!ids.some(isLog)) {
    if (bounded.length === 0) return { params };
    const side = (k: 0 | 1, open: number): unknown => tree((id) => bounds[id]?.[k] ?? open);
    return { params, bounds: { lower: side(0, -Infinity), upper: side(1, Infinity) } as Bounds<OdeParams> };
  }
  const coordinates = tree((id): Parametrization | null => {
    const limits = bounds[id];
    if (limits !== undefined) return boxParametrization({ lower: limits[0], upper: limits[1] });
    return isLog(id) ? logParametrization() : null;
  });
  return { params, parametrization: perLeaf(coordinates) };
}

function checkStart(
  owner: string,
  id: string,
  value: number,
  bounds: readonly [number, number] | undefined,
  isLog: boolean,
): void {
  const refuse = (what: string, got: string, why: string): never => {
    throw new ArgumentError({ what: `${owner}: ${what} of ${id} ${why}.`, got });
  };
  if (bounds !== undefined) {
    const [lower, upper] = Array.isArray(bounds) ? (bounds as readonly [number, number]) : [NaN, NaN];
    if (!(lower < upper)) refuse("the bounds", String(bounds), "are no lower and upper number");
    if (!(value >= lower && value <= upper)) refuse("the start", `${value}`, `is not within ${lower} and ${upper}`);
  }
  if (!Number.isFinite(value)) refuse("the start", `${value}`, "is no finite number");
  if (isLog && !(value > 0)) refuse("the start", `${value}`, "is not positive, as a logarithmic scale needs");
}
