import { element, shown } from "./dom.js";
import type { ViewModel } from "./model.js";

/** Colours for values: `palette` is `rrggbb` after `rrggbb`, its last one for values that are not finite. */
export interface ColorMap {
  readonly palette: string;
  readonly domain: readonly [number, number];
  readonly label: string;
}

/** Reads the colours of a view's state. */
export function colorMapOf(value: unknown): ColorMap | null {
  const { palette, domain, label } = (value ?? {}) as Partial<ColorMap>;
  return palette === undefined || domain === undefined ? null : { palette, domain, label: label ?? "" };
}

/** The function from a value to red, green and blue, 0 to 255, as one number. */
export function coloring({ palette, domain: [low, high] }: ColorMap): (value: number) => number {
  const table = Uint32Array.from({ length: palette.length / 6 }, (_, i) =>
    parseInt(palette.slice(6 * i, 6 * i + 6), 16),
  );
  const levels = table.length - 1;
  const scale = levels / (high - low);
  return (value) => {
    if (!Number.isFinite(value)) return table[levels] as number;
    return table[Math.min(levels - 1, Math.max(0, Math.floor((value - low) * scale)))] as number;
  };
}

/** The legend of colours: both ends of the domain, and what is measured. */
export function legendOf(map: ColorMap): HTMLElement {
  const stops = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = Math.round(part * (map.palette.length / 6 - 2));
    return `#${map.palette.slice(6 * at, 6 * at + 6)}`;
  });
  const [low, high] = map.domain;
  return element(
    "span",
    { class: "simgrad-legend", role: "img", "aria-label": `${map.label}: ${shown(low)} to ${shown(high)}` },
    [
      shown(low),
      element("span", { class: "simgrad-ramp", style: `background: linear-gradient(to right, ${stops.join(", ")})` }),
      shown(high),
      ` ${map.label}`,
    ],
  );
}

/** The colours at `key` of a model. */
export function colorsAt(model: ViewModel, key: string): ColorMap | null {
  return colorMapOf(model.get(key));
}
