import type { Picture } from "../picture/picture.js";
import type { Axis } from "./axis.js";
import { curves } from "./curves.js";
import type { Vector } from "./numbers.js";

/** What `lossPlot` draws. */
export interface LossPlotOptions {
  /** Loss before the first update, after it, and so on; or several such lists by name. */
  readonly losses: Vector | Readonly<Record<string, Vector>>;
  /** What the loss measures. Default a pure number named "loss". */
  readonly axis?: Axis;
  readonly title?: string;
  readonly alt?: string;
  readonly width?: number;
  readonly height?: number;
}

/**
 * Draws losses over the number of updates, on a log axis.
 *
 * @throws ArgumentError if a loss is not positive.
 */
export function lossPlot(options: LossPlotOptions): Picture {
  const { losses, axis = { name: "loss", unit: "1" }, ...rest } = options;
  const named = isVector(losses) ? { loss: losses } : losses;
  return curves({
    ...rest,
    curves: Object.entries(named).map(([name, y]) => ({ name, y })),
    xAxis: { name: "updates", unit: "1" },
    yAxis: axis,
    yScale: "log",
  });
}

function isVector(losses: LossPlotOptions["losses"]): losses is Vector {
  return typeof (losses as { readonly length?: unknown }).length === "number" || "shape" in losses;
}
