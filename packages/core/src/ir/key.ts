import { isGraph } from "./bodies.js";
import { showType } from "./types.js";
import type { Graph, Var } from "./types.js";

const keys = new WeakMap<Graph, string>();

/**
 * Canonical key of a Graph: two Graphs have one key exactly if they are equal but for the ids of their variables. It is
 * the same in every process. Each distinct body is written once, so sharing does not make it longer.
 */
export function graphKey(graph: Graph): string {
  const known = keys.get(graph);
  if (known !== undefined) return known;
  const bodies = bodyTable();
  const key = [graphText(graph, bodies.reference), ...bodies.texts].join("\n");
  keys.set(graph, key);
  return key;
}

/** Canonical key of an equation's parameters. Object fields count whatever their order is. */
export function paramsKey(params: object): string {
  const bodies = bodyTable();
  return [valueText(params, bodies.reference), ...bodies.texts].join("\n");
}

type Reference = (body: Graph) => string;

/** Numbers distinct bodies by their text, innermost first. */
function bodyTable(): { readonly texts: readonly string[]; readonly reference: Reference } {
  const texts: string[] = [];
  const byText = new Map<string, number>();
  const byGraph = new Map<Graph, number>();
  const reference: Reference = (body) => {
    let index = byGraph.get(body);
    if (index === undefined) {
      const text = graphText(body, reference);
      index = byText.get(text) ?? texts.push(text) - 1;
      byText.set(text, index);
      byGraph.set(body, index);
    }
    return `#${index}`;
  };
  return { texts, reference };
}

function graphText(graph: Graph, reference: Reference): string {
  const numbers = new Map<Var, number>();
  const define = (variable: Var): void => void numbers.set(variable, numbers.size);
  const read = (variable: Var): string => String(numbers.get(variable) ?? `?${variable.id}`);
  graph.inputs.forEach(define);
  const parts = [`(${graph.inputs.map((input) => showType(input.type)).join(";")})`];
  for (const { op, params, inputs, outputs } of graph.equations) {
    parts.push(`${op}${valueText(params, reference)}(${inputs.map(read).join(",")})${outputs.length}`);
    outputs.forEach(define);
  }
  parts.push(`(${graph.outputs.map(read).join(",")})`);
  return parts.join("|");
}

function valueText(value: unknown, reference: Reference): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "string") return JSON.stringify(value);
  // a rule of a user; the id beside it tells one from another
  if (typeof value === "function") return "";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((inner) => valueText(inner, reference)).join(",")}]`;
  if (isGraph(value)) return reference(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([field, inner]) => `${field}:${valueText(inner, reference)}`).join(",")}}`;
}
