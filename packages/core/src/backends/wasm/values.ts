import type { Cell, Expr, Id, LoopProgram, Ref } from "../../lowering/loopProgram.js";
import { present } from "../../util/invariant.js";
import { deepFrom } from "../nestFacts.js";
import type { NestFacts } from "../nestFacts.js";
import { exprOf, operandsOf } from "../structure.js";
import { lowestPlain } from "./access.js";
import type { Access, Accesses } from "./access.js";
import type { ValueType } from "./instructions.js";
import { stackType } from "./target.js";
import { lanesOf } from "./vectorOps.js";
import type { LaneType } from "./vectorOps.js";

/**
 * A value in a straight stretch of code, at one position along the inner axis. Equal values are one node. While code is written,
 * `left` counts who still needs it, and one that is needed again is kept in a local until its last use.
 */
export interface Node {
  readonly kind:
    "scalar" | "vector" | "splat" | "lane" | "scaled" | "hoisted" | "hoistedVector" | "constant" | "rolled";
  readonly expr: Id;
  readonly position: number;
  readonly args: readonly Node[];
  readonly place: Place | null;
  readonly type: ValueType;
  /** Multiplier of a `scaled` node, number of the lane that a `lane` node takes out of a vector. */
  readonly factor: number;
  uses: number;
  left: number;
  local: number;
}

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
  readonly vector: LaneType | null;
  /** Whether an expression can be had as a vector. */
  inVector(expr: Id): boolean;
  readonly hoisted: Map<Id, Hoisted>;
  /** Set where the block's code needs the index along `blockAxis` itself. */
  needsBlockIndex: boolean;
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

/** Values of one stretch of code at a level. */
export interface Values {
  /** One more use of a value. */
  scalar(ref: Ref, position: number): Node;
  vector(ref: Ref, position: number): Node;
  place(access: Access, position: number): Place;
  /** All nodes made so far. */
  readonly nodes: readonly Node[];
}

/** What is used instead of computing a value: a node whose local holds it already. */
export type Roll = (vector: boolean, expr: Id, position: number) => Node | null;

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

/** Makes nodes for a stretch of code at `level`; bases are shared through `bases`. */
export function values(cell: CellValues, level: number, bases: Map<string, Base>, roll: Roll | null = null): Values {
  const { program, facts, accesses } = cell;
  const { rank } = facts;
  const inner = rank - 1;
  const nodes: Node[] = [];
  const scalars = new Map<Id, Node[]>();
  const vectors = new Map<Id, Node[]>();
  const scaledNodes = new Map<string, Node>();
  const sites = new Map<Access, Site>();

  const [low, high] = cell.cell.box[inner] ?? [0, 1];
  const extent = high - low;

  const varies = (id: Id): boolean => rank > 0 && facts.level(id) >= inner;
  const shifted = (ref: Ref, position: number): number => (ref.shift === null ? 0 : position + ref.shift);
  const find = (known: Map<Id, Node[]>, id: Id, position: number): Node | undefined => {
    const list = known.get(id);
    if (list !== undefined) for (const node of list) if (node.position === position) return node;
    return undefined;
  };
  const keep = (known: Map<Id, Node[]>, id: Id, node: Node): Node => {
    const list = known.get(id);
    if (list === undefined) known.set(id, [node]);
    else list.push(node);
    nodes.push(node);
    node.uses++;
    return node;
  };

  /** The vector and its lane that a value at one point of the inner axis is taken from, where it is computed in vectors anyway. */
  const vectorOf = (expr: Expr & { op: "lane" }): { from: Ref; at: number; lane: number } | null => {
    const [from] = expr.args;
    const { vector } = cell;
    if (vector === null || level !== cell.blockAxis || from.shift !== 0 || !cell.inVector(from.expr)) return null;
    const source = exprOf(program, from.expr);
    if (source.op === "load" || source.dtype !== vector) return null;
    const lane = (expr.lane - low) % lanesOf(vector);
    const at = expr.lane - low - lane;
    return at + lanesOf(vector) <= extent ? { from, at, lane } : null;
  };

  const scalarAt = (id: Id, at: number): Node => {
    const position = varies(id) ? at : 0;
    const expr = exprOf(program, id);
    if (expr.op === "pack") return scalarAt(present(expr.args[low + position], "a packed value").expr, 0);
    if (expr.op === "lane" && placeLevel(cell, id) >= level && vectorOf(expr) === null)
      return scalarAt(expr.args[0].expr, shifted(expr.args[0], expr.lane - low));
    const found = find(scalars, id, position);
    if (found !== undefined) {
      found.uses++;
      return found;
    }
    return keep(scalars, id, roll?.(false, id, position) ?? newScalar(id, position));
  };

  const newScalar = (id: Id, position: number): Node => {
    const expr = exprOf(program, id);
    const type = stackType(expr.dtype);
    if (expr.op === "const") return makeNode("constant", id, type, position);
    if (placeLevel(cell, id) < level) return makeNode("hoisted", id, type, position);
    if (expr.op === "load") return makeNode("scalar", id, type, position, [], place(accesses.ofLoad(id), position));
    if (expr.op === "lane") {
      const { from, at, lane } = present(vectorOf(expr), "the vector of a lane");
      return makeNode("lane", id, type, position, [vectorAt(from.expr, at)], null, lane);
    }
    if (expr.op === "index" && expr.axis === cell.blockAxis) cell.needsBlockIndex = true;
    const args = operandsOf(expr).map((ref) => scalarAt(ref.expr, shifted(ref, position)));
    return makeNode("scalar", id, type, position, args);
  };

  const vectorAt = (id: Id, at: number): Node => {
    const position = varies(id) ? at : 0;
    const found = find(vectors, id, position);
    if (found !== undefined) {
      found.uses++;
      return found;
    }
    return keep(vectors, id, roll?.(true, id, position) ?? newVector(id, position));
  };

  const newVector = (id: Id, position: number): Node => {
    const expr = exprOf(program, id);
    if (expr.op === "const" || placeLevel(cell, id) < level) {
      hoistedOf(cell, id).wantsVector = true;
      return makeNode("hoistedVector", id, "v128", position);
    }
    if (!varies(id)) return makeNode("splat", id, "v128", position, [scalarAt(id, position)]);
    if (expr.op === "load") return makeNode("vector", id, "v128", position, [], place(accesses.ofLoad(id), position));
    if (expr.op === "pack") {
      const lanes = lanesOf(present(cell.vector, "lane type"));
      const packed = expr.args.slice(low + position, low + position + lanes);
      return makeNode(
        "vector",
        id,
        "v128",
        position,
        packed.map((ref) => scalarAt(ref.expr, 0)),
      );
    }
    if (expr.op === "convert" && exprOf(program, expr.args[0].expr).op === "index") {
      if (!cell.innerUnrolled) cell.needsBlockIndex = true;
      return makeNode("vector", id, "v128", position);
    }
    const args = operandsOf(expr).map((ref) => vectorAt(ref.expr, shifted(ref, position)));
    return makeNode("vector", id, "v128", position, args);
  };

  const place = (access: Access, position: number): Place => {
    let site = sites.get(access);
    if (site === undefined) sites.set(access, (site = newSite(access)));
    const dynamics = site.dynamics.map(([ref, bytes]) => scaled(ref, position, bytes));
    return {
      root: access.root,
      base: site.base,
      dynamics,
      added: access.shiftFolded * position,
      offset: site.offset + access.shiftConstant * position,
    };
  };

  const newSite = (access: Access): Site => {
    const lowest = lowestPlain(access, cell.cell.box);
    const dynamics: [Ref, number][] = [];
    const hoistedDynamics: [Id, number][] = [];
    for (const [ref, bytes] of access.dynamics) {
      if (exprOf(program, ref.expr).op === "const" || placeLevel(cell, ref.expr) < level)
        hoistedDynamics.push([ref.expr, bytes]);
      else dynamics.push([ref, bytes]);
    }
    const constant = access.folded - lowest;
    const growable = access.growable ? access.root : null;
    const key = `${access.axes.join()}|${access.loops.join(";")}|${hoistedDynamics.join(";")}|${constant}|${growable}`;
    let base = bases.get(key);
    if (base === undefined) {
      base = {
        axes: access.axes,
        loops: access.loops,
        dynamics: hoistedDynamics,
        constant,
        growable,
        local: -1,
        known: null,
      };
      bases.set(key, base);
    }
    return { base, dynamics, offset: access.constant + lowest };
  };

  const scaled = (ref: Ref, position: number, bytes: number): Node => {
    const at = shifted(ref, position);
    const key = `${ref.expr},${varies(ref.expr) ? at : 0},${bytes}`;
    let made = scaledNodes.get(key);
    if (made === undefined) {
      made = makeNode("scaled", ref.expr, "i32", at, [scalarAt(ref.expr, at)], null, bytes);
      scaledNodes.set(key, made);
      nodes.push(made);
    }
    made.uses++;
    return made;
  };

  /** Makes the nodes of a deep expression operands first, so that none is made by deep recursion. */
  const prepare = (root: Ref, at: number, vector: boolean): void => {
    if (facts.depth(root.expr) < deepFrom) return;
    const stack = [{ id: root.expr, at, vector, done: false }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const expr = exprOf(program, top.id);
      if (top.done) (top.vector ? vectorAt : scalarAt)(top.id, top.at).uses--;
      else if (expr.op !== "const" && placeLevel(cell, top.id) >= level) {
        const position = varies(top.id) ? top.at : 0;
        const inVectors = top.vector && varies(top.id);
        if (find(inVectors ? vectors : scalars, top.id, position) !== undefined) continue;
        stack.push({ ...top, vector: inVectors, done: true });
        const operand = (ref: Ref, from: number, asVector: boolean): void =>
          void stack.push({ id: ref.expr, at: shifted(ref, from), vector: asVector, done: false });
        if (expr.op === "lane") {
          const taken = vectorOf(expr);
          operand(expr.args[0], taken?.at ?? expr.lane - low, taken !== null);
        } else if (expr.op === "pack") for (const ref of expr.args) operand(ref, 0, false);
        else if (expr.op !== "load") for (const ref of operandsOf(expr)) operand(ref, position, inVectors);
      }
    }
  };

  return {
    scalar(ref, position) {
      prepare(ref, shifted(ref, position), false);
      return scalarAt(ref.expr, shifted(ref, position));
    },
    vector(ref, position) {
      prepare(ref, shifted(ref, position), true);
      return vectorAt(ref.expr, shifted(ref, position));
    },
    place,
    nodes,
  };
}

/** Where a load or store addresses from, whatever the position. */
interface Site {
  readonly base: Base;
  readonly dynamics: readonly (readonly [Ref, number])[];
  readonly offset: number;
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
