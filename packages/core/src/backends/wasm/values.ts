import type { Expr, Id, Ref } from "../../lowering/loopProgram.js";
import { present } from "../../util/invariant.js";
import { deepFrom } from "../nestFacts.js";
import { exprOf, operandsOf } from "../structure.js";
import { lowestPlain } from "./access.js";
import type { Access } from "./access.js";
import { elementStride, hoistedOf, makeNode, placeLevel, splitPosition } from "./nodes.js";
import type { Base, CellValues, Node, Place } from "./nodes.js";
import { stackType } from "./target.js";
import { lanesOf } from "./vectorOps.js";

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

  const pairs = new Map<Id, Node[]>();
  const hasRows = cell.elements > 1 && level === cell.blockAxis;
  const isPaired = hasRows && cell.paired;

  const varies = (id: Id): boolean => rank > 0 && facts.level(id) >= inner;
  /** The position of the first point of the inner axis. */
  const firstOf = (position: number): number => (hasRows ? elementStride * splitPosition(position).element : 0);
  const positionOf = (id: Id, at: number): number =>
    varies(id) ? at : hasRows && facts.level(id) === level ? firstOf(at) : 0;
  const shifted = (ref: Ref, position: number): number =>
    ref.shift === null ? firstOf(position) : position + ref.shift;
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
  const vectorOf = (expr: Expr & { op: "lane" }, position: number): { from: Ref; at: number; lane: number } | null => {
    const [from] = expr.args;
    const { vector } = cell;
    if (vector === null || level !== cell.blockAxis || from.shift !== 0 || !cell.inVector(from.expr)) return null;
    if (exprOf(program, from.expr).dtype !== vector) return null;
    const lane = (expr.lane - low) % lanesOf(vector);
    const at = expr.lane - low - lane;
    return at + lanesOf(vector) <= extent ? { from, at: firstOf(position) + at, lane } : null;
  };
  /** As `vectorOf`, but for what is loaded anyway: a scalar is loaded as quickly. */
  const computedVectorOf = (expr: Expr & { op: "lane" }, position: number): ReturnType<typeof vectorOf> =>
    exprOf(program, expr.args[0].expr).op === "load" ? null : vectorOf(expr, position);

  const scalarAt = (id: Id, at: number): Node => {
    const position = positionOf(id, at);
    const expr = exprOf(program, id);
    if (expr.op === "pack") {
      const first = firstOf(position);
      return scalarAt(present(expr.args[low + position - first], "a packed value").expr, first);
    }
    if (expr.op === "lane" && placeLevel(cell, id) >= level && computedVectorOf(expr, position) === null)
      return scalarAt(expr.args[0].expr, shifted(expr.args[0], firstOf(position) + expr.lane - low));
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
    if (isPaired && isPairable(id, position)) {
      return makeNode("lane", id, type, position, [pairAt(id, position)], null, halfOf(position));
    }
    if (expr.op === "load") return makeNode("scalar", id, type, position, [], place(accesses.ofLoad(id), position));
    if (expr.op === "lane") {
      const { from, at, lane } = present(vectorOf(expr, position), "the vector of a lane");
      return makeNode("lane", id, type, position, [vectorAt(from.expr, at)], null, lane);
    }
    if (expr.op === "index" && expr.axis === cell.blockAxis) cell.needsBlockIndex = true;
    const args = operandsOf(expr).map((ref) => scalarAt(ref.expr, shifted(ref, position)));
    return makeNode("scalar", id, type, position, args);
  };

  /** Whether the value is one of those computed for two neighbours at once: not where it is part of a vector along the inner axis. */
  const isPairable = (id: Id, position: number): boolean => {
    if (!cell.inPairs(id)) return false;
    const { inner: along } = splitPosition(position);
    return !varies(id) || along >= extent - (extent % 2) || along < 0;
  };

  /** Which of the two neighbours of its pair a position belongs to. */
  const halfOf = (position: number): number => splitPosition(position).element % 2;

  /** Values of the two neighbours at the position's point of the inner axis. */
  const pairAt = (id: Id, at: number): Node => {
    const position = positionOf(id, at - elementStride * halfOf(at));
    const found = find(pairs, id, position);
    if (found !== undefined) {
      found.uses++;
      return found;
    }
    return keep(pairs, id, newPair(id, position));
  };

  const newPair = (id: Id, position: number): Node => {
    const expr = exprOf(program, id);
    if (expr.op === "const" || placeLevel(cell, id) < level) return newVector(id, 0);
    if (isPairable(id, position) || cell.isPairedMask(id)) {
      const args = operandsOf(expr).map((ref) => pairAt(ref.expr, shifted(ref, position)));
      return makeNode("pair", id, "v128", position, args);
    }
    const second = position + elementStride;
    if (expr.op === "load") {
      const access = accesses.ofLoad(id);
      if (access.axes[cell.blockAxis] === 8 && access.dynamics.length === 0)
        return makeNode("pair", id, "v128", position, [], place(access, position));
    }
    if (expr.op === "lane") {
      const [a, b] = [vectorOf(expr, position), vectorOf(expr, second)];
      if (a !== null && b !== null)
        return joined(id, position, vectorAt(a.from.expr, a.at), a.lane, vectorAt(b.from.expr, b.at), b.lane);
    }
    return makeNode("pair", id, "v128", position, [scalarAt(id, position), scalarAt(id, second)]);
  };

  const joined = (id: Id, position: number, a: Node, laneOfA: number, b: Node, laneOfB: number): Node =>
    makeNode("joined", id, "v128", position, [a, b], null, laneOfA + 2 * laneOfB);

  const vectorAt = (id: Id, at: number): Node => {
    const position = positionOf(id, at);
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
    if (!varies(id)) {
      if (isPaired && isPairable(id, position)) {
        const half = halfOf(position);
        return joined(id, position, pairAt(id, position), half, pairAt(id, position), half);
      }
      return makeNode("splat", id, "v128", position, [scalarAt(id, position)]);
    }
    if (expr.op === "load") return makeNode("vector", id, "v128", position, [], place(accesses.ofLoad(id), position));
    if (expr.op === "pack") {
      const lanes = lanesOf(present(cell.vector, "lane type"));
      const first = firstOf(position);
      const packed = expr.args.slice(low + position - first, low + position - first + lanes);
      if (isPaired && packed.some((ref) => isPairable(ref.expr, first))) {
        const [a, b] = packed.map((ref) => pairAt(ref.expr, first)) as [Node, Node];
        return joined(id, position, a, halfOf(first), b, halfOf(first));
      }
      return makeNode(
        "vector",
        id,
        "v128",
        position,
        packed.map((ref) => scalarAt(ref.expr, first)),
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
    const { element, inner: along } = hasRows ? splitPosition(position) : { element: 0, inner: position };
    const plain = access.plainAxes[cell.blockAxis] ?? 0;
    const all = access.axes[cell.blockAxis] ?? 0;
    return {
      root: access.root,
      base: site.base,
      dynamics,
      added: access.shiftFolded * along + (all - plain) * element,
      offset: site.offset + access.shiftConstant * along + plain * element,
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
    const key = `${ref.expr},${positionOf(ref.expr, at)},${bytes}`;
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
        const position = positionOf(top.id, top.at);
        const inVectors = top.vector && varies(top.id);
        if (find(inVectors ? vectors : scalars, top.id, position) !== undefined) continue;
        stack.push({ ...top, vector: inVectors, done: true });
        const operand = (ref: Ref, from: number, asVector: boolean): void =>
          void stack.push({ id: ref.expr, at: shifted(ref, from), vector: asVector, done: false });
        if (expr.op === "lane") {
          const taken = computedVectorOf(expr, position);
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
