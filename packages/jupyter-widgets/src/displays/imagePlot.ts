import * as Plot from "@observablehq/plot";
import { svgElement, type SvgElement } from "../picture/dom.js";
import { plotElement, type PlotOptions } from "../picture/plotSvg.js";

/** A plot whose whole frame is one image, with axes over the given extents. */
export function imagePlot(
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
