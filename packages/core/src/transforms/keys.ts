import { derivativeKey } from "../ir/derivatives.js";
import { graphKey } from "../ir/key.js";
import type { Equation, Graph, Keep } from "../ir/types.js";
import { isOp } from "./bodies.js";

/** A string that is equal for equations of one op with equal parameters; Graphs inside are compared by structure. */
export function paramsKey(equation: Equation): string {
  const known = paramsMemo.get(equation.params);
  if (known !== undefined) return known;
  const key = computeKey(equation);
  paramsMemo.set(equation.params, key);
  return key;
}

/** A number that is equal for Graphs of equal structure. (Of two equal Graphs it may rarely differ: a merge is missed, none is wrong.) */
export function bodyId(graph: Graph): number {
  return entryOf(graph).id;
}

/** One of all Graphs of this structure that are alive: what the others are replaced by, so that work on it is done once. */
export function representative(graph: Graph): Graph {
  return entryOf(graph).graph.deref() ?? graph;
}

interface Entry {
  readonly id: number;
  readonly graph: WeakRef<Graph>;
}

/** Beyond this many structures the table starts anew, so that a long session does not hold the keys of all it ever compiled. */
const tableLimit = 20_000;
const paramsMemo = new WeakMap<object, string>();
const entryMemo = new WeakMap<Graph, Entry>();
const entries = new Map<string, Entry>();
let nextEntry = 0;

function entryOf(graph: Graph): Entry {
  let entry = entryMemo.get(graph);
  if (entry !== undefined) return entry;
  const key = graphKey(graph);
  entry = entries.get(key);
  if (entry?.graph.deref() === undefined) {
    if (entries.size >= tableLimit) entries.clear();
    entry = { id: entry?.id ?? nextEntry++, graph: new WeakRef(graph) };
    entries.set(key, entry);
  }
  entryMemo.set(graph, entry);
  return entry;
}

function computeKey(equation: Equation): string {
  if (isOp(equation, "call")) return `#${bodyId(equation.params.body)}${stringify(equation.params.map)}`;
  if (isOp(equation, "customCall")) {
    return `#${bodyId(equation.params.body)}${derivativeKey(equation.params.derivative)}`;
  }
  if (isOp(equation, "linearCall")) {
    const { nConst, forward, backward, inverse, label } = equation.params;
    const ids = [forward, backward, inverse].map((program) => (program === null ? "-" : `#${bodyId(program)}`));
    return `${nConst}${ids.join("")}${label}`;
  }
  if (isOp(equation, "cond")) return equation.params.branches.map((branch) => `#${bodyId(branch)}`).join("");
  if (isOp(equation, "scan")) {
    const { body, keep, ...rest } = equation.params;
    return `#${bodyId(body)}${keepKey(keep)}${stringify(rest)}`;
  }
  if (isOp(equation, "while")) {
    const { cond, body, keep, ...rest } = equation.params;
    return `#${bodyId(cond)}#${bodyId(body)}${keepKey(keep)}${stringify(rest)}`;
  }
  return stringify(equation.params);
}

/** A string that is equal for equal strategies. */
export function keepKey(keep: Keep): string {
  return keep.kind === "inverse" ? `inverse#${bodyId(keep.body)}~${keep.tolerance}` : stringify(keep);
}

/** JSON, with keys in order, that tells -0, NaN and the infinities apart. */
function stringify(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map(stringify).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "undefined";
  return `{${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => `${name}:${stringify(item)}`)
    .join(",")}}`;
}
