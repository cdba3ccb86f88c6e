import type {
  Buffer,
  Cell,
  Expr,
  Id,
  Index,
  Loop,
  LoopProgram,
  Nest,
  Output,
  Ref,
  Statement,
} from "../lowering/loopProgram.js";
import type { DType } from "../util/dtype.js";
import { present } from "../util/invariant.js";

/** Collects the buffers and expressions of a LoopProgram that is written by hand: tests and benchmarks of backends. */
export interface ProgramBuilder {
  buffer(name: string, dtype: DType, shape: readonly number[], options?: { growable?: boolean; alias?: Id }): Id;
  constant(dtype: DType, value: number): Ref;
  index(axis: number): Ref;
  step(loop: Id): Ref;
  load(buffer: Id, index?: readonly Index[]): Ref;
  /** The load of the point itself: axis k of the nest along axis k of the buffer. */
  at(buffer: Id): Ref;
  unary(name: Extract<Expr, { op: "unary" }>["name"], a: Ref): Ref;
  binary(name: Extract<Expr, { op: "binary" }>["name"], a: Ref, b: Ref): Ref;
  compare(relation: Extract<Expr, { op: "compare" }>["relation"], a: Ref, b: Ref): Ref;
  isFinite(a: Ref): Ref;
  select(condition: Ref, a: Ref, b: Ref): Ref;
  convert(dtype: DType, a: Ref): Ref;
  lane(a: Ref, lane: number): Ref;
  pack(...values: readonly Ref[]): Ref;
  /** Number for a loop. */
  loopId(): Id;
  dtypeOf(ref: Ref): DType;
  build(parts: { inputs: readonly Id[]; outputs: readonly Id[]; body: readonly Statement[] }): LoopProgram;
}

/** A ProgramBuilder with nothing in it. */
export function programBuilder(): ProgramBuilder {
  const buffers: Buffer[] = [];
  const exprs: Expr[] = [];
  const known = new Map<string, Id>();
  let loops = 0;

  const intern = (expr: Expr, shift: number | null = 0): Ref => {
    const key = JSON.stringify(expr, (_, value: unknown) =>
      Object.is(value, -0) ? "-0" : typeof value === "number" ? `${value}` : value,
    );
    let id = known.get(key);
    if (id === undefined) {
      id = exprs.push(expr) - 1;
      known.set(key, id);
    }
    return { expr: id, shift };
  };
  const dtypeOf = (ref: Ref): DType => present(exprs[ref.expr], "expression").dtype;
  const builder: ProgramBuilder = {
    buffer: (name, dtype, shape, { growable = false, alias } = {}) =>
      buffers.push({ id: buffers.length, name, dtype, shape, growable, alias: alias ?? null }) - 1,
    constant: (dtype, value) => intern({ op: "const", dtype, value }, null),
    index: (axis) => intern({ op: "index", dtype: "int32", axis }),
    step: (loop) => intern({ op: "step", dtype: "int32", loop }, null),
    load(buffer, index = []) {
      const { dtype } = present(buffers[buffer], "buffer");
      return intern({ op: "load", dtype, buffer, index }, index.length === 0 ? null : 0);
    },
    at: (buffer) =>
      builder.load(
        buffer,
        present(buffers[buffer], "buffer").shape.map((_, k) => axis(k)),
      ),
    unary: (name, a) => intern({ op: "unary", dtype: dtypeOf(a), name, args: [a] }),
    binary: (name, a, b) => intern({ op: "binary", dtype: dtypeOf(a), name, args: [a, b] }),
    compare: (relation, a, b) => intern({ op: "compare", dtype: "bool", of: dtypeOf(a), relation, args: [a, b] }),
    isFinite: (a) => intern({ op: "isFinite", dtype: "bool", of: dtypeOf(a), args: [a] }),
    select: (condition, a, b) => intern({ op: "select", dtype: dtypeOf(a), args: [condition, a, b] }),
    convert: (dtype, a) => intern({ op: "convert", dtype, from: dtypeOf(a), args: [a] }),
    lane: (a, lane) => intern({ op: "lane", dtype: dtypeOf(a), args: [a], lane }, null),
    pack: (...values) => intern({ op: "pack", dtype: dtypeOf(present(values[0], "a lane")), args: values }),
    loopId: () => loops++,
    dtypeOf,
    build: ({ inputs, outputs, body }) => ({ buffers, exprs, inputs, outputs, body }),
  };
  return builder;
}

/** Index `stride * axis + offset`. */
export function axis(number: number, stride = 1, offset = 0): Index {
  return { axis: number, stride, offset, loop: null, dynamic: null };
}

/** A constant index. */
export function fixed(offset: number): Index {
  return { axis: null, stride: 0, offset, loop: null, dynamic: null };
}

/** The step of a loop as an index. */
export function stepOf(loop: Id, offset = 0): Index {
  return { axis: null, stride: 0, offset, loop, dynamic: null };
}

/** A value as an index. */
export function dynamic(value: Ref, offset = 0): Index {
  return { axis: null, stride: 0, offset, loop: null, dynamic: value };
}

/** The value `by` further along the inner axis. */
export function shift(ref: Ref, by: number): Ref {
  return { expr: ref.expr, shift: (ref.shift ?? 0) + by };
}

/** Stores a value at a point. */
export function store(buffer: Id, index: readonly Index[], value: Ref): Output {
  return { mode: "store", buffer, index, value };
}

/** A nest of one cell over all points. */
export function nest(extents: readonly number[], ...outputs: readonly Output[]): Nest {
  return cells(extents, { box: extents.map((extent): readonly [number, number] => [0, extent]), outputs });
}

/** A nest of several cells. */
export function cells(extents: readonly number[], ...list: readonly Cell[]): Nest {
  return { kind: "nest", extents, cells: list };
}

/** A scalar assignment. */
export function assign(buffer: Id, value: Ref): Nest {
  return nest([], store(buffer, [], value));
}

/** A counted loop. */
export function loop(
  id: Id,
  count: Loop["count"],
  body: readonly Statement[],
  options: Partial<Omit<Loop, "kind" | "id" | "count" | "body">> = {},
): Loop {
  return { kind: "loop", id, count, reverse: false, condition: null, rotation: [], trips: null, ...options, body };
}
