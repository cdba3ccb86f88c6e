/** Index in `text`, in UTF-16 units, of the position that a front end counts in code points. */
export function fromCodePoints(text: string, position: number): number {
  let index = 0;
  for (let left = position; left > 0 && index < text.length; left--) {
    index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  }
  return index;
}

/** Position in code points of an index in UTF-16 units. */
export function toCodePoints(text: string, index: number): number {
  return [...text.slice(0, index)].length;
}
