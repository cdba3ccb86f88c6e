import type { Id, Loop, Statement } from "../../lowering/loopProgram.js";
import type { DType } from "../../util/dtype.js";
import type { Mapping } from "../rotation.js";
import { buffersUsed, bufferOf, isInnermost, rootOf } from "../structure.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import type { ProgramTarget } from "./programTarget.js";
import { scalarLoad, scalarStore, stackType } from "./target.js";

/** Scalars that a function holds in locals, by root. */
export type Registers = ReadonlyMap<Id, number>;

/** Scalars held in locals at most: a function with more is compiled slowly, and spills most of them anyway. */
const mostRegisters = 400;

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

/** Loads the scalars that the loop's steps use into locals of `fn`; empty where there are too many, or steps have axes. */
export function loadRegisters(
  { program, layout }: ProgramTarget,
  fn: FunctionBuilder,
  loop: Loop,
  outer: Mapping,
): Registers {
  const registers = new Map<Id, number>();
  if (!isScalarLoop(loop)) return registers;
  const rotated = new Set(loop.rotation.flat().map((id) => rootOf(program, id)));
  const held = [...stepBuffers({ program }, loop)].filter((id) => {
    const { shape, growable } = bufferOf(program, id);
    return shape.length === 0 && !growable && !rotated.has(id);
  });
  if (held.length > mostRegisters) return registers;
  for (const id of held) {
    const dtype = dtypeOf(program, id);
    const storage = outer.get(id) ?? id;
    const local = fn.take(stackType(dtype));
    fn.i32(0);
    fn.access(scalarLoad(dtype), layout.address(storage));
    fn.set(local);
    registers.set(storage, local);
  }
  return registers;
}

/** Stores those registers that the loop's steps write. */
export function storeRegisters(
  { program, layout }: ProgramTarget,
  fn: FunctionBuilder,
  loop: Loop,
  outer: Mapping,
  registers: Registers,
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
    fn.access(scalarStore(dtypeOf(program, id)), layout.address(storage));
  }
}

function stepBuffers({ program }: Pick<ProgramTarget, "program">, loop: Loop): ReadonlySet<Id> {
  return buffersUsed(program, [{ ...loop, count: 0, condition: loop.condition, trips: null, rotation: [] }]);
}

function dtypeOf(program: ProgramTarget["program"], id: Id): DType {
  return bufferOf(program, id).dtype;
}
