import type { Network } from "./types.js";
import type { NetworkSymbol } from "./symbols.js";

/** Moving quantities whose amounts follow from those of others, since reactions change both together. */
export interface Conservation {
  /** Places in the state, in their order, of those that are independent. */
  readonly independent: readonly number[];
  /**
   * The others, each as what stays the same of it: its amount less the sum of weight times the amounts of independent
   * ones.
   */
  readonly dependent: readonly {
    readonly entry: number;
    readonly weights: readonly { readonly entry: number; readonly weight: number }[];
  }[];
}

/** Relative to the largest stoichiometry: what counts as none. */
const zero = 1e-10;

/**
 * Finds the conserved moieties of a network: rows of the stoichiometric matrix that are sums of others (C. Reder, J.
 * Theor. Biol. 135, 1988, 175-201). Where stoichiometries are not known numbers, nothing is taken to be conserved.
 */
export function conservationOf(network: Network): Conservation {
  const { moving } = network;
  const rows = moving.map((symbol) => stoichiometriesOf(symbol, network));
  const reactions = [...new Set(rows.flatMap((row) => (row === null ? [] : [...row.keys()])))];
  const known = rows.flatMap((row, entry) => (row === null ? [] : [entry]));
  // Reactions by species; after elimination its pivots are at independent species, and the other columns are their
  // sums.
  const matrix = reactions.map((reaction) => known.map((entry) => rows[entry]!.get(reaction) ?? 0));
  const pivots = eliminate(matrix);
  const isPivot = new Set(pivots);
  return {
    independent: moving.flatMap((_, entry) => {
      const column = known.indexOf(entry);
      return column < 0 || isPivot.has(column) ? [entry] : [];
    }),
    dependent: known.flatMap((entry, column) => {
      if (isPivot.has(column)) return [];
      const weights = pivots.map((pivot, row) => ({ entry: known[pivot]!, weight: matrix[row]![column]! }));
      return [{ entry, weights: weights.filter(({ weight }) => weight !== 0) }];
    }),
  };
}

/** How much of a species each reaction makes; null where that is no known number. */
function stoichiometriesOf(symbol: NetworkSymbol, network: Network): ReadonlyMap<string, number> | null {
  if (symbol.kind !== "species" || symbol.rule !== null || symbol.part.conversionFactor !== null) return null;
  const row = new Map<string, number>();
  for (const { reaction, reference, sign } of symbol.changes) {
    const { id, stoichiometry } = reference;
    const own = id === null ? undefined : network.symbols.get(id);
    const isKnown = own === undefined || (own.role === "constant" && own.initialAssignment === null);
    if (!isKnown || typeof stoichiometry !== "number") return null;
    row.set(reaction, (row.get(reaction) ?? 0) + sign * stoichiometry);
  }
  return row;
}

/**
 * Brings a matrix to reduced row echelon form, in place, with the largest pivot of each column. Returns the columns
 * of the pivots, by row.
 */
function eliminate(matrix: number[][]): readonly number[] {
  const columns = matrix[0]?.length ?? 0;
  const scale = Math.max(1, ...matrix.flat().map(Math.abs));
  const pivots: number[] = [];
  for (let column = 0; column < columns && pivots.length < matrix.length; column++) {
    const top = pivots.length;
    let best = top;
    for (let row = top + 1; row < matrix.length; row++) {
      if (Math.abs(matrix[row]![column]!) > Math.abs(matrix[best]![column]!)) best = row;
    }
    if (Math.abs(matrix[best]![column]!) <= zero * scale) {
      for (let row = top; row < matrix.length; row++) matrix[row]![column] = 0;
      continue;
    }
    [matrix[top], matrix[best]] = [matrix[best]!, matrix[top]!];
    const own = matrix[top]!;
    const pivot = own[column]!;
    for (let k = 0; k < columns; k++) own[k]! /= pivot;
    for (let row = 0; row < matrix.length; row++) {
      const factor = matrix[row]![column]!;
      if (row === top || factor === 0) continue;
      for (let k = 0; k < columns; k++) matrix[row]![k]! -= factor * own[k]!;
      matrix[row]![column] = 0;
    }
    pivots.push(column);
  }
  return pivots;
}
