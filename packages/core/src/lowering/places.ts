import type { ArrayType, Graph, Type, Var } from "../ir/types.js";
import type { Id, Index, Statement } from "./loopProgram.js";
import type { DType } from "../util/dtype.js";
import type { ExprTable } from "./expressions.js";

/** Where an array lies: in `buffer`, its leading axes fixed by `prefix` (a row of a larger array). */
export interface ArrayPlace {
  readonly kind: "array";
  readonly buffer: Id;
  readonly prefix: readonly Index[];
}

/**
 * Where a History lies. Static `length`: in a buffer [...prefix, length, ...entry]. Otherwise in a growable buffer of rows, entry i of
 * it at row `starts[...prefix] + i` (`starts` null: row i), with `counts[...prefix]` entries.
 */
export interface HistoryPlace {
  readonly kind: "history";
  readonly buffer: Id;
  readonly prefix: readonly Index[];
  readonly length: number | null;
  readonly starts: Id | null;
  readonly counts: Id | null;
  /** While the maps around it run: how many rows are taken. */
  readonly filled?: Id;
}

/** Where the value of a variable lies. */
export type Place = ArrayPlace | HistoryPlace;

/** Enclosing maps whose every element keeps a History of its own: their loops, sizes, and statements to run before them. */
export interface Persist {
  readonly loops: readonly Id[];
  readonly sizes: readonly number[];
  readonly before: Statement[];
}

/** The LoopProgram under construction, shared by all bodies. */
export interface ProgramContext {
  readonly exprs: ExprTable;
  buffer(name: string, dtype: DType, shape: readonly number[], options?: { growable?: boolean; alias?: Id }): Id;
  /** Extents of the leading `count` axes; a growable buffer's rows are no extent. */
  leadingExtents(buffer: Id, count: number): readonly number[];
  newLoop(): Id;
}

/** Body of the program or of a loop, with where its inputs lie. */
export interface BodyInput {
  readonly graph: Graph;
  readonly places: readonly Place[];
}

/** A whole buffer as a place. */
export function wholeBuffer(buffer: Id): ArrayPlace {
  return { kind: "array", buffer, prefix: [] };
}

/** The index of a loop's step. */
export function stepIndex(loop: Id): Index {
  return { axis: null, stride: 0, offset: 0, loop, dynamic: null };
}

/** The index of a nest axis, unchanged. */
export function axisIndex(axis: number): Index {
  return { axis, stride: 1, offset: 0, loop: null, dynamic: null };
}

/** A row of a place: one more leading axis fixed. */
export function rowOf(place: ArrayPlace, index: Index): ArrayPlace {
  return { ...place, prefix: [...place.prefix, index] };
}

/** Type of the array that a History or an array has as entries, or is. */
export function entryType(type: Type): ArrayType {
  return type.kind === "array" ? type : entryType(type.of);
}

/** Whether a variable is an array. */
export function isArray(variable: Var): boolean {
  return variable.type.kind === "array";
}
