import type { ViewValue } from "../live/wire.js";
import { axisLabel, type Axis } from "./axis.js";
import type { ColorScale } from "./colors.js";

/** A colour scale as live views read it: the palette as `rrggbb` after `rrggbb`, its last entry for values that are not finite. */
export function colorMap(scale: ColorScale, axis: Axis): { readonly [key: string]: ViewValue } {
  const hex = (part: number): string => part.toString(16).padStart(2, "0");
  return {
    palette: scale.palette.map((rgb) => rgb.map(hex).join("")).join(""),
    domain: [...scale.domain],
    label: axisLabel(axis),
  };
}
