import { AbortedError, NumericalError } from "../../util/errors.js";
import type { Tensors } from "../../trace/treeTypes.js";
import type { StopReason } from "../solvers/stopReasons.js";
import { CheckpointError } from "./checkpoint/checkpointError.js";
import type { Storable } from "./checkpoint/codec.js";
import type { StepPoint } from "./driver.js";
import type { Coordinates } from "./objective.js";
import type { StepReport } from "./options.js";
import type { PreparedFit } from "./prepare.js";
import { progressHere, type ProgressFacts } from "./progress.js";
import { resultOf, type FitPoint, type FitResult } from "./result.js";
import type { FitRecord } from "./saving.js";

/** Steps until there is a reason to stop. */
export async function drive(fit: PreparedFit): Promise<FitResult<unknown>> {
  const { driver, turns, options, saving } = fit;
  const { signal, onStep } = options;
  const log = logOf(fit);
  const progress = progressHere(options.progress);
  const save = async (state: Storable): Promise<void> => {
    try {
      await saving.save(log.record(state));
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      // An hour's work is not lost to a full disk.
      throw Object.assign(error, { data: { ...error.data, result: log.result("stopped") } });
    }
  };
  const isAborted = (): boolean => signal?.aborted === true;

  if (fit.stored === null && isAborted()) throw new AbortedError({ what: "fit was aborted before it began." });
  let state = fit.stored?.state ?? (await driver.init());
  let reason: StopReason | null = null;
  let isNew = fit.stored === null;
  try {
    for (;;) {
      if (isNew) {
        log.add(driver.pointOf(state));
        progress.show(log.facts());
        if (onStep !== undefined && (await onStep(log.report())) === false) reason = "stopped";
      }
      reason ??= driver.done(state, log.step()) ?? (isAborted() ? "aborted" : null);
      if (reason !== null || (isNew && saving.isDue(log.step()))) await save(state);
      if (reason !== null) return log.result(reason);
      await turns.breathe();
      const next = await stepOrAbort(() => driver.step(state));
      isNew = next !== null;
      if (next === null) reason = "aborted";
      else state = next;
    }
  } finally {
    progress.end(log.facts());
  }
}

/** The next state; null where the signal was aborted meanwhile. */
async function stepOrAbort(step: () => Promise<Storable>): Promise<Storable | null> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof AbortedError) return null;
    throw error;
  }
}

/** What a fit has seen, and the forms in which it tells. */
interface FitLog {
  /** Steps done. */
  step(): number;
  /** Takes a step down in the log. @throws NumericalError where the first point is not finite. */
  add(point: StepPoint): void;
  facts(): ProgressFacts;
  report(): StepReport<unknown>;
  record(state: Storable): FitRecord;
  result(reason: StopReason): FitResult<unknown>;
}

function logOf({ driver, objective, counts, options, stored }: PreparedFit): FitLog {
  const losses: number[] = Array.from(stored?.losses ?? []);
  const gradientNorms: number[] = Array.from(stored?.gradientNorms ?? []);
  let best = stored?.best ?? null;
  let last: StepPoint | null = stored === null ? null : driver.pointOf(stored.state);
  // Those of a step that is broken off do not count for who goes on from before it.
  let countsAtStep = { ...counts };
  const began = performance.now();
  const seconds = (): number => (stored?.seconds ?? 0) + (performance.now() - began) / 1000;
  const step = (): number => losses.length - 1;
  const paramsOf = (coordinates: Coordinates): Tensors<unknown> => objective.toParams(coordinates);
  const facts = (): ProgressFacts => ({
    step: step(),
    steps: driver.steps,
    loss: losses.at(-1) ?? NaN,
    best: best?.loss ?? NaN,
    evaluations: counts.evaluations,
    seconds: seconds(),
  });
  return {
    step,
    facts,
    add(point) {
      if (losses.length === 0) expectFinite(point);
      losses.push(point.loss);
      gradientNorms.push(point.gradientNorm ?? NaN);
      last = point;
      if (best === null || point.loss < best.loss)
        best = { coordinates: point.coordinates, loss: point.loss, step: step() };
      countsAtStep = { ...counts };
    },
    report: () => ({
      ...facts(),
      gradientNorm: gradientNorms.at(-1) ?? NaN,
      params: paramsOf((last as StepPoint).coordinates),
    }),
    record: (state) => ({
      start: objective.unknowns.start,
      state,
      counts: countsAtStep,
      losses: Float64Array.from(losses),
      gradientNorms: Float64Array.from(gradientNorms),
      best: best as FitRecord["best"],
      seconds: seconds(),
    }),
    result(reason) {
      const lowest = best as FitRecord["best"];
      const { coordinates, loss } = last as StepPoint;
      const bestPoint: FitPoint<unknown> = {
        params: paramsOf(lowest.coordinates),
        loss: lowest.loss,
        step: lowest.step,
      };
      return resultOf({
        best: bestPoint,
        last: { params: paramsOf(coordinates), loss, step: step() },
        keepBest: options.keepBest ?? true,
        iterations: step(),
        evaluations: counts.evaluations,
        reason,
        losses: Float64Array.from(losses),
        gradientNorms: Float64Array.from(gradientNorms),
        seconds: seconds(),
        optimizer: options.optimizer.name,
      });
    },
  };
}

function expectFinite({ loss, gradientNorm }: StepPoint): void {
  const isGradientBad = Number.isFinite(loss) && gradientNorm !== null && !Number.isFinite(gradientNorm);
  if (Number.isFinite(loss) && !isGradientBad) return;
  throw new NumericalError({
    what: `fit: the ${isGradientBad ? "gradient" : "loss"} is not finite at the start.`,
    got: isGradientBad ? `a gradient of norm ${gradientNorm}` : `a loss of ${loss}`,
    expected: "a finite number",
    fix: "call the model and the loss with the start, and look where their values stop being finite.",
    data: { loss, gradientNorm },
  });
}
