import { ArgumentError } from "@simgrad/core";
import { currentHost } from "../host/current.js";
import type { Host } from "../host/host.js";
import { createModel, type Model } from "../live/model.js";
import { growingList } from "../live/growing.js";
import { handle } from "../live/handle.js";
import { pictureLater } from "../live/pictureLater.js";
import { showModel } from "../live/session.js";
import type { Picture } from "../picture/picture.js";
import type { Axis } from "./axis.js";
import { curves } from "./curves.js";
import type { FitReport } from "./fitProgress.js";

/** Options of `lossCurve`. */
export interface LossCurveOptions {
  readonly title?: string;
  /** What the loss measures. Default a pure number named "loss". */
  readonly axis?: Axis;
  /** "log" until a loss is not positive. Default "log". */
  readonly yScale?: "linear" | "log";
  /** Where to show it; default the running kernel. */
  readonly host?: Host;
}

/** What a fit calls after each step; `end` is for loops that have no last step of their own. */
export interface LossCurve {
  (report: Pick<FitReport, "step" | "loss" | "best" | "steps">): void;
  /** Writes the curve as it is into the saved notebook. */
  end(): void;
}

/**
 * Shows the loss of a fit while it runs: one output, that grows with each step.
 *
 * @returns the function to give as `onStep`
 * @example
 * ```ts
 * const result = await fit({ simulator: wave, loss, params, optimizer: lbfgs(), onStep: lossCurve() });
 * ```
 */
export function lossCurve(options: LossCurveOptions = {}): LossCurve {
  const { title = "Loss", axis = { name: "loss", unit: "1" }, yScale = "log", host = currentHost() } = options;
  const steps: number[] = [];
  const losses: number[] = [];
  const best: number[] = [];
  let shown: { readonly model: Model; readonly replace: (picture: Picture) => void } | null = null;
  const live = { step: growingList(), loss: growingList(), best: growingList() };

  const picture = (): Picture => {
    const all = [...losses, ...best].filter(Number.isFinite);
    return curves({
      title,
      x: steps,
      curves: [
        { name: "loss", y: losses },
        { name: "best", y: best, dashed: true },
      ],
      xAxis: { name: "updates", unit: "1" },
      yAxis: axis,
      yScale: yScale === "log" && all.every((value) => value > 0) ? "log" : "linear",
    });
  };
  const saved = pictureLater(() => shown?.replace(picture()));
  const onStep = (report: Pick<FitReport, "step" | "loss" | "best" | "steps">): void => {
    if (typeof report.loss !== "number") {
      throw new ArgumentError({
        what: "lossCurve: a report has a loss.",
        got: typeof report.loss,
        expected: "a number",
      });
    }
    steps.push(report.step);
    losses.push(report.loss);
    best.push(report.best);
    live.step.push(report.step);
    live.loss.push(report.loss);
    live.best.push(report.best);
    if (shown === null) {
      const first = picture();
      const model = createModel("plot", first.live?.state ?? {});
      shown = { model, replace: showModel(host, model, first) };
    } else {
      shown.model.set(series());
    }
    if (report.step === report.steps) saved.now();
    else saved.soon();
  };
  const series = (): Readonly<Record<string, Float32Array>> => {
    const x = live.step.values();
    return { x0: x, y0: live.loss.values(), x1: x, y1: live.best.values() };
  };
  return handle(Object.assign(onStep, { end: saved.now }));
}
