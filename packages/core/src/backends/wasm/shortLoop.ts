import type { Loop, LoopProgram } from "../../lowering/loopProgram.js";
import { present } from "../../util/invariant.js";
import { composeMappings } from "../rotation.js";
import type { Mapping, RotationPlan } from "../rotation.js";
import { codeLength, isInnermost, stepCost } from "../structure.js";
import { fuelGlobal } from "./programTarget.js";
import type { ProgramTarget } from "./programTarget.js";
import { allowSteps, countStep, cycle, enter, leave, pushAbsoluteStep, rotated, writeMoves } from "./loopParts.js";
import type { LoopLocals } from "./loopParts.js";
import { isScalarLoop, loadRegisters, storeRegisters } from "./registers.js";

/** Points and expressions up to which a step is written into the loop that repeats it: a call would cost more than a few percent. */
const shortStep = { points: 128, expressions: 400 };

/** Whether a loop's step is to stand in the loop itself. */
export function isShort({ program }: ProgramTarget, loop: Loop): boolean {
  if (!isInnermost(loop) || stepCost(loop) > shortStep.points) return false;
  const length = lengthOf(program, loop);
  return length <= shortStep.expressions || (length <= scalarStep && isScalarLoop(loop));
}

function lengthOf(program: LoopProgram, loop: Loop): number {
  return codeLength(program, [...loop.body, ...(loop.condition?.body ?? [])]);
}

/** Expressions up to which a step whose scalars are held in locals is written into the loop. */
const scalarStep = 12_000;

/** Points that one call of a short loop's steps does: enough for the call not to count, few enough for optimised code to be taken up soon. */
const chunkPoints = 2048;

/** A loop whose steps are short: they stand in a loop within a function of their own, which is called for some hundred at a time. */
export function writeShortLoop(target: ProgramTarget, loop: Loop, outer: Mapping, plan: RotationPlan): number {
  const { module, layout } = target;
  const state = layout.loop(loop);
  const cost = stepCost(loop);
  const counted = loop.count !== null;
  const steps = writeSteps(target, loop, outer, plan);
  const index = module.declare(`loop${loop.id}`, [], "i32");
  const fn = module.open(index);
  const locals: LoopLocals = {
    done: fn.take("i32"),
    total: fn.take("i32"),
    end: fn.take("i32"),
    residue: fn.take("i32"),
  };
  const until = fn.take("i32");
  enter(target, fn, loop, state, locals, outer);
  if (!counted) {
    fn.i32(2147483647);
    fn.set(locals.total);
  }
  fn.block(); // suspend
  fn.block(); // finished
  fn.get(locals.done);
  fn.get(locals.total);
  fn.op("i32.ge_s");
  fn.brIf(0);
  fn.globalGet(fuelGlobal);
  fn.f64(0);
  fn.op("f64.le");
  fn.brIf(1);
  allowSteps(fn, cost, locals);
  fn.loop();
  // until = done + min(end - done, chunk)
  const chunk = Math.max(1, Math.floor(chunkPoints / Math.max(cost, lengthOf(target.program, loop) / 8)));
  fn.get(locals.end);
  fn.get(locals.done);
  fn.op("i32.sub");
  fn.tee(until);
  fn.i32(chunk);
  fn.get(until);
  fn.i32(chunk);
  fn.op("i32.lt_s");
  fn.op("select");
  fn.get(locals.done);
  fn.op("i32.add");
  fn.set(until);
  fn.get(locals.done);
  fn.get(locals.total);
  fn.get(until);
  fn.call(steps);
  fn.tee(locals.done);
  if (!counted) {
    // Negative: the predicate ended the loop. The fuel of the steps not done is given back.
    fn.i32(0);
    fn.op("i32.lt_s");
    fn.if();
    fn.get(locals.done);
    fn.i32(-1);
    fn.op("i32.xor");
    fn.tee(locals.done);
    fn.get(locals.end);
    fn.op("i32.sub");
    fn.op("f64.convert_i32_s");
    fn.f64(-cost);
    fn.op("f64.mul");
    fn.globalGet(fuelGlobal);
    fn.op("f64.add");
    fn.globalSet(fuelGlobal);
    fn.br(2);
    fn.end();
    fn.get(locals.done);
  }
  fn.get(locals.end);
  fn.op("i32.lt_s");
  fn.brIf(0);
  fn.end();
  if (counted) {
    fn.get(locals.done);
    fn.get(locals.total);
    fn.op("i32.lt_s");
    fn.brIf(1);
  } else fn.br(1);
  fn.end(); // finished
  leave(target, fn, loop, plan, locals, outer);
  module.close(index, fn);
  return index;
}

/** Function (steps done, in all, to be done) -> steps done, or their complement where the predicate is false. */
function writeSteps(target: ProgramTarget, loop: Loop, outer: Mapping, plan: RotationPlan): number {
  const { module } = target;
  const name = `loop${loop.id}_steps`;
  const move = plan.moved.length === 0 ? -1 : writeMoves(target, `${name}_move`, plan.moved.map(rotated), outer);
  const index = module.declare(name, ["i32", "i32", "i32"], "i32");
  const fn = module.open(index);
  const [done, total, end] = [0, 1, 2];
  const [step, residue, result] = [fn.take("i32"), fn.take("i32"), fn.take("i32")];
  const { condition } = loop;
  const { registers, pairing } = loadRegisters(target, fn, loop, outer);
  fn.block(); // ended
  cycle(fn, plan.period, { done, residue }, (k, depth) => {
    const mapping = composeMappings(present(plan.copies[k], "copy"), outer);
    const scope = target.scope(fn, mapping, new Map([[loop.id, step]]), registers, pairing);
    pushAbsoluteStep(fn, loop, { done, total });
    fn.set(step);
    if (condition !== null) {
      target.inline(scope, condition.body);
      target.pushFlag(scope, condition.predicate);
      fn.op("i32.eqz");
      fn.if();
      fn.get(done);
      fn.i32(-1);
      fn.op("i32.xor");
      fn.set(result);
      fn.br(depth + 2);
      fn.end();
    }
    target.inline(scope, loop.body);
    if (move >= 0) fn.call(move);
    countStep(fn, { done });
    fn.get(done);
    fn.tee(result);
    fn.get(end);
    fn.op("i32.ge_s");
    fn.brIf(depth + 1);
  });
  fn.end(); // ended
  storeRegisters(target, fn, loop, outer, { registers, pairing });
  fn.get(result);
  module.close(index, fn);
  return index;
}
