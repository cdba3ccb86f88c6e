import type { CustomDerivative, Graph } from "./types.js";

let nextId = 0;

/** A derivative by a rule for tangents; the Graph is made when it is first asked for. */
export function derivativeByJvp(rule: () => Graph): CustomDerivative {
  return Object.freeze({ kind: "jvp", id: nextId++, rule: once(rule) });
}

/** A derivative by a rule for cotangents; the Graphs are made when they are first asked for. */
export function derivativeByVjp(forward: () => Graph, backward: () => Graph): CustomDerivative {
  return Object.freeze({ kind: "vjp", id: nextId++, forward: once(forward), backward: once(backward) });
}

/** A string that is equal for equal derivatives. */
export function derivativeKey(derivative: CustomDerivative): string {
  return "id" in derivative ? `${derivative.kind}${derivative.id}` : derivative.kind;
}

function once(make: () => Graph): () => Graph {
  let made: Graph | null = null;
  return () => (made ??= make());
}
