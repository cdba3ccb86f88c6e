import type { Bundle } from "../host/host.js";
import type { Picture } from "./picture.js";
import { sizeOf } from "./size.js";

const gap = 12;

/** Puts the pictures of several outputs into one, row by row. */
export function stack(bundles: readonly Bundle[], columns: number): Picture {
  const cells = bundles.map((bundle) => bundle["image/svg+xml"]).filter((svg) => svg !== undefined);
  const sizes = cells.map((svg) => ({ svg, ...sizeOf(svg) }));
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(0, ...sizes.filter((_, i) => i % columns === c).map(({ width }) => width)),
  );
  let y = 0;
  let placed = "";
  for (let row = 0; row * columns < sizes.length; row++) {
    const inRow = sizes.slice(row * columns, (row + 1) * columns);
    inRow.forEach(({ svg }, c) => {
      const x = widths.slice(0, c).reduce((sum, width) => sum + width + gap, 0);
      placed += svg.replace("<svg", `<svg x="${x}" y="${y}"`);
    });
    y += Math.max(...inRow.map(({ height }) => height)) + gap;
  }
  const width = widths.reduce((sum, each) => sum + each + gap, -gap);
  const alt = bundles.map((bundle) => bundle["text/plain"]).join(" ");
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y - gap}" role="img">`;
  return { svg: `${open}${placed}</svg>`, alt };
}
