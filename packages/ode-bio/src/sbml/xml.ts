import { SaxesParser } from "saxes";
import { ModelError } from "../model/modelError.js";

/** An element of an XML file. */
export interface XmlElement {
  /** Name without its prefix. */
  readonly name: string;
  /** Namespace; empty for none. */
  readonly uri: string;
  /** Attributes without a namespace, or with the element's own, by local name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Attributes of other namespaces, but for declarations of namespaces. */
  readonly foreign: readonly { readonly name: string; readonly uri: string; readonly value: string }[];
  readonly children: readonly XmlElement[];
  /** Text before each child, and after the last: one more than children. */
  readonly texts: readonly string[];
  /** Line on which the element starts, from 1. */
  readonly line: number;
}

/** How `parseXml` reads. */
export interface ParseXmlOptions {
  /** Name of the file, for errors. */
  readonly file?: string | null;
  /** Elements that are left out, with all that is inside: they are checked to be well-formed, and cost no memory. */
  readonly skip?: (name: string, uri: string) => boolean;
}

/** Elements inside each other; no formula that a person wrote comes near it, and reading is recursive. */
export const maximumXmlDepth = 500;

/** Characters of a file: a bound on memory, far above what models take. */
export const maximumXmlLength = 100_000_000;

/** Prefixes of saxes' messages: line and column, which the error has in fields of its own. */
const position = /^\d+:\d+: /;

interface Draft extends XmlElement {
  readonly children: Draft[];
  readonly texts: string[];
}

/**
 * Reads XML into a tree of elements with their lines. There are no entities but the five of XML, and a document type
 * declaration is refused, so that nothing in a file can grow when it is read.
 *
 * @throws ModelError where the text is no well-formed XML, declares a document type, is nested deeper than
 *   `maximumXmlDepth` or is longer than `maximumXmlLength`.
 */
export function parseXml(text: string, options: ParseXmlOptions = {}): XmlElement {
  const { file = null, skip = () => false } = options;
  if (text.length > maximumXmlLength) {
    throw new ModelError(
      {
        what: "the file is too long.",
        got: `${text.length} characters`,
        expected: `at most ${maximumXmlLength}`,
        data: { rule: "xml-length" },
      },
      { file },
    );
  }
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: Draft[] = [];
  let root: Draft | undefined;
  let depth = 0;
  // Depth of the element that is being skipped; 0 for none.
  let skipped = 0;
  let startLine = 1;
  const refuse = (what: string, rule: string): never => {
    throw new ModelError({ what, data: { rule } }, { file, line: parser.line });
  };
  parser.on("error", (error) =>
    refuse(`this is no well-formed XML: ${error.message.replace(position, "")}`, "xml-well-formed"),
  );
  parser.on("doctype", () =>
    refuse("the file declares a document type, which SBML has no use for, and which is refused.", "xml-doctype"),
  );
  parser.on("opentagstart", () => {
    // The parser has read one character behind the name, which may be the end of the line.
    startLine = parser.columnIndex === 0 ? parser.line - 1 : parser.line;
    depth++;
    if (depth > maximumXmlDepth) refuse(`elements are nested deeper than ${maximumXmlDepth}.`, "xml-depth");
  });
  parser.on("opentag", (tag) => {
    if (skipped > 0) return;
    if (skip(tag.local, tag.uri)) {
      skipped = depth;
      return;
    }
    const attributes = new Map<string, string>();
    const foreign: { name: string; uri: string; value: string }[] = [];
    for (const { local, prefix, uri, value } of Object.values(tag.attributes)) {
      if (prefix === "xmlns" || (prefix === "" && local === "xmlns")) continue;
      if (uri === "" || uri === tag.uri) attributes.set(local, value);
      else foreign.push({ name: local, uri, value });
    }
    const element: Draft = {
      name: tag.local,
      uri: tag.uri,
      attributes,
      foreign,
      children: [],
      texts: [""],
      line: startLine,
    };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else {
      parent.children.push(element);
      parent.texts.push("");
    }
    open.push(element);
  });
  parser.on("closetag", () => {
    if (skipped === 0) open.pop();
    else if (skipped === depth) skipped = 0;
    depth--;
  });
  const append = (piece: string): void => {
    const element = open.at(-1);
    if (skipped > 0 || element === undefined) return;
    const last = element.texts.length - 1;
    element.texts[last] = element.texts[last]! + piece;
  };
  parser.on("text", append);
  parser.on("cdata", append);
  parser.write(text).close();
  if (root === undefined) return refuse("the file has no elements.", "xml-well-formed");
  return root;
}
