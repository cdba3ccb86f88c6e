import { sizeOf } from "../../ir/types.js";
import { bufferOf, rootOf } from "../buffers.js";
import type { Cell, Expr, Id, Index, Loop, LoopProgram, Output, Ref, Statement } from "../loopProgram.js";

/** Where an access lies in its root: a constant offset, in elements, from what steps of enclosing loops say. */
export interface Spot {
  readonly root: Id;
  readonly offset: number;
  /** The indices that depend on steps of enclosing loops, as text: equal texts are equal rows. */
  readonly row: string;
}

/** Largest root that is split into elements when it is written. */
const largestSplit = 512;

/** Which roots become one scalar for each element within a loop. */
export interface Split {
  /** Every element is a scalar: the root is written, or its elements are few. */
  has(root: Id): boolean;
  isWritten(root: Id): boolean;
}

/** Where a load or store at constant axes lies; null where that is not the same at every step of `loop`, or not known before it runs. */
export function spotOf(
  program: Pick<LoopProgram, "buffers">,
  loop: Id,
  buffer: Id,
  index: readonly Index[],
  point: readonly number[],
): Spot | null {
  const { shape, growable } = bufferOf(program, buffer);
  let offset = 0;
  let pitch = 1;
  let row = "";
  for (let k = index.length - 1; k >= 0; k--) {
    const one = index[k] as Index;
    if (growable || one.dynamic !== null || one.loop === loop) return null;
    offset += pitch * (one.offset + (one.axis === null ? 0 : one.stride * (point[one.axis] as number)));
    if (one.loop !== null) row += `+${pitch}*${one.loop}`;
    pitch *= shape[k] as number;
  }
  return { root: rootOf(program, buffer), offset, row };
}

/** Decides which roots that the loop uses are split: those that it accesses at constant places only. */
export function chooseSplit(program: LoopProgram, loop: Loop): Split {
  const written = new Set<Id>();
  const rows = new Map<Id, string>();
  const refused = new Set<Id>();
  const note = (buffer: Id, index: readonly Index[]): void => {
    // Where axes are is of no account: they are constants everywhere.
    const spot = spotOf(
      program,
      loop.id,
      buffer,
      index.map((one) => ({ ...one, axis: null })),
      [],
    );
    const root = rootOf(program, buffer);
    if (spot === null) refused.add(root);
    else if ((rows.get(root) ?? spot.row) !== spot.row) refused.add(root);
    else rows.set(root, spot.row);
  };
  const seen = new Set<Id>();
  const visitRef = (ref: Ref): void => {
    if (seen.has(ref.expr)) return;
    seen.add(ref.expr);
    const expr = program.exprs[ref.expr] as Expr;
    if (expr.op === "load") {
      note(expr.buffer, expr.index);
      for (const one of expr.index) if (one.dynamic !== null) visitRef(one.dynamic);
    } else if ("args" in expr) expr.args.forEach(visitRef);
  };
  const visitOutput = (output: Output): void => {
    written.add(rootOf(program, output.buffer));
    note(output.buffer, output.index);
    visitRef(output.value);
    for (const one of output.index) if (one.dynamic !== null) visitRef(one.dynamic);
    if (output.mode === "scatter" && output.when !== null) visitRef(output.when);
  };
  const visit = (statement: Statement): void => {
    if (statement.kind === "nest") for (const cell of statement.cells) cell.outputs.forEach(visitOutput);
    else if (statement.kind === "if") [...statement.then, ...statement.else].forEach(visit);
    else if (statement.kind === "reserve") visitRef(statement.rows);
    // Whole arrays are printed.
    else if (statement.kind === "print") for (const id of statement.values) refused.add(rootOf(program, id));
  };
  [...(loop.condition?.body ?? []), ...loop.body].forEach(visit);
  const has = (root: Id): boolean => {
    const { growable, shape } = bufferOf(program, root);
    if (refused.has(root) || growable) return false;
    return !written.has(root) || sizeOf(shape) <= largestSplit || (rows.get(root) ?? "") !== "";
  };
  // A rotation moves whole buffers: either all of a cycle's are split, or none.
  const rotated = (root: Id): boolean => loop.rotation.some((pair) => pair.includes(root));
  for (const cycle of cyclesOf(loop)) {
    const whole = (root: Id): boolean => has(root) && sizeOf(bufferOf(program, root).shape) <= largestSplit;
    const all = cycle.every((root) => whole(root) && (rows.get(root) ?? "") === "");
    for (const root of cycle) {
      written.add(root);
      if (!all) refused.add(root);
    }
  }
  return { has, isWritten: (root) => written.has(root) || rotated(root) };
}

/** The cycles of a loop's rotation: each name, then whose contents it takes. */
export function cyclesOf(loop: Loop): readonly (readonly Id[])[] {
  const from = new Map(loop.rotation);
  const done = new Set<Id>();
  const cycles: Id[][] = [];
  for (const start of from.keys()) {
    const cycle: Id[] = [];
    for (let at = start; !done.has(at); at = from.get(at) as Id) {
      done.add(at);
      cycle.push(at);
    }
    if (cycle.length > 0) cycles.push(cycle);
  }
  return cycles;
}

/** How many values a cell computes and stores at one point. */
export function valuesOf(program: LoopProgram, cell: Cell): number {
  const seen = new Set<Id>();
  const stack: Id[] = [];
  for (const output of cell.outputs) {
    stack.push(output.value.expr);
    for (const one of output.index) if (one.dynamic !== null) stack.push(one.dynamic.expr);
    if (output.mode === "scatter" && output.when !== null) stack.push(output.when.expr);
  }
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const expr = program.exprs[id] as Expr;
    if ("args" in expr) for (const arg of expr.args) stack.push(arg.expr);
    else if (expr.op === "load") for (const one of expr.index) if (one.dynamic !== null) stack.push(one.dynamic.expr);
  }
  return seen.size + cell.outputs.length;
}
