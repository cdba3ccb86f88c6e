import { present } from "../../util/invariant.js";
import type { ExprTable } from "../expressions.js";
import type { Expr, Id, Index, LoopProgram, Ref } from "../loopProgram.js";

/** What an evaluation at one point needs. */
export interface PointScope {
  readonly program: Pick<LoopProgram, "exprs">;
  readonly table: ExprTable;
  /** The value of a load whose indices are those of the point. */
  load(expr: Extract<Expr, { readonly op: "load" }>, index: readonly Index[], point: readonly number[]): Ref;
}

/** Evaluates expressions at one point of a nest: axes become constants, values become those of a nest without axes. */
export function evaluator(scope: PointScope, point: readonly number[]): (ref: Ref) => Ref {
  const { program, table } = scope;
  const memo = new Map<number, Map<Id, Ref>>();
  const inner = point.length - 1;

  const at = (id: Id, shift: number): Ref => {
    let known = memo.get(shift);
    if (known === undefined) memo.set(shift, (known = new Map()));
    let value = known.get(id);
    if (value === undefined) known.set(id, (value = make(program.exprs[id] as Expr, shift)));
    return value;
  };
  const argOf = (ref: Ref, shift: number): Ref => at(ref.expr, ref.shift === null ? 0 : shift + ref.shift);

  const make = (expr: Expr, shift: number): Ref => {
    const arg = (ref: Ref): Ref => argOf(ref, shift);
    switch (expr.op) {
      case "const":
        return table.constant(expr.dtype, expr.value);
      case "index":
        return table.constant("int32", (point[expr.axis] as number) + (expr.axis === inner ? shift : 0));
      case "step":
        return table.step(expr.loop);
      case "load": {
        const here = shift === 0 ? point : [...point.slice(0, -1), (point[inner] as number) + shift];
        const index = expr.index.map((one) => (one.dynamic === null ? one : { ...one, dynamic: arg(one.dynamic) }));
        return scope.load(expr, index, here);
      }
      case "lane":
        return argOf(expr.args[0], expr.lane - (point[inner] as number));
      case "pack":
        return arg(present(expr.args[(point[inner] as number) + shift], "a lane"));
      case "unary":
        return table.unary(expr.dtype, expr.name, arg(expr.args[0]));
      case "isFinite":
        return table.isFinite(expr.of, arg(expr.args[0]));
      case "binary":
        return binary(table, expr, arg(expr.args[0]), arg(expr.args[1]));
      case "compare":
        return compare(table, expr, arg(expr.args[0]), arg(expr.args[1]));
      case "select": {
        const predicate = arg(expr.args[0]);
        const known = constantOf(table, predicate);
        if (known !== null) return arg(expr.args[known === 0 ? 2 : 1]);
        const [a, b] = [arg(expr.args[1]), arg(expr.args[2])];
        return a.expr === b.expr ? a : table.select(expr.dtype, predicate, a, b);
      }
      case "convert": {
        const value = arg(expr.args[0]);
        const known = constantOf(table, value);
        return known !== null && expr.from === "int32" && expr.dtype === "float64"
          ? table.constant("float64", known)
          : table.convert(expr.dtype, expr.from, value);
      }
    }
  };
  return (ref) => at(ref.expr, 0 + (ref.shift ?? 0));
}

/** The index at a point, with its dynamic part as it is: a constant beside the steps of loops. */
export function indexAt(index: Index, point: readonly number[]): Index {
  const along = index.axis === null ? 0 : index.stride * (point[index.axis] as number);
  return { axis: null, stride: 0, offset: index.offset + along, loop: index.loop, dynamic: index.dynamic };
}

/** Whether a value is never -0, as far as it shows: then adding it to +0 leaves it as it is. */
export function isNeverMinusZero(table: ExprTable, ref: Ref, depth = 4): boolean {
  const expr = table.exprs[ref.expr] as Expr;
  if (depth === 0) return false;
  switch (expr.op) {
    case "const":
      return !Object.is(expr.value, -0);
    case "unary":
      return expr.name === "abs" || expr.name === "exp";
    case "binary": {
      const [a, b] = expr.args;
      if (expr.name === "mul") return a.expr === b.expr;
      // -0 is the sum of -0 and -0 only.
      return expr.name === "add" && (isNeverMinusZero(table, a, depth - 1) || isNeverMinusZero(table, b, depth - 1));
    }
    default:
      return expr.dtype === "int32" || expr.dtype === "uint32" || expr.dtype === "bool";
  }
}

/** The value of a constant, or null. */
export function constantOf(table: ExprTable, ref: Ref): number | null {
  const expr = table.exprs[ref.expr] as Expr;
  return expr.op === "const" ? expr.value : null;
}

function binary(table: ExprTable, expr: Extract<Expr, { readonly op: "binary" }>, x: Ref, y: Ref): Ref {
  const [a, b] = [constantOf(table, x), constantOf(table, y)];
  if (expr.dtype === "int32" && a !== null && b !== null) {
    const value = foldInteger(expr.name, a, b);
    if (value !== null) return table.constant("int32", value);
  }
  return table.binary(expr.dtype, expr.name, x, y);
}

function foldInteger(name: string, a: number, b: number): number | null {
  switch (name) {
    case "add":
      return (a + b) | 0;
    case "sub":
      return (a - b) | 0;
    case "mul":
      return Math.imul(a, b);
    case "min":
      return Math.min(a, b);
    case "max":
      return Math.max(a, b);
    default:
      return null;
  }
}

function compare(table: ExprTable, expr: Extract<Expr, { readonly op: "compare" }>, x: Ref, y: Ref): Ref {
  const [a, b] = [constantOf(table, x), constantOf(table, y)];
  if (a === null || b === null) return table.compare(expr.of, expr.relation, x, y);
  const holds = { eq: a === b, ne: a !== b, lt: a < b, le: a <= b, gt: a > b, ge: a >= b }[expr.relation];
  return table.constant("bool", holds ? 1 : 0);
}
