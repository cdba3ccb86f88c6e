import { ArgumentError } from "@simgrad/core";
import * as Plot from "@observablehq/plot";
import { svgDocument, svgNamespace, type SvgElement } from "./dom.js";
import { serialize } from "./serialize.js";

/** Options of `plot` of @observablehq/plot, less the document, which is supplied here. */
export type PlotOptions = Omit<Plot.PlotOptions, "document">;

/**
 * Draws a plot to an SVG document. Marks, scales and options are those of @observablehq/plot.
 *
 * @throws ArgumentError if the options ask for parts that are HTML (title, caption, legends) or for a canvas.
 */
export function plotSvg(options: PlotOptions): string {
  return serialize(plotElement(options));
}

/** `plotSvg`, as an element that can be placed inside another picture. */
export function plotElement(options: PlotOptions): SvgElement {
  const element = Plot.plot({ ...options, document: svgDocument() }) as unknown as SvgElement;
  if (element.localName !== "svg") {
    throw new ArgumentError({
      what: "The plot is not a single SVG picture.",
      got: `an HTML <${element.localName}>, which @observablehq/plot makes for title, subtitle, caption and legends`,
      expected: "options whose result is one <svg>",
      fix: "drop these options, or use curves, heatMap or lossPlot, which draw titles and legends inside the SVG.",
    });
  }
  element.setAttribute("xmlns", svgNamespace);
  return element;
}
