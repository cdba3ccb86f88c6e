import { isGraph, namedBodies } from "./bodies.js";
import { showType } from "./types.js";
import type { Equation, Graph, Type, Var } from "./types.js";

/**
 * The Graph as text. Variables are named a, b, ... z, aa, ... in the order in which they are defined, bodies included,
 * so that equal programs print equally whatever their ids are. A body that is shared prints with the same names again.
 */
export function print(graph: Graph): string {
  const lines: string[] = [];
  printGraph(graph, "", "graph ", namer(), lines);
  return lines.join("\n");
}

/** One equation as text, without its bodies; variables are named by their ids. */
export function printEquation(equation: Equation): string {
  return equationLine(equation, (variable) => `v${variable.id}`);
}

type Namer = (variable: Var) => string;

function printGraph(graph: Graph, indent: string, title: string, name: Namer, lines: string[]): void {
  lines.push(`${indent}${title}(${graph.inputs.map((input) => declaration(input, name)).join(", ")}) {`);
  const inner = `${indent}  `;
  for (const equation of graph.equations) {
    lines.push(inner + equationLine(equation, name));
    for (const [path, body] of namedBodies(equation)) printGraph(body, `${inner}  `, `${path} `, name, lines);
  }
  lines.push(`${inner}return ${graph.outputs.map(name).join(", ")}`.trimEnd());
  lines.push(`${indent}}`);
}

function equationLine({ op, params, inputs, outputs }: Equation, name: Namer): string {
  const operands = inputs.map((input) => ` ${name(input)}`).join("");
  const results = outputs.map((output) => declaration(output, name)).join(", ");
  return `${results === "" ? "" : `${results} = `}${op}${showParams(params)}${operands}`;
}

function declaration(variable: Var, name: Namer): string {
  return `${name(variable)}: ${showType(variable.type)}`;
}

function showParams(params: object): string {
  const fields = Object.entries(params)
    .filter(([, value]) => !isGraph(value) && !(Array.isArray(value) && value.some(isGraph)))
    .map(([field, value]) => `${field}: ${showValue(value)}`);
  return fields.length === 0 ? "" : `{${fields.join(", ")}}`;
}

function showValue(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(showValue).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  if (isType(value)) return showType(value);
  const { kind, ...others } = value as { readonly kind?: unknown };
  const fields = Object.entries(others)
    .filter(([, inner]) => !isGraph(inner) && typeof inner !== "function")
    .map(([field, inner]) => `${field}: ${showValue(inner)}`);
  if (typeof kind !== "string") return `{${fields.join(", ")}}`;
  return fields.length === 0 ? kind : `${kind}(${fields.join(", ")})`;
}

function isType(value: object): value is Type {
  return "kind" in value && (value.kind === "array" || value.kind === "history" || value.kind === "ragged");
}

/** Names variables in the order in which they are first met. */
function namer(): Namer {
  const names = new Map<Var, string>();
  return (variable) => {
    const known = names.get(variable);
    if (known !== undefined) return known;
    const made = letters(names.size);
    names.set(variable, made);
    return made;
  };
}

/** 0 -> a, 25 -> z, 26 -> aa, 27 -> ab, ... */
function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}
