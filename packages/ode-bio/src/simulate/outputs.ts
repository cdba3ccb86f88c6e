import { ArgumentError } from "@simgrad/core";
import type { Scalar } from "../math/operators.js";
import { toNumber } from "../math/value.js";
import type { Network, Scope } from "../network/types.js";
import { isConcentration, isStoredAsConcentration } from "../network/symbols.js";

/** What is seen of a run under a name. */
export interface Output {
  readonly name: string;
  /** Place in the state, where it is an entry of that as it is; else null. */
  readonly entry: number | null;
  read(scope: Scope): Scalar;
}

const form = /^(amount|concentration)\((.*)\)$/;

/**
 * Reads the names of outputs: ids of species, compartments, parameters, stoichiometries and reactions, with
 * `amount(S)` and `concentration(S)` for what a species is not by default; `time`, unless that is an id.
 *
 * @throws ArgumentError for names of nothing, and where a name is there twice.
 */
export function readOutputs(owner: string, names: readonly string[], network: Network): readonly Output[] {
  const { symbols, laws, moving } = network;
  if (!Array.isArray(names)) {
    throw new ArgumentError({
      what: `${owner}: outputs are no list.`,
      got: String(names),
      expected: "a list of names",
    });
  }
  const seen = new Set<string>();
  return names.map((name: string) => {
    if (seen.has(name)) throw new ArgumentError({ what: `${owner}: the output ${name} is there twice.` });
    seen.add(name);
    const [, which, inner] = form.exec(name) ?? [];
    const id = inner ?? name;
    const symbol = symbols.get(id);
    const entry = moving.findIndex((part) => part.id === id);
    if (which !== undefined) {
      if (symbol?.kind !== "species") throw unknown(owner, name, network);
      const isDirect = isStoredAsConcentration(symbol) === (which === "concentration");
      return {
        name,
        entry: entry >= 0 && isDirect ? entry : null,
        read: (scope) => (which === "amount" ? scope.amount(id) : scope.concentration(id)),
      };
    }
    if (symbol === undefined && !laws.has(id)) {
      if (id === "time") return { name, entry: null, read: (scope) => toNumber(scope.time) };
      throw unknown(owner, name, network);
    }
    const isDirect = symbol?.kind !== "species" || isConcentration(symbol) === isStoredAsConcentration(symbol);
    return { name, entry: entry >= 0 && isDirect ? entry : null, read: (scope) => toNumber(scope.value(id)) };
  });
}

/** What is seen by default: all species, and all other quantities that change. */
export function defaultOutputs({ symbols }: Network): readonly string[] {
  return [...symbols.values()]
    .filter(({ kind, role }) => kind === "species" || role !== "constant")
    .map(({ id }) => id);
}

function unknown(owner: string, name: string, { symbols, laws }: Network): ArgumentError {
  const ids = [...symbols.keys(), ...laws.keys()];
  return new ArgumentError({
    what: `${owner}: there is no output ${name}.`,
    expected: `one of ${ids.slice(0, 40).join(", ")}${ids.length > 40 ? ", ..." : ""}, or amount(...) or concentration(...) of a species`,
  });
}
