import { ArgumentError } from "../../util/errors.js";

/** Operators of two operands. */
export type Operator = "+" | "-" | "*" | "/" | "%" | "@" | "**" | "<" | "<=" | ">" | ">=" | "==" | "!=";

/** A parsed formula. */
export type Formula =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "hole"; readonly index: number }
  | { readonly kind: "negative"; readonly operand: Formula }
  | { readonly kind: "operation"; readonly operator: Operator; readonly left: Formula; readonly right: Formula }
  | { readonly kind: "constant"; readonly name: string }
  | { readonly kind: "application"; readonly name: string; readonly args: readonly Formula[] };

/** What names mean in a formula. */
export interface Names {
  /** Least and most number of arguments of a function, or null where there is none of the name. */
  arity(name: string): readonly [number, number] | null;
  isConstant(name: string): boolean;
  /** All names, for messages. */
  readonly all: readonly string[];
}

interface Token {
  readonly kind: "number" | "hole" | "name" | "symbol" | "end";
  readonly text: string;
  /** Where it begins in the shown source. */
  readonly position: number;
  readonly index: number;
}

const comparisons: readonly string[] = ["<", "<=", ">", ">=", "==", "!="];

/**
 * Parses the text of a template, whose holes stand between the strings. From loose to tight: comparisons (one, not chained);
 * `+ -`; `* / % @`; the sign; `**`, which groups to the right. So -a**2 is -(a**2) and 2**-1 is one half, as in Python.
 * @throws ArgumentError that shows the place where the text is no formula.
 */
export function parseFormula(strings: readonly string[], names: Names): Formula {
  const source = strings.map((text, i) => (i === 0 ? text : `\${${i - 1}}${text}`)).join("");
  const fail = (what: string, position: number): never => {
    throw new ArgumentError({
      what: `The math template is no formula: ${what}\n  ${source.replaceAll(/\s/g, " ")}\n  ${" ".repeat(position)}^\n`,
      data: { source, position },
    });
  };
  const tokens = tokenize(strings, fail);
  let next = 0;
  const peek = (): Token => tokens[next] as Token;
  const take = (): Token => tokens[next++] as Token;
  const isSymbol = (...texts: readonly string[]): boolean => peek().kind === "symbol" && texts.includes(peek().text);

  function operation(operators: readonly string[], operand: () => Formula): Formula {
    let left = operand();
    while (isSymbol(...operators))
      left = { kind: "operation", operator: take().text as Operator, left, right: operand() };
    return left;
  }
  const sum = (): Formula => operation(["+", "-"], product);
  const product = (): Formula => operation(["*", "/", "%", "@"], signed);

  function comparison(): Formula {
    const left = sum();
    if (!isSymbol(...comparisons)) return left;
    const formula: Formula = { kind: "operation", operator: take().text as Operator, left, right: sum() };
    if (isSymbol(...comparisons))
      fail("comparisons do not chain; join two with logicalAnd(a < b, b < c).", peek().position);
    return formula;
  }

  function signed(): Formula {
    if (isSymbol("-")) {
      take();
      return { kind: "negative", operand: signed() };
    }
    if (isSymbol("+")) {
      take();
      return signed();
    }
    const base = primary();
    if (!isSymbol("**")) return base;
    take();
    return { kind: "operation", operator: "**", left: base, right: signed() };
  }

  function primary(): Formula {
    const token = take();
    if (token.kind === "number") return { kind: "number", value: Number(token.text) };
    if (token.kind === "hole") return { kind: "hole", index: token.index };
    if (token.kind === "name") return name(token);
    if (token.kind === "symbol" && token.text === "(") {
      const inside = comparison();
      if (!isSymbol(")")) fail("a closing parenthesis is missing.", peek().position);
      take();
      return inside;
    }
    return fail(
      token.kind === "end" ? "it ends where a value is wanted." : `a value is wanted, not \`${token.text}\`.`,
      token.position,
    );
  }

  function name(token: Token): Formula {
    if (!isSymbol("(")) {
      if (names.isConstant(token.text)) return { kind: "constant", name: token.text };
      return fail(
        names.arity(token.text) === null
          ? `\`${token.text}\` is not known here; variables are interpolated, as in \${${token.text}}.`
          : `\`${token.text}\` is a function and wants its arguments in parentheses.`,
        token.position,
      );
    }
    const arity = names.arity(token.text);
    if (arity === null)
      return fail(`there is no function \`${token.text}\`; there are ${names.all.join(", ")}.`, token.position);
    take();
    const args: Formula[] = [];
    while (!isSymbol(")")) {
      args.push(comparison());
      if (isSymbol(",")) take();
      else if (!isSymbol(")")) fail("a comma or a closing parenthesis is wanted.", peek().position);
    }
    take();
    const [least, most] = arity;
    if (args.length < least || args.length > most) {
      fail(
        `\`${token.text}\` takes ${least === most ? least : `${least} to ${most}`} arguments, not ${args.length}.`,
        token.position,
      );
    }
    return { kind: "application", name: token.text, args };
  }

  const formula = comparison();
  if (peek().kind !== "end") fail(`an operator is wanted before \`${peek().text}\`.`, peek().position);
  return formula;
}

function tokenize(strings: readonly string[], fail: (what: string, position: number) => never): readonly Token[] {
  const tokens: Token[] = [];
  let shown = 0;
  strings.forEach((text, chunk) => {
    if (chunk > 0) {
      const hole = `\${${chunk - 1}}`;
      tokens.push({ kind: "hole", text: hole, position: shown, index: chunk - 1 });
      shown += hole.length;
    }
    const pattern = /\s+|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|<=|>=|==|!=|[-+*/%@(),<>])/y;
    while (pattern.lastIndex < text.length) {
      const start = pattern.lastIndex;
      const match = pattern.exec(text);
      if (match === null) return fail(`\`${text[start] ?? ""}\` means nothing here.`, shown + start);
      const [, number, name, symbol] = match;
      const found = number ?? name ?? symbol;
      if (found === undefined) continue;
      const kind = number !== undefined ? "number" : name !== undefined ? "name" : "symbol";
      tokens.push({ kind, text: found, position: shown + start, index: -1 });
    }
    shown += text.length;
  });
  tokens.push({ kind: "end", text: "", position: shown, index: -1 });
  return tokens;
}
