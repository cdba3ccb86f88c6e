import { ModelError, UnsupportedModelError } from "../model/modelError.js";
import type { ModelWarning } from "../model/model.js";
import { childrenByName, mathUri, warn, wrong, type ReadContext } from "./context.js";
import type { XmlElement } from "./xml.js";

const lastVersion: Readonly<Record<number, number>> = { 1: 2, 2: 5, 3: 2 };

/** Beginning of all namespaces of SBML and its packages. */
const sbmlUri = "http://www.sbml.org/sbml/level";

/** A document: what its parts are read with, and its model. */
export interface SbmlDocument {
  readonly context: ReadContext;
  readonly model: XmlElement;
  /** Packages that it declares, by name. */
  readonly packages: ReadonlySet<string>;
}

/** Whether an element holds words for people, or data of other programs. */
export function isIgnored(name: string, uri: string): boolean {
  return (name === "notes" || name === "annotation" || name === "message") && uri.startsWith(sbmlUri);
}

/**
 * Checks level, version and packages of a document.
 * @throws ModelError where it is no SBML.
 * @throws UnsupportedModelError where it needs a package.
 */
export function readDocument(root: XmlElement, file: string | null): SbmlDocument {
  const refuse = (what: string, more: { got?: string; expected?: string }): never => {
    throw new ModelError({ what, ...more, data: { rule: "document" } }, { file, line: root.line });
  };
  if (root.name !== "sbml" || !root.uri.startsWith(sbmlUri)) {
    refuse("this is no SBML.", {
      got: `${root.name} of ${root.uri || "no namespace"}`,
      expected: `sbml of ${sbmlUri}…`,
    });
  }
  const [level, version] = [Number(root.attributes.get("level")), Number(root.attributes.get("version"))];
  const last = lastVersion[level];
  if (last === undefined || !Number.isInteger(version) || version < 1 || version > last) {
    refuse("there is no such level and version of SBML.", {
      got: `level ${root.attributes.get("level")}, version ${root.attributes.get("version")}`,
      expected: "level 1 version 1 or 2, level 2 version 1 to 5, level 3 version 1 or 2",
    });
  }
  const core = coreUri(level, version);
  if (root.uri !== core) {
    refuse("the namespace is not that of the level and version.", { got: root.uri, expected: core });
  }
  const warnings: ModelWarning[] = [];
  const context: ReadContext = { file, level, version, core, warnings };
  const packages = readPackages(context, root);
  const model = childrenByName(context, root, ["model"]).get("model");
  if (model === undefined) throw wrong(context, root, "model-required", "the document has no model.");
  warnOfStrangers(context, root, packages);
  return { context, model, packages };
}

function coreUri(level: number, version: number): string {
  if (level === 1) return `${sbmlUri}1`;
  if (level === 2) return version === 1 ? `${sbmlUri}2` : `${sbmlUri}2/version${version}`;
  return `${sbmlUri}3/version${version}/core`;
}

/** Name of a package by its namespace: http://www.sbml.org/sbml/level3/version1/comp/version1. */
function packageOf(uri: string): string {
  return /^http:\/\/www\.sbml\.org\/sbml\/level3\/version\d+\/([^/]+)\//.exec(uri)?.[1] ?? uri;
}

function readPackages(context: ReadContext, root: XmlElement): ReadonlySet<string> {
  const packages = new Set<string>();
  for (const { name, uri, value } of root.foreign) {
    if (name !== "required" || context.level < 3) continue;
    const found = packageOf(uri);
    packages.add(found);
    if (value.trim() === "true" || value.trim() === "1") {
      throw new UnsupportedModelError(
        found,
        {
          what: `the model needs the package ${found} of SBML, which is not supported.`,
          fix:
            found === "comp"
              ? "flatten the model first, with a tool that knows the package."
              : "write the model without it.",
        },
        { file: context.file, line: root.line },
      );
    }
    warn(
      context,
      root,
      `The package ${found} is not taken into account; the file says that the numbers do not need it.`,
    );
  }
  return packages;
}

/** Says once for each namespace that its elements, outside of annotations, are not looked at. */
function warnOfStrangers(context: ReadContext, root: XmlElement, packages: ReadonlySet<string>): void {
  const seen = new Set<string>();
  const visit = (element: XmlElement): void => {
    for (const child of element.children) {
      if (child.uri === context.core) visit(child);
      else if (child.uri !== mathUri && !seen.has(child.uri) && !packages.has(packageOf(child.uri))) {
        seen.add(child.uri);
        warn(context, child, `Elements of ${child.uri || "no namespace"} are not taken into account.`);
      }
    }
  };
  visit(root);
}
