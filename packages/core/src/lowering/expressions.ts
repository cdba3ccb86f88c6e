import type { DType } from "../util/dtype.js";
import type { BinaryName, LogicName, Relation, ShiftName, UnaryName } from "../ir/types.js";
import type { Expr, Id, Index, Ref } from "./loopProgram.js";

/** The hash-consed expressions of a LoopProgram under construction. `inner` is the number of the nest's last axis (-1 for a scalar nest). */
export interface ExprTable {
  readonly exprs: readonly Expr[];
  constant(dtype: DType, value: number): Ref;
  step(loop: Id): Ref;
  /** Value of an affine index over nest axes as int32. */
  affine(axis: number | null, stride: number, offset: number, inner: number): Ref;
  load(dtype: DType, buffer: Id, index: readonly Index[], inner: number): Ref;
  unary(dtype: DType, name: UnaryName | "not", arg: Ref): Ref;
  isFinite(of: DType, arg: Ref): Ref;
  binary(dtype: DType, name: BinaryName | LogicName | ShiftName, a: Ref, b: Ref): Ref;
  compare(of: DType, relation: Relation, a: Ref, b: Ref): Ref;
  select(dtype: DType, predicate: Ref, a: Ref, b: Ref): Ref;
  convert(dtype: DType, from: DType, arg: Ref): Ref;
  /** The value at `lane` of a short inner axis. */
  lane(dtype: DType, arg: Ref, lane: number): Ref;
  /** The values along a short inner axis, none of which depends on it. */
  pack(dtype: DType, args: readonly Ref[]): Ref;
}

/** A table that numbers its expressions after those of `before`, which it keeps as they are and does not look up. */
export function exprTable(before: readonly Expr[] = []): ExprTable {
  const exprs: Expr[] = [...before];
  const ids = new Map<string, Id>();

  function intern(expr: Expr): Id {
    const key = keyOf(expr);
    const found = ids.get(key);
    if (found !== undefined) return found;
    const id = exprs.length;
    exprs.push(Object.freeze(expr));
    ids.set(key, id);
    return id;
  }

  /** What a value is the negative of, if it is written as such; else null. */
  function negated(ref: Ref): Ref | null {
    const expr = exprs[ref.expr] as Expr;
    if (expr.op !== "unary" || expr.name !== "neg") return null;
    const [arg] = expr.args;
    return ref.shift === null ? arg : moved(arg, ref.shift);
  }

  /** Interns a node whose arguments' common shift is factored out. */
  function node<const A extends readonly Ref[]>(args: A, make: (args: A) => Expr): Ref {
    const shift = args.find((arg) => arg.shift !== null)?.shift ?? null;
    if (shift === null || shift === 0) return { expr: intern(make(args)), shift };
    const relative = args.map((arg) => moved(arg, -shift)) as unknown as A;
    return { expr: intern(make(relative)), shift };
  }

  const table: ExprTable = {
    exprs,
    constant: (dtype, value) => ({ expr: intern({ op: "const", dtype, value }), shift: null }),
    step: (loop) => ({ expr: intern({ op: "step", dtype: "int32", loop }), shift: null }),
    affine(axis, stride, offset, inner) {
      if (axis === null || stride === 0) return table.constant("int32", offset);
      const unit: Ref = { expr: intern({ op: "index", dtype: "int32", axis }), shift: axis === inner ? 0 : null };
      if (axis === inner && stride === 1) return moved(unit, offset);
      const scaled = stride === 1 ? unit : table.binary("int32", "mul", unit, table.constant("int32", stride));
      return offset === 0 ? scaled : table.binary("int32", "add", scaled, table.constant("int32", offset));
    },
    load(dtype, buffer, index, inner) {
      const shift = commonShift(index, inner);
      const normal = shift === null || shift === 0 ? index : index.map((one) => shifted(one, -shift, inner));
      return { expr: intern({ op: "load", dtype, buffer, index: normal }), shift };
    },
    unary: (dtype, name, arg) => node([arg], (args) => ({ op: "unary", dtype, name, args })),
    isFinite: (of, arg) => node([arg], (args) => ({ op: "isFinite", dtype: "bool", of, args })),
    binary(dtype, name, a, b) {
      // What is added negated is subtracted, and the other way round: the same bits with an operation less.
      const [minusA, minusB] = [negated(a), negated(b)];
      if (name === "add" && minusB !== null) return table.binary(dtype, "sub", a, minusB);
      if (name === "add" && minusA !== null) return table.binary(dtype, "sub", b, minusA);
      if (name === "sub" && minusB !== null) return table.binary(dtype, "add", a, minusB);
      return node([a, b], (args) => ({ op: "binary", dtype, name, args }));
    },
    compare: (of, relation, a, b) => node([a, b], (args) => ({ op: "compare", dtype: "bool", of, relation, args })),
    select: (dtype, predicate, a, b) => node([predicate, a, b], (args) => ({ op: "select", dtype, args })),
    convert: (dtype, from, arg) =>
      dtype === from ? arg : node([arg], (args) => ({ op: "convert", dtype, from, args })),
    lane(dtype, arg, lane) {
      if (arg.shift === null) return arg;
      const expr = exprs[arg.expr] as Expr;
      if (expr.op === "pack") return expr.args[lane + arg.shift] as Ref;
      return { expr: intern({ op: "lane", dtype, args: [arg], lane }), shift: null };
    },
    pack(dtype, args) {
      const first = args[0] as Ref;
      if (args.every((arg) => arg.expr === first.expr)) return first;
      return wholeOf(exprs, args) ?? { expr: intern({ op: "pack", dtype, args }), shift: 0 };
    },
  };
  return table;
}

/** The value whose lanes, all of them and in order, `args` are; or null. */
function wholeOf(exprs: readonly Expr[], args: readonly Ref[]): Ref | null {
  let whole: Ref | null = null;
  for (const [k, arg] of args.entries()) {
    const expr = exprs[arg.expr] as Expr;
    if (expr.op !== "lane" || expr.lane !== k) return null;
    const [source] = expr.args;
    if (whole !== null && (whole.expr !== source.expr || whole.shift !== source.shift)) return null;
    whole = source;
  }
  return whole;
}

/** The same value, `by` points further along the inner axis. */
function moved(ref: Ref, by: number): Ref {
  return ref.shift === null ? ref : { expr: ref.expr, shift: ref.shift + by };
}

/** The index at the inner axis index moved by `by`. */
function shifted(index: Index, by: number, inner: number): Index {
  const along = index.axis === inner && index.stride !== 0;
  return {
    ...index,
    offset: along ? index.offset + index.stride * by : index.offset,
    dynamic: index.dynamic === null ? null : moved(index.dynamic, by),
  };
}

function commonShift(index: readonly Index[], inner: number): number | null {
  for (const one of index) {
    if (one.axis === inner && one.stride !== 0 && inner >= 0) return Math.floor(one.offset / one.stride) + 0;
  }
  for (const one of index) if (one.dynamic !== null && one.dynamic.shift !== null) return one.dynamic.shift;
  return null;
}

function keyOf(expr: Expr): string {
  switch (expr.op) {
    case "const":
      return `c ${expr.dtype} ${Object.is(expr.value, -0) ? "-0" : String(expr.value)}`;
    case "index":
      return `i ${expr.axis}`;
    case "step":
      return `s ${expr.loop}`;
    case "load":
      return `l ${expr.buffer} ${expr.index.map(indexKey).join(",")}`;
    case "unary":
      return `u ${expr.name} ${expr.dtype} ${refsKey(expr.args)}`;
    case "isFinite":
      return `f ${expr.of} ${refsKey(expr.args)}`;
    case "binary":
      return `b ${expr.name} ${expr.dtype} ${refsKey(expr.args)}`;
    case "compare":
      return `r ${expr.relation} ${expr.of} ${refsKey(expr.args)}`;
    case "select":
      return `w ${expr.dtype} ${refsKey(expr.args)}`;
    case "convert":
      return `v ${expr.dtype} ${expr.from} ${refsKey(expr.args)}`;
    case "lane":
      return `n ${expr.lane} ${refsKey(expr.args)}`;
    case "pack":
      return `p ${refsKey(expr.args)}`;
  }
}

function indexKey(index: Index): string {
  const dynamic = index.dynamic === null ? "" : refsKey([index.dynamic]);
  return `${index.axis ?? "_"}*${index.stride}+${index.offset}+${index.loop ?? "_"}+${dynamic}`;
}

function refsKey(refs: readonly Ref[]): string {
  return refs.map((ref) => `${ref.expr}@${ref.shift ?? "_"}`).join(" ");
}
