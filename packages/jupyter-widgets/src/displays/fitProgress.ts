import { currentHost } from "../host/current.js";
import type { Bundle, Host } from "../host/host.js";

/** What of a fit's report the bar shows; `onStep` of `fit` gives it. */
export interface FitReport {
  readonly step: number;
  /** Infinity where it is not known. */
  readonly steps: number;
  readonly loss: number;
  readonly best: number;
  readonly evaluations: number;
  /** s */
  readonly seconds: number;
}

/** Options of `fitProgress`. */
export interface FitProgressOptions {
  /** Where to show it; default the running kernel. */
  readonly host?: Host;
  /** Shortest time between two pictures of the bar, ms. */
  readonly every?: number;
}

/**
 * A progress bar for `fit`, in the output of the notebook's cell: one output that is replaced as the fit goes on. Where outputs cannot be
 * replaced, as in a plain Node process, nothing is shown (a terminal has the bar of `fit` itself).
 *
 * @returns the function to give as `onStep`
 * @example
 * ```ts
 * const result = await fit({ simulator: wave, loss, params, optimizer: lbfgs(), onStep: fitProgress() });
 * ```
 */
export function fitProgress(options: FitProgressOptions = {}): (report: FitReport) => void {
  const { host = currentHost(), every = 200 } = options;
  const replace = host.replaceable?.();
  if (replace === undefined) return () => undefined;
  let last: FitReport;
  let shownAt = -Infinity;
  let waiting = false;
  const draw = (): void => {
    waiting = false;
    shownAt = performance.now();
    replace(bar(last));
  };
  return (report) => {
    last = report;
    const rest = shownAt + every - performance.now();
    if (rest <= 0 || report.step === report.steps) draw();
    else if (!waiting) {
      // So that the last report is shown, whichever it is.
      waiting = true;
      setTimeout(draw, rest);
    }
  };
}

function bar({ step, steps, loss, best, evaluations, seconds }: FitReport): Bundle {
  const known = Number.isFinite(steps);
  const text =
    `step ${step}${known ? ` of ${steps}` : ""}, loss ${loss.toPrecision(6)}, best ${best.toPrecision(6)}, ` +
    `${evaluations} evaluations, ${seconds.toFixed(1)} s`;
  const meter = known ? `<progress value="${step}" max="${steps}" style="width: 16em"></progress> ` : "";
  return { "text/html": `<div style="font-family: monospace">${meter}${text}</div>`, "text/plain": text };
}
