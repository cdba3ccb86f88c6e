import { InternalError, np, type Tensor } from "@simgrad/core";
import { expressionCompiler } from "../math/compileExpression.js";
import type { Expression } from "../math/expression.js";
import { minus, over, plus, times, type Scalar } from "../math/operators.js";
import { toNumber, type Value } from "../math/value.js";
import { UnsupportedModelError } from "../model/modelError.js";
import { isHoistedName } from "./fixed.js";
import type { Network, Scope, Source, Stored } from "./types.js";
import { isConcentration, isStoredAsConcentration, type NetworkSymbol, type SpeciesSymbol } from "./symbols.js";

/** Makes the scope of a point. */
export function scopeAt(network: Network, source: Source): Scope {
  const values = new Map<string, Value>();
  const stored = new Map<string, Stored>();
  const slopes = new Map<string, Scalar>();
  const { symbols } = network;

  const symbolOf = (id: string): NetworkSymbol => {
    const symbol = symbols.get(id);
    if (symbol === undefined) throw new InternalError(`${id} is no quantity of the model`);
    return symbol;
  };
  const speciesOf = (id: string): SpeciesSymbol => symbolOf(id) as SpeciesSymbol;

  const storedOf = (symbol: NetworkSymbol): Stored =>
    remember(stored, symbol.id, () => {
      const form = symbol.kind !== "species" ? "value" : isConcentration(symbol) ? "concentration" : "amount";
      if (symbol.role === "assigned") return { form, value: toNumber(compile(symbol.rule!)) };
      const known = source.stored(symbol, scope);
      if (known !== null) return known;
      return { form, value: network.solveAlgebraic(symbol.id, scope) };
    });

  const size = (id: string): Scalar => toNumber(value(speciesOf(id).part.compartment));
  const amount = (id: string): Scalar => {
    const known = storedOf(speciesOf(id));
    return known.form === "amount" ? known.value : times(known.value, size(id));
  };
  const concentration = (id: string): Scalar => {
    const known = storedOf(speciesOf(id));
    return known.form === "concentration" ? known.value : over(known.value, size(id));
  };

  const value = (id: string): Value =>
    remember(values, id, () => {
      const fixed = source.fixed(id);
      if (fixed !== null) return fixed;
      if (isHoistedName(id)) return compile(network.fixedParts.get(id)!);
      const symbol = symbols.get(id);
      if (symbol === undefined) return toNumber(compile(network.laws.get(id)!));
      if (symbol.kind !== "species") return storedOf(symbol).value;
      return isConcentration(symbol) ? concentration(id) : amount(id);
    });

  const stoichiometry = (reference: NetworkSymbol & { kind: "stoichiometry" }): Scalar => toNumber(value(reference.id));

  const slope = (id: string): Scalar =>
    remember(slopes, id, () => {
      const symbol = symbolOf(id);
      if (symbol.rule !== null) return toNumber(compile(symbol.rule));
      const { part, changes } = symbol as SpeciesSymbol;
      const total = changes.reduce<Scalar>((sum, { reaction, reference, sign }) => {
        const rate = toNumber(value(reaction));
        const own = reference.id === null ? null : symbols.get(reference.id);
        const weight =
          own?.kind === "stoichiometry" ? stoichiometry(own) : toNumber(compile(asExpression(reference.stoichiometry)));
        const change = times(weight, rate);
        return sign > 0 ? plus(sum, change) : minus(sum, change);
      }, 0);
      return part.conversionFactor === null ? total : times(toNumber(value(part.conversionFactor)), total);
    });

  /** Slope of an id as formulas see it. */
  const rateOf = (id: string): Scalar => {
    const symbol = symbolOf(id);
    if (symbol.role === "algebraic" || (symbol.role === "assigned" && !network.isFixedId(id))) {
      throw unsupportedRate(id, symbol);
    }
    const own = symbol.role === "moving" ? slope(id) : 0;
    if (symbol.kind !== "species" || !isConcentration(symbol) || isStoredAsConcentration(symbol)) return own;
    // (a / v)' = (a' - c v') / v
    const growth = rateOf(symbol.part.compartment);
    return over(minus(own, times(concentration(id), growth)), size(id));
  };

  const scope: Scope = {
    time: source.time,
    known: source.known,
    source,
    value,
    amount,
    concentration,
    slope,
    rateOf,
    get compile() {
      return compile;
    },
  };
  const compile = expressionCompiler(scope);
  return scope;
}

/** The stoichiometry of a reference as a formula; NaN where it has none. */
function asExpression(stoichiometry: number | Expression | null): Expression {
  if (stoichiometry === null) return { kind: "number", value: NaN };
  return typeof stoichiometry === "number" ? { kind: "number", value: stoichiometry } : stoichiometry;
}

function remember<T>(known: Map<string, T>, id: string, make: () => T): T {
  const found = known.get(id);
  if (found !== undefined) return found;
  const made = make();
  known.set(id, made);
  return made;
}

function unsupportedRate(id: string, symbol: NetworkSymbol): UnsupportedModelError {
  return new UnsupportedModelError(
    "rateOf",
    { what: `a formula has the rate of change of ${id}, which follows from a rule that gives its value.` },
    symbol.part.place,
  );
}

/** Scalars as one vector, `[n]`. */
export function vectorOf(scalars: readonly Scalar[]): Tensor {
  if (scalars.length === 0) return np.zeros([0]);
  if (scalars.every((scalar) => typeof scalar === "number")) return np.array(Float64Array.from(scalars));
  return np.stack(scalars.map((scalar) => (typeof scalar === "number" ? np.array(scalar, "float64") : scalar)));
}
