import { InternalError, np, type Tensor } from "@simgrad/core";
import type { Expression } from "./expression.js";
import { applyOperator } from "./operators.js";
import { both, choose, negation, toNumber, toTruth, type Value } from "./value.js";

/** What names in a formula are worth. */
export interface Names {
  /** The value of an id of the model. */
  value(id: string): Value;
  /** The rate of change of a variable. */
  rateOf(id: string): Value;
  readonly time: Value;
  /** Parts of formulas whose values are known beside; by identity. */
  readonly known?: ReadonlyMap<Expression, Value> | undefined;
}

/** Compiles formulas with the same names; parts that they share are computed once. */
export type ExpressionCompiler = (expression: Expression) => Value;

/** Avogadro's number as SBML has it (level 3 version 1 core, section 3.4.6, after CODATA 2006). */
export const avogadro = 6.02214179e23;

/**
 * Computes a formula from the values of its names. What is known is computed at once, the rest becomes operations of
 * tensors.
 *
 * A piece of `piecewise` that is not taken leaves no trace in derivatives: what could be infinite or undefined there
 * (logarithms, quotients, roots, powers, exponentials) is computed at a harmless argument instead. See `powerOf` for
 * powers at 0.
 *
 * @throws InternalError for calls of functions, which reading replaces.
 */
export function compileExpression(expression: Expression, names: Names): Value {
  return expressionCompiler(names)(expression);
}

/** Makes a compiler of formulas that have the same names. See `compileExpression`. */
export function expressionCompiler(names: Names): ExpressionCompiler {
  const known = new Map<Tensor | null, Map<Expression, Value>>();

  /** The value where `taken` holds (null: everywhere), and anything finite elsewhere. */
  const compile = (expression: Expression, taken: Tensor | null): Value => {
    switch (expression.kind) {
      case "number":
      case "boolean":
        return expression.value;
      case "name":
        return names.value(expression.id);
      case "rateOf":
        return names.rateOf(expression.id);
      case "symbol":
        return expression.symbol === "time" ? names.time : avogadro;
      case "call":
        throw new InternalError(`The function ${expression.id} was not inlined`);
      case "apply":
      case "piecewise": {
        const given = names.known?.get(expression);
        if (given !== undefined) return given;
        const here = known.get(taken) ?? new Map<Expression, Value>();
        known.set(taken, here);
        const found = here.get(expression);
        if (found !== undefined) return found;
        const value = expression.kind === "apply" ? apply(expression, taken) : pieces(expression, taken);
        here.set(expression, value);
        return value;
      }
    }
  };

  const apply = ({ op, args }: Expression & { readonly kind: "apply" }, taken: Tensor | null): Value => {
    const values = args.map((arg) => compile(arg, taken));
    return applyOperator(op, values, (x, harmless) => (taken === null ? x : choose(taken, x, harmless)));
  };

  const pieces = (expression: Expression & { readonly kind: "piecewise" }, taken: Tensor | null): Value => {
    const branches: { readonly value: Value; readonly holds: boolean | Tensor }[] = [];
    let open: boolean | Tensor = true;
    const add = (math: Expression, condition: boolean | Tensor): void => {
      const chosen = both(open, condition);
      if (chosen === false) return;
      const there = taken === null ? chosen : both(taken, chosen);
      branches.push({ value: compile(math, typeof there === "boolean" ? null : there), holds: chosen });
    };
    for (const { value, condition } of expression.pieces) {
      const holds = toTruth(compile(condition, null));
      add(value, holds);
      open = both(open, negation(holds));
    }
    if (expression.otherwise !== null) add(expression.otherwise, true);
    return select(branches, open !== false && expression.otherwise === null);
  };

  return (expression) => compile(expression, null);
}

/** The value of the branch that holds; NaN where none may. */
function select(
  branches: readonly { readonly value: Value; readonly holds: boolean | Tensor }[],
  isOpen: boolean,
): Value {
  const areTruths = branches.every(({ value }) => typeof value === "boolean" || isTruth(value));
  if (areTruths && !isOpen && branches.length > 0) {
    return branches.reduceRight<boolean | Tensor>((rest, { value, holds }, i) => {
      const own = toTruth(value);
      if (i === branches.length - 1 || holds === true) return own;
      return np.where(holds, asTruth(own), asTruth(rest));
    }, false);
  }
  return branches.reduceRight<number | Tensor>((rest, { value, holds }, i) => {
    const own = toNumber(value);
    return (i === branches.length - 1 && !isOpen) || holds === true ? own : choose(holds, own, rest);
  }, NaN);
}

function isTruth(value: Value): boolean {
  return typeof value === "object" && value.dtype === "bool";
}

function asTruth(value: boolean | Tensor): Tensor {
  return typeof value === "boolean" ? np.array(value) : value;
}
