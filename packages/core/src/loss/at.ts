import { ArgumentError, ShapeError } from "../util/errors.js";
import { flatten, leafPaths, unflatten } from "../util/tree.js";
import { np } from "../trace/np.js";
import { isTraced, type Tensor, type TensorLike } from "../trace/tensor.js";
import { namedLoss, type Loss } from "./loss.js";

/** What `at` reads of a run: `rollout` gives it. */
export interface TimedOutputs<Outputs> {
  /** A tree of tensors, each `[times, ...]`. */
  readonly outputs: Outputs;
  /** `[times]`, ascending. */
  readonly times: Tensor;
}

/** How far beyond the first or last output a time may lie, relative to the span: what sums of time steps round off. */
const slack = 1e-9;

/**
 * A loss of a run's outputs at given times, for data that were taken at their own times. Between two outputs the value is on the
 * line through them. The inner loss sees a tree as `outputs`, with one row for each given time.
 *
 * @param times - in the unit of the run's times, in any order
 * @throws ArgumentError if times are not finite, or, when called, lie outside of those of the outputs. Where the times of the
 * outputs are only known when the program runs, the loss is NaN in place of the error.
 * @example
 * ```ts
 * at([0.5, 1.25], halfSquared(measured)); // measured: [2, cells]
 * ```
 */
export function at<Outputs, Params = unknown>(
  times: TensorLike,
  loss: Loss<Outputs, Params>,
): Loss<TimedOutputs<Outputs>, Params> {
  const wanted = np.ravel(np.array(times));
  if (!isTraced(wanted) && (wanted.size === 0 || !wanted.data.every(Number.isFinite))) {
    throw new ArgumentError({
      what: "at: these are no times.",
      got: wanted.size === 0 ? "no number" : `[${wanted.data.join(", ")}]`,
      expected: "at least one finite number",
    });
  }
  const { residual } = loss;
  return namedLoss(
    `at(${loss.name})`,
    (run: TimedOutputs<Outputs>, params?: Params) => loss(interpolate(run, wanted), params),
    residual === undefined
      ? undefined
      : (run: TimedOutputs<Outputs>, params?: Params) => residual(interpolate(run, wanted), params),
  );
}

function interpolate<Outputs>(run: TimedOutputs<Outputs>, wanted: Tensor): Outputs {
  const known = np.astype(np.asarray(run.times), "float64");
  const count = known.shape[0] ?? 0;
  const target = np.astype(wanted, "float64");
  checkRange(known, target, count);
  const first = known.slice(0);
  const last = known.slice(count - 1);
  const reach = np.mul(np.maximum(np.abs(first), np.abs(last)), slack);
  const inside = np.logicalAnd(
    np.greaterEqual(target, np.sub(first, reach)),
    np.lessEqual(target, np.add(last, reach)),
  );
  const place = np.clip(target, first, last);
  // How many outputs are not later, less one: the one before.
  const notLater = np.lessEqual(np.expandDims(known, 0), np.expandDims(place, 1));
  const left = np.clip(np.sub(np.sum(notLater, 1), 1), 0, Math.max(0, count - 2));
  const right = np.minimum(np.add(left, 1), count - 1);
  const [before, after] = [np.take(known, left), np.take(known, right)];
  const span = np.sub(after, before);
  const share = np.where(np.greater(span, 0), np.div(np.sub(place, before), np.where(np.greater(span, 0), span, 1)), 0);
  const weight = np.where(inside, share, NaN);
  const { leaves, structure } = flatten(run.outputs);
  const paths = leafPaths(structure);
  const rows = leaves.map((value, i) => {
    const leaf = np.asarray(value as TensorLike);
    if (leaf.shape[0] !== count) {
      throw new ShapeError({
        what: "at: an output does not have a row for each time.",
        got: `outputs${paths[i] ?? ""} of shape [${leaf.shape.join(", ")}]`,
        expected: `[${count}, ...], as there are ${count} times`,
      });
    }
    const column = np.astype(np.reshape(weight, [-1, ...leaf.shape.slice(1).map(() => 1)]), leaf.dtype);
    const low = np.take(leaf, left);
    return np.add(low, np.mul(np.sub(np.take(leaf, right), low), column));
  });
  return unflatten(structure, rows) as Outputs;
}

function checkRange(known: Tensor, target: Tensor, count: number): void {
  if (known.shape.length !== 1 || count === 0) {
    throw new ShapeError({
      what: "at: a run has a list of times.",
      got: `times of shape [${known.shape.join(", ")}]`,
      expected: "[times], at least one",
    });
  }
  if (isTraced(known) || isTraced(target)) return;
  const [first, last] = [known.data[0] as number, known.data[count - 1] as number];
  const reach = slack * Math.max(Math.abs(first), Math.abs(last));
  const outside = Array.from(target.data).find((time) => time < first - reach || time > last + reach);
  if (outside === undefined) return;
  throw new ArgumentError({
    what: "at: a time lies outside of the run.",
    got: `${outside}`,
    expected: `times from ${first} to ${last}, the first and the last output`,
    fix: "run longer, or give more outputs by a smaller `every`.",
    data: { time: outside, first, last },
  });
}
