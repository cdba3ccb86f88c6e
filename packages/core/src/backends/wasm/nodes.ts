import type { Cell, Id, LoopProgram } from "../../lowering/loopProgram.js";
import { present } from "../../util/invariant.js";
import type { NestFacts } from "../nestFacts.js";
import type { Accesses } from "./access.js";
import type { ValueType } from "./instructions.js";
import type { LaneType } from "./vectorOps.js";

/**
 * A value in a straight stretch of code, at one position (see `splitPosition`). Equal values are one node. While code is written,
 * `left` counts who still needs it, and one that is needed again is kept in a local until its last use. Vectors lie along the inner
 * axis; a `pair` is a vector of values of two neighbours along the block's axis, `joined` takes a lane of each of two vectors.
 */
export interface Node {
  readonly kind:
    | "scalar"
    | "vector"
    | "splat"
    | "lane"
    | "pair"
    | "joined"
    | "scaled"
    | "hoisted"
    | "hoistedVector"
    | "constant"
    | "rolled"
    | PairKind;
  readonly expr: Id;
  readonly position: number;
  readonly args: readonly Node[];
  readonly place: Place | null;
  readonly type: ValueType;
  /** Multiplier of a `scaled` node; the lane that a `lane` node takes out of a vector; of a `joined` node, that of the first plus twice that of the second. */
  readonly factor: number;
  uses: number;
  left: number;
  local: number;
}

/**
 * Kinds of nodes where alike scalars are computed in pairs: a register of two (`position` is its local), two constants (the second is
 * expression `position`), two scalars put together, two that lie side by side in memory.
 */
type PairKind = "held" | "constants" | "packed" | "neighbours";

/** An address: base, dynamic parts, a constant that is added, and an offset from where the buffer lies. */
export interface Place {
  readonly root: Id;
  readonly base: Base;
  readonly dynamics: readonly Node[];
  readonly added: number;
  readonly offset: number;
}

/** A sum of axes, steps and hoisted values that addresses share. In a block it is held in a local and advances with the block. */
export interface Base {
  readonly axes: readonly number[];
  readonly loops: readonly (readonly [Id, number])[];
  readonly dynamics: readonly (readonly [Id, number])[];
  readonly constant: number;
  /** The growable buffer whose data address is added, or null. */
  readonly growable: Id | null;
  /** The local that holds it, or -1: then it is computed in place. */
  local: number;
  /** Its value where that is constant. */
  known: number | null;
}

/** A value computed before the block, at the entry of its level's loop. */
export interface Hoisted {
  readonly expr: Id;
  readonly level: number;
  local: number;
  wantsVector: boolean;
  vectorLocal: number;
}

/** What is known of a cell before its code is written; the same for all copies of a loop's step. */
export interface CellValues {
  readonly program: LoopProgram;
  readonly facts: NestFacts;
  readonly accesses: Accesses;
  readonly cell: Cell;
  readonly blockAxis: number;
  readonly innerUnrolled: boolean;
  /** Points along the block's axis in this stretch. */
  readonly elements: number;
  /** Whether their number is even, and scalars are computed for two at once. */
  readonly paired: boolean;
  readonly vector: LaneType | null;
  /** Whether an expression can be had as a vector. */
  inVector(expr: Id): boolean;
  /** Whether an expression is computed for two neighbours along the block's axis at once, where there are two. */
  inPairs(expr: Id): boolean;
  /** As `inPairs`, of truth values. */
  isPairedMask(expr: Id): boolean;
  readonly hoisted: Map<Id, Hoisted>;
  /** Set where the block's code needs the index along `blockAxis` itself. */
  needsBlockIndex: boolean;
}

/** Positions of the points of a short inner axis, and shifts along it, lie within half of this around those of its first point. */
export const elementStride = 16;

/** The steps along the block's axis (where that is not the inner one) and along the inner axis that a position stands for. */
export function splitPosition(position: number): { readonly element: number; readonly inner: number } {
  const element = Math.floor((position + elementStride / 2) / elementStride);
  return { element, inner: position - elementStride * element };
}

/** Level at which an expression is computed: that of a loop before the block, or the block's. */
export function placeLevel(cell: CellValues, expr: Id): number {
  return Math.min(cell.facts.level(expr), cell.blockAxis);
}

/** The record of a value that is computed before the block. */
export function hoistedOf(cell: CellValues, expr: Id): Hoisted {
  let hoisted = cell.hoisted.get(expr);
  if (hoisted === undefined) {
    hoisted = { expr, level: placeLevel(cell, expr), local: -1, wantsVector: false, vectorLocal: -1 };
    cell.hoisted.set(expr, hoisted);
  }
  return hoisted;
}

/** A node that nobody uses yet. */
export function makeNode(
  kind: Node["kind"],
  expr: Id,
  type: ValueType,
  position: number,
  args: readonly Node[] = [],
  place: Place | null = null,
  factor = 1,
): Node {
  return { kind, expr, position, args, place, type, factor, uses: 0, left: 0, local: -1 };
}

/** Makes nodes fit to be written once more. */
export function resetNodes(nodes: readonly Node[]): void {
  for (const node of nodes) {
    node.left = node.uses;
    node.local = -1;
  }
}

/** The value's hoisted record, which must be there. */
export function knownHoisted(cell: CellValues, expr: Id): Hoisted {
  return present(cell.hoisted.get(expr), "a hoisted value");
}
