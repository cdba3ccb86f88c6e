import { ArgumentError } from "@simgrad/core";
import { currentHost } from "./host/current.js";
import type { Bundle, Host } from "./host/host.js";
import { handle } from "./live/handle.js";
import { createModel } from "./live/model.js";
import { pictureLater } from "./live/pictureLater.js";
import { showModel } from "./live/session.js";
import type { Picture } from "./picture/picture.js";

/** How `show` shows. */
export interface ShowOptions {
  /** Text that stands for the picture where pictures are not shown. */
  readonly alt?: string;
  /** Where to show it; default the running kernel, or standard output outside of one. */
  readonly host?: Host;
}

/** A picture that is shown. */
export interface Shown {
  /**
   * Shows another picture in its place.
   *
   * @throws ArgumentError if it is of another kind (a heat map for curves), or an SVG document without `alt`.
   */
  update(picture: Picture | string, options?: Pick<ShowOptions, "alt">): void;
}

/**
 * Shows a picture in the notebook: live where the host can, else as SVG, else as its text.
 *
 * @param picture - a Picture, or an SVG document as from `plotSvg`, which needs `alt`
 * @throws ArgumentError if an SVG document comes without `alt`.
 * @example
 * ```ts
 * const plot = (frequency: number) => curves({ curves: [{ name: "sine", y: waveOf(frequency) }], xAxis, yAxis });
 * const shown = show(plot(1));
 * interact({ frequency: slider({ max: 5 }) }, ({ frequency }) => shown.update(plot(frequency)));
 * ```
 */
export function show(picture: Picture | string, options: ShowOptions = {}): Shown {
  const { host = currentHost() } = options;
  const first = readPicture(picture, options.alt);
  if (first.live === undefined || host.comms === undefined) return showStatic(host, first);
  const { view, state } = first.live;
  const model = createModel(view, state);
  const replace = showModel(host, model, first);
  let last = first;
  const saved = pictureLater(() => {
    replace(last);
  });
  return handle<Shown>({
    update: (next, { alt } = {}) => {
      const read = readPicture(next, alt);
      if (read.live?.view !== view) {
        throw new ArgumentError({
          what: "show: the picture that is shown is of another kind.",
          got: read.live?.view ?? "a picture without a live view",
          expected: view,
          fix: "show it by a show of its own.",
        });
      }
      last = read;
      model.set(read.live.state);
      saved.soon();
    },
  });
}

function showStatic(host: Host, first: Picture): Shown {
  const replace = host.replaceable?.();
  if (replace === undefined) host.display(bundleOf(first));
  else replace(bundleOf(first));
  return handle<Shown>({ update: (next, { alt } = {}) => replace?.(bundleOf(readPicture(next, alt))) });
}

function bundleOf({ svg, alt }: Picture): Bundle {
  return { "image/svg+xml": svg, "text/plain": alt };
}

function readPicture(picture: Picture | string, given: string | undefined): Picture {
  const whole = typeof picture === "string" ? { svg: picture, alt: "" } : picture;
  const alt = given ?? whole.alt;
  if (alt !== "") return { ...whole, alt };
  throw new ArgumentError({
    what: "show: the picture has no text that stands for it.",
    expected: "alt, a sentence that says what is seen",
    fix: 'call show(svg, { alt: "..." }).',
  });
}
