import { svgElement, type SvgElement } from "../picture/dom.js";
import { framePanels } from "../picture/frame.js";
import type { Picture } from "../picture/picture.js";
import type { Block, Declaration, Operation } from "./parse.js";

const boxHeight = 34;
const gapX = 14;
const gapY = 30;
const pad = 12;
const titleHeight = 18;
// Mean advance of a sans-serif letter at 11 px, rounded up.
const letter = 6.6;

/** A drawn part: what it shows, how large it is, and the variables that come out of it. */
interface Part {
  readonly element: SvgElement;
  readonly width: number;
  readonly height: number;
  readonly results: readonly string[];
  readonly operands: readonly string[];
}

/** Draws a program: data flows down, bodies of loops and branches stand inside of their operation. */
export function drawGraph(graph: Block, title: string): Picture {
  const { element, width, height } = drawBlock(graph);
  const panel = svgElement("svg", { width: width + 2 * pad, height: height + 2 * pad }, [
    translated(element, pad, pad),
  ]);
  const alt = `${title}: a program of ${count(graph)} operations, from ${graph.inputs.length} inputs to ${graph.outputs.length} outputs.`;
  return framePanels([panel], { title, alt });
}

/** Operations of a program, those in bodies included. */
export function count(block: Block): number {
  return block.operations.reduce(
    (sum, { bodies }) => sum + 1 + bodies.reduce((inner, body) => inner + count(body), 0),
    0,
  );
}

function drawBlock(block: Block): Part {
  const parts = [
    ...block.inputs.map((input) => pill(`${input.name}: ${input.type}`, "#dcebf7", [input.name], [])),
    ...block.operations.map(drawOperation),
    pill("return", "#e2f0dc", [], block.outputs),
  ];
  const layers = layersOf(parts);
  const width = Math.max(...layers.map((layer) => layer.reduce((sum, part) => sum + part.width + gapX, -gapX)));
  const places = new Map<Part, { readonly x: number; readonly y: number }>();
  let y = 0;
  for (const layer of layers) {
    let x = (width - layer.reduce((sum, part) => sum + part.width + gapX, -gapX)) / 2;
    for (const part of layer) {
      places.set(part, { x, y });
      x += part.width + gapX;
    }
    y += Math.max(...layer.map(({ height }) => height)) + gapY;
  }
  const makers = new Map(parts.flatMap((part) => part.results.map((name) => [name, part] as const)));
  const arrows = parts.flatMap((part) =>
    [...new Set(part.operands)].flatMap((name) => {
      const maker = makers.get(name);
      return maker === undefined ? [] : [arrow(maker, places.get(maker)!, part, places.get(part)!)];
    }),
  );
  const boxes = parts.map((part) => translated(part.element, places.get(part)!.x, places.get(part)!.y));
  return { element: svgElement("g", {}, [...arrows, ...boxes]), width, height: y - gapY, results: [], operands: [] };
}

function drawOperation({ op, params, results, operands, bodies }: Operation): Part {
  const head = `${op}${params === "" ? "" : ` {${shortened(params)}}`}`;
  const names = results.map(({ name, type }: Declaration) => `${name}: ${type}`).join(", ");
  const inner = bodies.map((body) => ({ title: body.title, part: drawBlock(body) }));
  const innerWidth = inner.reduce((sum, { part }) => sum + part.width + pad, pad);
  const width = Math.max(textWidth(head), textWidth(names), inner.length === 0 ? 0 : innerWidth) + 2 * pad;
  const innerHeight =
    inner.length === 0 ? 0 : Math.max(...inner.map(({ part }) => part.height)) + titleHeight + 2 * pad;
  const height = boxHeight + innerHeight;
  const fill = bodies.length > 0 ? "#f6f1e4" : op === "literal" ? "#f1f2f4" : "#ffffff";
  let x = pad;
  const insides = inner.flatMap(({ title, part }) => {
    const placed = [
      label(title, x, boxHeight + titleHeight - 4, "#6a717c"),
      translated(part.element, x, boxHeight + titleHeight + pad / 2),
    ];
    x += part.width + pad;
    return placed;
  });
  const element = svgElement("g", {}, [
    svgElement("rect", { width, height, rx: 4, fill, stroke: "#8a9099" }),
    label(head, pad, 14, "#1b1e23", 600),
    label(names, pad, 28, "#6a717c"),
    ...insides,
  ]);
  return { element, width, height, results: results.map(({ name }) => name), operands };
}

/** Each part one layer below the lowest of the parts that it takes something from. */
function layersOf(parts: readonly Part[]): readonly (readonly Part[])[] {
  const depths = new Map<string, number>();
  const layers: Part[][] = [];
  for (const part of parts) {
    const depth = Math.max(0, ...part.operands.map((name) => (depths.get(name) ?? -1) + 1));
    for (const name of part.results) depths.set(name, depth);
    (layers[depth] ??= []).push(part);
  }
  return layers;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function arrow(from: Part, start: Place, to: Part, end: Place): SvgElement {
  const [x1, y1] = [start.x + from.width / 2, start.y + from.height];
  const [x2, y2] = [end.x + to.width / 2, end.y];
  const bend = (y2 - y1) / 2;
  const d = `M${x1.toFixed(1)},${y1}C${x1.toFixed(1)},${y1 + bend} ${x2.toFixed(1)},${y2 - bend} ${x2.toFixed(1)},${y2}`;
  return svgElement("path", { d, fill: "none", stroke: "#8a9099", "stroke-width": 1.2 });
}

function pill(text: string, fill: string, results: readonly string[], operands: readonly string[]): Part {
  const width = textWidth(text) + 2 * pad;
  const height = 24;
  const element = svgElement("g", {}, [
    svgElement("rect", { width, height, rx: 12, fill, stroke: "#8a9099" }),
    label(text, pad, 16, "#1b1e23"),
  ]);
  return { element, width, height, results, operands };
}

function label(text: string, x: number, y: number, fill: string, weight = 400): SvgElement {
  return svgElement("text", { x, y, fill, "font-weight": weight }, text);
}

function translated(element: SvgElement, x: number, y: number): SvgElement {
  return svgElement("g", { transform: `translate(${x.toFixed(1)},${y})` }, [element]);
}

function textWidth(text: string): number {
  return letter * text.length;
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
