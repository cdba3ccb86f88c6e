import type { Loop } from "../../lowering/loopProgram.js";
import { composeMappings, planRotation } from "../rotation.js";
import type { Mapping } from "../rotation.js";
import { buffersUsed, isInnermost, stepCost } from "../structure.js";
import { fuelGlobal, spendFuel } from "./programTarget.js";
import type { ProgramTarget } from "./programTarget.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { loopState } from "./layout.js";
import {
  allowSteps,
  countStep,
  cycle,
  enter,
  inBody,
  inCondition,
  leave,
  loadState,
  pushAbsoluteStep,
  rotated,
  writeMoves,
} from "./loopParts.js";
import type { LoopLocals } from "./loopParts.js";
import { isShort, writeShortLoop } from "./shortLoop.js";

const emitted = new WeakMap<ProgramTarget, Map<string, number>>();

/**
 * Function () -> i32 that runs a loop from where it was left: 1 when suspended. Copies of the loop for equal storage are one function;
 * its state in memory is the same for all of them, because only one is active at a time.
 */
export function emitLoop(target: ProgramTarget, loop: Loop, outer: Mapping): number {
  const used = buffersUsed(target.program, [loop]);
  const seen = [...outer].filter(([name, storage]) => name !== storage && used.has(name)).sort(([a], [b]) => a - b);
  const key = `${loop.id}:${seen.join(";")}`;
  const known = emitted.get(target) ?? new Map<string, number>();
  emitted.set(target, known);
  let index = known.get(key);
  if (index === undefined) known.set(key, (index = writeLoop(target, loop, new Map(seen))));
  return index;
}

/** Where control goes within a loop's function, as depths that depend on the copy: see `writeLoop`. */
interface Exits {
  /** The count is reached, or the predicate false. */
  readonly finished: number;
  /** Return 1, to go on later. */
  readonly suspend: number;
  /** Leave the stretch of steps that the fuel allows. */
  readonly stretch: number;
}

/** Copies of the step: fewer where a step contains loops, whose code would be copied as a whole. */
function mostCopies(loop: Loop): number {
  if (isInnermost(loop)) return 4;
  return loop.body.every((statement) => statement.kind !== "loop" || isInnermost(statement)) ? 2 : 1;
}

function writeLoop(target: ProgramTarget, loop: Loop, outer: Mapping): number {
  const { module, layout, program } = target;
  const name = `loop${loop.id}`;
  const state = layout.loop(loop);
  const plan = planRotation(program, loop.rotation, mostCopies(loop));
  if (isShort(target, loop)) return writeShortLoop(target, loop, outer, plan);
  const innermost = isInnermost(loop);
  const mappings = plan.copies.map((copy) => composeMappings(copy, outer));
  const writeCopy = innermost ? innermostCopy : outerCopy;
  const move = plan.moved.length === 0 ? -1 : writeMoves(target, `${name}_move`, plan.moved.map(rotated), outer);
  const copies = mappings.map((mapping, k) => writeCopy(target, loop, mapping, `${name}_${k}`, move));

  const index = module.declare(name, [], "i32");
  const fn = module.open(index);
  const locals: LoopLocals = {
    done: fn.take("i32"),
    total: fn.take("i32"),
    end: fn.take("i32"),
    residue: fn.take("i32"),
  };
  enter(target, fn, loop, state, locals, outer);
  const { period } = plan;
  const counted = loop.count !== null;

  fn.block(); // suspend
  fn.block(); // finished
  if (counted) {
    fn.get(locals.done);
    fn.get(locals.total);
    fn.op("i32.ge_s");
    fn.brIf(0);
  }
  fn.globalGet(fuelGlobal);
  fn.f64(0);
  fn.op("f64.le");
  fn.brIf(1);
  if (innermost && counted) allowSteps(fn, stepCost(loop), locals);
  fn.block(); // stretch
  cycle(fn, period, locals, (k, depth) => {
    copies[k]?.(fn, locals, { stretch: depth + 1, finished: depth + 2, suspend: depth + 3 });
  });
  fn.end(); // stretch
  if (innermost && counted) {
    fn.get(locals.done);
    fn.get(locals.total);
    fn.op("i32.lt_s");
    fn.brIf(1);
  }
  fn.end(); // finished
  leave(target, fn, loop, plan, locals, outer);
  module.close(index, fn);
  return index;
}

type CopyWriter = (fn: FunctionBuilder, locals: LoopLocals, exits: Exits) => void;

/** A step without loops in it: a call, and for a `while` the condition before and the fuel after it. */
function innermostCopy(target: ProgramTarget, loop: Loop, mapping: Mapping, name: string, move: number): CopyWriter {
  const after = move < 0 ? undefined : (fn: FunctionBuilder): void => fn.call(move);
  const step = target.unit(name, loop.body, mapping, loop, after);
  const { condition } = loop;
  const test = condition === null ? -1 : target.unit(`${name}_condition`, condition.body, mapping, loop);
  return (fn, locals, exits) => {
    if (condition !== null) {
      fn.get(locals.done);
      fn.call(test);
      fn.i32(0);
      fn.access("i32.load8_u", target.scalarAddress(condition.predicate, mapping));
      fn.op("i32.eqz");
      fn.brIf(exits.finished);
    }
    pushAbsoluteStep(fn, loop, locals);
    fn.call(step);
    countStep(fn, locals);
    if (condition === null) {
      fn.get(locals.done);
      fn.get(locals.end);
      fn.op("i32.ge_s");
      fn.brIf(exits.stretch);
    } else {
      spendFuel(fn, stepCost(loop));
      suspendWithoutFuel(fn, exits);
    }
  };
}

/** A step with loops in it: resumable lists. */
function outerCopy(target: ProgramTarget, loop: Loop, mapping: Mapping, name: string, move: number): CopyWriter {
  const step = target.list(name, loop.body, mapping);
  const { condition } = loop;
  const test = condition === null ? -1 : target.list(`${name}_condition`, condition.body, mapping);
  const state = target.layout.loop(loop);
  return (fn, locals, exits) => {
    fn.i32(0);
    pushAbsoluteStep(fn, loop, locals);
    fn.access("i32.store", state + loopState.step);
    if (condition === null) {
      fn.get(locals.done);
      fn.get(locals.total);
      fn.op("i32.ge_s");
      fn.brIf(exits.finished);
    } else {
      loadState(fn, state, loopState.active);
      fn.i32(inCondition);
      fn.op("i32.eq");
      fn.if();
      fn.call(test);
      fn.brIf(exits.suspend + 1);
      fn.i32(0);
      fn.access("i32.load8_u", target.scalarAddress(condition.predicate, mapping));
      fn.op("i32.eqz");
      fn.brIf(exits.finished + 1);
      fn.i32(0);
      fn.i32(inBody);
      fn.access("i32.store", state + loopState.active);
      fn.end();
    }
    fn.call(step);
    fn.brIf(exits.suspend);
    if (move >= 0) fn.call(move);
    countStep(fn, locals);
    if (condition !== null) {
      fn.i32(0);
      fn.i32(inCondition);
      fn.access("i32.store", state + loopState.active);
    }
    spendFuel(fn, 1);
    suspendWithoutFuel(fn, exits);
  };
}

function suspendWithoutFuel(fn: FunctionBuilder, exits: Exits): void {
  fn.globalGet(fuelGlobal);
  fn.f64(0);
  fn.op("f64.le");
  fn.brIf(exits.suspend);
}
