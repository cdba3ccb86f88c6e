import type { Cell, Id, LoopProgram } from "../../lowering/loopProgram.js";
import { deepFrom } from "../nestFacts.js";
import type { NestFacts } from "../nestFacts.js";
import { exprOf } from "../structure.js";
import type { CellValues } from "./nodes.js";

/** Fewest operations on scalars that are worth to be done for two neighbours at once. */
const fewestOperations = 2;
/** Most expressions of a cell whose code is written twice. */
const mostExpressions = 300;

/**
 * Whether the scalars of a nest whose short inner axis is written out are better computed for two neighbours along the axis before it:
 * half the operations, and a vector's square root or quotient takes no longer than a scalar's.
 */
export function paysInPairs(program: LoopProgram, facts: NestFacts, cell: Cell): boolean {
  const { order } = facts;
  if (order.length > mostExpressions || order.some((id) => facts.readsStored(id) || facts.depth(id) >= deepFrom))
    return false;
  if (cell.outputs.some(({ mode }) => mode === "reduce" || mode === "prefix")) return false;
  const { inPairs } = pairingOf(program, facts, facts.rank - 2);
  return order.filter((id) => facts.level(id) < facts.rank - 1 && inPairs(id)).length >= fewestOperations;
}

/** Which expressions can be computed for two neighbours along `blockAxis` at once: operations on float64, and comparisons that they select by. */
export function pairingOf(
  program: LoopProgram,
  facts: NestFacts,
  blockAxis: number,
): Pick<CellValues, "inPairs" | "isPairedMask"> {
  const isMask = (id: Id): boolean => {
    const expr = exprOf(program, id);
    return expr.op === "compare" && expr.of === "float64";
  };
  const inPairs = (id: Id): boolean => {
    if (facts.level(id) < blockAxis) return false;
    const expr = exprOf(program, id);
    if (expr.dtype !== "float64") return false;
    if (expr.op === "unary" || expr.op === "binary") return true;
    return expr.op === "select" && isMask(expr.args[0].expr);
  };
  return { inPairs, isPairedMask: (id) => facts.level(id) >= blockAxis && isMask(id) };
}
