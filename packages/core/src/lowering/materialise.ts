import { arrayTypeOf } from "../ir/builder.js";
import { sizeOf, type Equation, type Graph, type Params, type Var } from "../ir/types.js";
import { isOwnIndex, piecesOf } from "./accessViews.js";
import { classOf } from "./opClass.js";
import { readBeforeUpdate } from "./readBeforeUpdate.js";
import { chooseHosts, readersOf } from "./readers.js";
import type { Hosts } from "./schedule.js";

/** Largest cost of an expression that is computed again at each shifted read of it, rather than stored. */
const recomputeLimit = 3;
/** From this cost on, a value with two readers is stored; within one nest the store is dropped again where nobody loads it. */
const sharedLimit = 16;
/** Largest cost of one expression; beyond it, it is cut by a store. */
const expressionLimit = 200;
/** Largest number of pieces of a view that is an expression. */
const pieceLimit = 8;

/**
 * Which of the variables that could be expressions are stored, and which of those the nests of scatters compute. A value is computed where it is read if it is read once or costs
 * little; it is stored if ops need it in memory, or if it would be computed again many times.
 */
export function chooseStored(graph: Graph): { readonly stored: ReadonlySet<Var>; readonly hosts: Hosts } {
  const reads = readsOf(graph);
  for (const variable of readBeforeUpdate(graph)) reads.set(variable, { ...noReads, inMemory: true });
  let once: ReadonlySet<Var> = new Set();
  let hosts: Hosts = new Map();
  for (let round = 0; ; round++) {
    const { stored, shared } = chooseRound(graph, reads, once, hosts);
    if (round === mostRounds || shared.size === 0) return { stored, hosts };
    // What is left as an expression may join nests, and so make others be read by one nest only.
    const { readers, one } = readersOf(graph, stored, shared, hosts);
    if (one.size > 0) {
      once = new Set([...once, ...one]);
      continue;
    }
    const more = chooseHosts(graph, stored, readers, hosts);
    if (more.size === hosts.size) return { stored, hosts };
    hosts = more;
  }
}

/** Rounds of leaving values as expressions. */
const mostRounds = 8;

/** One choice; values in `once` are left as expressions however often and however they are read. `shared` are those stored just for that. */
function chooseRound(
  graph: Graph,
  readers: ReadonlyMap<Var, Reads>,
  once: ReadonlySet<Var>,
  hosts: Hosts,
): { readonly stored: ReadonlySet<Var>; readonly shared: ReadonlySet<Var> } {
  const stored = new Set<Var>();
  const shared = new Set<Var>();
  const cost = new Map<Var, number>();
  const equations = new Map<Var, Equation>();
  for (const equation of graph.equations) {
    const { kind, cost: own } = classOf(equation);
    if (kind === "statement" || kind === "alias") continue;
    const [output] = equation.outputs;
    if (output === undefined) continue;
    equations.set(output, equation);
    let total = own;
    for (const input of new Set(equation.inputs)) total += cost.get(input) ?? 0;
    // Counted along each path so far, which is quick: shared parts count again and again.
    if (total > expressionLimit) total = costOnce(equation, equations, stored);
    const reads = readers.get(output) ?? noReads;
    const pieces = piecesOf(equation);
    const isShared =
      (total > 0 && reads.repeated > 1 && (arrayTypeOf(output).shape.length > 0 || total >= sharedLimit)) ||
      (total > recomputeLimit && reads.shifted > 0 && reads.shifted + reads.direct > 1) ||
      (total > recomputeLimit && reads.statements > 0 && reads.statements + reads.direct + reads.shifted > 1) ||
      (total >= sharedLimit && reads.direct + reads.shifted > 1);
    const must =
      hosts.has(output) || reads.inMemory || total > expressionLimit || (pieces !== null && pieces.length > pieceLimit);
    if (must || (isShared && !once.has(output))) stored.add(output);
    else cost.set(output, total);
    if (!must && stored.has(output)) shared.add(output);
  }
  return { stored, shared };
}

/** Cost of an equation's expression with equal parts counted once, as far as the limit. */
function costOnce(root: Equation, equations: ReadonlyMap<Var, Equation>, stored: ReadonlySet<Var>): number {
  const seen = new Set<Equation>([root]);
  let total = 0;
  for (const equation of seen) {
    total += classOf(equation).cost;
    if (total > expressionLimit) break;
    for (const input of equation.inputs) {
      const source = equations.get(input);
      if (source !== undefined && !stored.has(input)) seen.add(source);
    }
  }
  return total;
}

/** How a variable is read. */
interface Reads {
  /** By an op that needs it in memory. */
  inMemory: boolean;
  /** At the reader's own index. */
  direct: number;
  /** Through the pieces of access ops. */
  shifted: number;
  /** How many times each element is read by one access op that repeats it. */
  repeated: number;
  /** By reductions and other statements that inline it. */
  statements: number;
}

const noReads: Reads = { inMemory: false, direct: 0, shifted: 0, repeated: 0, statements: 0 };

function readsOf(graph: Graph): Map<Var, Reads> {
  const readers = new Map<Var, Reads>();
  const of = (variable: Var): Reads => {
    let reads = readers.get(variable);
    if (reads === undefined) readers.set(variable, (reads = { ...noReads }));
    return reads;
  };
  for (const equation of graph.equations) {
    const pieces = piecesOf(equation);
    if (pieces !== null) {
      for (const piece of pieces) {
        const input = equation.inputs[piece.input];
        if (input === undefined) continue;
        const reads = of(input);
        if (isIdentity(equation, piece.input)) {
          reads.direct++;
          continue;
        }
        reads.shifted++;
        const used = new Set(piece.index.map((index) => index.axis));
        const repeated = piece.box.reduce((n, [low, high], axis) => (used.has(axis) ? n : n * (high - low)), 1);
        reads.repeated = Math.max(reads.repeated, repeated);
      }
      continue;
    }
    equation.inputs.forEach((input, k) => {
      const reads = of(input);
      switch (readKind(equation, k)) {
        case "memory":
          reads.inMemory = true;
          break;
        case "statement":
          reads.statements++;
          break;
        case "direct":
          reads.direct++;
          break;
      }
    });
  }
  graph.outputs.forEach((output) => of(output).direct++);
  return readers;
}

/** How an equation that is no access op reads operand `k`: in memory, inlined into a statement's nest, or at its own index. */
export function readKind(equation: Equation, k: number): "memory" | "statement" | "direct" {
  switch (equation.op) {
    case "gather":
    case "dynamicSlice":
      return k === 0 ? "memory" : "direct";
    case "reshape":
    case "dot":
    case "check":
    case "debugPrint":
    case "historyAdd":
    case "call":
    case "cond":
      return "memory";
    case "scan": {
      const { length, nConst, nCarry } = equation.params as Params["scan"];
      const first = (length === null ? 1 : 0) + nConst;
      return k >= first && k < first + nCarry ? "statement" : "memory";
    }
    case "while": {
      const { nCondConst, nConst } = equation.params as Params["while"];
      return k >= nCondConst + nConst ? "statement" : "memory";
    }
    case "reduceSum":
    case "reduceMax":
    case "reduceMin":
      return classOf(equation).kind === "statement" ? "statement" : "direct";
    case "cumsum":
    case "pad":
    case "scatterAdd":
    case "scatterSet":
    case "dynamicUpdate":
      return "statement";
    default:
      return "direct";
  }
}

function isIdentity(equation: Equation, input: number): boolean {
  const [output] = equation.outputs;
  const source = equation.inputs[input];
  const pieces = piecesOf(equation);
  if (output === undefined || source === undefined || pieces?.length !== 1) return false;
  const [piece] = pieces;
  return (
    piece !== undefined &&
    sizeOf(arrayTypeOf(output).shape) === piece.box.reduce((n, [low, high]) => n * (high - low), 1) &&
    isOwnIndex(piece.index)
  );
}
