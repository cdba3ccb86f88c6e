import { arrayTypeOf } from "../ir/builder.js";
import { sizeOf, type Equation, type Graph, type Params, type Var } from "../ir/types.js";
import { isOwnIndex, piecesOf } from "./accessViews.js";
import { classOf } from "./opClass.js";
import { readByOneNest } from "./readers.js";

/** Largest cost of an expression that is computed again at each shifted read of it, rather than stored. */
const recomputeLimit = 3;
/** From this cost on, a value with two readers is stored; within one nest the store is dropped again where nobody loads it. */
const sharedLimit = 16;
/** Largest cost of one expression; beyond it, it is cut by a store. */
const expressionLimit = 200;
/** Largest number of pieces of a view that is an expression. */
const pieceLimit = 8;

/**
 * Which of the variables that could be expressions are stored. A value is computed where it is read if it is read once or costs
 * little; it is stored if ops need it in memory, or if it would be computed again many times.
 */
export function chooseStored(graph: Graph): ReadonlySet<Var> {
  const readers = readersOf(graph);
  let once: ReadonlySet<Var> = new Set();
  for (let round = 0; ; round++) {
    const stored = chooseRound(graph, readers, once);
    if (round === mostRounds) return stored;
    // What is left as an expression makes others be read by one nest only, and so on.
    const more = readByOneNest(graph, stored);
    const freed = [...stored].filter((variable) => more.has(variable) && !once.has(variable));
    if (freed.length === 0) return stored;
    once = new Set([...once, ...freed]);
  }
}

/** Rounds of leaving values as expressions. */
const mostRounds = 6;

/** One choice; values in `once` are left as expressions however often and however they are read. */
function chooseRound(graph: Graph, readers: ReadonlyMap<Var, Reads>, once: ReadonlySet<Var>): ReadonlySet<Var> {
  const stored = new Set<Var>();
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
    const store =
      reads.inMemory ||
      total > expressionLimit ||
      (pieces !== null && pieces.length > pieceLimit) ||
      (isShared && !once.has(output));
    if (store) stored.add(output);
    else cost.set(output, total);
  }
  return stored;
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

function readersOf(graph: Graph): ReadonlyMap<Var, Reads> {
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
