import { isTensor, np, type Tensor } from "@simgrad/core";
import type { ExpressionCompiler } from "../math/compileExpression.js";
import type { Expression } from "../math/expression.js";
import { choose, toNumber, toTensor, toTruth } from "../math/value.js";

/**
 * The parts of conditions that can change by themselves: comparisons of two numbers, and what else is true or false.
 * Each once.
 */
export function comparisonsOf(conditions: readonly Expression[]): readonly Expression[] {
  const found: Expression[] = [];
  const seen = new Set<Expression>();
  const visit = (part: Expression): void => {
    if (part.kind === "boolean" || part.kind === "number" || seen.has(part)) return;
    seen.add(part);
    if (part.kind === "piecewise") {
      for (const { value, condition } of part.pieces) [condition, value].forEach(visit);
      if (part.otherwise !== null) visit(part.otherwise);
      return;
    }
    if (part.kind !== "apply") {
      found.push(part);
      return;
    }
    const { op, args } = part;
    if (isLogical(op)) args.forEach(visit);
    else if (!isOrder(op) || args.length <= 2) found.push(part);
    else for (const [i, b] of args.slice(1).entries()) found.push({ kind: "apply", op, args: [args[i]!, b] });
  };
  conditions.forEach(visit);
  return found;
}

/**
 * How far a comparison has changed from what it was: above zero where it surely has, whatever the rounding of its
 * sides. It is continuous where these are, so that its root has the derivative of the time at which the comparison
 * changes.
 *
 * @param was - 1 where the comparison held, else 0
 */
export function changeOf(comparison: Expression, was: Tensor, compile: ExpressionCompiler): Tensor {
  const held = np.greater(was, 0.5);
  if (comparison.kind !== "apply" || !isOrder(comparison.op) || comparison.args.length !== 2) {
    const isNow = toTruth(compile(comparison));
    return np.where(np.equal(held, isTensor(isNow) ? isNow : np.array(isNow)), -1, 1);
  }
  const [a, b] = comparison.args.map((side) => toTensor(toNumber(compile(side)))) as [Tensor, Tensor];
  const margin = comparison.op === "gt" || comparison.op === "geq" ? np.subtract(a, b) : np.subtract(b, a);
  const rounding = np.multiply(np.add(np.abs(a), np.abs(b)), certainty);
  return np.subtract(toTensor(choose(held, np.negative(margin), margin)), rounding);
}

/** Relative to both sides: a difference that no order of their computation makes. */
const certainty = 2 ** -48;

function isLogical(op: string): boolean {
  return op === "and" || op === "or" || op === "xor" || op === "not" || op === "implies";
}

function isOrder(op: string): boolean {
  return op === "gt" || op === "geq" || op === "lt" || op === "leq";
}
