import { wrong, type ReadContext } from "./context.js";
import type { XmlElement } from "./xml.js";

/** Ids of SBML: a letter or underscore, then letters, digits and underscores. */
const idSyntax = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Numbers as XML Schema writes doubles, but for INF and NaN. */
const doubleSyntax = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

const special: ReadonlyMap<string, number> = new Map([
  ["INF", Infinity],
  ["+INF", Infinity],
  ["-INF", -Infinity],
  ["NaN", NaN],
]);

/** Whether a text is an id. */
export function isId(text: string): boolean {
  return idSyntax.test(text);
}

/** Number that a text stands for, or null where it is none. */
export function parseDouble(text: string): number | null {
  const trimmed = text.trim();
  if (doubleSyntax.test(trimmed)) return Number(trimmed);
  return special.get(trimmed) ?? null;
}

/**
 * An id or a reference to one.
 * @throws ModelError where it is missing, or no id.
 */
export function requiredId(context: ReadContext, element: XmlElement, name: string): string {
  const id = optionalId(context, element, name);
  if (id === null) throw missing(context, element, name);
  return id;
}

/**
 * An id or a reference to one, null for none.
 * @throws ModelError where it is no id.
 */
export function optionalId(context: ReadContext, element: XmlElement, name: string): string | null {
  const text = element.attributes.get(name)?.trim();
  if (text === undefined) return null;
  if (!isId(text)) {
    throw wrong(context, element, "id-syntax", `the attribute ${name} of ${element.name} is no id.`, {
      got: JSON.stringify(text.slice(0, 60)),
      expected: "a letter or underscore, then letters, digits and underscores",
    });
  }
  return text;
}

/** The id of a part: attribute `id`, which level 1 calls `name`. */
export function partId(context: ReadContext, element: XmlElement): string {
  return requiredId(context, element, context.level === 1 ? "name" : "id");
}

/** The name of a part for people, or null; in level 1 the name is the id. */
export function partName(context: ReadContext, element: XmlElement): string | null {
  return context.level === 1 ? null : (element.attributes.get("name") ?? null);
}

/**
 * A number, null where the attribute is missing.
 * @throws ModelError where it is no number.
 */
export function optionalDouble(context: ReadContext, element: XmlElement, name: string): number | null {
  const text = element.attributes.get(name);
  if (text === undefined) return null;
  const value = parseDouble(text);
  if (value === null) {
    throw wrong(context, element, "attribute-number", `the attribute ${name} of ${element.name} is no number.`, {
      got: JSON.stringify(text.slice(0, 60)),
    });
  }
  return value;
}

/**
 * A truth value. `otherwise` is that of a missing attribute; null where it may not be missing.
 * @throws ModelError where it is missing or no truth value.
 */
export function readBoolean(
  context: ReadContext,
  element: XmlElement,
  name: string,
  otherwise: boolean | null,
): boolean {
  const text = element.attributes.get(name)?.trim();
  if (text === undefined) {
    if (otherwise === null) throw missing(context, element, name);
    return otherwise;
  }
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw wrong(context, element, "attribute-boolean", `the attribute ${name} of ${element.name} is no truth value.`, {
    got: JSON.stringify(text.slice(0, 60)),
    expected: "true or false",
  });
}

/** Default of a truth value: levels 1 and 2 have one, level 3 asks for the attribute. */
export function unlessLevel3(context: ReadContext, value: boolean): boolean | null {
  return context.level === 3 ? null : value;
}

function missing(context: ReadContext, element: XmlElement, name: string): Error {
  return wrong(context, element, "attribute-required", `${element.name} has no attribute ${name}.`);
}
