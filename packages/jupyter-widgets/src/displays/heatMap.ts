import { framePanels } from "../picture/frame.js";
import type { Picture } from "../picture/picture.js";
import { pngDataUri } from "../picture/png.js";
import { axisLabel, showNumber, type Axis } from "./axis.js";
import { colorMap } from "./colorMap.js";
import { colorBar, colorBarWidth, colorScale, type ColorOptions } from "./colors.js";
import { imagePlot } from "./imagePlot.js";
import { toMatrix, type Matrix } from "./numbers.js";

/** What `heatMap` draws. */
export interface HeatMapOptions extends ColorOptions {
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
  readonly title?: string;
  /** Text that stands for the picture; a description of the data if absent. */
  readonly alt?: string;
  /** Pixels, colour bar included; default 640 by 320. */
  readonly width?: number;
  readonly height?: number;
}

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
  const colors = colorScale("heatMap", data, options);

  const pixels = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      // Row 0 is the lowest of the plot and the last of the image.
      pixels[(rows - 1 - row) * columns + column] = colors.levelOf(data[row * columns + column] as number);
    }
  }
  const map = imagePlot(
    { width: width - colorBarWidth, height, marginLeft: 56, marginRight: 8 },
    pngDataUri({ width: columns, height: rows, pixels, palette: colors.palette }),
    halfPixelWider(options.x, columns),
    halfPixelWider(options.y, rows),
    { label: axisLabel(options.xAxis), labelArrow: "none", labelAnchor: "center" },
    { label: axisLabel(options.yAxis), labelArrow: "none" },
  );
  const bar = colorBar(colors, options.valueAxis, height);
  const alt = options.alt ?? describe(options, rows, columns, colors.range);
  const picture = framePanels([map, bar], { ...(options.title === undefined ? {} : { title: options.title }), alt });
  const state = {
    ...{ values: Float32Array.from(data), rows, columns, frames: 1, x: [...options.x], y: [...options.y] },
    ...{ xLabel: axisLabel(options.xAxis), yLabel: axisLabel(options.yAxis), title: options.title ?? "", alt, height },
    colors: colorMap(colors, options.valueAxis),
  };
  return { ...picture, live: { view: "field", state } };
}

/** Entries lie at the centres of their pixels, so an image reaches half a pixel beyond the first and the last. */
function halfPixelWider([first, last]: readonly [number, number], count: number): readonly [number, number] {
  const half = count > 1 ? (last - first) / (count - 1) / 2 : 0.5;
  return [first - half, last + half];
}

function describe(options: HeatMapOptions, rows: number, columns: number, range: readonly [number, number]): string {
  const heading = `${options.title ?? axisLabel(options.valueAxis)}: ${axisLabel(options.valueAxis)} as colour over`;
  const axes = `${axisLabel(options.xAxis)} and ${axisLabel(options.yAxis)}`;
  return `${heading} ${axes}. ${columns} by ${rows} values from ${showNumber(range[0])} to ${showNumber(range[1])}.`;
}
