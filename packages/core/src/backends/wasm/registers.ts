import type { Id, Loop, Statement } from "../../lowering/loopProgram.js";
import type { DType } from "../../util/dtype.js";
import type { Mapping } from "../rotation.js";
import { buffersUsed, bufferOf, isInnermost, rootOf } from "../structure.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { findPairs, pairKey } from "./scalarPairs.js";
import type { Pairing } from "./scalarPairs.js";
import type { ProgramTarget } from "./programTarget.js";
import { scalarLoad, scalarStore, stackType } from "./target.js";

/** Scalars that a function holds in locals, by root. */
export type Registers = ReadonlyMap<Id, number>;

/** Scalars held in locals at most. Those that find no register are spilled, which takes no longer than memory would. */
const mostRegisters = 4000;

/** Whether all nests of a loop's steps are without axes, and only store. */
export function isScalarLoop(loop: Loop): boolean {
  const scalar = (body: readonly Statement[]): boolean =>
    body.every((statement): boolean => {
      if (statement.kind === "if") return scalar(statement.then) && scalar(statement.else);
      if (statement.kind !== "nest") return statement.kind !== "loop";
      return (
        statement.extents.length === 0 &&
        statement.cells.every((cell) => cell.outputs.every((output) => output.mode === "store"))
      );
    });
  return isInnermost(loop) && scalar(loop.body) && (loop.condition === null || scalar(loop.condition.body));
}

/** The scalars that a function holds, and which of them in pairs. */
export interface Held {
  readonly registers: Registers;
  readonly pairing: Pairing | null;
}

/** Loads the scalars that the loop's steps use into locals of `fn`; none where there are too many, or steps have axes. */
export function loadRegisters(target: ProgramTarget, fn: FunctionBuilder, loop: Loop, outer: Mapping): Held {
  const { program, layout } = target;
  const registers = new Map<Id, number>();
  const none = { registers, pairing: null };
  if (!isScalarLoop(loop)) return none;
  const rotated = new Set(loop.rotation.flat().map((id) => rootOf(program, id)));
  const held = [...stepBuffers(target, loop)].filter((id) => {
    const { shape, growable } = bufferOf(program, id);
    return shape.length === 0 && !growable && !rotated.has(id);
  });
  if (held.length > mostRegisters) return none;
  const load = (id: Id): void => {
    fn.i32(0);
    fn.access(scalarLoad(dtypeOf(program, id)), layout.address(outer.get(id) ?? id));
  };
  const pairing = rotated.size === 0 && outer.size === 0 ? pairingOf(target, loop) : null;
  for (const pair of pairing?.scalars ?? []) {
    const local = fn.take("v128");
    load(pair.lanes[0]);
    fn.op("f64x2.splat");
    load(pair.lanes[1]);
    fn.lane("f64x2.replace_lane", 1);
    fn.set(local);
    if (pair.isWritten) pair.lanes.forEach((id) => registers.set(id, local));
    else registers.set(pairKey(pair), local);
  }
  for (const id of held) {
    if (pairing?.pairOf(id) !== undefined) continue;
    const local = fn.take(stackType(dtypeOf(program, id)));
    load(id);
    fn.set(local);
    registers.set(outer.get(id) ?? id, local);
  }
  return { registers, pairing };
}

const pairings = new WeakMap<Loop, Pairing | null>();

function pairingOf({ program }: ProgramTarget, loop: Loop): Pairing | null {
  let pairing = pairings.get(loop);
  if (pairing === undefined) pairings.set(loop, (pairing = findPairs(program, loop)));
  return pairing;
}

/** Stores those registers that the loop's steps write. */
export function storeRegisters(
  { program, layout }: ProgramTarget,
  fn: FunctionBuilder,
  loop: Loop,
  outer: Mapping,
  { registers, pairing }: Held,
): void {
  if (registers.size === 0) return;
  const stored = new Set<Id>();
  const visit = (body: readonly Statement[]): void => {
    for (const statement of body) {
      if (statement.kind === "if") {
        visit(statement.then);
        visit(statement.else);
      } else if (statement.kind === "nest") {
        for (const cell of statement.cells) for (const { buffer } of cell.outputs) stored.add(rootOf(program, buffer));
      }
    }
  };
  visit(loop.condition?.body ?? []);
  visit(loop.body);
  for (const id of stored) {
    const storage = outer.get(id) ?? id;
    const local = registers.get(storage);
    if (local === undefined) continue;
    fn.i32(0);
    fn.get(local);
    const pair = pairing?.pairOf(id);
    if (pair !== undefined) fn.lane("f64x2.extract_lane", pair.lanes.indexOf(id));
    fn.access(scalarStore(dtypeOf(program, id)), layout.address(storage));
  }
}

function stepBuffers({ program }: Pick<ProgramTarget, "program">, loop: Loop): ReadonlySet<Id> {
  return buffersUsed(program, [{ ...loop, count: 0, condition: loop.condition, trips: null, rotation: [] }]);
}

function dtypeOf(program: ProgramTarget["program"], id: Id): DType {
  return bufferOf(program, id).dtype;
}
