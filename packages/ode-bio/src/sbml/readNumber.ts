import type { Expression } from "../math/expression.js";
import { parseDouble } from "./attributes.js";
import { wrong, type ReadContext } from "./context.js";
import type { XmlElement } from "./xml.js";

const integerSyntax = /^[+-]?\d+$/;

/**
 * Reads `cn`: a real number, an integer, one with an exponent, or a quotient of integers. Units are not looked at.
 * @throws ModelError where it is none of them.
 */
export function readNumber(context: ReadContext, element: XmlElement): Expression {
  const type = element.attributes.get("type")?.trim() ?? "real";
  const parts = element.texts.map((text) => text.trim());
  const base = element.attributes.get("base")?.trim() ?? "10";
  const refuse = (): Error =>
    wrong(context, element, "math-number", "cn holds no number of its type.", {
      got: `${JSON.stringify(parts.join(" sep ").slice(0, 60))} of type ${type.slice(0, 20)}`,
      expected: "real, integer, e-notation or rational, in base 10",
    });
  if (base !== "10" || element.children.some(({ name }) => name !== "sep")) throw refuse();
  const value = valueOf(type, parts);
  if (value === null) throw refuse();
  return { kind: "number", value };
}

function valueOf(type: string, parts: readonly string[]): number | null {
  const [first = "", second = ""] = parts;
  if (type === "real" && parts.length === 1) return parseDouble(first);
  if (type === "integer" && parts.length === 1) return integerSyntax.test(first) ? Number(first) : null;
  if (parts.length !== 2) return null;
  if (type === "e-notation") {
    const mantissa = parseDouble(first);
    if (mantissa === null || !integerSyntax.test(second)) return null;
    // Read as one number, so that it is the double nearest to what is written.
    return /[eE]/.test(first) || !Number.isFinite(mantissa)
      ? mantissa * 10 ** Number(second)
      : Number(`${first}e${second}`);
  }
  if (type !== "rational") return null;
  const [numerator, denominator] = [parseDouble(first), parseDouble(second)];
  return numerator === null || denominator === null ? null : numerator / denominator;
}
