import type { Cell, Id, LoopProgram, Nest, Output, Ref } from "../../lowering/loopProgram.js";
import { isFloat } from "../../util/dtype.js";
import { present } from "../../util/invariant.js";
import { nestFacts } from "../nestFacts.js";
import type { NestFacts } from "../nestFacts.js";
import { exprOf, operandsOf, refsOfOutput } from "../structure.js";
import { accessesOf } from "./access.js";
import type { Accesses } from "./access.js";
import { extentOf, isOfRow, planCell } from "./cellPlan.js";
import type { CellPlan, Copy } from "./cellPlan.js";
import { pairingOf } from "./pairs.js";
import { hoistedOf, makeNode, placeLevel, splitPosition } from "./nodes.js";
import type { Base, CellValues, Node, Place } from "./nodes.js";
import { values } from "./values.js";
import type { Roll, Values } from "./values.js";
import { lanesOf } from "./vectorOps.js";

/** A cell with everything decided but where its buffers lie: the copies of a loop's step share it. */
export interface PreparedCell {
  readonly plan: CellPlan;
  readonly values: CellValues;
  readonly bases: ReadonlyMap<string, Base>;
  /** What the loop over blocks repeats, and what follows it. */
  readonly block: Stretch | null;
  readonly rest: Stretch | null;
}

/** One output at one copy of a block. */
export interface Action {
  readonly output: Output;
  readonly copy: Copy;
  readonly value: Node;
  readonly place: Place | null;
  readonly when: Node | null;
  /** Whether the value is subtracted where the output adds it. */
  readonly negated: boolean;
}

/** A stretch of straight code: what it writes, and the values rolled over from one block to the next. */
export interface Stretch {
  /** What is done at each copy. */
  readonly actions: readonly (readonly Action[])[];
  readonly rolls: readonly { readonly node: Node; readonly first: Node; readonly next: Node }[];
  /** Where reductions that begin and end in each block are stored. */
  readonly ends: ReadonlyMap<Output, Place>;
  readonly nodes: readonly Node[];
}

/** Prepares the cells of a nest. */
export function prepareNest(program: LoopProgram, nest: Nest): readonly PreparedCell[] {
  const facts = nestFacts(program, nest);
  const accesses = accessesOf(program, facts.rank);
  return nest.cells.map((cell) => prepareCell(program, facts, accesses, cell));
}

/** The axis before whose loop the output's accumulators start; beyond the block's axis: in each block; rank + 1: it has none. */
export function startsAt(facts: NestFacts, output: Output): number {
  if (output.mode === "reduce") return facts.rank - output.axes;
  if (output.mode === "prefix") return facts.rank - 1;
  return facts.rank + 1;
}

function prepareCell(program: LoopProgram, facts: NestFacts, accesses: Accesses, cell: Cell): PreparedCell {
  const plan = planCell(program, facts, accesses, cell);
  const pairing = pairingOf(program, facts, plan.blockAxis);
  const cellValues: CellValues = {
    program,
    facts,
    accesses,
    cell,
    blockAxis: plan.blockAxis,
    innerUnrolled: plan.innerUnrolled,
    vector: plan.vector,
    inVector: plan.inVector,
    elements: plan.elements,
    paired: plan.paired,
    ...pairing,
    hoisted: new Map(),
    needsBlockIndex: false,
  };
  collectHoisted(cellValues);
  const bases = new Map<string, Base>();
  const block = plan.count > 0 ? loopedStretch(cellValues, plan, bases) : null;
  const left = plan.innerUnrolled ? extentOf(cell, plan.blockAxis) % plan.elements : 1;
  const last = { ...cellValues, elements: left, paired: false };
  const rest = plan.rest.length > 0 ? straightStretch(last, plan.rest, bases) : null;
  return { plan, values: cellValues, bases, block, rest };
}

/** Notes every value that is read at a later level than its own. */
function collectHoisted(cell: CellValues): void {
  const { program, facts, blockAxis } = cell;
  const seen = new Set<Id>();
  const read = (ref: Ref, reader: number): void => {
    const stack: [Id, number][] = [[ref.expr, reader]];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const [id, level] = top;
      const expr = exprOf(program, id);
      if (expr.op === "const") continue;
      const own = placeLevel(cell, id);
      if (own < level) hoistedOf(cell, id);
      if (seen.has(id)) continue;
      seen.add(id);
      for (const operand of operandsOf(expr)) stack.push([operand.expr, own]);
    }
  };
  for (const output of cell.cell.outputs) {
    const [value, ...others] = refsOfOutput(output);
    read(present(value, "value"), blockAxis);
    for (const ref of others) {
      const outside = output.mode === "reduce" && startsAt(facts, output) <= blockAxis;
      read(ref, outside ? startsAt(facts, output) : blockAxis);
    }
  }
}

function straightStretch(cell: CellValues, copies: readonly Copy[], bases: Map<string, Base>): Stretch {
  const made = values(cell, cell.blockAxis, bases);
  return { ...buildActions(cell, copies, made), rolls: [], nodes: made.nodes };
}

/** The block that a loop repeats, with what it needs again in the next block kept in locals. */
function loopedStretch(cell: CellValues, plan: CellPlan, bases: Map<string, Base>): Stretch {
  const again = plan.innerUnrolled ? null : neededAgain(cell, plan);
  if (again === null) return straightStretch(cell, plan.block, bases);
  const prologue = values(cell, plan.blockAxis, bases);
  const rolled: { node: Node; vector: boolean; first: Node }[] = [];
  const roll: Roll = (vector, expr, position) => {
    if (!again(expr, position)) return null;
    const ref = { expr, shift: 0 };
    const first = vector ? prologue.vector(ref, position) : prologue.scalar(ref, position);
    const node = makeNode("rolled", expr, first.type, position);
    rolled.push({ node, vector, first });
    return node;
  };
  const made = values(cell, plan.blockAxis, bases, roll);
  const parts = buildActions(cell, plan.block, made);
  // Sources are values of this block too, and may be rolled in turn: the list grows while it is walked.
  const rolls: { node: Node; first: Node; next: Node }[] = [];
  for (let i = 0; i < rolled.length; i++) {
    const { node, vector, first } = present(rolled[i], "rolled value");
    const ref = { expr: node.expr, shift: 0 };
    const at = node.position + plan.stride;
    rolls.push({ node, first, next: vector ? made.vector(ref, at) : made.scalar(ref, at) });
  }
  rolls.sort((a, b) => a.node.position - b.node.position);
  return { ...parts, rolls, nodes: [...prologue.nodes, ...made.nodes] };
}

/**
 * Tells which values, by expression and position, a block and the next one both need; null if there are none. Only values that vary along the
 * inner axis and read nothing that the nest stores to.
 */
function neededAgain(cell: CellValues, plan: CellPlan): ((expr: Id, position: number) => boolean) | null {
  const { program, facts } = cell;
  const inner = facts.rank - 1;
  const lanes = plan.vector === null ? 1 : lanesOf(plan.vector);
  // Shifts at which each expression is needed; values of a block lie at these shifts from its copies' positions.
  const shifts = new Map<Id, Set<number>>();
  const need = (id: Id, shift: number): void => {
    const known = shifts.get(id);
    if (known === undefined) shifts.set(id, new Set([shift]));
    else known.add(shift);
  };
  for (const output of cell.cell.outputs) for (const ref of refsOfOutput(output)) need(ref.expr, ref.shift ?? 0);
  for (let i = facts.order.length - 1; i >= 0; i--) {
    const id = facts.order[i] as Id;
    const own = shifts.get(id);
    if (own === undefined || facts.level(id) < inner) continue;
    for (const ref of operandsOf(exprOf(program, id)))
      for (const shift of own) need(ref.expr, shift + (ref.shift ?? 0));
  }
  const needed = new Map<Id, ReadonlySet<number>>();
  for (const [id, own] of shifts) {
    const { op } = exprOf(program, id);
    if (
      own.size < 2 ||
      op === "const" ||
      op === "index" ||
      op === "step" ||
      facts.level(id) < inner ||
      facts.readsStored(id)
    )
      continue;
    const positions = new Set<number>();
    for (const shift of own) for (let at = 0; at < plan.stride; at += lanes) positions.add(at + shift);
    const twice = [...positions].filter((position) => positions.has(position + plan.stride));
    if (twice.length > 0) needed.set(id, new Set(twice));
  }
  return needed.size === 0 ? null : (id, position) => needed.get(id)?.has(position) ?? false;
}

/** What an output that adds the negative of a float subtracts. */
function negatedSum(cell: CellValues, output: Output): Ref | null {
  const isSum =
    (output.mode === "scatter" && output.combine === "add") ||
    (output.mode === "accumulate" && output.combine === "sum");
  // What is negated once, before the block, costs nothing in it.
  if (!isSum || placeLevel(cell, output.value.expr) < cell.blockAxis) return null;
  const expr = exprOf(cell.program, output.value.expr);
  if (expr.op !== "unary" || expr.name !== "neg" || !isFloat(expr.dtype)) return null;
  const [arg] = expr.args;
  const { shift } = output.value;
  return { expr: arg.expr, shift: arg.shift === null || shift === null ? arg.shift : arg.shift + shift };
}

function buildActions(cell: CellValues, copies: readonly Copy[], made: Values): Pick<Stretch, "actions" | "ends"> {
  const { facts, accesses } = cell;
  const actions: Action[][] = [];
  const ends = new Map<Output, Place>();
  for (const copy of copies) {
    const together: Action[] = [];
    actions.push(together);
    for (const output of cell.cell.outputs) {
      const { position } = copy;
      if (cell.innerUnrolled && isOfRow(facts, output)) {
        if (splitPosition(position).inner === 0) {
          const row: Copy = { position, lanes: 1 };
          together.push({
            output,
            copy: row,
            value: made.scalar(output.value, position),
            place: made.place(accesses.ofOutput(output), position),
            when: null,
            negated: false,
          });
        }
        continue;
      }
      const minus = negatedSum(cell, output);
      const ref = minus ?? output.value;
      const value = copy.lanes > 1 ? made.vector(ref, position) : made.scalar(ref, position);
      const place = output.mode === "reduce" ? null : made.place(accesses.ofOutput(output), position);
      const when = output.mode === "scatter" && output.when !== null ? made.scalar(output.when, position) : null;
      together.push({ output, copy, value, place, when, negated: minus !== null });
    }
  }
  for (const output of cell.cell.outputs) {
    if (output.mode !== "reduce" || startsAt(facts, output) <= cell.blockAxis) continue;
    ends.set(output, made.place(accesses.ofOutput(output), 0));
  }
  return { actions, ends };
}
