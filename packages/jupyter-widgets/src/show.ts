import { ArgumentError } from "@simgrad/core";
import { currentHost } from "./host/current.js";
import type { Host } from "./host/host.js";
import type { Picture } from "./picture/picture.js";

/** How `show` shows. */
export interface ShowOptions {
  /** Text that stands for the picture where pictures are not shown. */
  readonly alt?: string;
  /** Where to show it; default the running kernel, or standard output outside of one. */
  readonly host?: Host;
}

/**
 * Shows a picture in the notebook: as SVG where the host can, as its text elsewhere.
 *
 * @param picture - a Picture, or an SVG document as from `plotSvg`, which needs `alt`
 * @throws ArgumentError if an SVG document comes without `alt`.
 * @example
 * ```ts
 * show(curves({ curves: [{ name: "sine", y: values }], xAxis: { name: "time", unit: "s" }, yAxis: { name: "height", unit: "m" } }));
 * ```
 */
export function show(picture: Picture | string, options: ShowOptions = {}): void {
  const svg = typeof picture === "string" ? picture : picture.svg;
  const alt = options.alt ?? (typeof picture === "string" ? undefined : picture.alt);
  if (alt === undefined || alt === "") {
    throw new ArgumentError({
      what: "show: the picture has no text that stands for it.",
      expected: "alt, a sentence that says what is seen",
      fix: 'call show(svg, { alt: "..." }).',
    });
  }
  (options.host ?? currentHost()).display({ "image/svg+xml": svg, "text/plain": alt });
}
