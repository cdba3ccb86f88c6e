import type { Expression } from "./expression.js";

/** Arguments, pieces and conditions of a formula, in their order. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "apply":
    case "call":
      return expression.args;
    case "piecewise": {
      const parts = expression.pieces.flatMap(({ value, condition }) => [value, condition]);
      return expression.otherwise === null ? parts : [...parts, expression.otherwise];
    }
    default:
      return [];
  }
}

/** The formula with `f` of each of its children in the child's place. */
export function mapChildren(expression: Expression, f: (child: Expression) => Expression): Expression {
  switch (expression.kind) {
    case "apply":
    case "call":
      return { ...expression, args: expression.args.map(f) };
    case "piecewise":
      return {
        kind: "piecewise",
        pieces: expression.pieces.map(({ value, condition }) => ({ value: f(value), condition: f(condition) })),
        otherwise: expression.otherwise === null ? null : f(expression.otherwise),
      };
    default:
      return expression;
  }
}

/** What a formula refers to: ids of values, and ids of variables whose rate it takes. */
export interface References {
  readonly values: ReadonlySet<string>;
  readonly rates: ReadonlySet<string>;
}

/** Collects what a formula refers to. Parts that several formulas share are walked once. */
export function referencesOf(expression: Expression): References {
  const values = new Set<string>();
  const rates = new Set<string>();
  const seen = new Set<Expression>();
  const visit = (part: Expression): void => {
    if (seen.has(part)) return;
    seen.add(part);
    if (part.kind === "name") values.add(part.id);
    if (part.kind === "rateOf") rates.add(part.id);
    for (const child of childrenOf(part)) visit(child);
  };
  visit(expression);
  return { values, rates };
}
