import type { Expression, Operator } from "../math/expression.js";
import { UnsupportedModelError } from "../model/modelError.js";
import { isId } from "./attributes.js";
import { mathUri, placeOf, wrong, type ReadContext } from "./context.js";
import { arityOf, operators } from "./operators.js";
import { readNumber } from "./readNumber.js";
import type { XmlElement } from "./xml.js";

const constants: ReadonlyMap<string, Expression> = new Map<string, Expression>([
  ["true", { kind: "boolean", value: true }],
  ["false", { kind: "boolean", value: false }],
  ["pi", { kind: "number", value: Math.PI }],
  ["exponentiale", { kind: "number", value: Math.E }],
  ["infinity", { kind: "number", value: Infinity }],
  ["notanumber", { kind: "number", value: NaN }],
]);

/** The formula of an element: a child `math` of MathML; undefined where it has none, or an empty one. */
export function mathElement(context: ReadContext, parent: XmlElement): XmlElement | undefined {
  const [math, second] = parent.children.filter(({ name, uri }) => name === "math" && uri === mathUri);
  if (second !== undefined) throw wrong(context, second, "math-once", `${parent.name} has two formulas.`);
  if (math === undefined) return undefined;
  const [content, more] = math.children;
  if (content === undefined) return undefined;
  if (more !== undefined) throw wrong(context, more, "math-one", "a formula has one element inside of math.");
  return content;
}

/**
 * Reads a formula. Calls of functions stay; `inlineFunctions` replaces them.
 * @throws ModelError where it is no MathML as SBML takes it.
 * @throws UnsupportedModelError for the symbol `delay`.
 */
export function readMath(context: ReadContext, element: XmlElement): Expression {
  if (element.uri !== mathUri) {
    throw wrong(context, element, "math-known", `${element.name} is no element of MathML.`);
  }
  const constant = constants.get(element.name);
  if (constant !== undefined) return constant;
  switch (element.name) {
    case "cn":
      return readNumber(context, element);
    case "ci":
      return { kind: "name", id: nameIn(context, element) };
    case "csymbol":
      return readSymbol(context, element);
    case "apply":
      return readApply(context, element);
    case "piecewise":
      return readPiecewise(context, element);
    case "semantics": {
      const [content] = element.children;
      if (content === undefined) throw wrong(context, element, "math-one", "semantics has no formula inside.");
      return readMath(context, content);
    }
    default:
      throw wrong(context, element, "math-known", `${element.name} is no formula of MathML as SBML takes it.`);
  }
}

/** Arguments and body of the lambda of a function definition. */
export function readLambda(
  context: ReadContext,
  element: XmlElement,
): { readonly args: readonly string[]; readonly body: Expression | null } {
  const [first] = element.children;
  if (element.name === "semantics" && first !== undefined) return readLambda(context, first);
  if (element.name !== "lambda" || element.uri !== mathUri) {
    throw wrong(context, element, "function-lambda", "the formula of a function definition is no lambda.", {
      got: element.name,
    });
  }
  const args: string[] = [];
  let body: Expression | null = null;
  for (const child of element.children) {
    if (body !== null) throw wrong(context, child, "function-lambda", "something follows the formula of a lambda.");
    if (child.name !== "bvar") {
      body = readMath(context, child);
      continue;
    }
    const [name] = child.children;
    if (name?.name !== "ci") throw wrong(context, child, "function-lambda", "bvar has no ci inside.");
    const id = nameIn(context, name);
    if (args.includes(id)) throw wrong(context, child, "function-lambda", `two arguments of a function are ${id}.`);
    args.push(id);
  }
  return { args, body };
}

function nameIn(context: ReadContext, element: XmlElement): string {
  const id = element.texts.join("").trim();
  if (element.children.length > 0 || !isId(id)) {
    throw wrong(context, element, "math-name", "ci holds no id.", { got: JSON.stringify(id.slice(0, 60)) });
  }
  return id;
}

function symbolOf(context: ReadContext, element: XmlElement): string {
  const url = element.attributes.get("definitionURL")?.trim() ?? "";
  const symbol = /^http:\/\/www\.sbml\.org\/sbml\/symbols\/(time|delay|avogadro|rateOf)$/.exec(url)?.[1];
  if (symbol === undefined) {
    throw wrong(context, element, "math-symbol", "the symbol is none of SBML.", {
      got: JSON.stringify(url.slice(0, 80)),
      expected: "time, delay, avogadro or rateOf of http://www.sbml.org/sbml/symbols/",
    });
  }
  if (symbol !== "delay") return symbol;
  throw new UnsupportedModelError(
    "delay",
    {
      what: "a formula uses the symbol delay, the value of a quantity at an earlier time.",
      fix: "write the model without it, for instance by a chain of species.",
    },
    placeOf(context, element),
  );
}

function readSymbol(context: ReadContext, element: XmlElement): Expression {
  const symbol = symbolOf(context, element);
  if (symbol === "time" || symbol === "avogadro") return { kind: "symbol", symbol };
  throw wrong(context, element, "math-symbol", `the symbol ${symbol} is a function, and stands without arguments.`);
}

function readApply(context: ReadContext, element: XmlElement): Expression {
  const [head, ...rest] = element.children;
  if (head === undefined) throw wrong(context, element, "math-apply", "apply is empty.");
  if (head.uri !== mathUri) throw wrong(context, head, "math-known", `${head.name} is no element of MathML.`);
  if (head.name === "ci") {
    return { kind: "call", id: nameIn(context, head), args: rest.map((argument) => readMath(context, argument)) };
  }
  if (head.name === "csymbol") {
    const symbol = symbolOf(context, head);
    const [of, more] = rest;
    if (symbol !== "rateOf" || of?.name !== "ci" || more !== undefined) {
      throw wrong(context, head, "rate-of", `the symbol ${symbol} is applied wrongly.`, {
        expected: "rateOf, of one name",
      });
    }
    return { kind: "rateOf", id: nameIn(context, of) };
  }
  const op = operators.get(head.name);
  if (op === undefined) {
    throw wrong(context, head, "math-known", `${head.name} is no operator of MathML as SBML takes it.`);
  }
  return applied(context, element, op, rest);
}

/** Qualifiers, the base of log and the degree of root, become the first of two arguments. */
function applied(context: ReadContext, element: XmlElement, op: Operator, rest: readonly XmlElement[]): Expression {
  const qualifier = op === "log" ? "logbase" : op === "root" ? "degree" : null;
  const isQualifier = ({ name }: XmlElement): boolean => name === qualifier;
  const [first, second] = rest.filter(isQualifier);
  if (second !== undefined) throw wrong(context, second, "math-arguments", `${op} has two of ${second.name}.`);
  const args = rest.filter((argument) => !isQualifier(argument)).map((argument) => readMath(context, argument));
  const { least, most } = arityOf(op);
  if (args.length < least || args.length > most) {
    throw wrong(context, element, "math-arguments", `${op} has a wrong number of arguments.`, {
      got: String(args.length),
      expected: least === most ? String(least) : most === Infinity ? `${least} or more` : `${least} to ${most}`,
    });
  }
  if (first === undefined) {
    const [only] = args;
    // So that the number -Infinity, which formulas can hold and MathML cannot, is the same after writing and reading.
    if (op === "minus" && args.length === 1 && only?.kind === "number" && only.value === Infinity) {
      return { kind: "number", value: -Infinity };
    }
    return { kind: "apply", op, args };
  }
  const [content, more] = first.children;
  if (content === undefined || more !== undefined) {
    throw wrong(context, first, "math-arguments", `${first.name} holds one formula.`);
  }
  return { kind: "apply", op, args: [readMath(context, content), ...args] };
}

function readPiecewise(context: ReadContext, element: XmlElement): Expression {
  const pieces: { value: Expression; condition: Expression }[] = [];
  let otherwise: Expression | null = null;
  for (const child of element.children) {
    if (child.name === "piece" && child.children.length === 2 && otherwise === null) {
      const [value, condition] = child.children.map((part) => readMath(context, part));
      pieces.push({ value: value!, condition: condition! });
    } else if (child.name === "otherwise" && child.children.length === 1 && otherwise === null) {
      otherwise = readMath(context, child.children[0]!);
    } else {
      throw wrong(context, child, "math-piecewise", `piecewise has a ${child.name} that is wrong.`, {
        expected: "piece with a value and a condition, then at most one otherwise with a value",
      });
    }
  }
  return { kind: "piecewise", pieces, otherwise };
}
