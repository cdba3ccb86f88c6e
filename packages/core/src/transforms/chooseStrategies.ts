import { makeEquation } from "../ir/builder.js";
import type { Equation, Graph, Keep, Var } from "../ir/types.js";
import { sizeOf } from "../ir/types.js";
import { byteSize } from "../util/dtype.js";
import { at, isOp, mapBodies, memoised, withEquations } from "./bodies.js";
import { dce } from "./dce.js";
import { loopParts } from "./loopParts.js";
import type { Pass } from "./pass.js";
import { keepBlocks } from "./strategies/blocks.js";
import { keepInverse } from "./strategies/inverse.js";
import type { Pair, Rewritten } from "./strategies/pair.js";

/** How Histories are kept where the caller left it open. */
export interface StrategyOptions {
  /** Bytes of the Histories of one loop from which on they are kept in blocks; default 256 kB, about what stays in the cache. */
  readonly historyLimitBytes?: number;
}

/**
 * Decides how Histories are kept, and writes the decision into the Graph as ordinary loops. It looks at pairs that stand side
 * by side: a recorded scan of static length, and one reverse scan that alone reads its Histories. All other Histories
 * are kept whole. Afterwards every `keep` is `all`.
 */
export function chooseStrategies(graph: Graph, options: StrategyOptions = {}): Graph {
  const limit = options.historyLimitBytes ?? defaultLimit;
  let choose = byLimit.get(limit);
  if (choose === undefined) byLimit.set(limit, (choose = chooser(limit)));
  return choose(graph);
}

/** The pass of `chooseStrategies`. */
export function chooseStrategiesPass(options: StrategyOptions = {}): Pass {
  return {
    name: "chooseStrategies",
    description: "decides how Histories are kept: all, in blocks, or by the inverse of the step",
    run: (graph) => chooseStrategies(graph, options),
  };
}

const defaultLimit = 256 * 1024;
/** Below so many steps a block saves less than its second run costs. */
const fewSteps = 16;
const byLimit = new Map<number, (graph: Graph) => Graph>();

function chooser(limit: number): (graph: Graph) => Graph {
  const choose: (graph: Graph) => Graph = memoised((graph) => {
    const equations: (readonly Equation[])[] = graph.equations.map((equation) => [mapBodies(equation, choose)]);
    const flat = equations.map((list) => at(list, 0));
    for (const pair of pairsOf(graph, flat)) {
      const rewritten = rewritePair(pair, limit);
      if (rewritten === null) continue;
      equations[pair.first] = rewritten.forward;
      equations[pair.second] = rewritten.reverse;
    }
    const all = equations.flat().map(settled);
    const result = withEquations(graph, all, graph.outputs);
    return result === graph ? graph : dce(result);
  });
  return choose;
}

function rewritePair(pair: Pair, limit: number): Rewritten | null {
  const { keep, length } = pair.recorded.params;
  if (length === null || keep.kind === "all") return null;
  if (keep.kind === "inverse") {
    const rewritten = keepInverse(pair, keep);
    if (rewritten !== null) return rewritten;
  }
  if (keep.kind !== "blocks" && (length < fewSteps || bytesOf(pair) <= limit)) return null;
  // Checkpoints and one block together are fewest at the square root.
  const size = (keep.kind === "blocks" ? keep.size : null) ?? Math.round(Math.sqrt(length));
  return size < 1 || size >= length ? null : keepBlocks(pair, length, Math.floor(size));
}

function bytesOf({ recorded }: Pair): number {
  let bytes = 0;
  for (const { type } of loopParts(recorded).ys) {
    if (type.kind === "history") bytes += byteSize(type.of.dtype) * sizeOf(type.of.shape);
  }
  return bytes * (recorded.params.length ?? 0);
}

/** Pairs of a recorded scan and the one that reads it, where nothing else touches the Histories of either. */
function pairsOf(graph: Graph, equations: readonly Equation[]): Pair[] {
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
    if (!isOp(recorded, "scan") || recorded.params.reverse || recorded.params.length === null) return [];
    const parts = loopParts(recorded);
    const histories = parts.ys.filter(isHistory);
    const found = new Set(histories.flatMap((history) => [...(readers.get(history) ?? [])]));
    const [second] = found;
    if (found.size !== 1 || second === undefined || second === outside || parts.xs.some(isHistory)) return [];
    const reader = at(equations, second);
    if (!isOp(reader, "scan") || !reader.params.reverse || reader.params.length !== recorded.params.length) return [];
    const reading = loopParts(reader);
    const foreign = reading.xs.some((x) => isHistory(x) && !histories.includes(x));
    return foreign || reading.ys.some(isHistory) ? [] : [{ recorded, reader, first, second }];
  });
}

/** The loop with its decision behind it. */
function settled(equation: Equation): Equation {
  const keep: Keep = { kind: "all" };
  if (isOp(equation, "scan") && equation.params.keep.kind !== "all") {
    return makeEquation("scan", { ...equation.params, keep }, equation.inputs, equation.outputs);
  }
  if (isOp(equation, "while") && equation.params.keep.kind !== "all") {
    return makeEquation("while", { ...equation.params, keep }, equation.inputs, equation.outputs);
  }
  return equation;
}
