import type { Tensor } from "@simgrad/core";
import type { Scalar } from "../math/operators.js";
import { over, times } from "../math/operators.js";
import { toNumber, type Value } from "../math/value.js";
import type { Network, Scope } from "../network/types.js";
import { vectorOf } from "../network/scope.js";
import { runScope, type FixedValues } from "../network/start.js";
import {
  isConcentration,
  isStoredAsConcentration,
  type NetworkSymbol,
  type SpeciesSymbol,
} from "../network/symbols.js";

/** Stored values of moving and of held quantities, `[n]` each. */
export interface Stock {
  readonly moving: Tensor;
  readonly values: Tensor;
}

/** The scope of a point of a run. */
export function scopeOf(network: Network, fixed: FixedValues, time: Value, { moving, values }: Stock): Scope {
  return runScope(
    network,
    fixed,
    time,
    entriesOf(moving, network.moving.length),
    entriesOf(values, network.held.length),
  );
}

/** Entries of a vector. */
export function entriesOf(vector: Tensor, count: number): readonly Tensor[] {
  return Array.from({ length: count }, (_, i) => vector.at(i).get());
}

/**
 * Sets quantities, all at once, to values as formulas see them. A species whose compartment changes its size keeps
 * its amount; a concentration that is set at the same time is one in the size before (case 01780 of the SBML Test
 * Suite).
 *
 * @param before - the scope of the stock
 */
export function assign(
  network: Network,
  fixed: FixedValues,
  stock: Stock,
  before: Scope,
  set: ReadonlyMap<string, Scalar>,
): Stock {
  const now = new Map<string, Scalar>();
  network.moving.forEach(({ id }, i) => now.set(id, stock.moving.at(i).get()));
  network.held.forEach(({ id }, i) => now.set(id, stock.values.at(i).get()));
  const isSpecies = (id: string): boolean => network.symbols.get(id)?.kind === "species";
  for (const [id, value] of set) if (!isSpecies(id)) now.set(id, value);
  const listOf = (symbols: readonly NetworkSymbol[]): readonly Scalar[] => symbols.map(({ id }) => now.get(id)!);
  const after = runScope(network, fixed, before.time, listOf(network.moving), listOf(network.held));
  for (const symbol of [...network.moving, ...network.held]) {
    if (symbol.kind !== "species") continue;
    const { compartment } = symbol.part;
    const value = set.get(symbol.id);
    const stored = value === undefined ? now.get(symbol.id)! : storedForm(symbol, value, before);
    if (isStoredAsConcentration(symbol) && !network.isFixedId(compartment)) {
      const [was, is] = [before, after].map((scope) => toNumber(scope.value(compartment)));
      now.set(symbol.id, was === is ? stored : over(times(stored, was!), is!));
    } else {
      now.set(symbol.id, stored);
    }
  }
  return {
    moving: network.moving.length === 0 ? stock.moving : vectorOf(listOf(network.moving)),
    values: network.held.length === 0 ? stock.values : vectorOf(listOf(network.held)),
  };
}

function storedForm(symbol: SpeciesSymbol, value: Scalar, scope: Scope): Scalar {
  if (isConcentration(symbol) === isStoredAsConcentration(symbol)) return value;
  return times(value, toNumber(scope.value(symbol.part.compartment)));
}
