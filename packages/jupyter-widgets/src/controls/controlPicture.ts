import { framePanels } from "../picture/frame.js";
import { svgElement } from "../picture/dom.js";
import type { Picture } from "../picture/picture.js";

/** A control as a saved notebook shows it: its label and its value. */
export function controlPicture(label: string, value: string): Picture {
  const line = label === "" ? value : `${label}: ${value}`;
  const text = svgElement("text", { x: 12, y: 19, fill: "#1b1e23", "font-size": 12 }, line);
  return framePanels([svgElement("svg", { width: 420, height: 28 }, [text])], { alt: line });
}
