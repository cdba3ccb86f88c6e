import type { SvgElement, SvgNode } from "./dom.js";

/**
 * Writes an element as XML. The DOM's own `outerHTML` is HTML: it leaves `<` and `&` in attributes as they are, which an
 * SVG reader refuses.
 */
export function serialize(element: SvgElement): string {
  const attributes = Array.from(element.attributes, ({ name, value }) => ` ${name}="${escape(value)}"`);
  const children = Array.from(element.childNodes, serializeNode).join("");
  const tag = element.localName;
  return children === "" ? `<${tag}${attributes.join("")}/>` : `<${tag}${attributes.join("")}>${children}</${tag}>`;
}

function serializeNode(node: SvgNode): string {
  if (isElement(node)) return serialize(node);
  return node.nodeType === textNode ? escape(node.textContent ?? "") : "";
}

/** Node.TEXT_NODE of the DOM standard. */
const textNode = 3;

function isElement(node: SvgNode): node is SvgElement {
  return node.nodeType === 1;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] as string);
}
