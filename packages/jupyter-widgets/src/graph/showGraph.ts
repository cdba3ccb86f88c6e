import { ArgumentError } from "@simgrad/core";
import { currentHost } from "../host/current.js";
import type { Host } from "../host/host.js";
import { createModel } from "../live/model.js";
import { showModel } from "../live/session.js";
import { svgElement } from "../picture/dom.js";
import { framePanels } from "../picture/frame.js";
import type { Picture } from "../picture/picture.js";
import { count, drawGraph } from "./draw.js";
import { parseGraph } from "./parse.js";

/** What `explain` of `@simgrad/core` gives, as far as it is drawn. */
export interface Stages {
  readonly stages: readonly { readonly name: string; readonly text: string }[];
}

/** Options of `showGraph`. */
export interface ShowGraphOptions {
  readonly title?: string;
  /** The stage that the saved picture shows; default the first, what was traced. */
  readonly stage?: string;
  /** Where to show it; default the running kernel. */
  readonly host?: Host;
}

/** A diagram of more operations has boxes that nobody reads, and megabytes. */
const mostOperations = 300;

/**
 * Shows what becomes of a function, as `explain` prints it, as diagrams: one for each stage that is a Graph, and the text of all.
 *
 * @example
 * ```ts
 * showGraph(explain(grad(loss))(params));
 * ```
 * @throws ArgumentError if there is no stage of the name asked for.
 */
export function showGraph({ stages }: Stages, options: ShowGraphOptions = {}): void {
  const { title = "Program", host = currentHost() } = options;
  const chosen = options.stage === undefined ? stages[0] : stages.find(({ name }) => name === options.stage);
  if (chosen === undefined) {
    throw new ArgumentError({
      what: "showGraph: there is no such stage.",
      got: options.stage ?? "no stage at all",
      expected: stages.map(({ name }) => name).join(", "),
    });
  }
  const picture = draw(chosen, title);
  const drawn = stages.map((stage) => ({ ...stage, svg: draw(stage, title).svg }));
  const ordered = [
    ...drawn.filter(({ name }) => name === chosen.name),
    ...drawn.filter(({ name }) => name !== chosen.name),
  ];
  showModel(host, createModel("graph", { title, alt: picture.alt, stages: ordered }), picture);
}

function draw({ name, text }: { readonly name: string; readonly text: string }, title: string): Picture {
  const graph = parseGraph(text);
  const heading = `${title}: ${name}`;
  if (graph === null) return note(heading, "This stage is code: it is shown as text.");
  const operations = count(graph);
  if (operations > mostOperations)
    return note(heading, `${operations} operations are too many for a diagram: they are shown as text.`);
  return drawGraph(graph, heading);
}

function note(title: string, line: string): Picture {
  const text = svgElement("text", { x: 12, y: 16, fill: "#1b1e23" }, line);
  return framePanels([svgElement("svg", { width: 480, height: 28 }, [text])], { title, alt: `${title}. ${line}` });
}
