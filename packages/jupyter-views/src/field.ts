import * as Plot from "@observablehq/plot";
import { coloring, colorsAt, legendOf } from "./colors.js";
import { element, shown, styled } from "./dom.js";
import { floats, number, onChange, text, type Cleanup, type RenderProps, type View, type ViewModel } from "./model.js";
import { playback } from "./playback.js";

/** A table of numbers as colours, `[frames, rows, columns]`: row 0 is lowest. Hover reads values out. */
function render({ model, el }: RenderProps): Cleanup {
  const root = styled(el, "field");
  const title = element("div", { class: "simgrad-title" });
  const legend = element("div", { class: "simgrad-bar" });
  const stage = element("div", { class: "simgrad-stage", role: "img" });
  const readout = element("div", { class: "simgrad-readout", "aria-live": "polite" });
  let values = floats(model.get("values"));
  const player = playback(model, () => paint());
  root.append(title, legend, stage, readout, player.node);

  const paint = (): void => {
    title.textContent = text(model, "title");
    stage.setAttribute("aria-label", text(model, "alt"));
    const colors = colorsAt(model, "colors");
    if (colors === null) return;
    legend.replaceChildren(legendOf(colors));
    const [rows, columns] = [number(model, "rows", 1), number(model, "columns", 1)];
    const from = player.frame() * rows * columns;
    const canvas = element("canvas", { width: String(columns), height: String(rows) });
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const image = context.createImageData(columns, rows);
    const colorOf = coloring(colors);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const color = colorOf(values[from + row * columns + column] as number);
        const at = 4 * ((rows - 1 - row) * columns + column);
        image.data[at] = color >> 16;
        image.data[at + 1] = (color >> 8) & 255;
        image.data[at + 2] = color & 255;
        image.data[at + 3] = 255;
      }
    }
    context.putImageData(image, 0, 0);
    stage.replaceChildren(
      fieldPlot(model, canvas.toDataURL(), rows, columns, (row, column) => {
        const value = values[from + row * columns + column] as number;
        readout.textContent = `row ${row}, column ${column}: ${shown(value)}`;
      }),
    );
  };
  const update = (): void => {
    values = floats(model.get("values"));
    paint();
  };
  paint();
  const end = onChange(model, ["values", "colors", "title", "alt", "rows", "columns"], update);
  return () => {
    end();
    player.stop();
  };
}

function fieldPlot(
  model: ViewModel,
  source: string,
  rows: number,
  columns: number,
  read: (row: number, column: number) => void,
): Element {
  const x = widened(model.get("x"), columns);
  const y = widened(model.get("y"), rows);
  const plot = Plot.plot({
    width: 560,
    height: number(model, "height", 320),
    marginLeft: 56,
    marginBottom: 40,
    style: { background: "none", color: "currentColor" },
    x: { domain: x, label: text(model, "xLabel"), labelArrow: "none", labelAnchor: "center" },
    y: { domain: y, label: text(model, "yLabel"), labelArrow: "none" },
    marks: [
      (_index, scales) => {
        const [left, right] = x.map((at) => Number(scales.x?.(at)));
        const [bottom, top] = y.map((at) => Number(scales.y?.(at)));
        const picture = document.createElementNS("http://www.w3.org/2000/svg", "image");
        const attributes = {
          href: source,
          x: left,
          y: top,
          width: right! - left!,
          height: bottom! - top!,
          preserveAspectRatio: "none",
        };
        for (const [name, value] of Object.entries(attributes)) picture.setAttribute(name, String(value));
        picture.style.imageRendering = "pixelated";
        picture.addEventListener("pointermove", (event) => {
          const box = picture.getBoundingClientRect();
          const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
          const row = rows - 1 - Math.floor(((event.clientY - box.top) / box.height) * rows);
          if (row >= 0 && row < rows && column >= 0 && column < columns) read(row, column);
        });
        return picture;
      },
    ],
  });
  return plot;
}

/** Entries lie at the centres of their pixels, so a picture reaches half a pixel beyond the first and the last. */
function widened(range: unknown, count: number): [number, number] {
  const [first, last] = range as [number, number];
  const half = count > 1 ? (last - first) / (count - 1) / 2 : 0.5;
  return [first - half, last + half];
}

const view: View = { render };
export default view;
