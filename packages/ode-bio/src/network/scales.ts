import type { Scalar } from "../math/operators.js";
import { toNumber } from "../math/value.js";
import type { Network } from "./types.js";
import { startScope, storedAtStart } from "./start.js";
import { isConcentration, isStoredAsConcentration, type NetworkSymbol } from "./symbols.js";

/**
 * The size that each moving quantity has, by the model's own numbers: the largest start of all that is of its kind
 * (the species of its compartment; itself, for others), or where all of them start at 0 that of all species; at most
 * 1. Amounts in a cell of 1e-15 litres are of another size than those in a test tube.
 */
export function scalesOf(network: Network): Float64Array {
  const scope = startScope(network, new Map(), 0);
  const starts = network.moving.map((symbol) => Math.abs(numberOf(storedAtStart(symbol, scope).value)));
  const kinds = network.moving.map(kindOf);
  const largest = (isOf: (kind: string) => boolean): number =>
    starts.reduce((most, start, i) => (isOf(kinds[i]!) ? Math.max(most, start) : most), 0);
  const all = largest((kind) => kind.startsWith(inCompartment));
  return Float64Array.from(kinds, (own) => {
    const size = largest((kind) => kind === own) || (own.startsWith(inCompartment) ? all : 0) || 1;
    return Math.min(1, size);
  });
}

/**
 * What a tolerance of 1, as formulas of the model see each moving quantity, is for what is stored of it: the size of
 * the compartment at the start where a concentration is seen and its amount is stored, else 1.
 */
export function unitsOf(network: Network): Float64Array {
  const scope = startScope(network, new Map(), 0);
  return Float64Array.from(network.moving, (symbol) => {
    if (symbol.kind !== "species" || !isConcentration(symbol) || isStoredAsConcentration(symbol)) return 1;
    return numberOf(toNumber(scope.value(symbol.part.compartment))) || 1;
  });
}

const inCompartment = "in ";

function kindOf(symbol: NetworkSymbol): string {
  return symbol.kind === "species" ? `${inCompartment}${symbol.part.compartment}` : `${symbol.kind} ${symbol.id}`;
}

function numberOf(value: Scalar): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
