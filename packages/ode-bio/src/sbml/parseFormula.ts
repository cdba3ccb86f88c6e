import type { Expression, NumericOperator } from "../math/expression.js";

/** Parentheses inside each other in a formula of level 1. */
const maximumNesting = 300;

/** Functions of level 1 that are operators of ours, with their names there; `log` is the natural one. */
const functions: ReadonlyMap<string, NumericOperator> = new Map([
  ["abs", "abs"],
  ["acos", "arccos"],
  ["asin", "arcsin"],
  ["atan", "arctan"],
  ["ceil", "ceiling"],
  ["cos", "cos"],
  ["exp", "exp"],
  ["floor", "floor"],
  ["log", "ln"],
  ["log10", "log"],
  ["pow", "power"],
  ["sin", "sin"],
  ["sqrt", "root"],
  ["tan", "tan"],
]);

/**
 * Binding powers of the binary operators, all of which associate to the left. A sign binds more tightly than any,
 * power included: -a^2 is (-a)^2. SBML level 1 version 2, section 3.3, table of operators.
 */
const powers: ReadonlyMap<string, { readonly op: NumericOperator; readonly power: number }> = new Map([
  ["+", { op: "plus", power: 2 }],
  ["-", { op: "minus", power: 2 }],
  ["*", { op: "times", power: 3 }],
  ["/", { op: "divide", power: 3 }],
  ["^", { op: "power", power: 4 }],
]);
const signPower = 5;

const token = /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<operator>[-+*/^(),]))/y;

/** What a formula's text is read with. */
export interface FormulaReader {
  /** Throws for what is wrong in the text. */
  readonly refuse: (what: string) => never;
  /** Throws for a function that is none of the known. */
  readonly unknownFunction: (name: string) => never;
  /** Hears of what is right, and perhaps not meant. */
  readonly warn: (message: string) => void;
}

/** Reads a formula of level 1, which is text with the usual operators. */
export function parseFormula(text: string, reader: FormulaReader): Expression {
  const tokens = tokensOf(text, reader);
  let at = 0;
  let depth = 0;

  const take = (): string => tokens[at++]!.text;
  const expect = (wanted: string): void => {
    const got = take();
    if (got !== wanted) reader.refuse(`the formula has ${got === "" ? "its end" : got} where ${wanted} is expected`);
  };

  const operand = (): Expression => {
    const { kind, text: word } = tokens[at++]!;
    if (kind === "number") return { kind: "number", value: Number(word) };
    if (kind === "name") return tokens[at]!.text === "(" ? call(word) : { kind: "name", id: word };
    if (word === "(") {
      const inner = expression(0);
      expect(")");
      return inner;
    }
    if (word === "-") {
      const negative: Expression = { kind: "apply", op: "minus", args: [expression(signPower)] };
      if (tokens[at]!.text === "^") reader.warn(`-a^b is read as (-a)^b, as level 1 says, in the formula ${text}.`);
      return negative;
    }
    return reader.refuse(`the formula has ${word === "" ? "its end" : word} where a value is expected`);
  };

  const call = (name: string): Expression => {
    expect("(");
    const args: Expression[] = [];
    if (tokens[at]!.text === ")") take();
    else {
      args.push(expression(0));
      while (tokens[at]!.text === ",") {
        take();
        args.push(expression(0));
      }
      expect(")");
    }
    const wanted = name === "pow" ? 2 : 1;
    const op = name === "sqr" ? "power" : functions.get(name);
    if (op === undefined) return reader.unknownFunction(name);
    if (args.length !== wanted) reader.refuse(`${name} has ${args.length} arguments, and takes ${wanted}`);
    return { kind: "apply", op, args: name === "sqr" ? [...args, { kind: "number", value: 2 }] : args };
  };

  const expression = (least: number): Expression => {
    if (++depth > maximumNesting) reader.refuse(`the formula is nested deeper than ${maximumNesting}`);
    let left = operand();
    // Arguments of the chain of sums or products that is being read: they are one operator's, so that long sums are
    // not deep.
    let chain: { op: NumericOperator; args: Expression[] } | null = null;
    for (;;) {
      const next = powers.get(tokens[at]!.text);
      if (next === undefined || next.power <= least) break;
      take();
      const right = expression(next.power);
      if (chain !== null && chain.op === next.op) {
        chain.args.push(right);
        continue;
      }
      const args = [left, right];
      left = { kind: "apply", op: next.op, args };
      chain = next.op === "plus" || next.op === "times" ? { op: next.op, args } : null;
    }
    depth--;
    return left;
  };

  const result = expression(0);
  if (tokens[at]!.kind !== "end") reader.refuse(`the formula has ${take()} where an operator is expected`);
  return result;
}

interface Token {
  readonly kind: "number" | "name" | "operator" | "end";
  readonly text: string;
}

function tokensOf(text: string, reader: FormulaReader): readonly Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  token.lastIndex = 0;
  let at = 0;
  while (at < trimmed.length) {
    token.lastIndex = at;
    const match = token.exec(trimmed);
    if (match === null) {
      reader.refuse(`the formula has ${JSON.stringify(trimmed.slice(at, at + 10))}, which is nothing that it knows`);
      break;
    }
    at = token.lastIndex;
    const { number, name, operator } = match.groups as Record<string, string | undefined>;
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else tokens.push({ kind: "operator", text: operator! });
  }
  tokens.push({ kind: "end", text: "" });
  return tokens;
}
