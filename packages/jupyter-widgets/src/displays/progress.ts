import { ArgumentError } from "@simgrad/core";
import { svgElement } from "../picture/dom.js";
import { framePanels } from "../picture/frame.js";
import type { Picture } from "../picture/picture.js";
import { currentHost } from "../host/current.js";
import type { Host } from "../host/host.js";
import { handle } from "../live/handle.js";
import { createModel } from "../live/model.js";
import { showModel } from "../live/session.js";

/** Options of `progress`. */
export interface ProgressOptions {
  /** What goes on. */
  readonly label?: string;
  /** What there is to do; default not known. */
  readonly total?: number;
  /** Where to show it; default the running kernel. */
  readonly host?: Host;
}

/** A bar that fills. */
export interface Progress {
  /** So much is done; `text` says more, and stands beside the bar. */
  update(done: number, text?: string): void;
  /** Nothing more comes: the saved picture shows where it ended. */
  end(text?: string): void;
}

/**
 * Shows a bar for something that takes its time.
 *
 * @example
 * ```ts
 * const bar = progress({ label: "runs", total: 100 });
 * for (let i = 0; i < 100; i++) { await oneRun(i); bar.update(i + 1); }
 * bar.end();
 * ```
 * @throws ArgumentError if `total` is not positive.
 */
export function progress({ label = "progress", total, host = currentHost() }: ProgressOptions = {}): Progress {
  if (total !== undefined && !(total > 0)) {
    throw new ArgumentError({
      what: "progress: there is nothing to do.",
      got: `total ${total}`,
      expected: "a positive number",
    });
  }
  let done = 0;
  const textOf = (text: string | undefined): string =>
    text ?? `${label}: ${done}${total === undefined ? "" : ` of ${total}`}`;
  let shown = textOf(undefined);
  const model = createModel("progress", { label, total: total ?? 0, done, text: shown });
  const replace = showModel(host, model, barPicture(0, shown));
  return handle<Progress>({
    update: (count, text) => {
      done = count;
      shown = textOf(text);
      model.set({ done, text: shown });
    },
    end: (text) => {
      shown = text ?? shown;
      model.set({ done, text: shown });
      replace(barPicture(total === undefined ? 1 : Math.min(1, done / total), shown));
    },
  });
}

/** A bar as a saved notebook shows it. `part`: 0 to 1. */
function barPicture(part: number, text: string): Picture {
  const bar = [
    svgElement("rect", { x: 12, y: 9, width: 200, height: 10, fill: "#e3e6ea" }),
    svgElement("rect", { x: 12, y: 9, width: 200 * part, height: 10, fill: "#0072b2" }),
    svgElement("text", { x: 222, y: 18, fill: "#1b1e23" }, text),
  ];
  return framePanels([svgElement("svg", { width: 640, height: 28 }, bar)], { alt: text });
}
