import type { Id, LoopProgram } from "../lowering/loopProgram.js";
import { sizeOf } from "../ir/types.js";
import { byteSize } from "../util/dtype.js";
import { invariant } from "../util/invariant.js";
import { bufferOf, rootOf } from "./structure.js";

/** Which storage each name means: roots that are not in the map mean their own. */
export type Mapping = ReadonlyMap<Id, Id>;

/**
 * How a loop's rotation is carried out: in `period` copies of the step that name storage differently, and for cycles whose
 * length does not divide the period, by moving contents after each step.
 */
export interface RotationPlan {
  readonly period: number;
  /** `copies[k]`: name to storage at steps k modulo the period, of the names that are renamed. */
  readonly copies: readonly Mapping[];
  /** Cycles [a, b, c, ...] that are renamed: what is called a in the next step is what is called b in this one, and so on. */
  readonly renamed: readonly (readonly Id[])[];
  /** Cycles whose contents are moved after each step: a takes b's, b takes c's, the last takes a's. */
  readonly moved: readonly (readonly Id[])[];
}

/** Copies of a step beyond this many cost more in code than moving contents does in time. */
const longestPeriod = 4;

/** Plans a rotation; `maxPeriod` 1 forbids copies. */
export function planRotation(
  program: LoopProgram,
  rotation: readonly (readonly [Id, Id])[],
  maxPeriod: number = longestPeriod,
): RotationPlan {
  const cycles = cyclesOf(program, rotation);
  let period = 1;
  let leastMoved = Infinity;
  for (let candidate = 1; candidate <= maxPeriod; candidate++) {
    let moved = 0;
    for (const cycle of cycles) if (candidate % cycle.length !== 0) moved += cycleBytes(program, cycle);
    if (moved < leastMoved) {
      leastMoved = moved;
      period = candidate;
    }
  }
  const renamed = cycles.filter((cycle) => period % cycle.length === 0);
  const copies = Array.from({ length: period }, (_, k): Mapping => {
    const names = new Map<Id, Id>();
    for (const cycle of renamed) cycle.forEach((name, i) => names.set(name, cycle[(i + k) % cycle.length] as Id));
    return names;
  });
  return { period, copies, renamed, moved: cycles.filter((cycle) => period % cycle.length !== 0) };
}

/** The storage that `inner` names mean where `outer` already renames: first inner, then outer. */
export function composeMappings(inner: Mapping, outer: Mapping): Mapping {
  if (inner.size === 0) return outer;
  const composed = new Map(outer);
  for (const [name, storage] of inner) composed.set(name, outer.get(storage) ?? storage);
  return composed;
}

/** For each storage of the renamed cycles, whose contents it must take after steps that leave residue `k` modulo the period. */
export function restoringMoves(plan: RotationPlan, k: number): readonly (readonly (readonly [to: Id, from: Id])[])[] {
  return plan.renamed
    .filter((cycle) => k % cycle.length !== 0)
    .map((cycle) => cycle.map((name, i): readonly [Id, Id] => [name, cycle[(i + k) % cycle.length] as Id]));
}

function cyclesOf(program: LoopProgram, rotation: readonly (readonly [Id, Id])[]): readonly (readonly Id[])[] {
  const next = new Map<Id, Id>();
  for (const [to, from] of rotation) next.set(rootOf(program, to), rootOf(program, from));
  const done = new Set<Id>();
  const cycles: Id[][] = [];
  for (const start of next.keys()) {
    if (done.has(start)) continue;
    const cycle: Id[] = [];
    for (let name = start; !done.has(name);) {
      done.add(name);
      cycle.push(name);
      const following = next.get(name);
      invariant(following !== undefined, `a rotation that takes buffer ${name} also gives it`);
      name = following;
    }
    invariant(next.get(cycle[cycle.length - 1] as Id) === start, "a rotation is a permutation");
    if (cycle.length > 1) cycles.push(cycle);
  }
  return cycles;
}

function cycleBytes(program: LoopProgram, cycle: readonly Id[]): number {
  let bytes = 0;
  for (const id of cycle) {
    const buffer = bufferOf(program, id);
    bytes += buffer.growable ? 16 : sizeOf(buffer.shape) * byteSize(buffer.dtype);
  }
  return bytes;
}
