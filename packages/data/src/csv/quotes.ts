/** A quoted field that is not closed as it should be. */
export interface QuoteProblem {
  readonly problem: string;
  /** Line on which the field begins, from 1. */
  readonly line: number;
}

/**
 * Looks for a quoted field that does not end, or that something follows (RFC 4180, section 2, 5 to 7): a parser that goes on
 * would put cells into wrong columns.
 */
export function findQuoteProblem(text: string, delimiter: string): QuoteProblem | null {
  if (!text.includes('"')) return null;
  let line = 1;
  let at = 0;
  while (at < text.length) {
    if (text.charAt(at) === '"') {
      const start = line;
      at++;
      for (;;) {
        const close = text.indexOf('"', at);
        if (close < 0) return { problem: "a quoted cell begins here and does not end", line: start };
        for (let i = at; i < close; i++) if (isBreak(text, i)) line++;
        at = close + 1;
        if (text.charAt(at) !== '"') break;
        at++;
      }
      const next = text.charAt(at);
      if (next !== "" && next !== delimiter && next !== "\n" && next !== "\r") {
        return { problem: `after the quote that ends a cell stands ${JSON.stringify(next)}`, line: start };
      }
    }
    while (at < text.length && text.charAt(at) !== delimiter && !isBreak(text, at)) at++;
    if (isBreak(text, at)) line++;
    at++;
  }
  return null;
}

/** Whether a line ends at a character: \r\n ends it once, at its \n. */
function isBreak(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10);
}
