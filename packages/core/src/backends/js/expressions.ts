import type { Combine, Expr } from "../../lowering/loopProgram.js";
import type { DType } from "../../util/dtype.js";
import { isFloat } from "../../util/dtype.js";
import { InternalError } from "../../util/errors.js";

/** An expression that computes from operands. */
export type Operation = Exclude<Expr, { readonly op: "const" | "index" | "step" | "load" | "lane" | "pack" }>;

/**
 * JavaScript source of an operation on the sources of its operands, in parentheses where it needs them. A bool is the number 0 or 1.
 * Functions that JavaScript lacks are called on `math` (see `jsBackend.ts`).
 */
export function operationSource(expr: Operation, args: readonly string[]): string {
  const [a, b, c] = args as [string, string, string];
  switch (expr.op) {
    case "unary":
      return expr.name === "not" ? `(${a} ? 0 : 1)` : rounded(expr.dtype, unarySource(expr.name, expr.dtype, a));
    case "isFinite":
      return `(Number.isFinite(${a}) ? 1 : 0)`;
    case "binary":
      return binarySource(expr.name, expr.dtype, a, b);
    case "compare":
      return `(${a} ${operators[expr.relation]} ${b} ? 1 : 0)`;
    case "select":
      return `(${a} ? ${b} : ${c})`;
    case "convert":
      return convertSource(expr.from, expr.dtype, a);
  }
}

/** Source of a number literal; -0, NaN and infinities included. */
export function numberSource(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (Object.is(value, -0)) return "(-0)";
  return value < 0 ? `(${value})` : `${value}`;
}

/** Source of `max`, `min` or the sum of two values. */
export function combineSource(combine: Combine | "add", dtype: DType, a: string, b: string): string {
  return combine === "max" || combine === "min" ? `Math.${combine}(${a}, ${b})` : rounded(dtype, `${a} + ${b}`);
}

const operators = { eq: "===", ne: "!==", lt: "<", le: "<=", gt: ">", ge: ">=" } as const;

/** The source with the rounding of its dtype. */
function rounded(dtype: DType, source: string): string {
  switch (dtype) {
    case "float64":
      return `(${source})`;
    case "float32":
      return `Math.fround(${source})`;
    case "int32":
      return `(${source} | 0)`;
    case "uint32":
      return `((${source}) >>> 0)`;
    case "bool":
      return `((${source}) & 1)`;
  }
}

function unarySource(name: string, dtype: DType, a: string): string {
  switch (name) {
    case "neg":
      return `-${a}`;
    case "abs":
    case "sign":
    case "floor":
    case "ceil":
    case "sqrt":
      return `Math.${name}(${a})`;
    case "round":
      return `math.nearest(${a})`;
    default:
      if (!isFloat(dtype)) throw new InternalError(`the js backend has no ${name} of ${dtype}`);
      return `math.${name}(${a})`;
  }
}

function binarySource(name: string, dtype: DType, a: string, b: string): string {
  switch (name) {
    case "add":
      return rounded(dtype, `${a} + ${b}`);
    case "sub":
      return rounded(dtype, `${a} - ${b}`);
    case "mul":
      return isFloat(dtype) ? rounded(dtype, `${a} * ${b}`) : rounded(dtype, `Math.imul(${a}, ${b})`);
    case "div":
      return rounded(dtype, `${a} / ${b}`);
    case "pow":
      return rounded(dtype, `math.pow(${a}, ${b})`);
    case "max":
    case "min":
      return `Math.${name}(${a}, ${b})`;
    case "and":
      return rounded(dtype, `(${a} & ${b})`);
    case "or":
      return rounded(dtype, `(${a} | ${b})`);
    case "xor":
      return rounded(dtype, `(${a} ^ ${b})`);
    case "shiftLeft":
      return rounded(dtype, `(${a} << ${b})`);
    case "shiftRight":
      return `(${a} >>> ${b})`;
    default:
      throw new InternalError(`the js backend has no ${name}`);
  }
}

function convertSource(from: DType, to: DType, a: string): string {
  if (from === to) return a;
  if (to === "bool") return `(${a} !== 0 ? 1 : 0)`;
  if (to === "float64") return a;
  if (to === "float32") return `Math.fround(${a})`;
  if (isFloat(from)) return `math.${to === "int32" ? "toInt32" : "toUint32"}(${a})`;
  return to === "int32" ? `(${a} | 0)` : `(${a} >>> 0)`;
}
