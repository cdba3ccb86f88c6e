import type { Picture } from "./picture.js";
import { sizeOf } from "./size.js";

const lineHeight = 18;

/** A picture with a line of small print below it. */
export function withNote({ svg, alt }: Picture, line: string): Picture {
  const { width, height } = sizeOf(svg);
  const whole = height + lineHeight;
  const text = `<text x="12" y="${height + 12}" font-family="system-ui, sans-serif" font-size="10" fill="#6a717c">${line}</text>`;
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" role="img">`;
  return { svg: `${open}<rect width="100%" height="100%" fill="white"/>${svg}${text}</svg>`, alt: `${alt} ${line}` };
}
