import { parseHTML } from "linkedom";

/** The namespace of SVG elements. */
export const svgNamespace = "http://www.w3.org/2000/svg";

/** The part of a DOM node that drawing uses; the package is compiled without the browser's types. */
export interface SvgNode {
  readonly nodeType: number;
  textContent: string | null;
}

/** The part of a DOM element that drawing uses. */
export interface SvgElement extends SvgNode {
  /** The name as it was given; `tagName` is upper case in an HTML document. */
  readonly localName: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<SvgNode>;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  append(...children: readonly SvgElement[]): void;
}

/** The part of a DOM document that drawing uses. */
export interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement;
}

let shared: SvgDocument | null = null;

/** The document in which all pictures of this process are built; nothing is ever attached to it. */
export function svgDocument(): SvgDocument {
  shared ??= parseHTML("<!doctype html><html><body></body></html>").document as unknown as SvgDocument;
  return shared;
}

/** A new SVG element with attributes, children and text. */
export function svgElement(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly SvgElement[] | string = [],
): SvgElement {
  const element = svgDocument().createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (typeof children === "string") element.textContent = children;
  else element.append(...children);
  return element;
}
