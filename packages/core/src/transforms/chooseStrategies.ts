import { makeEquation } from "../ir/builder.js";
import type { Equation, Graph, Keep } from "../ir/types.js";
import { sizeOf } from "../ir/types.js";
import { byteSize } from "../util/dtype.js";
import { at, bodiesOf, isOp, mapBodies, memoised, withEquations } from "./bodies.js";
import { dce } from "./dce.js";
import { isLoop, loopParts, type Loop } from "./loopParts.js";
import type { Pass } from "./pass.js";
import { keepBlocks } from "./strategies/blocks.js";
import { keepInverse } from "./strategies/inverse.js";
import { isScanPair, type Pair, type Rewritten, type ScanPair } from "./strategies/pair.js";
import { pairsOf } from "./strategies/pairs.js";
import { keepStates, keepWithin } from "./strategies/within.js";

/** How Histories are kept where the caller left it open. */
export interface StrategyOptions {
  /** Bytes of the Histories of one loop from which on they are kept in blocks; default 256 kB, about what stays in the cache. */
  readonly historyLimitBytes?: number;
  /** Bytes that all Histories of the program together may take; none by default. What no strategy fits is kept whole. */
  readonly capBytes?: number | null;
}

/**
 * Decides how Histories are kept, and writes the decision into the Graph as ordinary loops. It looks at pairs that stand side
 * by side: a recorded loop, and one scan that alone reads its Histories, backwards. All other Histories are kept whole; blocks and
 * inverses are for forward scans of static length. Afterwards every `keep` is `all`.
 */
export function chooseStrategies(graph: Graph, options: StrategyOptions = {}): Graph {
  const limit = options.historyLimitBytes ?? defaultLimit;
  const cap = options.capBytes ?? null;
  return chooserFor(limit, cap === null ? null : fairShare(recordedBytes(graph), cap))(graph);
}

/** The pass of `chooseStrategies`. */
export function chooseStrategiesPass(options: StrategyOptions = {}): Pass {
  return {
    name: "chooseStrategies",
    description:
      "decides how Histories are kept: all, in blocks, by checkpoints under a cap, or by the inverse of the step",
    run: (graph) => chooseStrategies(graph, options),
  };
}

const defaultLimit = 256 * 1024;
/** Below so many steps a block saves less than its second run costs. */
const fewSteps = 16;
const choosers = new Map<string, (graph: Graph) => Graph>();

/** The chooser for a size from which on blocks are kept, and the most bytes of one loop or null. */
function chooserFor(limit: number, cap: number | null): (graph: Graph) => Graph {
  const key = `${limit} ${cap ?? ""}`;
  let choose = choosers.get(key);
  if (choose === undefined) choosers.set(key, (choose = chooser(limit, cap)));
  return choose;
}

function chooser(limit: number, cap: number | null): (graph: Graph) => Graph {
  const choose: (graph: Graph) => Graph = memoised((graph) => {
    const equations: (readonly Equation[])[] = graph.equations.map((equation) => [mapBodies(equation, choose)]);
    const flat = equations.map((list) => at(list, 0));
    for (const pair of pairsOf(graph, flat)) {
      const rewritten = rewritePair(pair, limit, cap);
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

/** Bytes of the Histories of each recorded loop; infinite where the number of steps is not known. */
function recordedBytes(graph: Graph): number[] {
  return graph.equations.flatMap((equation) => {
    const inside = bodiesOf(equation).flatMap(recordedBytes);
    if (!isLoop(equation)) return inside;
    const own = historyBytes(equation);
    return own > 0 ? [...inside, own] : inside;
  });
}

/** The most that one loop may take so that all together take `cap`: small ones take what they need, the others share the rest. */
function fairShare(needs: readonly number[], cap: number): number {
  let left = cap;
  const sorted = [...needs].sort((a, b) => a - b);
  for (const [i, need] of sorted.entries()) {
    const share = left / (sorted.length - i);
    if (need > share) return share;
    left -= need;
  }
  return cap;
}

function rewritePair(pair: Pair, limit: number, cap: number | null): Rewritten | null {
  const { keep } = pair.recorded.params;
  if (keep.kind === "states") return keepStates(pair, keep.count);
  if (keep.kind === "capped") return keepWithin(pair, keep.bytes);
  if (keep.kind === "auto" && cap !== null) return keepWithin(pair, cap);
  return isScanPair(pair) && !pair.recorded.params.reverse ? rewriteScan(pair, limit) : null;
}

function rewriteScan(pair: ScanPair, limit: number): Rewritten | null {
  const { keep, length } = pair.recorded.params;
  if (length === null || keep.kind === "all") return null;
  if (keep.kind === "inverse") {
    const rewritten = keepInverse(pair, keep);
    if (rewritten !== null) return rewritten;
  }
  if (keep.kind !== "blocks" && (length < fewSteps || historyBytes(pair.recorded) <= limit)) return null;
  // Checkpoints and one block together are fewest at the square root.
  const size = (keep.kind === "blocks" ? keep.size : null) ?? Math.round(Math.sqrt(length));
  return size < 1 || size >= length ? null : keepBlocks(pair, length, Math.floor(size));
}

function historyBytes(loop: Loop): number {
  let bytes = 0;
  for (const { type } of loopParts(loop).ys) {
    if (type.kind === "history") bytes += byteSize(type.of.dtype) * sizeOf(type.of.shape);
  }
  if (bytes === 0) return 0;
  const length = isOp(loop, "scan") ? loop.params.length : null;
  return length === null ? Infinity : bytes * length;
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
