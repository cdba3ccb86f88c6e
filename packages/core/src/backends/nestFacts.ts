import type { Expr, Id, LoopProgram, Nest } from "../lowering/loopProgram.js";
import { present } from "../util/invariant.js";
import { exprOf, operandsFirst, operandsOf, refsOfOutput, rootOf } from "./structure.js";

/** What is known of the expressions that a nest evaluates. */
export interface NestFacts {
  /** Number of axes. */
  readonly rank: number;
  /** Roots that the nest stores to. */
  readonly stored: ReadonlySet<Id>;
  /** All expressions that the nest's outputs reach, operands first. */
  readonly order: readonly Id[];
  /** The innermost axis that the expression depends on, -1 for none. Loads from buffers that the nest stores to count as depending on all. */
  level(expr: Id): number;
  /** Whether the expression reads a buffer that the nest stores to, itself or through an operand. */
  readsStored(expr: Id): boolean;
  /** Longest chain of operands. */
  depth(expr: Id): number;
  /** Whether some value is taken at one point of the inner axis: then the points of that axis are written out. */
  readonly hasLanes: boolean;
}

/** Deeper expressions are not walked by recursion: it would run out of stack. */
export const deepFrom = 100;

interface Fact {
  /** Bit k: it depends on axis k. */
  axes: number;
  readsStored: boolean;
  depth: number;
}

/** The facts of a nest; linear in the number of expressions that it reaches. */
export function nestFacts(program: LoopProgram, nest: Nest): NestFacts {
  const rank = nest.extents.length;
  const stored = new Set<Id>();
  const roots: Id[] = [];
  for (const cell of nest.cells) {
    for (const output of cell.outputs) {
      stored.add(rootOf(program, output.buffer));
      for (const ref of refsOfOutput(output)) roots.push(ref.expr);
    }
  }
  const order = operandsFirst(program, roots);
  const facts = new Map<Id, Fact>();
  let hasLanes = false;
  for (const id of order) {
    const expr = exprOf(program, id);
    const fact = { axes: ownAxes(expr, rank), readsStored: false, depth: 0 };
    for (const ref of operandsOf(expr)) {
      const operand = present(facts.get(ref.expr), "facts of an operand");
      fact.axes |= expr.op === "lane" ? operand.axes & ~(1 << (rank - 1)) : operand.axes;
      fact.depth = Math.max(fact.depth, operand.depth + 1);
      fact.readsStored ||= operand.readsStored;
    }
    if (expr.op === "load" && stored.has(rootOf(program, expr.buffer))) {
      fact.readsStored = true;
      fact.axes |= (1 << rank) - 1;
    }
    hasLanes ||= expr.op === "lane" || expr.op === "pack";
    facts.set(id, fact);
  }
  const of = (id: Id): Fact => present(facts.get(id), "facts of an expression");
  return {
    rank,
    stored,
    order,
    level: (id) => 31 - Math.clz32(of(id).axes),
    readsStored: (id) => of(id).readsStored,
    depth: (id) => of(id).depth,
    hasLanes,
  };
}

function ownAxes(expr: Expr, rank: number): number {
  if (expr.op === "index") return 1 << expr.axis;
  if (expr.op === "pack") return 1 << (rank - 1);
  if (expr.op !== "load") return 0;
  let axes = 0;
  for (const index of expr.index) if (index.axis !== null && index.stride !== 0) axes |= 1 << index.axis;
  return axes;
}
