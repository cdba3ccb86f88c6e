import { SimgradError, type ErrorParts } from "@simgrad/core";
import type { Place } from "./model.js";

/** A file that is no SBML, or a model that contradicts itself. Nothing of it has been used. */
export class ModelError extends SimgradError {
  readonly file: string | null;
  /** Line of the file, from 1; null where there is none. */
  readonly line: number | null;
  /** Id of the part that is to blame, or null. */
  readonly element: string | null;
  /**
   * The rule that is broken, by a short name such as `id-unique`, or null: `data.rule`. The name is stable, the
   * wording of the message is not.
   */
  readonly rule: string | null;

  constructor(parts: ErrorParts, place: Partial<Place> & { readonly element?: string | null } = {}) {
    const { file = null, line = null, element = null } = place;
    const where = [file, line === null ? null : `line ${line}`, element].filter((part) => part !== null).join(", ");
    const rule = typeof parts.data?.["rule"] === "string" ? parts.data["rule"] : null;
    const what = rule === null ? parts.what : `${parts.what} Rule: ${rule}.`;
    super("MODEL", {
      ...parts,
      what: where === "" ? what : `${where}: ${what}`,
      data: { ...parts.data, ...place },
    });
    this.file = file;
    this.line = line;
    this.element = element;
    this.rule = rule;
  }
}

/** A model that is right, with something in it that this package does not simulate. */
export class UnsupportedModelError extends SimgradError {
  /** What is not supported, in a word: `delay`, `fast reaction`, `comp`. */
  readonly feature: string;

  constructor(feature: string, parts: ErrorParts, place: Partial<Place> = {}) {
    const { file = null, line = null } = place;
    const where = [file, line === null ? null : `line ${line}`].filter((part) => part !== null).join(", ");
    super("UNSUPPORTED_MODEL", {
      ...parts,
      what: where === "" ? parts.what : `${where}: ${parts.what}`,
      data: { feature, file, line },
    });
    this.feature = feature;
  }
}
