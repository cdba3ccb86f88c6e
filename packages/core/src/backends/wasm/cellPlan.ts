import type { Cell, Id, LoopProgram, Output } from "../../lowering/loopProgram.js";
import { present } from "../../util/invariant.js";
import type { NestFacts } from "../nestFacts.js";
import { bufferOf, exprOf, rootOf } from "../structure.js";
import type { Accesses } from "./access.js";
import { paysInPairs } from "./pairs.js";
import { elementStride } from "./nodes.js";
import { lanesOf } from "./vectorOps.js";
import type { LaneType } from "./vectorOps.js";

/** Points that are computed together: `lanes` neighbours along the inner axis, `position` after the block's first. */
export interface Copy {
  readonly position: number;
  readonly lanes: 1 | 2 | 4;
}

/**
 * How a cell is run: plain loops over the axes before `blockAxis`, then blocks of copies along `blockAxis`, `count` of them in a loop,
 * each advancing it by `stride`, then `rest`. Copies lie along the inner axis. That is `blockAxis` itself, or (`innerUnrolled`) the one
 * after it, whose few points are then all in the block.
 */
export interface CellPlan {
  readonly blockAxis: number;
  readonly innerUnrolled: boolean;
  /** Points along `blockAxis` in a block, where that is not the inner axis. */
  readonly elements: number;
  /** Whether scalars are computed in pairs, for the two elements at once. */
  readonly paired: boolean;
  /** Type of vector lanes, null for scalar code. */
  readonly vector: LaneType | null;
  /** Whether an expression can be had as a vector, where `vector` is not null. */
  inVector(expr: Id): boolean;
  readonly block: readonly Copy[];
  readonly count: number;
  readonly stride: number;
  readonly rest: readonly Copy[];
}

/** Longest inner axis that is unrolled within a loop over the axis before it. */
const shortInner = 4;
/** Fewest points along the block's axis for which two are computed side by side. */
const fewestPaired = 4;
/** Most expressions of rows of which four are computed in one block: of single ones, of pairs. */
const [shortRow, shortPairs] = [16, 60];
/** Most points of a cell that is written out without a loop. */
const straightPoints = 4;

/** Plans a cell. */
export function planCell(program: LoopProgram, facts: NestFacts, accesses: Accesses, cell: Cell): CellPlan {
  const { rank } = facts;
  if (rank === 0) {
    return {
      blockAxis: -1,
      innerUnrolled: false,
      elements: 1,
      paired: false,
      vector: null,
      inVector: () => false,
      block: [],
      count: 0,
      stride: 1,
      rest: [{ position: 0, lanes: 1 }],
    };
  }
  const extent = extentOf(cell, rank - 1);
  const innerUnrolled = rank >= 2 && extent <= shortInner && extentOf(cell, rank - 2) > 1;
  const { vector, inVector } = laneTypeOf(program, facts, accesses, cell, extent);
  if (innerUnrolled) {
    const one = copiesOf(extent, vector);
    const points = extentOf(cell, rank - 2);
    const paired = points >= fewestPaired && vector === "float64" && paysInPairs(program, facts, cell);
    const elements = paired ? (isShort(facts, points, shortPairs) ? 4 : 2) : rowsAtOnce(facts, cell, points);
    const rows = (number: number): Copy[] =>
      Array.from({ length: number }, (_, row) =>
        one.map((copy): Copy => ({ ...copy, position: copy.position + row * elementStride })),
      ).flat();
    return {
      blockAxis: rank - 2,
      innerUnrolled,
      elements,
      paired,
      vector,
      inVector,
      block: rows(elements),
      count: Math.floor(points / elements),
      stride: elements,
      rest: rows(points % elements),
    };
  }
  const stride = vector === null ? scalarUnroll(cell) : vectorUnroll(program, facts, cell) * lanesOf(vector);
  let count = Math.floor(extent / stride);
  if (count < 2 || extent <= straightPoints) count = 0;
  return {
    blockAxis: rank - 1,
    innerUnrolled,
    elements: 1,
    paired: false,
    vector,
    inVector,
    block: copiesOf(stride, vector),
    count,
    stride,
    rest: copiesOf(extent - count * stride, vector),
  };
}

/** Rows of a short inner axis per block: more than one where little is done at each, so that the loop's own work counts less. */
function rowsAtOnce(facts: NestFacts, cell: Cell, points: number): number {
  const isSimple = cell.outputs.every(({ mode }) => mode === "store" || mode === "accumulate");
  return isSimple && isShort(facts, points, shortRow) ? 4 : 1;
}

/** Whether the code of four rows at once is not too long, and there are enough of them. */
function isShort({ order }: NestFacts, points: number, most: number): boolean {
  return order.length <= most && points >= 8;
}

/** Number of points of a cell along an axis. */
export function extentOf(cell: Cell, axis: number): number {
  const [low, high] = present(cell.box[axis], "side of a box");
  return Math.max(0, high - low);
}

function copiesOf(points: number, vector: LaneType | null): readonly Copy[] {
  const copies: Copy[] = [];
  const lanes = vector === null ? 1 : lanesOf(vector);
  let position = 0;
  for (; position + lanes <= points; position += lanes) copies.push({ position, lanes });
  for (; position < points; position++) copies.push({ position, lanes: 1 });
  return copies;
}

/** Whether accumulator j mod 8 must be known when the code is written. */
function hasLanes(output: Output): boolean {
  return output.mode === "reduce" && output.lanes === 8;
}

function scalarUnroll(cell: Cell): number {
  return cell.outputs.some(hasLanes) ? 8 : 1;
}

/** Vectors per block: four, fewer where a block would hold more values than there are registers; reductions need all eight lanes. */
function vectorUnroll(program: LoopProgram, facts: NestFacts, cell: Cell): number {
  if (cell.outputs.some(hasLanes)) return 4;
  const values = facts.order.length;
  return values > 80 ? 1 : values > 40 ? 2 : 4;
}

/** The lanes' type if everything that varies along the inner axis can be computed in vectors. */
function laneTypeOf(
  program: LoopProgram,
  facts: NestFacts,
  accesses: Accesses,
  cell: Cell,
  extent: number,
): Pick<CellPlan, "vector" | "inVector"> {
  const none = { vector: null, inVector: () => false };
  const first = cell.outputs.find((output) => !isOfRow(facts, output));
  if (first === undefined) return none;
  const type = bufferOf(program, first.buffer).dtype;
  if (type !== "float64" && type !== "float32") return none;
  if (extent < lanesOf(type)) return none;
  const inVector = vectorisableValues(program, facts, accesses, type);
  return cell.outputs.every(
    (output) =>
      isOfRow(facts, output) ||
      (vectorisableOutput(program, facts, accesses, cell, output, type) && inVector(output.value.expr)),
  )
    ? { vector: type, inVector }
    : none;
}

/** Whether an output stores the same at each point of the inner axis. */
export function isOfRow(facts: NestFacts, output: Output): boolean {
  const inner = facts.rank - 1;
  return (
    output.mode === "store" &&
    facts.level(output.value.expr) < inner &&
    output.index.every(
      ({ axis, stride, dynamic }) =>
        (axis !== inner || stride === 0) && (dynamic === null || facts.level(dynamic.expr) < inner),
    )
  );
}

function vectorisableOutput(
  program: LoopProgram,
  facts: NestFacts,
  accesses: Accesses,
  cell: Cell,
  output: Output,
  type: LaneType,
): boolean {
  const inner = facts.rank - 1;
  if (bufferOf(program, output.buffer).dtype !== type) return false;
  if (output.mode === "prefix") return false;
  if (output.mode === "reduce") return output.lanes === 8 || output.combine !== "sum";
  if (output.index.some((index) => index.dynamic !== null && facts.level(index.dynamic.expr) >= inner)) return false;
  const element = accesses.ofOutput(output).axes[inner];
  if (element !== 4 * (type === "float64" ? 2 : 1)) return false;
  if (output.mode !== "scatter") return true;
  if (output.when !== null && facts.level(output.when.expr) >= inner) return false;
  // Lanes of different scatters into one buffer must not meet: point by point is the order to keep.
  const root = rootOf(program, output.buffer);
  return cell.outputs.every(
    (other) =>
      other === output ||
      rootOf(program, other.buffer) !== root ||
      (other.buffer === output.buffer &&
        output.index.every((part, d) => part.axis !== inner || samePart(part, present(other.index[d], "index")))),
  );
}

function samePart(a: Output["index"][number], b: Output["index"][number]): boolean {
  return (
    a.axis === b.axis && a.stride === b.stride && a.offset === b.offset && a.loop === b.loop && !a.dynamic && !b.dynamic
  );
}

/** Tells of expressions whether they can be had as a vector of the type, or as a mask. */
function vectorisableValues(
  program: LoopProgram,
  facts: NestFacts,
  accesses: Accesses,
  type: LaneType,
): (id: Id) => boolean {
  const inner = facts.rank - 1;
  const known = new Map<Id, boolean>();
  const visit = (id: Id): boolean => known.get(id) ?? false;
  const decide = (id: Id): boolean => {
    const expr = exprOf(program, id);
    if (expr.dtype !== type && expr.dtype !== "bool") return false;
    if (facts.level(id) < inner) return true;
    switch (expr.op) {
      case "const":
        return true;
      case "load": {
        if (expr.dtype !== type) return false;
        if (expr.index.some((index) => index.dynamic !== null && facts.level(index.dynamic.expr) >= inner))
          return false;
        const bytes = accesses.ofLoad(id).axes[inner];
        return bytes === 0 || bytes === (type === "float64" ? 8 : 4);
      }
      case "isFinite":
        return expr.of === type && visit(expr.args[0].expr);
      case "compare":
        return (expr.of === type || expr.of === "bool") && expr.args.every((ref) => visit(ref.expr));
      case "convert": {
        if (exprOf(program, expr.args[0].expr).op === "index") return expr.dtype === type;
        return (expr.from === "bool" || expr.from === type) && visit(expr.args[0].expr);
      }
      case "unary":
      case "binary":
      case "select":
        return expr.args.every((ref) => visit(ref.expr));
      case "lane":
        return true;
      case "pack":
        return expr.dtype === type;
    }
  };
  for (const id of facts.order) known.set(id, decide(id));
  return visit;
}
