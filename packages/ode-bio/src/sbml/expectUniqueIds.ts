import { isId } from "./attributes.js";
import { wrong, type ReadContext } from "./context.js";
import type { XmlElement } from "./xml.js";

/** Elements of level 1 whose `name` is an id of the model. */
const named = ["compartment", "species", "specie", "parameter", "reaction"];

/**
 * Elements whose ids, and those inside, are of other namespaces. The id of the model is left out: many files use it
 * again.
 */
const outside = ["listOfUnitDefinitions", "kineticLaw"];

/**
 * Ids of all parts of a document.
 * @throws ModelError where two parts have the same.
 */
export function expectUniqueIds(context: ReadContext, root: XmlElement): Set<string> {
  const lines = new Map<string, number>();
  const visit = (element: XmlElement): void => {
    if (element.uri !== context.core || outside.includes(element.name)) return;
    const id = idOf(context, element)?.trim();
    if (id !== undefined && isId(id)) {
      const line = lines.get(id);
      if (line !== undefined) {
        throw wrong(context, element, "id-unique", `two parts of the model are ${id}; the other is on line ${line}.`);
      }
      lines.set(id, element.line);
    }
    element.children.forEach(visit);
  };
  visit(root);
  return new Set(lines.keys());
}

function idOf(context: ReadContext, element: XmlElement): string | undefined {
  if (element.name === "model" || element.name === "sbml") return undefined;
  if (context.level > 1) return element.attributes.get("id");
  return named.includes(element.name) ? element.attributes.get("name") : undefined;
}
