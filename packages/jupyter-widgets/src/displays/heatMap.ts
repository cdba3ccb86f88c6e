import { ArgumentError } from "@simgrad/core";
import * as Plot from "@observablehq/plot";
import { svgElement, type SvgElement } from "../picture/dom.js";
import { framePanels } from "../picture/frame.js";
import { paletteOf, type Rgb, type Scheme } from "../picture/palette.js";
import type { Picture } from "../picture/picture.js";
import { plotElement, type PlotOptions } from "../picture/plotSvg.js";
import { pngDataUri } from "../picture/png.js";
import { axisLabel, showNumber, type Axis } from "./axis.js";
import { toMatrix, type Matrix } from "./numbers.js";

/** What `heatMap` draws. */
export interface HeatMapOptions {
  /** `[rows, columns]`: rows go up along y, columns right along x; for a space-time picture row t is the field at time t. */
  readonly values: Matrix;
  /** Positions of the first and the last column. */
  readonly x: readonly [number, number];
  /** Positions of the first and the last row. */
  readonly y: readonly [number, number];
  readonly xAxis: Axis;
  readonly yAxis: Axis;
  /** What the colours measure. */
  readonly valueAxis: Axis;
  /** Values at the two ends of the colours; default the range of the data, symmetric about zero if they have both signs. */
  readonly domain?: readonly [number, number];
  /** Default "rdbu" reversed (blue below zero, red above) for data of both signs, else "viridis". */
  readonly scheme?: Scheme;
  readonly title?: string;
  /** Text that stands for the picture; a description of the data if absent. */
  readonly alt?: string;
  /** Pixels, colour bar included; default 640 by 320. */
  readonly width?: number;
  readonly height?: number;
}

const levels = 255;
/** Palette entry of values that are not finite. */
const broken = levels;
const brokenColor: Rgb = [128, 128, 128];
const barWidth = 92;

/**
 * Draws a table of numbers as colours, one pixel an entry: nothing is averaged or left out. Values beyond the domain
 * take the colour of its end; values that are not finite are grey.
 *
 * @throws ShapeError if the values are not a table.
 * @throws ArgumentError if the domain is empty.
 */
export function heatMap(options: HeatMapOptions): Picture {
  const { width = 640, height = 320 } = options;
  const { rows, columns, data } = toMatrix(options.values, "heatMap values");
  const range = rangeOf(data);
  const [low, high] = options.domain ?? defaultDomain(range);
  if (!(high > low)) {
    throw new ArgumentError({
      what: "heatMap: the domain of the colours is empty.",
      got: `[${low}, ${high}]`,
      expected: "two numbers, the second one greater",
    });
  }
  const diverging = low < 0 && high > 0;
  const scheme = options.scheme ?? (diverging ? "rdbu" : "viridis");
  const colors = paletteOf(scheme, levels);
  const palette = [...(options.scheme === undefined && diverging ? colors.slice().reverse() : colors), brokenColor];

  const pixels = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      // Row 0 is the lowest of the plot and the last of the image.
      pixels[(rows - 1 - row) * columns + column] = levelOf(data[row * columns + column] as number, low, high);
    }
  }
  const map = imagePlot(
    { width: width - barWidth, height, marginLeft: 56, marginRight: 8 },
    pngDataUri({ width: columns, height: rows, pixels, palette }),
    halfPixelWider(options.x, columns),
    halfPixelWider(options.y, rows),
    { label: axisLabel(options.xAxis), labelArrow: "none", labelAnchor: "center" },
    { label: axisLabel(options.yAxis), labelArrow: "none" },
  );
  const scale = Uint8Array.from({ length: levels }, (_, level) => levels - 1 - level);
  const bar = imagePlot(
    { width: barWidth, height, marginLeft: 22, marginRight: 50 },
    pngDataUri({ width: 1, height: levels, pixels: scale, palette }),
    [0, 1],
    [low, high],
    { axis: null },
    { label: axisLabel(options.valueAxis), labelArrow: "none", axis: "right" },
  );
  return framePanels([map, bar], {
    ...(options.title === undefined ? {} : { title: options.title }),
    alt: options.alt ?? describe(options, rows, columns, range),
  });
}

/** A plot whose whole frame is one image, with axes over the given extents. */
function imagePlot(
  layout: Pick<PlotOptions, "width" | "height" | "marginLeft" | "marginRight">,
  uri: string,
  [x1, x2]: readonly [number, number],
  [y1, y2]: readonly [number, number],
  x: PlotOptions["x"],
  y: PlotOptions["y"],
): SvgElement {
  const image = (_index: unknown, scales: { readonly x?: unknown; readonly y?: unknown }): SvgElement => {
    const atX = scales.x as (value: number) => number;
    const atY = scales.y as (value: number) => number;
    return svgElement("image", {
      x: atX(x1),
      y: atY(y2),
      width: atX(x2) - atX(x1),
      height: atY(y1) - atY(y2),
      preserveAspectRatio: "none",
      "image-rendering": "pixelated",
      href: uri,
    });
  };
  return plotElement({
    ...layout,
    marginTop: 24,
    marginBottom: 40,
    x: { ...x, domain: [x1, x2] },
    y: { ...y, domain: [y1, y2] },
    marks: [image, Plot.frame({ stroke: "#8a9099" })],
  });
}

function levelOf(value: number, low: number, high: number): number {
  if (!Number.isFinite(value)) return broken;
  const level = Math.floor(((value - low) / (high - low)) * levels);
  return Math.min(levels - 1, Math.max(0, level));
}

/** Entries lie at the centres of their pixels, so an image reaches half a pixel beyond the first and the last. */
function halfPixelWider([first, last]: readonly [number, number], count: number): readonly [number, number] {
  const half = count > 1 ? (last - first) / (count - 1) / 2 : 0.5;
  return [first - half, last + half];
}

function rangeOf(data: ArrayLike<number>): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 0];
}

function defaultDomain([low, high]: readonly [number, number]): readonly [number, number] {
  if (low < 0 && high > 0) {
    const reach = Math.max(-low, high);
    return [-reach, reach];
  }
  return high > low ? [low, high] : [low - 0.5, low + 0.5];
}

function describe(options: HeatMapOptions, rows: number, columns: number, range: readonly [number, number]): string {
  const heading = `${options.title ?? axisLabel(options.valueAxis)}: ${axisLabel(options.valueAxis)} as colour over`;
  const axes = `${axisLabel(options.xAxis)} and ${axisLabel(options.yAxis)}`;
  return `${heading} ${axes}. ${columns} by ${rows} values from ${showNumber(range[0])} to ${showNumber(range[1])}.`;
}
