import type { Equation, Graph, Var } from "../../ir/types.js";
import { at, isOp } from "../bodies.js";
import { isLoop, loopParts, type Loop } from "../loopParts.js";
import type { Pair } from "./pair.js";

/** Pairs of a recorded loop and the scan that reads it backwards, where nothing else touches the Histories of either. */
export function pairsOf(graph: Graph, equations: readonly Equation[]): Pair[] {
  const readers = new Map<Var, Set<number>>();
  const outside = -1;
  const note = (variable: Var, reader: number): void => {
    if (variable.type.kind !== "history") return;
    const known = readers.get(variable);
    if (known === undefined) readers.set(variable, new Set([reader]));
    else known.add(reader);
  };
  equations.forEach(({ inputs }, i) => inputs.forEach((input) => note(input, i)));
  graph.outputs.forEach((output) => note(output, outside));

  const isHistory = ({ type }: Var): boolean => type.kind === "history";
  return equations.flatMap((recorded, first) => {
    if (!isLoop(recorded)) return [];
    const parts = loopParts(recorded);
    const histories = parts.ys.filter(isHistory);
    const found = new Set(histories.flatMap((history) => [...(readers.get(history) ?? [])]));
    const [second] = found;
    if (found.size !== 1 || second === undefined || second === outside || parts.xs.some(isHistory)) return [];
    const reader = at(equations, second);
    if (!isOp(reader, "scan") || !runsBack(recorded, reader)) return [];
    const reading = loopParts(reader);
    const foreign = reading.xs.some((x) => isHistory(x) && !histories.includes(x));
    return foreign || reading.ys.some(isHistory) ? [] : [{ recorded, reader, first, second }];
  });
}

/** Whether a scan makes the steps of a recorded loop in the opposite order. */
function runsBack(recorded: Loop, reader: Equation<"scan">): boolean {
  const { trips, tripsOut } = loopParts(recorded);
  const [reverse, length] = isOp(recorded, "scan") ? [recorded.params.reverse, recorded.params.length] : [false, null];
  if (reader.params.reverse === reverse || reader.params.length !== length) return false;
  return length !== null || loopParts(reader).trips === (trips ?? tripsOut);
}
