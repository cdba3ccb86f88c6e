import { ArgumentError } from "../util/errors.js";
import { isFloat } from "../util/dtype.js";
import { expectSameStructure, flatten, leafPaths, type TreeStructure } from "../util/tree.js";
import { np } from "../trace/np.js";
import { isTraced, type Tensor, type TensorLike } from "../trace/tensor.js";
import { checkShapes } from "./shapes.js";

/** Options of every misfit. */
export interface MisfitOptions {
  /**
   * Standard deviation of the data's errors, in their unit: residuals are divided by it. A number for all, or a tree built as
   * the data are, of numbers or of tensors of the data's shapes. Positive wherever there is a datum.
   */
  readonly sigma?: unknown;
}

/** Observed data, read once: what is missing is marked and replaced. */
export interface Observed {
  readonly structure: TreeStructure;
  readonly leaves: readonly ObservedLeaf[];
}

/** A floating leaf of observed data. */
export interface ObservedLeaf {
  /** Its place among all leaves, and how a person writes it: ".traces[0]". */
  readonly index: number;
  readonly path: string;
  /** The data, 0 where one is missing. */
  readonly data: Tensor;
  /** bool, of the data's shape; null where nothing is missing. */
  readonly present: Tensor | null;
  /** Of the data's shape or []; null for 1 everywhere. */
  readonly sigma: Tensor | null;
}

/**
 * Reads observed data. NaN stands for a datum that is missing; it takes no part, neither in a misfit nor in its gradient.
 * Traced data are masked when the program runs.
 *
 * @throws ArgumentError if there is no floating leaf, no datum at all, an infinite one, or a sigma that is not positive;
 * TreeError or ShapeError if `sigma` is not built as the data are.
 */
export function readObserved(loss: string, observed: unknown, options: MisfitOptions = {}): Observed {
  const { leaves: values, structure } = flatten(observed);
  const paths = leafPaths(structure);
  const sigmas = readSigmas(loss, structure, options.sigma);
  const leaves = values.flatMap((value, index): ObservedLeaf[] => {
    const leaf = np.asarray(value as TensorLike);
    if (!isFloat(leaf.dtype)) return [];
    const path = paths[index] ?? "";
    const { data, present } = isTraced(leaf) ? readTraced(leaf) : readKnown(loss, path, leaf);
    const sigma = sigmas?.[index];
    return [{ index, path, data, present, sigma: sigma === undefined ? null : fitSigma(loss, path, sigma, leaf) }];
  });
  if (leaves.length === 0) {
    throw new ArgumentError({
      what: `${loss}: there is nothing to compare.`,
      got: "observed data without a floating leaf",
      expected: "at least one float64 or float32 tensor",
    });
  }
  if (leaves.every(({ data, present }) => data.size === 0 || (present !== null && allFalse(present)))) {
    throw new ArgumentError({
      what: `${loss}: there is nothing to compare.`,
      got: "observed data that are all missing (NaN)",
      expected: "at least one number",
      fix: "look where the data come from: a run that failed gives NaN everywhere.",
    });
  }
  return { structure, leaves };
}

/**
 * What an output differs by from observed data, for each floating leaf: (output - observed) / sigma, 0 where a datum is missing.
 *
 * @throws TreeError if the trees differ, ShapeError if two leaves do.
 */
export function residuals(loss: string, output: unknown, observed: Observed): readonly Tensor[] {
  const got = flatten(output);
  expectSameStructure(
    `${loss}: the output is not built as the observed data are.`,
    { name: "observed", structure: observed.structure },
    { name: "output", structure: got.structure },
  );
  return observed.leaves.map(({ index, path, data, present, sigma }) => {
    const leaf = np.asarray(got.leaves[index] as TensorLike);
    checkShapes(loss, `output${path}`, leaf, `observed${path}`, data);
    const difference = np.sub(leaf, data);
    const masked = present === null ? difference : np.where(present, difference, 0);
    return sigma === null ? masked : np.div(masked, sigma);
  });
}

function readTraced(leaf: Tensor): Pick<ObservedLeaf, "data" | "present"> {
  const present = np.logicalNot(np.isnan(leaf));
  return { data: np.where(present, leaf, 0), present };
}

function readKnown(loss: string, path: string, leaf: Tensor): Pick<ObservedLeaf, "data" | "present"> {
  const infinite = leaf.data.map((value) => (Math.abs(value) === Infinity ? 1 : 0)).indexOf(1);
  if (infinite >= 0) {
    throw new ArgumentError({
      what: `${loss}: a datum is infinite.`,
      got: `${leaf.data[infinite]} in observed${path}${leaf.shape.length === 0 ? "" : ` at entry ${infinite}`}`,
      expected: "numbers, and NaN where one is missing",
      data: { path: `observed${path}`, entry: infinite },
    });
  }
  if (!leaf.data.some(Number.isNaN)) return { data: leaf, present: null };
  const filled = leaf.data.map((value) => (Number.isNaN(value) ? 0 : value));
  const present = Uint8Array.from(leaf.data, (value) => (Number.isNaN(value) ? 0 : 1));
  return {
    data: np.reshape(np.array(filled, leaf.dtype), leaf.shape),
    present: np.reshape(np.array(present, "bool"), leaf.shape),
  };
}

function readSigmas(loss: string, structure: TreeStructure, sigma: unknown): readonly Tensor[] | null {
  if (sigma === undefined) return null;
  if (typeof sigma === "number") return Array.from({ length: structure.size }, () => np.array(sigma));
  const given = flatten(sigma);
  expectSameStructure(
    `${loss}: sigma is not built as the observed data are.`,
    { name: "observed", structure },
    { name: "sigma", structure: given.structure },
  );
  return given.leaves.map((value) => np.asarray(value as TensorLike));
}

/** Sigma in the dtype of the data; 1 where a datum, and with it sigma, may be missing. */
function fitSigma(loss: string, path: string, sigma: Tensor, leaf: Tensor): Tensor {
  if (sigma.shape.length > 0) checkShapes(loss, `sigma${path}`, sigma, `observed${path}`, leaf);
  if (isTraced(sigma) || isTraced(leaf)) return np.astype(sigma, leaf.dtype);
  const missing = (entry: number): boolean => sigma.shape.length > 0 && Number.isNaN(leaf.data[entry]);
  const filled = Float64Array.from(sigma.data, (value, entry) => (missing(entry) ? 1 : value));
  const wrong = filled.findIndex((value) => !(value > 0 && value < Infinity));
  if (wrong >= 0) {
    throw new ArgumentError({
      what: `${loss}: a standard deviation is out of range.`,
      got: `${filled[wrong]} in sigma${path}${sigma.shape.length === 0 ? "" : ` at entry ${wrong}`}`,
      expected: "positive numbers",
      fix: "mark a datum that is not to count by NaN, not by its sigma.",
      data: { path: `sigma${path}`, entry: wrong },
    });
  }
  return np.astype(np.reshape(np.array(filled), sigma.shape), leaf.dtype);
}

function allFalse(present: Tensor): boolean {
  return !isTraced(present) && present.data.every((value) => value === 0);
}
