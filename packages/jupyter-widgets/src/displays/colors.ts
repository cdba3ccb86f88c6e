import { ArgumentError } from "@simgrad/core";
import type { SvgElement } from "../picture/dom.js";
import { paletteOf, type Rgb, type Scheme } from "../picture/palette.js";
import { pngDataUri } from "../picture/png.js";
import { axisLabel, type Axis } from "./axis.js";
import { imagePlot } from "./imagePlot.js";

/** How values become colours. */
export interface ColorOptions {
  /** Values at the two ends of the colours; default the range of the data, symmetric about zero if they have both signs. */
  readonly domain?: readonly [number, number];
  /** Default "rdbu" reversed (blue below zero, red above) for data of both signs, else "viridis". */
  readonly scheme?: Scheme;
}

/** Colours for the values of one picture. */
export interface ColorScale {
  readonly palette: readonly Rgb[];
  /** Place of a value's colour in the palette. */
  levelOf(value: number): number;
  /** Smallest and largest finite value. */
  readonly range: readonly [number, number];
  /** Values at the ends of the colours. */
  readonly domain: readonly [number, number];
}

const levels = 255;
/** Palette entry of values that are not finite. */
const broken = levels;
const brokenColor: Rgb = [128, 128, 128];

/** Pixels. */
export const colorBarWidth = 92;

/**
 * Chooses colours for values. Values beyond the domain take the colour of its end; values that are not finite are grey.
 * @throws ArgumentError if the domain is empty.
 */
export function colorScale(name: string, data: ArrayLike<number>, options: ColorOptions): ColorScale {
  const range = rangeOf(data);
  const [low, high] = options.domain ?? defaultDomain(range);
  if (!(high > low)) {
    throw new ArgumentError({
      what: `${name}: the domain of the colours is empty.`,
      got: `[${low}, ${high}]`,
      expected: "two numbers, the second one greater",
    });
  }
  const diverging = low < 0 && high > 0;
  const scheme = options.scheme ?? (diverging ? "rdbu" : "viridis");
  const colors = paletteOf(scheme, levels);
  const palette = [...(options.scheme === undefined && diverging ? colors.slice().reverse() : colors), brokenColor];
  const levelOf = (value: number): number => {
    if (!Number.isFinite(value)) return broken;
    const level = Math.floor(((value - low) / (high - low)) * levels);
    return Math.min(levels - 1, Math.max(0, level));
  };
  return { palette, levelOf, range, domain: [low, high] };
}

/** The legend of a colour scale: its colours beside an axis. */
export function colorBar({ palette, domain }: ColorScale, axis: Axis, height: number): SvgElement {
  const pixels = Uint8Array.from({ length: levels }, (_, level) => levels - 1 - level);
  return imagePlot(
    { width: colorBarWidth, height, marginLeft: 22, marginRight: 50 },
    pngDataUri({ width: 1, height: levels, pixels, palette }),
    [0, 1],
    domain,
    { axis: null },
    { label: axisLabel(axis), labelArrow: "none", axis: "right" },
  );
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
