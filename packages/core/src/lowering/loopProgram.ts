import type { DType } from "../util/dtype.js";
import type { BinaryName, LogicName, Relation, ShiftName, UnaryName } from "../ir/types.js";

/** Number of a buffer, an expression or a loop within its LoopProgram. */
export type Id = number;

/**
 * Storage of one array, row-major. Where it lies in memory is the backend's business. Contents are undefined until written,
 * except that `inputs` hold the arguments. A growable buffer has rows of `shape`, as many as `reserve` asked for.
 */
export interface Buffer {
  readonly id: Id;
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly growable: boolean;
  /** Another buffer whose storage this one is, seen with another shape of the same size (it follows that one's rotation), or null. */
  readonly alias: Id | null;
  /** The element of another buffer that a scalar stands for within a loop; of no account for what the program means. */
  readonly element?: { readonly of: Id; readonly offset: number };
}

/**
 * A value inside a nest: expression `expr` with the inner (last) axis index moved by `shift`; null: it does not depend on the
 * inner axis. The shift is factored out so that equal values of neighbouring iterations are equal (expr, index + shift) pairs.
 */
export interface Ref {
  readonly expr: Id;
  readonly shift: number | null;
}

/** One index of a load or store: `stride * nestAxis[axis] + offset + step of loop + dynamic`, each part optional. */
export interface Index {
  readonly axis: number | null;
  readonly stride: number;
  readonly offset: number;
  readonly loop: Id | null;
  /** An int32 value, in range by construction. */
  readonly dynamic: Ref | null;
}

/** A pure expression over the axes of a nest; hash-consed, so that equal ids mean equal values. */
export type Expr =
  | { readonly op: "const"; readonly dtype: DType; readonly value: number }
  /** Index along a nest axis, int32. */
  | { readonly op: "index"; readonly dtype: "int32"; readonly axis: number }
  /** Absolute step of an enclosing loop, int32. */
  | { readonly op: "step"; readonly dtype: "int32"; readonly loop: Id }
  | { readonly op: "load"; readonly dtype: DType; readonly buffer: Id; readonly index: readonly Index[] }
  | { readonly op: "unary"; readonly dtype: DType; readonly name: UnaryName | "not"; readonly args: readonly [Ref] }
  | { readonly op: "isFinite"; readonly dtype: "bool"; readonly of: DType; readonly args: readonly [Ref] }
  | {
      readonly op: "binary";
      readonly dtype: DType;
      readonly name: BinaryName | LogicName | ShiftName;
      readonly args: readonly [Ref, Ref];
    }
  | {
      readonly op: "compare";
      readonly dtype: "bool";
      readonly of: DType;
      readonly relation: Relation;
      readonly args: readonly [Ref, Ref];
    }
  | { readonly op: "select"; readonly dtype: DType; readonly args: readonly [Ref, Ref, Ref] }
  | { readonly op: "convert"; readonly dtype: DType; readonly from: DType; readonly args: readonly [Ref] }
  /** The value of `arg` where the inner axis index is `lane`, whatever the own one is. */
  | { readonly op: "lane"; readonly dtype: DType; readonly args: readonly [Ref]; readonly lane: number }
  /** At inner axis index k the value of operand k; there are as many as the inner axis has points, and none depends on it. */
  | { readonly op: "pack"; readonly dtype: DType; readonly args: readonly Ref[] };

/** How values are combined in a reduction. */
export type Combine = "sum" | "max" | "min";

/**
 * What a cell does with a value at each of its points. All values of a point are computed before anything of it is written;
 * then the outputs are written in order, each adding to what the ones before have left.
 */
export type Output =
  /** What depends on neither index nor value is the same at several points: they store it again. */
  | { readonly mode: "store"; readonly buffer: Id; readonly index: readonly Index[]; readonly value: Ref }
  /**
   * Reduces the last `axes` axes of the nest in registers and stores once for each point of the axes before them. The
   * index uses those only. lanes 8: element with inner index j goes to accumulator j mod 8, rows ascending, then
   * t(i) = a(i) + a(i+4), (t0 + t2) + (t1 + t3); lanes 1: one accumulator, ascending. From +0, -Infinity or Infinity (or the integer limits).
   */
  | {
      readonly mode: "reduce";
      readonly combine: Combine;
      readonly axes: number;
      readonly lanes: 1 | 8;
      readonly buffer: Id;
      readonly index: readonly Index[];
      readonly value: Ref;
    }
  /** buffer[index] = combine(buffer[index], value): the nest's outer axes repeat indices, points of the inner axis differ. */
  | {
      readonly mode: "accumulate";
      readonly combine: Combine;
      readonly buffer: Id;
      readonly index: readonly Index[];
      readonly value: Ref;
    }
  /** As store (set) or accumulate (add) at an index that may repeat within the inner axis; skipped where `when` is false. Strictly in row-major order. */
  | {
      readonly mode: "scatter";
      readonly combine: "add" | "set";
      readonly buffer: Id;
      readonly index: readonly Index[];
      readonly value: Ref;
      readonly when: Ref | null;
    }
  /** Running sum along the inner axis, from +0 in each row, stored at each point. */
  | { readonly mode: "prefix"; readonly buffer: Id; readonly index: readonly Index[]; readonly value: Ref };

/** A box of a nest in which every access is affine and every output has one expression. */
export interface Cell {
  readonly box: readonly (readonly [number, number])[];
  readonly outputs: readonly Output[];
}

/**
 * A loop nest, run in row-major order of `extents`, cell after cell. Cells are disjoint; between two cells and between points
 * of the inner axis there is no order to keep, except for reduce, accumulate, scatter and prefix, whose nests have one cell.
 * A load of a buffer that the nest stores to is at the very point of the store (distance zero) and means the value before it.
 */
export interface Nest {
  readonly kind: "nest";
  readonly extents: readonly number[];
  readonly cells: readonly Cell[];
}

/**
 * A sequential loop. `count`: a number, or the int32 scalar buffer that holds it (negative: 0), or null for a `while`, whose
 * `condition` is run before each step and ends the loop where its bool scalar `predicate` is false. `reverse` counts steps down.
 *
 * `rotation` is a permutation of buffers, applied after each step: with pair [a, b], what the body calls `a` in one step is what it
 * called `b` in the step before. When the loop ends, names mean their own storage again: the backend moves the contents
 * of [a]s that are left rotated. Trips, if not null, gets the number of steps done.
 */
export interface Loop {
  readonly kind: "loop";
  readonly id: Id;
  readonly count: number | { readonly buffer: Id } | null;
  readonly reverse: boolean;
  readonly condition: null | { readonly body: readonly Statement[]; readonly predicate: Id };
  readonly body: readonly Statement[];
  readonly rotation: readonly (readonly [Id, Id])[];
  readonly trips: Id | null;
}

/** Runs one of two bodies by a bool scalar. */
export interface If {
  readonly kind: "if";
  readonly predicate: Id;
  readonly then: readonly Statement[];
  readonly else: readonly Statement[];
}

/** Notes a failure (the first one stands) where a bool scalar is false; the run goes on and throws at its end. */
export interface Check {
  readonly kind: "check";
  readonly predicate: Id;
  readonly message: string;
}

/** Prints a line, or one for each element of the first `batch` axes: see the op debugPrint. Only some backends take it. */
export interface Print {
  readonly kind: "print";
  readonly format: string;
  readonly batch: number;
  readonly values: readonly Id[];
}

/** Makes a growable buffer hold at least as many rows as an int32 scalar expression says; its contents stay. */
export interface Reserve {
  readonly kind: "reserve";
  readonly buffer: Id;
  readonly rows: Ref;
}

/** A statement of a LoopProgram. */
export type Statement = Nest | Loop | If | Check | Print | Reserve;

/** A program of loops over buffers: what a backend compiles. */
export interface LoopProgram {
  readonly buffers: readonly Buffer[];
  readonly exprs: readonly Expr[];
  readonly inputs: readonly Id[];
  readonly outputs: readonly Id[];
  readonly body: readonly Statement[];
}
