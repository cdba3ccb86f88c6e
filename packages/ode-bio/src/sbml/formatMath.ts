import type { Expression } from "../math/expression.js";
import type { Place } from "../model/model.js";
import { ModelError } from "../model/modelError.js";
import { mathUri } from "./context.js";

/**
 * Writes a formula as the lines of a `math` element of MathML; `idOf` gives the ids that the file has for those of
 * the model.
 */
export function formatMath(expression: Expression, idOf: (id: string) => string, place: Place): readonly string[] {
  return [`<math xmlns="${mathUri}">`, ...format(expression, idOf, place).map(indent), "</math>"];
}

/** A line one step further in. */
export function indent(line: string): string {
  return `  ${line}`;
}

/** A number as attributes of SBML write it; it reads back to the same bits. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "INF" : "-INF";
  return Object.is(value, -0) ? "-0" : String(value);
}

function format(expression: Expression, idOf: (id: string) => string, place: Place): readonly string[] {
  const inner = (part: Expression): readonly string[] => format(part, idOf, place);
  const element = (name: string, ...parts: readonly (readonly string[])[]): readonly string[] => [
    `<${name}>`,
    ...parts.flat().map(indent),
    `</${name}>`,
  ];
  const symbol = (name: string): string =>
    `<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/${name}"> ${name} </csymbol>`;
  switch (expression.kind) {
    case "number":
      return formatNumber(expression.value);
    case "boolean":
      return [expression.value ? "<true/>" : "<false/>"];
    case "name":
      return [`<ci> ${idOf(expression.id)} </ci>`];
    case "symbol":
      return [symbol(expression.symbol)];
    case "rateOf":
      return element("apply", [symbol("rateOf")], [`<ci> ${idOf(expression.id)} </ci>`]);
    case "piecewise": {
      const pieces = expression.pieces.map(({ value, condition }) => element("piece", inner(value), inner(condition)));
      const rest = expression.otherwise === null ? [] : [element("otherwise", inner(expression.otherwise))];
      return element("piecewise", ...pieces, ...rest);
    }
    case "apply": {
      const { op, args } = expression;
      const qualifier = args.length === 2 ? { log: "logbase", root: "degree" }[op as string] : undefined;
      const parts = args.map((argument, k) =>
        k === 0 && qualifier !== undefined ? element(qualifier, inner(argument)) : inner(argument),
      );
      return element("apply", [`<${op}/>`], ...parts);
    }
    case "call":
      throw new ModelError(
        {
          what: `the formula calls the function ${expression.id}, which a model does not hold.`,
          fix: "put its formula in the place of the call.",
          data: { rule: "function-known" },
        },
        place,
      );
  }
}

function formatNumber(value: number): readonly string[] {
  if (Number.isNaN(value)) return ["<notanumber/>"];
  if (value === Infinity) return ["<infinity/>"];
  if (value === -Infinity) return ["<apply>", "  <minus/>", "  <infinity/>", "</apply>"];
  const text = formatDouble(value);
  const [mantissa, exponent] = text.split("e");
  if (exponent === undefined) return [`<cn> ${text} </cn>`];
  return [`<cn type="e-notation"> ${mantissa} <sep/> ${Number(exponent)} </cn>`];
}
