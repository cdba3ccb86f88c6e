import type { ModelWarning, Place } from "../model/model.js";
import { ModelError } from "../model/modelError.js";
import type { XmlElement } from "./xml.js";

/** What all readers of parts know, and where they put warnings. */
export interface ReadContext {
  readonly file: string | null;
  readonly level: number;
  readonly version: number;
  /** Namespace of the elements of SBML itself. */
  readonly core: string;
  readonly warnings: ModelWarning[];
}

/** Namespace of MathML. */
export const mathUri = "http://www.w3.org/1998/Math/MathML";

/** Where an element stands. */
export function placeOf(context: ReadContext, element: XmlElement): Place {
  return { file: context.file, line: element.line };
}

/** Adds a warning about an element. */
export function warn(context: ReadContext, element: XmlElement, message: string): void {
  context.warnings.push({ message, place: placeOf(context, element) });
}

/** Makes the error for an element: what is wrong, and the rule that it breaks. */
export function wrong(
  context: ReadContext,
  element: XmlElement,
  rule: string,
  what: string,
  more: { readonly got?: string; readonly expected?: string; readonly fix?: string } = {},
): ModelError {
  const id = element.attributes.get("id") ?? (context.level === 1 ? element.attributes.get("name") : undefined);
  return new ModelError({ what, ...more, data: { rule } }, { ...placeOf(context, element), element: id ?? null });
}

/** Attributes that any element of SBML may have, and that do not change numbers. */
const common = ["id", "name", "metaid", "sboTerm", "units"];

/** Warns of attributes that are neither known nor common, as none of them is taken into account. */
export function checkAttributes(context: ReadContext, element: XmlElement, known: readonly string[]): void {
  for (const name of element.attributes.keys()) {
    if (!known.includes(name) && !common.includes(name)) {
      warn(context, element, `The attribute ${name} of ${element.name} is unknown, and is not taken into account.`);
    }
  }
}

/**
 * Children of SBML's own, by name. Elements of other namespaces are left to the check of packages; formulas are read
 * by `mathIn`.
 * @throws ModelError for a child that SBML does not know there, for one that stands twice, and for text.
 */
export function childrenByName(
  context: ReadContext,
  element: XmlElement,
  known: readonly string[],
): ReadonlyMap<string, XmlElement> {
  const found = new Map<string, XmlElement>();
  for (const child of ownChildren(context, element)) {
    if (!known.includes(child.name)) {
      throw wrong(context, child, "element-known", `${element.name} has no children ${child.name}.`, {
        expected: known.length === 0 ? "no children" : known.join(", "),
      });
    }
    if (found.has(child.name)) {
      throw wrong(context, child, "element-once", `${element.name} has two children ${child.name}.`);
    }
    found.set(child.name, child);
  }
  return found;
}

/**
 * Elements of a list, all of which have one of the names.
 * @throws ModelError for others, and for text.
 */
export function listed(
  context: ReadContext,
  list: XmlElement | undefined,
  names: readonly string[],
): readonly XmlElement[] {
  if (list === undefined) return [];
  const children = ownChildren(context, list);
  const stranger = children.find((child) => !names.includes(child.name));
  if (stranger !== undefined) {
    throw wrong(context, stranger, "element-known", `${list.name} has no elements ${stranger.name}.`, {
      expected: names.join(", "),
    });
  }
  return children;
}

function ownChildren(context: ReadContext, element: XmlElement): readonly XmlElement[] {
  if (element.texts.some((text) => text.trim() !== "")) {
    throw wrong(context, element, "element-text", `${element.name} has text where SBML has elements only.`, {
      got: element.texts.join(" ").trim().slice(0, 40),
    });
  }
  return element.children.filter(({ uri }) => uri === context.core);
}
