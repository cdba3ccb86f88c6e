import type { Id, Loop } from "../../lowering/loopProgram.js";
import { present } from "../../util/invariant.js";
import { restoringMoves } from "../rotation.js";
import type { Mapping, RotationPlan } from "../rotation.js";
import { fuelGlobal } from "./programTarget.js";
import type { ProgramTarget } from "./programTarget.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { loopState } from "./layout.js";

/** Locals of a loop's function: steps done and in all, how far the fuel goes, and which copy's turn it is. */
export interface LoopLocals {
  readonly done: number;
  readonly total: number;
  readonly end: number;
  readonly residue: number;
}

/** Begins the loop, or takes up where it was left. */
export function enter(
  target: ProgramTarget,
  fn: FunctionBuilder,
  loop: Loop,
  state: number,
  locals: LoopLocals,
  outer: Mapping,
): void {
  loadState(fn, state, loopState.active);
  fn.op("i32.eqz");
  fn.if();
  const { count } = loop;
  if (count === null) fn.i32(-1);
  else if (typeof count === "number") fn.i32(Math.max(0, count));
  else {
    fn.i32(0);
    fn.access("i32.load", target.scalarAddress(count.buffer, outer));
    fn.tee(locals.total);
    fn.i32(0);
    fn.get(locals.total);
    fn.i32(0);
    fn.op("i32.gt_s");
    fn.op("select");
  }
  fn.set(locals.total);
  storeState(fn, state, loopState.total, locals.total);
  fn.i32(0);
  fn.i32(count === null ? inCondition : inBody);
  fn.access("i32.store", state + loopState.active);
  fn.else();
  loadState(fn, state, loopState.done);
  fn.set(locals.done);
  loadState(fn, state, loopState.total);
  fn.set(locals.total);
  fn.end();
}

/** Values of a loop's `active`. */
export const inBody = 1;
/** As `inBody`: a `while` whose condition is still to be decided. */
export const inCondition = 2;

/** The end of a loop's function: what is done when it has ended, then the label of its suspension. */
export function leave(
  target: ProgramTarget,
  fn: FunctionBuilder,
  loop: Loop,
  plan: RotationPlan,
  locals: LoopLocals,
  outer: Mapping,
): void {
  const state = target.layout.loop(loop);
  restore(target, fn, loop, plan, outer, locals);
  storeState(fn, state, loopState.done, locals.done);
  storeState(fn, state, loopState.total, locals.done);
  fn.i32(0);
  fn.i32(0);
  fn.access("i32.store", state + loopState.active);
  if (loop.trips !== null) storeState(fn, target.scalarAddress(loop.trips, outer), 0, locals.done);
  fn.i32(0);
  fn.return();
  fn.end(); // suspend
  storeState(fn, state, loopState.done, locals.done);
  fn.i32(1);
}

/** An endless loop over the copies of a step, entered at the one whose turn it is; `copy` is told its number and the depth of the loop's label. */
export function cycle(
  fn: FunctionBuilder,
  period: number,
  { done, residue }: Pick<LoopLocals, "done" | "residue">,
  copy: (k: number, depth: number) => void,
): void {
  if (period > 1) {
    fn.get(done);
    fn.i32(period);
    fn.op("i32.rem_u");
    fn.set(residue);
  }
  fn.loop();
  if (period > 1) {
    for (let k = 0; k < period; k++) fn.block();
    fn.get(residue);
    fn.brTable(
      Array.from({ length: period - 1 }, (_, k) => k),
      period - 1,
    );
  }
  for (let k = 0; k < period; k++) {
    if (period > 1) fn.end();
    copy(k, period - 1 - k);
  }
  if (period > 1) {
    fn.i32(0);
    fn.set(residue);
  }
  fn.br(0);
  fn.end();
}

/** Sets `end` to how far the fuel lets the loop go, at least one step, and takes the fuel. */
export function allowSteps(fn: FunctionBuilder, cost: number, { done, total, end }: LoopLocals): void {
  fn.globalGet(fuelGlobal);
  fn.f64(cost);
  fn.op("f64.div");
  fn.op("i32.trunc_sat_f64_s");
  fn.tee(end);
  fn.i32(1);
  fn.get(end);
  fn.i32(1);
  fn.op("i32.gt_s");
  fn.op("select");
  fn.tee(end);
  fn.get(total);
  fn.get(done);
  fn.op("i32.sub");
  fn.get(end);
  fn.get(total);
  fn.get(done);
  fn.op("i32.sub");
  fn.op("i32.lt_s");
  fn.op("select");
  fn.tee(end);
  fn.op("f64.convert_i32_s");
  fn.f64(-cost);
  fn.op("f64.mul");
  fn.globalGet(fuelGlobal);
  fn.op("f64.add");
  fn.globalSet(fuelGlobal);
  fn.get(end);
  fn.get(done);
  fn.op("i32.add");
  fn.set(end);
}

/** Pushes the step that bodies see: counted down where the loop is reversed. */
export function pushAbsoluteStep(
  fn: FunctionBuilder,
  loop: Loop,
  { done, total }: Pick<LoopLocals, "done" | "total">,
): void {
  if (!loop.reverse) {
    fn.get(done);
    return;
  }
  fn.get(total);
  fn.i32(1);
  fn.op("i32.sub");
  fn.get(done);
  fn.op("i32.sub");
}

/** One more step is done. */
export function countStep(fn: FunctionBuilder, { done }: Pick<LoopLocals, "done">): void {
  fn.get(done);
  fn.i32(1);
  fn.op("i32.add");
  fn.set(done);
}

/** Stores a local in a loop's state. */
export function storeState(fn: FunctionBuilder, state: number, offset: number, local: number): void {
  fn.i32(0);
  fn.get(local);
  fn.access("i32.store", state + offset);
}

/** Pushes a part of a loop's state. */
export function loadState(fn: FunctionBuilder, state: number, offset: number): void {
  fn.i32(0);
  fn.access("i32.load", state + offset);
}

/** At the loop's end: contents go back to the storage whose names they bear. */
function restore(
  target: ProgramTarget,
  fn: FunctionBuilder,
  loop: Loop,
  plan: RotationPlan,
  outer: Mapping,
  { done, residue }: LoopLocals,
): void {
  const { period } = plan;
  if (period === 1) return;
  const moves = (k: number): number => writeMoves(target, `loop${loop.id}_restore${k}`, restoringMoves(plan, k), outer);
  if (typeof loop.count === "number") {
    const k = Math.max(0, loop.count) % period;
    if (k !== 0) fn.call(moves(k));
    return;
  }
  fn.get(done);
  fn.i32(period);
  fn.op("i32.rem_u");
  fn.set(residue);
  for (let k = 1; k < period; k++) {
    fn.get(residue);
    fn.i32(k);
    fn.op("i32.eq");
    fn.if();
    fn.call(moves(k));
    fn.end();
  }
}

type Moves = readonly (readonly [to: Id, from: Id])[];

/** The moves that carry out one turn of a cycle. */
export function rotated(cycle: readonly Id[]): Moves {
  return cycle.map((name, i): readonly [Id, Id] => [name, cycle[(i + 1) % cycle.length] as Id]);
}

/** Function () -> () that permutes the contents of storages, sixteen bytes at a time and without room for a copy. */
export function writeMoves(
  target: ProgramTarget,
  name: string,
  permutations: readonly Moves[],
  outer: Mapping,
): number {
  const { module, layout } = target;
  const index = module.declare(name, [], null);
  const fn = module.open(index);
  const at = fn.take("i32");
  for (const moves of permutations) {
    const address = (id: Id): number => layout.address(outer.get(id) ?? id);
    const bytes = layout.movedBytes(present(moves[0], "move")[0]);
    fn.i32(0);
    fn.set(at);
    fn.loop();
    const held = moves.map(([, from]) => {
      const local = fn.take("v128");
      fn.get(at);
      fn.access("v128.load", address(from));
      fn.set(local);
      return local;
    });
    moves.forEach(([to], i) => {
      fn.get(at);
      fn.get(present(held[i], "held value"));
      fn.access("v128.store", address(to));
    });
    held.forEach((local) => fn.release(local));
    fn.get(at);
    fn.i32(16);
    fn.op("i32.add");
    fn.tee(at);
    fn.i32(bytes);
    fn.op("i32.lt_u");
    fn.brIf(0);
    fn.end();
  }
  module.close(index, fn);
  return index;
}
