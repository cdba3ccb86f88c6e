import { ArgumentError, ShapeError } from "@simgrad/core";
import * as Plot from "@observablehq/plot";
import type { ViewState } from "../live/wire.js";
import { framePanels } from "../picture/frame.js";
import type { Picture } from "../picture/picture.js";
import { plotElement } from "../picture/plotSvg.js";
import { axisLabel, showNumber, type Axis } from "./axis.js";
import { toVector, type Vector } from "./numbers.js";
import { strokes } from "./strokes.js";

/** One line of a plot. */
export interface Curve {
  readonly name: string;
  readonly y: Vector;
  /** Positions of the points, where they differ from those of the plot. */
  readonly x?: Vector;
  /** Drawn with dashes: tells curves apart that lie on each other, and without colour. */
  readonly dashed?: boolean;
}

/** What `curves` draws. */
export interface CurvesOptions {
  readonly curves: readonly Curve[];
  /** Positions of the points; 0, 1, 2, ... if absent. */
  readonly x?: Vector;
  readonly xAxis: Axis;
  readonly yAxis: Axis;
  /** "log" needs positive values. Default "linear". */
  readonly yScale?: "linear" | "log";
  readonly title?: string;
  /** Text that stands for the picture; a description of the data if absent. */
  readonly alt?: string;
  /** Pixels; default 640 by 260. */
  readonly width?: number;
  readonly height?: number;
}

/**
 * Draws lines through points as they are: nothing is smoothed or left out; a value that is not finite breaks the line.
 *
 * @throws ShapeError if a curve's x and y differ in length.
 * @throws ArgumentError if there is nothing to draw, or a log axis meets a value that is not positive.
 */
export function curves(options: CurvesOptions): Picture {
  const { width = 640, height = 260, yScale = "linear" } = options;
  if (options.curves.length === 0) {
    throw new ArgumentError({ what: "curves: there is no curve to draw.", fix: "give at least one in `curves`." });
  }
  const lines = options.curves.map((curve, index) => {
    const y = toVector(curve.y, `curve "${curve.name}"`);
    const givenX = curve.x ?? options.x;
    const x = givenX === undefined ? Array.from({ length: y.length }, (_, i) => i) : toVector(givenX, "x");
    checkCurve(curve.name, x, y, yScale);
    return { name: curve.name, x, y, stroke: strokes[index % strokes.length] as string, dashed: curve.dashed === true };
  });
  const panel = plotElement({
    width,
    height,
    marginLeft: 56,
    marginBottom: 40,
    marginTop: 24,
    x: { label: axisLabel(options.xAxis), nice: false, labelArrow: "none", labelAnchor: "center" },
    y: {
      label: axisLabel(options.yAxis),
      type: yScale,
      grid: true,
      labelArrow: "none",
      nice: true,
      ...(yScale === "log" ? { tickFormat: logTick } : {}),
    },
    marks: [
      Plot.frame({ stroke: "#c8ccd2" }),
      ...lines.map(({ x, y, stroke, dashed }) =>
        Plot.line(
          { length: y.length },
          {
            x: Array.from(x),
            y: Array.from(y),
            stroke,
            strokeWidth: 1.6,
            ...(dashed ? { strokeDasharray: dashPattern } : {}),
          },
        ),
      ),
    ],
  });
  const alt = options.alt ?? describe(options, lines);
  const picture = framePanels([panel], {
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(lines.length === 1
      ? {}
      : {
          legend: lines.map((line) => ({
            name: line.name,
            stroke: line.stroke,
            ...(line.dashed ? { dash: dashPattern } : {}),
          })),
        }),
    alt,
  });
  return { ...picture, live: { view: "plot", state: plotState(options, lines, alt) } };
}

/** One line as it is drawn. */
interface Line {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly stroke: string;
  readonly dashed: boolean;
}

function plotState(options: CurvesOptions, lines: readonly Line[], alt: string): ViewState {
  const { title = "", height = 260, yScale = "linear" } = options;
  return {
    ...{ title, alt, height, yScale, xLabel: axisLabel(options.xAxis), yLabel: axisLabel(options.yAxis) },
    curves: lines.map(({ name, stroke, dashed }) => ({ name, stroke, dashed })),
    ...Object.fromEntries(
      lines.flatMap(({ x, y }, i) => [
        [`x${i}`, Float32Array.from(x)],
        [`y${i}`, Float32Array.from(y)],
      ]),
    ),
  };
}

const dashPattern = "5 4";

/** Labels the ticks 1, 2 and 5 of each decade; the default would write 0.01 as "10m". */
function logTick(value: number): string {
  const [digits = "", exponent = ""] = value.toExponential(0).split("e");
  if (!["1", "2", "5"].includes(digits)) return "";
  return Math.abs(Number(exponent)) <= 3 ? String(Number(value.toPrecision(1))) : `${digits}e${Number(exponent)}`;
}

function checkCurve(name: string, x: ArrayLike<number>, y: ArrayLike<number>, yScale: "linear" | "log"): void {
  if (x.length !== y.length || y.length === 0) {
    throw new ShapeError({
      what: `curves: curve "${name}" cannot be drawn.`,
      got: `x of shape [${x.length}] and y of shape [${y.length}]`,
      expected: "one x for each y, and at least one",
    });
  }
  if (yScale !== "log") return;
  for (let i = 0; i < y.length; i++) {
    if ((y[i] as number) > 0 || !Number.isFinite(y[i])) continue;
    throw new ArgumentError({
      what: `curves: a log axis cannot show curve "${name}".`,
      got: `the value ${y[i]} at index ${i}`,
      expected: "positive values",
      fix: 'leave such points out, or use yScale: "linear".',
    });
  }
}

function describe(
  options: CurvesOptions,
  lines: readonly { readonly name: string; readonly y: ArrayLike<number> }[],
): string {
  const heading = `${options.title ?? axisLabel(options.yAxis)}: lines over ${axisLabel(options.xAxis)}`;
  const parts = lines.map(({ name, y }) => {
    const first = y[0] as number;
    const last = y[y.length - 1] as number;
    return `${name}, ${y.length} points from ${showNumber(first)} to ${showNumber(last)}`;
  });
  return `${heading}. ${parts.join("; ")}.`;
}
