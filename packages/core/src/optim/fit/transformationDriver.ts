import { NumericalError } from "../../util/errors.js";
import { valueAndGrad } from "../../compile/grad.js";
import { jit } from "../../compile/jit.js";
import type { RunOptions } from "../../compile/run.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { applyUpdates } from "../applyUpdates.js";
import type { GradientTransformation } from "../gradientTransformation.js";
import type { Metric } from "../metric/metric.js";
import type { Counts } from "../problem.js";
import type { Storable } from "./checkpoint/codec.js";
import type { Driver } from "./driver.js";
import type { Coordinates, Objective } from "./objective.js";
import type { Turns } from "./turns.js";

/** What is stored between steps: the point, its loss, and where the next step leads. */
interface TransformationState {
  readonly x: Coordinates;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly next: Coordinates;
  readonly optimizer: unknown;
}

/** What a driver of transformations is made of. */
export interface TransformationParts {
  readonly metric: Metric | null;
  readonly lower: Float64Array | null;
  readonly upper: Float64Array | null;
  readonly counts: Counts;
  readonly run: RunOptions;
  readonly turns: Turns;
  readonly steps: number;
}

/**
 * Drives a gradient transformation: loss, gradient, update and the new point are one compiled program. Bounds are kept by
 * taking the nearest point within after each step. Under a metric x is z, and the coordinates are x0 + L z.
 */
export function transformationDriver(
  transformation: GradientTransformation<unknown>,
  objective: Objective,
  parts: TransformationParts,
): Driver {
  const { metric, counts, turns } = parts;
  const { unknowns } = objective;
  const base = unknowns.toLeaves(unknowns.start);
  const toCoordinates = (x: Coordinates): Coordinates =>
    metric === null ? x : x.map((z, i) => np.add(base[i] as Tensor, metric.forward(z)));
  const lower = parts.lower === null ? null : unknowns.toLeaves(parts.lower);
  const upper = parts.upper === null ? null : unknowns.toLeaves(parts.upper);
  const clip = (x: Coordinates): Coordinates =>
    x.map((leaf, i) => np.clip(leaf, lower?.[i] ?? -Infinity, upper?.[i] ?? Infinity));
  const bounded = lower === null && upper === null ? (x: Coordinates): Coordinates => x : clip;
  const withGradient = valueAndGrad((x: Coordinates) => objective.value(toCoordinates(x)));
  const program = jit((x: Coordinates, optimizer: unknown) => {
    const [loss, gradient] = withGradient(x as never) as unknown as [Tensor, readonly Tensor[]];
    const [updates, next] = transformation.update(gradient, optimizer, x);
    const squares = gradient.map((leaf) => np.sum(np.square(leaf.astype("float64"))));
    return {
      loss,
      gradientNorm: np.sqrt(squares.reduce((sum, square) => np.add(sum, square))),
      next: bounded(applyUpdates(x, updates)),
      optimizer: next,
    };
  });
  const evaluate = async (x: Coordinates, optimizer: unknown): Promise<Storable> => {
    const isFirst = counts.evaluations === 0;
    counts.evaluations++;
    await turns.breathe();
    try {
      const result = (await program.run([x, optimizer] as never, parts.run)) as unknown as {
        readonly loss: Tensor;
        readonly gradientNorm: Tensor;
        readonly next: Coordinates;
        readonly optimizer: unknown;
      };
      const [loss, gradientNorm] = [result.loss.item(), result.gradientNorm.item()];
      return { x, loss, gradientNorm, next: result.next, optimizer: result.optimizer } as Storable;
    } catch (error) {
      if (isFirst || !(error instanceof NumericalError)) throw error;
      return { x, loss: Infinity, gradientNorm: NaN, next: x, optimizer } as Storable;
    }
  };
  const read = (state: Storable): TransformationState => state as unknown as TransformationState;
  const coordinatesOf = jit(toCoordinates);

  return {
    steps: parts.steps,
    init() {
      const x = metric === null ? bounded(base) : unknowns.toLeaves(new Float64Array(unknowns.size));
      return evaluate(x, transformation.init(x));
    },
    step: (state) => evaluate(read(state).next, read(state).optimizer),
    done(state, step) {
      const { loss, gradientNorm } = read(state);
      if (!Number.isFinite(loss) || Number.isNaN(gradientNorm)) return "nonFinite";
      return step >= parts.steps ? "steps" : null;
    },
    pointOf(state) {
      const { x, loss, gradientNorm } = read(state);
      const coordinates = metric === null ? x : (coordinatesOf(x as never) as unknown as Coordinates);
      return { loss, gradientNorm, coordinates };
    },
  };
}
