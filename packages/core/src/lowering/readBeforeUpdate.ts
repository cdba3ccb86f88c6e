import type { Equation, Graph, Var } from "../ir/types.js";
import { classOf } from "./opClass.js";
import { updatingOps } from "./schedule.js";

/**
 * Reads at computed places of what is then updated: stored, they are done before, and the update can be in place. The very slice
 * that an update replaces needs no store if nothing but the update reads it.
 */
export function readBeforeUpdate(graph: Graph): ReadonlySet<Var> {
  const early = new Set<Var>();
  const expressions = new Map<Var, Equation>();
  const readsOf = new Map<Var, Var[]>();
  const readers = new Map<Var, number>();
  for (const variable of [...graph.equations.flatMap(({ inputs }) => inputs), ...graph.outputs])
    readers.set(variable, (readers.get(variable) ?? 0) + 1);
  for (const equation of graph.equations) {
    const [output] = equation.outputs;
    const [operand, ...others] = equation.inputs;
    if (output === undefined || operand === undefined) continue;
    const { kind } = classOf(equation);
    if (updatingOps.has(equation.op)) {
      const reads = readsOf.get(operand) ?? [];
      const parts = reads.length === 0 ? new Set<Var>() : partsOf(others);
      for (const read of reads) if (readers.get(read) !== 1 || !parts.has(read)) early.add(read);
    } else if (kind === "dynamicAccess") {
      readsOf.set(operand, [...(readsOf.get(operand) ?? []), output]);
    }
    // Only what is computed where it is read counts as part of an update.
    if (kind === "elementwise" || kind === "access" || kind === "dynamicAccess") expressions.set(output, equation);
  }
  return early;

  function partsOf(values: readonly Var[]): ReadonlySet<Var> {
    const parts = new Set(values);
    for (const part of parts) for (const input of expressions.get(part)?.inputs ?? []) parts.add(input);
    return parts;
  }
}
