import { svgElement, svgNamespace, type SvgElement } from "./dom.js";
import type { Picture } from "./picture.js";
import { serialize } from "./serialize.js";

/** A legend entry: a stroke as it is drawn, and what it stands for. */
export interface LegendEntry {
  readonly name: string;
  readonly stroke: string;
  readonly dash?: string;
}

/** What stands around the panels of a picture. */
export interface FrameOptions {
  readonly title?: string;
  readonly legend?: readonly LegendEntry[];
  readonly alt: string;
}

const ink = "#1b1e23";
const titleHeight = 26;
const legendHeight = 20;
// Mean advance of a sans-serif digit or lower-case letter at 11 px, rounded up; only legend gaps depend on it.
const letterWidth = 6.4;

/**
 * Places panels side by side on white, below a title and a legend, in one SVG document. White is painted, not left to
 * the page: a saved notebook may be opened on a dark one.
 */
export function framePanels(panels: readonly SvgElement[], options: FrameOptions): Picture {
  const top = (options.title === undefined ? 0 : titleHeight) + (options.legend === undefined ? 0 : legendHeight);
  let width = 0;
  let height = 0;
  for (const panel of panels) {
    panel.setAttribute("x", String(width));
    panel.setAttribute("y", String(top));
    width += Number(panel.getAttribute("width"));
    height = Math.max(height, Number(panel.getAttribute("height")));
  }
  const svg = svgElement(
    "svg",
    {
      xmlns: svgNamespace,
      width,
      height: height + top,
      viewBox: `0 0 ${width} ${height + top}`,
      role: "img",
      "aria-label": options.alt,
      "font-family": "system-ui, sans-serif",
      "font-size": 11,
      color: ink,
    },
    [
      svgElement("title", {}, options.alt),
      svgElement("rect", { width: "100%", height: "100%", fill: "white" }),
      ...(options.title === undefined ? [] : [titleText(options.title)]),
      ...(options.legend === undefined ? [] : legendRow(options.legend, top - legendHeight / 2)),
      ...panels,
    ],
  );
  return { svg: serialize(svg), alt: options.alt };
}

function titleText(title: string): SvgElement {
  return svgElement("text", { x: 12, y: 18, "font-size": 13, "font-weight": 600, fill: ink }, title);
}

function legendRow(entries: readonly LegendEntry[], y: number): readonly SvgElement[] {
  let x = 12;
  return entries.flatMap(({ name, stroke, dash }) => {
    const swatch = svgElement("line", { x1: x, x2: x + 22, y1: y, y2: y, stroke, "stroke-width": 2 });
    if (dash !== undefined) swatch.setAttribute("stroke-dasharray", dash);
    const label = svgElement("text", { x: x + 28, y: y + 4, fill: ink }, name);
    x += 28 + name.length * letterWidth + 18;
    return [swatch, label];
  });
}
