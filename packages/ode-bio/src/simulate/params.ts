import { ArgumentError, isTensor, np, ShapeError, type Tensor } from "@simgrad/core";
import type { InterventionValues } from "../events/intervention.js";
import type { Scalar } from "../math/operators.js";
import type { Network } from "../network/types.js";
import { attributeOf, type Given } from "../network/start.js";
import type { NetworkSymbol } from "../network/symbols.js";

/**
 * Numbers of a run that are not those of the model: by id, each of shape []. What is left out is as the model has it.
 */
export interface OdeParams {
  /** Constant parameters (those of reactions as `reaction.parameter`), and sizes of constant compartments. */
  readonly parameters: { readonly [id: string]: Tensor };
  /** Values at the start of what changes, and of species: concentrations where the model gives those, else amounts. */
  readonly initial?: { readonly [id: string]: Tensor };
  /** Values of the interventions of the simulator, by their targets, `[times]` each. */
  readonly interventions?: InterventionValues;
}

/** The two kinds of numbers in the tree of parameters. */
export const paramGroups = ["parameters", "initial"] as const;

/** Which group a quantity is in; null where its value follows from others. */
export function groupOf(symbol: NetworkSymbol): "parameters" | "initial" | null {
  if (symbol.initialAssignment !== null || symbol.role === "assigned" || symbol.role === "algebraic") return null;
  if (typeof attributeOf(symbol) === "object") return null;
  return symbol.role === "constant" && symbol.kind !== "species" ? "parameters" : "initial";
}

/** Numbers of a model, as it has them. */
export interface ModelNumbers {
  readonly parameters: { readonly [id: string]: number };
  readonly initial: { readonly [id: string]: number };
}

/** All numbers of a model that may be given, as it has them. */
export function defaultParams(network: Network): ModelNumbers {
  const groups = { parameters: {} as Record<string, number>, initial: {} as Record<string, number> };
  for (const symbol of network.symbols.values()) {
    const group = groupOf(symbol);
    const value = attributeOf(symbol);
    if (group !== null && typeof value === "number") groups[group][symbol.id] = value;
  }
  return groups;
}

/**
 * Demands that all numbers that are given are of the model, each one number.
 *
 * @throws ArgumentError that names an unknown id, and says why a known one cannot be given; ShapeError.
 */
export function checkParams(owner: string, params: OdeParams, network: Network): void {
  const tree = params as unknown as Record<string, unknown> | null;
  if (typeof tree !== "object" || tree === null || typeof tree.parameters !== "object" || tree.parameters === null) {
    throw new ArgumentError({
      what: `${owner}: params.parameters is missing.`,
      expected:
        "{ parameters: { id: number }, initial: { id: number } }; ids that are left out are as the model has them",
    });
  }
  for (const key of Object.keys(tree)) {
    if ((paramGroups as readonly string[]).includes(key) || key === "interventions") continue;
    throw new ArgumentError({ what: `${owner}: params.${key} is unknown.`, expected: "parameters and initial" });
  }
  for (const group of paramGroups) {
    for (const [id, value] of Object.entries(params[group] ?? {})) {
      const symbol = network.symbols.get(id);
      const path = `params.${group}.${id}`;
      if (symbol === undefined || groupOf(symbol) !== group) {
        throw new ArgumentError({ what: `${owner}: ${path} cannot be given: ${whyNot(symbol, id, group)}.` });
      }
      const { shape } = isTensor(value) ? value : np.array(value);
      if (shape.length > 0) {
        throw new ShapeError({ what: `${owner}: ${path} is not one number.`, got: `shape [${shape.join(", ")}]` });
      }
    }
  }
}

/** The numbers that are given, by id. */
export function givenOf(params: OdeParams): Given {
  const entries = paramGroups.flatMap((group) => Object.entries(params[group] ?? {}));
  return new Map(entries.map(([id, value]): [string, Scalar] => [id, asScalar(value)]));
}

function asScalar(value: unknown): Scalar {
  return typeof value === "number" ? value : (value as Tensor);
}

function whyNot(symbol: NetworkSymbol | undefined, id: string, group: string): string {
  if (symbol === undefined) return `the model has no ${id}`;
  const own = groupOf(symbol);
  if (own !== null && own !== group) return `it belongs into params.${own}`;
  if (symbol.initialAssignment !== null) return "an initial assignment gives its value";
  return "a rule gives its value";
}
