import type { Place } from "../model/model.js";
import { ModelError } from "../model/modelError.js";
import type { Expression } from "./expression.js";
import { childrenOf, mapChildren } from "./walk.js";

/** A function definition; its body knows its own arguments only. */
export interface FunctionDefinition {
  readonly id: string;
  readonly args: readonly string[];
  /** Null where the file gives none; such a function may not be called. */
  readonly body: Expression | null;
  readonly place: Place;
}

/** Parts of a formula after its functions are inlined; a chain of functions can double it at each link. */
export const maximumFormulaSize = 200_000;

/** Formulas inside each other after inlining; what follows is recursive. */
export const maximumFormulaDepth = 1000;

/** Parts that inlining may make in one model, over all its formulas. */
export const maximumInlinedParts = 5_000_000;

/** Makes formulas without calls of formulas with them. */
export interface Inliner {
  /**
   * The formula with the bodies of functions in the place of their calls, and the names of `renamed` replaced.
   * @throws ModelError for an unknown or recursive function, a wrong number of arguments, or a formula that grows too
   *   large.
   */
  readonly inline: (expression: Expression, place: Place, renamed?: ReadonlyMap<string, string>) => Expression;
}

/**
 * Makes an inliner of function definitions.
 * @throws ModelError where a body refers to what is not its argument.
 */
export function makeInliner(definitions: readonly FunctionDefinition[]): Inliner {
  const byId = new Map(definitions.map((definition) => [definition.id, definition]));
  for (const definition of definitions) expectOwnNames(definition);
  // Bodies without calls; null while one is being made, so that a call of itself is seen.
  const expanded = new Map<string, Expression | null>();
  const measure = makeMeasure();
  let made = 0;
  // Depth of the recursion below, which would else be bounded only by the number of functions.
  let nesting = 0;

  const bodyOf = (definition: FunctionDefinition, place: Place): Expression => {
    const known = expanded.get(definition.id);
    if (known === null) {
      throw new ModelError(
        { what: "the function calls itself, directly or by others.", data: { rule: "function-recursion" } },
        { ...definition.place, element: definition.id },
      );
    }
    if (known !== undefined) return known;
    if (definition.body === null) {
      throw new ModelError(
        { what: `the function ${definition.id} is called, and has no formula.`, data: { rule: "function-formula" } },
        place,
      );
    }
    expanded.set(definition.id, null);
    const body = replace(definition.body, definition.place, new Map());
    expanded.set(definition.id, body);
    return body;
  };

  const replace = (expression: Expression, place: Place, values: ReadonlyMap<string, Expression>): Expression => {
    if (expression.kind === "name") return values.get(expression.id) ?? expression;
    if (expression.kind === "rateOf") return rateOf(expression, values.get(expression.id), place);
    made += 1 + childrenOf(expression).length;
    if (made > maximumInlinedParts || ++nesting > maximumFormulaDepth) {
      throw new ModelError(
        {
          what: "the formulas of the model are too large once its functions are inlined.",
          expected: `at most ${maximumInlinedParts} parts in all, ${maximumFormulaDepth} deep`,
          data: { rule: "formula-size" },
        },
        place,
      );
    }
    const result = mapChildren(expression, (child) => replace(child, place, values));
    const inlined = result.kind === "call" ? called(result, place) : measure(result, place);
    nesting--;
    return inlined;
  };

  const called = (result: Expression & { readonly kind: "call" }, place: Place): Expression => {
    const definition = byId.get(result.id);
    if (definition === undefined) {
      throw new ModelError(
        {
          what: `the formula calls the function ${result.id}, which is not defined.`,
          data: { rule: "function-known" },
        },
        place,
      );
    }
    if (definition.args.length !== result.args.length) {
      throw new ModelError(
        {
          what: `the function ${result.id} is called with a wrong number of arguments.`,
          got: String(result.args.length),
          expected: String(definition.args.length),
          data: { rule: "function-arguments" },
        },
        place,
      );
    }
    const body = bodyOf(definition, place);
    const arguments_ = new Map(definition.args.map((name, k) => [name, result.args[k]!]));
    return arguments_.size === 0 ? body : replace(body, place, arguments_);
  };

  return {
    inline: (expression, place, renamed = new Map()) => {
      const names = new Map([...renamed].map(([from, to]) => [from, { kind: "name" as const, id: to }]));
      return replace(expression, place, names);
    },
  };
}

function rateOf(expression: Expression, value: Expression | undefined, place: Place): Expression {
  if (value === undefined) return expression;
  if (value.kind === "name") return { kind: "rateOf", id: value.id };
  throw new ModelError(
    { what: "rateOf is of a formula, by an argument of a function.", expected: "a name", data: { rule: "rate-of" } },
    place,
  );
}

function expectOwnNames({ id, args, body, place }: FunctionDefinition): void {
  if (body === null) return;
  const visit = (part: Expression): void => {
    if ((part.kind === "name" || part.kind === "rateOf") && !args.includes(part.id)) {
      throw new ModelError(
        {
          what: `the function refers to ${part.id}, which is not its argument.`,
          expected: args.length === 0 ? "no names, as it has no arguments" : args.join(", "),
          data: { rule: "function-names" },
        },
        { ...place, element: id },
      );
    }
    childrenOf(part).forEach(visit);
  };
  visit(body);
}

/**
 * Parts are shared between copies of an argument, so that memory stays small; their count as a tree must stay small
 * too.
 */
function makeMeasure(): (expression: Expression, place: Place) => Expression {
  const sizes = new WeakMap<Expression, { readonly size: number; readonly depth: number }>();
  return (expression, place) => {
    let size = 1;
    let depth = 0;
    for (const child of childrenOf(expression)) {
      const inner = sizes.get(child) ?? { size: 1, depth: 1 };
      size += inner.size;
      depth = Math.max(depth, inner.depth);
    }
    sizes.set(expression, { size, depth: depth + 1 });
    if (size > maximumFormulaSize || depth + 1 > maximumFormulaDepth) {
      throw new ModelError(
        {
          what: "the formula is too large once its functions are inlined.",
          got: `${size} parts, ${depth + 1} deep`,
          expected: `at most ${maximumFormulaSize} parts, ${maximumFormulaDepth} deep`,
          data: { rule: "formula-size" },
        },
        place,
      );
    }
    return expression;
  };
}
