import type { Nest, Output, Ref } from "../../lowering/loopProgram.js";
import { present } from "../../util/invariant.js";
import { bufferOf, refsOfOutput } from "../structure.js";
import { prepareNest, startsAt } from "./cell.js";
import type { Action, PreparedCell, Stretch } from "./cell.js";
import { extentOf } from "./cellPlan.js";
import type { CellPlan } from "./cellPlan.js";
import { emitHoisted, push, pushBase, pushPlace, registerOf, scaleBy, settle, settleDeep } from "./emitValues.js";
import type { CellContext } from "./emitValues.js";
import { preparePaired } from "./pairedCell.js";
import { accumulators } from "./reduction.js";
import type { Accumulators } from "./reduction.js";
import { emitCombine } from "./scalarOps.js";
import { scalarLoad, scalarStore } from "./target.js";
import type { Scope, Target } from "./target.js";
import { resetNodes } from "./nodes.js";
import { scaledIndices } from "./scaledIndices.js";
import type { Base, Place } from "./nodes.js";
import { values } from "./values.js";

const prepared = new WeakMap<Target, Map<Nest, readonly PreparedCell[]>>();

/** Writes a nest's code into the scope's function. */
export function emitNest(target: Target, scope: Scope, nest: Nest): void {
  const known = prepared.get(target) ?? new Map<Nest, readonly PreparedCell[]>();
  prepared.set(target, known);
  const { pairing, registers } = scope;
  let cells = pairing === null ? known.get(nest) : preparePaired(target.program, nest, pairing, registers);
  if (cells === undefined) known.set(nest, (cells = prepareNest(target.program, nest)));
  for (const cell of cells) emitCell(target, scope, cell);
}

/** Pushes a scalar expression outside of a nest. */
export function pushScalar(target: Target, scope: Scope, ref: Ref): void {
  // As the value of a nest without axes whose store is left out; the buffer is of no account.
  const output: Output = { mode: "store", buffer: 0, index: [], value: ref };
  for (const cell of prepareNest(target.program, {
    kind: "nest",
    extents: [],
    cells: [{ box: [], outputs: [output] }],
  })) {
    const context = contextOf(target, scope, cell);
    const { actions, nodes } = present(cell.rest, "the stretch of a nest without axes");
    resetNodes(nodes);
    push(context, present(actions[0]?.[0], "output").value);
  }
}

function contextOf(target: Target, scope: Scope, { values: cell }: PreparedCell): CellContext {
  return { ...cell, target, scope, axes: cell.cell.box.map(([low]) => ({ constant: low })) };
}

function emitCell(target: Target, scope: Scope, from: PreparedCell): void {
  const { fn } = scope;
  const { plan, bases, block, rest } = from;
  const context = contextOf(target, scope, from);
  const { facts, cell } = context;
  const running = new Map<Output, Accumulators>();

  const level = (axis: number): void => {
    const starting = cell.outputs.filter((output) => startsAt(facts, output) === axis);
    for (const output of starting) running.set(output, accumulators(context, output));
    if (axis >= plan.blockAxis) emitBlocks(context, plan, block, rest, bases, running);
    else {
      const low = cell.box[axis]?.[0] ?? 0;
      const extent = extentOf(cell, axis);
      if (extent === 1) {
        emitHoisted(context, axis);
        level(axis + 1);
      } else if (extent > 1) {
        const index = fn.take("i32");
        context.axes[axis] = { local: index };
        fn.i32(low);
        fn.set(index);
        fn.loop();
        emitHoisted(context, axis);
        level(axis + 1);
        fn.get(index);
        fn.i32(1);
        fn.op("i32.add");
        fn.tee(index);
        fn.i32(low + extent);
        fn.op("i32.lt_s");
        fn.brIf(0);
        fn.end();
        fn.release(index);
        context.axes[axis] = { constant: low };
      }
    }
    for (const output of starting) {
      const sums = present(running.get(output), "accumulators");
      if (output.mode === "reduce") {
        const made = values(context, axis, new Map());
        storeReduced(context, output, sums, made.place(context.accesses.ofOutput(output), 0));
      }
      sums.release();
    }
  };
  if (plan.blockAxis >= 0) emitHoisted(context, -1);
  level(Math.min(0, plan.blockAxis));
  for (const hoisted of context.hoisted.values()) {
    if (hoisted.local >= 0) fn.release(hoisted.local);
    if (hoisted.vectorLocal >= 0) fn.release(hoisted.vectorLocal);
  }
}

/** Writes the blocks along the block's axis: bases, rolled values, the loop, the rest. */
function emitBlocks(
  context: CellContext,
  plan: CellPlan,
  block: Stretch | null,
  rest: Stretch | null,
  bases: ReadonlyMap<string, Base>,
  running: ReadonlyMap<Output, Accumulators>,
): void {
  const { fn } = context.scope;
  const axis = plan.blockAxis;
  const low = axis < 0 ? 0 : (context.cell.box[axis]?.[0] ?? 0);
  if (axis >= 0) context.axes[axis] = { constant: low };
  const initial = startBases(context, bases, axis, block !== null);

  if (block !== null) {
    resetNodes(block.nodes);
    const advance = (base: Base): number => (base.axes[axis] ?? 0) * plan.stride;
    const moving = [...bases.values()].filter((base) => base.local >= 0 && advance(base) !== 0);
    const counter = moving.find((base) => advance(base) > 0 && initial.has(base)) ?? null;
    let index = -1;
    if (context.needsBlockIndex || counter === null) {
      index = fn.take("i32");
      fn.i32(low);
      fn.set(index);
      context.axes[axis] = { local: index };
    }
    for (const { node, first } of block.rolls) {
      settleDeep(context, first);
      push(context, first);
      node.local = fn.take(node.type);
      fn.set(node.local);
    }
    fn.loop();
    emitStretch(context, block, running);
    for (const { next } of block.rolls) {
      settleDeep(context, next);
      settle(context, next);
    }
    for (const { node, next } of block.rolls) {
      push(context, next);
      fn.set(node.local);
    }
    for (const base of moving) {
      if (base === counter) continue;
      bump(context, base.local, advance(base));
      fn.set(base.local);
    }
    if (index >= 0) {
      bump(context, index, plan.stride);
      if (counter === null) fn.tee(index);
      else fn.set(index);
    }
    if (counter !== null) {
      bump(context, counter.local, advance(counter));
      fn.tee(counter.local);
      fn.i32(present(initial.get(counter), "start of a base") + advance(counter) * plan.count);
    } else fn.i32(low + plan.stride * plan.count);
    // Addresses are below 2^32, indices below 2^31.
    fn.op("i32.ne");
    fn.brIf(0);
    fn.end();
    for (const { node } of block.rolls) fn.release(node.local);
    if (index >= 0) fn.release(index);
    context.axes[axis] = { constant: low + plan.stride * plan.count };
    for (const [base, start] of initial) {
      if (base.local >= 0) fn.release(base.local);
      base.local = -1;
      base.known = start + advance(base) * plan.count;
    }
  }
  if (rest !== null) {
    resetNodes(rest.nodes);
    emitStretch(context, rest, running);
  }
  for (const base of bases.values()) {
    if (base.local >= 0) fn.release(base.local);
    base.local = -1;
    base.known = null;
  }
  if (axis >= 0) context.axes[axis] = { constant: low };
}

/** Gives each base a local or a known value; returns the known ones, which have a local too if blocks advance them. */
function startBases(
  context: CellContext,
  bases: ReadonlyMap<string, Base>,
  axis: number,
  looped: boolean,
): ReadonlyMap<Base, number> {
  const { fn } = context.scope;
  const initial = new Map<Base, number>();
  for (const base of bases.values()) {
    const { constant, terms } = pushBase(context, base);
    if (terms === 0) {
      initial.set(base, constant);
      if (looped && (base.axes[axis] ?? 0) !== 0) {
        base.local = fn.take("i32");
        fn.i32(constant);
        fn.set(base.local);
      } else base.known = constant;
      continue;
    }
    if (constant !== 0) {
      fn.i32(constant);
      fn.op("i32.add");
    }
    base.local = fn.take("i32");
    fn.set(base.local);
  }
  return initial;
}

function bump(context: CellContext, local: number, amount: number): void {
  const { fn } = context.scope;
  fn.get(local);
  fn.i32(amount);
  fn.op("i32.add");
}

function emitStretch(context: CellContext, stretch: Stretch, running: ReadonlyMap<Output, Accumulators>): void {
  const { actions, ends } = stretch;
  const { outputs } = context.cell;
  const own = new Map<Output, Accumulators>();
  for (const output of outputs) {
    if (context.blockAxis < 0) break;
    if (startsAt(context.facts, output) > context.blockAxis && startsAt(context.facts, output) < context.facts.rank) {
      own.set(output, accumulators(context, output));
    }
  }
  const entangled =
    outputs.length > 1 &&
    outputs.some((output) => refsOfOutput(output).some((ref) => context.facts.readsStored(ref.expr)));
  for (const together of actions) {
    if (entangled) {
      for (const { value, place, when } of together) {
        settleDeep(context, value);
        settle(context, value);
        place?.dynamics.forEach((node) => settle(context, node));
        if (when !== null) settle(context, when);
      }
    }
    for (const { value } of together) settleDeep(context, value);
    for (const action of together)
      perform(context, action, own.get(action.output) ?? running.get(action.output) ?? null);
  }
  for (const [output, sums] of own) {
    const place = ends.get(output);
    if (output.mode === "reduce") storeReduced(context, output, sums, present(place, "place of a reduction"));
    sums.release();
  }
}

function perform(context: CellContext, action: Action, sums: Accumulators | null): void {
  const { fn } = context.scope;
  const { output, copy, value, place, when, negated } = action;
  const { dtype } = bufferOf(context.program, output.buffer);
  const vector = copy.lanes > 1;
  const load = vector ? "v128.load" : scalarLoad(dtype);
  const store = vector ? "v128.store" : scalarStore(dtype);
  const shape = dtype === "float64" ? "f64x2" : "f32x4";
  if (output.mode === "reduce") {
    present(sums, "accumulators").add(copy, () => push(context, value));
    return;
  }
  const at = present(place, "place");
  if (output.mode === "prefix") {
    const sum = present(sums, "accumulators");
    sum.add({ position: 0, lanes: 1 }, () => push(context, value));
    const offset = pushPlace(context, at);
    sum.pushResult();
    fn.access(store, offset);
    return;
  }
  if (when !== null) {
    settle(context, value);
    at.dynamics.forEach((node) => settle(context, node));
    push(context, when);
    fn.if();
  }
  const register = registerOf(context, at);
  if (register !== undefined) {
    push(context, value);
    fn.set(register);
    return;
  }
  // Computed before the old value is loaded, which would else have to be kept all the while.
  if (output.mode !== "store") settle(context, value);
  const offset = pushPlace(context, at);
  if (output.mode === "store" || (output.mode === "scatter" && output.combine === "set")) {
    push(context, value);
    scaleBy(fn, scaledIndices(context.program).get(at.root) ?? 1);
  } else {
    const combine = output.mode === "scatter" ? "sum" : output.combine;
    const address = fn.take("i32");
    fn.tee(address);
    const operands = [
      (): void => {
        fn.get(address);
        fn.access(load, offset);
      },
      (): void => push(context, value),
    ];
    if (vector) {
      operands.forEach((operand) => operand());
      fn.op(`${shape}.${combine !== "sum" ? combine : negated ? "sub" : "add"}`);
    } else if (negated) {
      operands.forEach((operand) => operand());
      fn.op(dtype === "float64" ? "f64.sub" : "f32.sub");
    } else emitCombine(fn, combine, dtype, (i) => present(operands[i], "operand")());
    fn.release(address);
  }
  fn.access(store, offset);
  if (when !== null) fn.end();
}

function storeReduced(context: CellContext, output: Output, sums: Accumulators, place: Place): void {
  const { dtype } = bufferOf(context.program, output.buffer);
  const offset = pushPlace(context, place);
  sums.pushResult();
  context.scope.fn.access(scalarStore(dtype), offset);
}
