import type { Equation, Graph } from "./types.js";

/** Whether a value found among parameters is a Graph. */
export function isGraph(value: unknown): value is Graph {
  return typeof value === "object" && value !== null && "equations" in value;
}

/** The bodies of an equation, each with the path of parameters that leads to it (`body`, `branches.0`, `keep.body`). */
export function namedBodies(equation: Equation): readonly (readonly [string, Graph])[] {
  const found: (readonly [string, Graph])[] = [];
  collect(equation.params, "", found);
  return found;
}

/** The bodies of an equation, an inverse of a loop's body included. */
export function bodiesOf(equation: Equation): readonly Graph[] {
  return namedBodies(equation).map(([, body]) => body);
}

function collect(value: unknown, path: string, found: (readonly [string, Graph])[]): void {
  if (typeof value !== "object" || value === null) return;
  if (isGraph(value)) {
    found.push([path, value]);
    return;
  }
  for (const [field, inner] of Object.entries(value)) {
    if (typeof inner === "object") collect(inner, path === "" ? field : `${path}.${field}`, found);
  }
}
