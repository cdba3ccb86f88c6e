import type { Id, Index, LoopProgram, Output, Ref } from "../../lowering/loopProgram.js";
import type { DType } from "../../util/dtype.js";
import { invariant, present } from "../../util/invariant.js";
import { bufferOf, exprOf, rootOf } from "../structure.js";
import { bytesPerIndex, scaledIndices } from "./scaledIndices.js";

/**
 * Address of a load or store, in bytes from the start of its buffer, as a sum. A part that cannot be negative on its own goes into the
 * instruction's offset (`constant`, `shiftConstant`); the rest is `folded` into the computed address, because the sum of address and
 * offset does not wrap around: parts of an axis whose index has a dynamic part, or a step minus something.
 */
export interface Access {
  readonly root: Id;
  readonly growable: boolean;
  readonly dtype: DType;
  /** Bytes per unit of each nest axis. */
  readonly axes: readonly number[];
  /** The part of `axes` that is not folded. */
  readonly plainAxes: readonly number[];
  /** Bytes per step of a loop. */
  readonly loops: readonly (readonly [loop: Id, bytes: number])[];
  /** Bytes per unit of an int32 value. */
  readonly dynamics: readonly (readonly [value: Ref, bytes: number])[];
  readonly constant: number;
  readonly folded: number;
  /** Bytes per unit of shift along the inner axis. */
  readonly shiftConstant: number;
  readonly shiftFolded: number;
}

/** The address of `buffer[index]` in a nest of `rank` axes. */
export function accessOf(program: LoopProgram, id: Id, index: readonly Index[], rank: number): Access {
  const buffer = bufferOf(program, id);
  const axes = new Array<number>(rank).fill(0);
  const plainAxes = new Array<number>(rank).fill(0);
  const loops: [Id, number][] = [];
  const dynamics: [Ref, number][] = [];
  let constant = 0;
  let folded = 0;
  let shiftConstant = 0;
  let shiftFolded = 0;
  const scaled = scaledIndices(program);
  const perIndex = bytesPerIndex(program, id);
  for (let d = index.length - 1; d >= 0; d--) {
    const part = present(index[d], "index");
    const bytes = present(perIndex[d], "bytes of an index");
    const fold = part.dynamic !== null || (part.loop !== null && part.offset < 0);
    if (part.axis !== null && part.stride !== 0) {
      const step = part.stride * bytes;
      axes[part.axis] = present(axes[part.axis], "axis") + step;
      if (!fold) plainAxes[part.axis] = present(plainAxes[part.axis], "axis") + step;
      if (part.axis === rank - 1) {
        if (fold) shiftFolded += step;
        else shiftConstant += step;
      }
    }
    if (fold) folded += part.offset * bytes;
    else constant += part.offset * bytes;
    if (part.loop !== null) loops.push([part.loop, bytes]);
    if (part.dynamic !== null) {
      const expr = exprOf(program, part.dynamic.expr);
      const isScaled = expr.op === "load" && scaled.has(rootOf(program, expr.buffer));
      dynamics.push([part.dynamic, isScaled ? 1 : bytes]);
    }
  }
  return {
    root: rootOf(program, id),
    growable: buffer.growable,
    dtype: buffer.dtype,
    axes,
    plainAxes,
    loops,
    dynamics,
    constant,
    folded,
    shiftConstant,
    shiftFolded,
  };
}

/** Lowest value of the plain axes' part over a box. */
export function lowestPlain(access: Access, box: readonly (readonly [number, number])[]): number {
  let lowest = 0;
  access.plainAxes.forEach((bytes, axis) => {
    const [low, high] = present(box[axis], "side of a box");
    lowest += bytes * (bytes >= 0 ? low : high - 1);
  });
  return lowest;
}

/** The accesses of a nest, each computed once. */
export interface Accesses {
  /** That of a load. */
  ofLoad(expr: Id): Access;
  ofOutput(output: Output): Access;
}

/** The accesses of a nest of `rank` axes. */
export function accessesOf(program: LoopProgram, rank: number): Accesses {
  const loads = new Map<Id, Access>();
  const outputs = new Map<Output, Access>();
  return {
    ofLoad(id) {
      let access = loads.get(id);
      if (access === undefined) {
        const expr = exprOf(program, id);
        invariant(expr.op === "load", "only loads have an access");
        access = accessOf(program, expr.buffer, expr.index, rank);
        loads.set(id, access);
      }
      return access;
    },
    ofOutput(output) {
      let access = outputs.get(output);
      if (access === undefined) outputs.set(output, (access = accessOf(program, output.buffer, output.index, rank)));
      return access;
    },
  };
}
