import * as Plot from "@observablehq/plot";
import { InternalError } from "@simgrad/core";

/** Name of a continuous colour scheme of @observablehq/plot. */
export type Scheme = NonNullable<Plot.ScaleOptions["scheme"]>;

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** `count` colours of a scheme, from its low end to its high end. */
export function paletteOf(scheme: Scheme, count: number): readonly Rgb[] {
  const scale = Plot.scale({ color: { type: "linear", scheme, domain: [0, count - 1] } });
  return Array.from({ length: count }, (_, index) => parseColor(String(scale.apply(index))));
}

/** Reads `rgb(1, 2, 3)` or `#010203`. */
function parseColor(color: string): Rgb {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  const numbers =
    hex === null
      ? color
          .match(/[\d.]+/g)
          ?.slice(0, 3)
          .map(Number)
      : hex.slice(1).map((part) => parseInt(part, 16));
  const [red, green, blue] = numbers ?? [];
  if (red === undefined || green === undefined || blue === undefined) {
    throw new InternalError(`the colour scale gave "${color}", which is neither rgb() nor hexadecimal`);
  }
  return [Math.round(red), Math.round(green), Math.round(blue)];
}
