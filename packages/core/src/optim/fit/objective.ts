import { ArgumentError, NumericalError } from "../../util/errors.js";
import { isFloat } from "../../util/dtype.js";
import { flatten } from "../../util/tree.js";
import { hvp, jacfwd } from "../../compile/jacobian.js";
import { valueAndGrad } from "../../compile/grad.js";
import { jit, type Compiled } from "../../compile/jit.js";
import type { RunOptions } from "../../compile/run.js";
import { np } from "../../trace/np.js";
import { concreteData, type Tensor, type TensorLike } from "../../trace/tensor.js";
import type { Metric } from "../metric/metric.js";
import type { Parametrization } from "../parametrization/parametrization.js";
import type { Counts, Problem } from "../problem.js";
import type { FitLoss, FitRegularizer } from "./options.js";
import type { Turns } from "./turns.js";
import type { Unknowns } from "./unknowns.js";

/** The floating leaves of the coordinates that the optimizer moves. */
export type Coordinates = readonly Tensor[];

/** The loss as functions of the coordinates; they can be traced and differentiated. */
export interface Objective {
  readonly unknowns: Unknowns;
  /** The whole loss with its regularizers, float64, shape []. */
  value(coordinates: Coordinates): Tensor;
  /** All residuals in one vector, float64; null where the loss, or a regularizer, is no sum of squares. */
  readonly residual: ((coordinates: Coordinates) => Tensor) | null;
  /** What keeps the residuals from being had; for messages. */
  readonly withoutResidual: string;
  /** The parameters, as the user's functions see them. */
  toParams(coordinates: Coordinates): unknown;
}

/** What an objective is made of. */
export interface ObjectiveParts {
  readonly model: (params: unknown) => unknown;
  readonly loss: FitLoss<unknown, unknown>;
  readonly regularizers: readonly FitRegularizer<unknown>[];
  readonly parametrization: Parametrization | null;
}

/** Puts model, loss, regularizers and parametrization together. */
export function objectiveOf(parts: ObjectiveParts, unknowns: Unknowns): Objective {
  const { model, loss, regularizers, parametrization } = parts;
  const toParams = (coordinates: Coordinates): unknown => {
    const tree = unknowns.toTree(coordinates);
    return parametrization === null ? tree : parametrization.toParams(tree);
  };
  const without = [loss, ...regularizers].filter((term) => term.residual === undefined).map((term) => term.name);
  return {
    unknowns,
    toParams,
    value(coordinates) {
      const params = toParams(coordinates);
      const terms = [loss(model(params), params), ...regularizers.map((term) => term(params))];
      return terms.map((term) => np.asarray(term).astype("float64")).reduce((sum, term) => np.add(sum, term));
    },
    residual:
      without.length > 0
        ? null
        : (coordinates) => {
            const params = toParams(coordinates);
            const trees = [
              loss.residual?.(model(params), params),
              ...regularizers.map((term) => term.residual?.(params)),
            ];
            return np.concatenate(trees.flatMap(floatingVectors));
          },
    withoutResidual: without.join(", "),
  };
}

function floatingVectors(tree: unknown): readonly Tensor[] {
  return flatten(tree)
    .leaves.map((leaf) => np.asarray(leaf as TensorLike))
    .filter((leaf) => isFloat(leaf.dtype))
    .map((leaf) => np.ravel(leaf).astype("float64"));
}

/** What a problem is made of beside the objective. */
export interface ProblemParts {
  readonly metric: Metric | null;
  readonly lower: Float64Array | null;
  readonly upper: Float64Array | null;
  readonly counts: Counts;
  readonly run: RunOptions;
  readonly turns: Turns;
}

/** The problem of a solver, and what its vectors mean. */
export interface CoordinateProblem extends Problem {
  /** Where the solver starts: the coordinates of the start, or 0 under a metric. */
  readonly start: Float64Array;
  /** The coordinates that belong to a vector of the solver. */
  toCoordinates(x: Float64Array): Coordinates;
}

/** Compiles an objective into what a solver asks for. Under a metric its vector is z, and the coordinates are x0 + L z. */
export function problemOf(objective: Objective, parts: ProblemParts): CoordinateProblem {
  const { unknowns } = objective;
  const { metric, counts, turns } = parts;
  const { size } = unknowns;
  const mapped = (vector: Float64Array, map: "apply" | "applyTranspose"): Float64Array => {
    if (metric === null) return vector;
    const result = new Float64Array(size);
    for (const { offset, length, shape } of unknowns.parts) {
      result.set(metric[map](vector.slice(offset, offset + length), shape), offset);
    }
    return result;
  };
  const toCoordinates = (x: Float64Array): Coordinates => {
    if (metric === null) return unknowns.toLeaves(x);
    const moved = mapped(x, "apply");
    return unknowns.toLeaves(unknowns.start.map((entry, i) => entry + moved[i]!));
  };
  const evaluate = async <R>(
    program: Compiled<[Coordinates, ...Coordinates[]], R>,
    ...args: Coordinates[]
  ): Promise<unknown> => {
    await turns.breathe();
    return program.run(args as never, parts.run);
  };
  const guarded = async <T>(work: () => Promise<T>, failed: () => T): Promise<T> => {
    const isFirst = counts.evaluations === 0;
    counts.evaluations++;
    try {
      return await work();
    } catch (error) {
      // A check inside the model that does not hold at a trial point: the solver has to look elsewhere.
      if (isFirst || !(error instanceof NumericalError)) throw error;
      return failed();
    }
  };

  const value = jit((x: Coordinates) => objective.value(x));
  const gradient = valueAndGrad((x: Coordinates) => objective.value(x));
  const product = jit((x: Coordinates, v: Coordinates) =>
    hvp((at: Coordinates) => objective.value(at), x as never, v as never),
  );
  const residual = objective.residual === null ? null : jit(objective.residual);
  const jacobian = objective.residual === null ? null : jacfwd(objective.residual);
  const demand = <T>(program: T | null): T => {
    if (program !== null) return program;
    throw new ArgumentError({
      what: "fit: this optimizer needs residuals, and the loss is no sum of their squares.",
      got: `no residual for ${objective.withoutResidual}`,
      expected: "losses and regularizers with `residual`, such as halfSquared",
      fix: "take such a loss, or lbfgs, bfgs or newtonCg as the optimizer.",
    });
  };

  return {
    size,
    lower: parts.lower,
    upper: parts.upper,
    counts,
    start: metric === null ? unknowns.start : new Float64Array(size),
    toCoordinates,
    value: (x) =>
      guarded(
        async () => ((await evaluate(value as never, toCoordinates(x))) as Tensor).item(),
        () => Infinity,
      ),
    valueAndGradient: (x) =>
      guarded(
        async () => {
          const [v, g] = (await evaluate(gradient as never, toCoordinates(x))) as [Tensor, readonly Tensor[]];
          return { value: v.item(), gradient: mapped(unknowns.toVector(g), "applyTranspose") };
        },
        () => ({ value: Infinity, gradient: new Float64Array(size).fill(NaN) }),
      ),
    async hessianProduct(x, direction) {
      counts.products++;
      const v = unknowns.toLeaves(mapped(direction, "apply"));
      const result = (await evaluate(product as never, toCoordinates(x), v)) as readonly Tensor[];
      return mapped(unknowns.toVector(result), "applyTranspose");
    },
    residual: (x) =>
      guarded(
        async () => {
          const result = (await evaluate(demand(residual) as never, toCoordinates(x))) as Tensor;
          return Float64Array.from(result.data);
        },
        () => new Float64Array(1).fill(Infinity),
      ),
    async jacobian(x) {
      counts.jacobians++;
      const leaves = (await evaluate(demand(jacobian) as never, toCoordinates(x))) as readonly Tensor[];
      return jacobianRows(leaves, unknowns, (row) => mapped(row, "applyTranspose"));
    },
  };
}

/** Derivatives by each leaf, `[m, ...leaf]`, side by side as rows. */
function jacobianRows(
  leaves: readonly Tensor[],
  unknowns: Unknowns,
  map: (row: Float64Array) => Float64Array,
): Float64Array {
  const { size } = unknowns;
  const m = leaves[0]?.shape[0] ?? 0;
  const result = new Float64Array(m * size);
  for (let i = 0; i < m; i++) {
    const row = new Float64Array(size);
    unknowns.parts.forEach(({ offset, length }, k) => {
      const data = concreteData(leaves[k] as Tensor, "fit");
      for (let j = 0; j < length; j++) row[offset + j] = data[i * length + j]!;
    });
    result.set(map(row), i * size);
  }
  return result;
}
