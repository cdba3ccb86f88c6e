import { ArgumentError } from "../../util/errors.js";
import { tree } from "../../trace/tree.js";
import type { GradientTransformation } from "../gradientTransformation.js";
import type { Metric } from "../metric/metric.js";
import type { Counts } from "../problem.js";
import type { Solver, SolverState } from "../solvers/solver.js";
import { checkPositiveCount } from "../solvers/tolerances.js";
import { readBounds } from "./bounds.js";
import type { Driver } from "./driver.js";
import { objectiveOf, problemOf, type Objective } from "./objective.js";
import type { FitOptions, Optimizer, Simulatable } from "./options.js";
import { saving, type FitRecord, type Saving } from "./saving.js";
import { solverDriver } from "./solverDriver.js";
import { transformationDriver } from "./transformationDriver.js";
import { turns, type Turns } from "./turns.js";
import { unknownsOf } from "./unknowns.js";

/** The options of `fit`, whatever its overload. */
export type AnyFit = FitOptions<unknown, unknown> & {
  readonly simulator?: Simulatable<unknown, unknown> | undefined;
  readonly output?: ((result: unknown, params: unknown) => unknown) | undefined;
  readonly model?: ((params: unknown) => unknown) | undefined;
};

/** A fit that is set up. */
export interface PreparedFit {
  readonly options: AnyFit;
  readonly driver: Driver;
  readonly objective: Objective;
  readonly counts: Counts;
  readonly turns: Turns;
  readonly saving: Saving;
  /** Where to go on from; null for a start. */
  readonly stored: FitRecord | null;
}

/**
 * Checks the options and puts the parts of a fit together.
 *
 * @throws ArgumentError, ShapeError, TreeError by name; CheckpointError where a checkpoint is damaged.
 */
export async function prepare(options: AnyFit): Promise<PreparedFit> {
  const { optimizer, parametrization = null, simulator } = options;
  checkOptions(options);
  const model = modelOf(options);
  // The parameters are looked at first, so that a message is about them and not about coordinates.
  const given = unknownsOf(options.params);
  const params = tree.toTensors(options.params);
  simulator?.check?.(params);
  const unknowns = parametrization === null ? given : unknownsOf(parametrization.fromParams(params));

  const store = saving(options, {
    optimizer: optimizer.name,
    loss: options.loss.name,
    unknowns: unknowns.signature,
  });
  const stored = await store.load();
  // A metric measures from where the fit once began.
  if (stored !== null) unknowns.start.set(stored.start);

  const metric = options.metric ?? (isSolver(optimizer) ? ((optimizer.metric as Metric | undefined) ?? null) : null);
  const limits = readBounds(options.bounds, unknowns, metric !== null || parametrization !== null);
  const counts: Counts = { ...(stored?.counts ?? { evaluations: 0, products: 0, jacobians: 0 }) };
  const parts = { metric, ...limits, counts, run: { signal: options.signal }, turns: turns() };
  const objective = objectiveOf(
    { model, loss: options.loss, regularizers: options.regularizers ?? [], parametrization },
    unknowns,
  );
  const driver = isSolver(optimizer)
    ? solverDriver(optimizer, problemOf(objective, parts), options.steps ?? null)
    : transformationDriver(optimizer as GradientTransformation<unknown>, objective, {
        ...parts,
        steps: stepsOf(options),
      });
  return { options, driver, objective, counts, turns: parts.turns, saving: store, stored };
}

function isSolver(optimizer: Optimizer): optimizer is Solver<SolverState> {
  return (optimizer as { readonly kind?: unknown }).kind === "solver";
}

function modelOf({ model, simulator, output }: AnyFit): (params: unknown) => unknown {
  if (model !== undefined) return model;
  const { simulate } = simulator as Simulatable<unknown, unknown>;
  return (params) => {
    const result = simulate(params);
    return output === undefined ? (result as { readonly final: unknown }).final : output(result, params);
  };
}

function checkOptions(options: AnyFit): void {
  const { model, simulator, optimizer, loss, steps } = options;
  if ((model === undefined) === (simulator === undefined)) {
    throw new ArgumentError({
      what: "fit takes a simulator or a model.",
      got: model === undefined ? "neither" : "both",
      expected: "one of them",
    });
  }
  if (simulator !== undefined && typeof (simulator as { readonly simulate?: unknown }).simulate !== "function") {
    throw new ArgumentError({
      what: "fit: this simulator does not say how far it is run.",
      got: `"${simulator.name}" without a function simulate`,
      fix: "give a model in its place: model: (params) => rollout(simulator, { steps })(params).final.",
    });
  }
  if (typeof loss !== "function") {
    throw new ArgumentError({
      what: "fit: the loss is no function.",
      got: typeof loss,
      fix: "take one such as halfSquared(observed).",
    });
  }
  const { init } = (optimizer ?? {}) as { readonly init?: unknown };
  if (typeof init !== "function") {
    throw new ArgumentError({
      what: "fit: the optimizer is neither a solver nor a gradient transformation.",
      got:
        typeof optimizer === "function"
          ? `the function ${(optimizer as { readonly name: string }).name}`
          : typeof optimizer,
      expected: "an object such as lbfgs() or adam({ learningRate: 1e-3 }) make",
    });
  }
  if (steps !== undefined) checkPositiveCount("fit", "steps", steps);
}

function stepsOf({ steps, optimizer }: AnyFit): number {
  if (steps !== undefined) return steps;
  throw new ArgumentError({
    what: `fit: ${optimizer.name} does not know when to stop.`,
    got: "no steps",
    expected: "steps, their number",
    fix: "give steps: 1000, for instance.",
  });
}
