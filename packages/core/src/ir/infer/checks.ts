import { isFloat, isInteger } from "../../util/dtype.js";
import type { DType } from "../../util/dtype.js";
import { DTypeError, InternalError, ShapeError } from "../../util/errors.js";
import { sameShape, sameType, showType } from "../types.js";
import type { ArrayType, OpName, Params, Type } from "../types.js";

/** Types of the outputs of one op, from its parameters and the types of its inputs. */
export type InferRule<K extends OpName> = (params: Params[K], inputs: readonly Type[]) => readonly Type[];

/** Inference rules for some ops. */
export type InferRules<K extends OpName> = { readonly [P in K]: InferRule<P> };

/** The operand at `position`, called `role`, which must be an array. */
export function arrayAt(op: OpName, inputs: readonly Type[], position: number, role: string): ArrayType {
  const type = inputs[position];
  if (type === undefined) throw new InternalError(`${op} lacks its operand '${role}'`);
  if (type.kind !== "array") {
    throw new ShapeError({
      what: `${op}: ${role} must be an array.`,
      got: `${role} ${showType(type)}`,
      expected: "an array",
      data: { op, role, got: type },
    });
  }
  return type;
}

/** Throws unless there are exactly `count` operands. */
export function checkCount(op: OpName, inputs: readonly Type[], count: number): void {
  if (inputs.length !== count) throw new InternalError(`${op} has ${inputs.length} operands, not ${count}`);
}

/** Throws a DTypeError unless `allowed` holds for the operand's dtype. */
export function checkDtype(
  op: OpName,
  role: string,
  type: ArrayType,
  allowed: (dtype: DType) => boolean,
  expected: string,
): void {
  if (allowed(type.dtype)) return;
  throw new DTypeError({
    what: `${op}: ${role} has a dtype that the operation does not take.`,
    got: `${role} ${showType(type)}`,
    expected,
    fix: "convert the operand first.",
    data: { op, role, got: type },
  });
}

/** Throws unless both operands have one dtype. */
export function checkSameDtype(op: OpName, roleA: string, a: ArrayType, roleB: string, b: ArrayType): void {
  if (a.dtype === b.dtype) return;
  throw new DTypeError({
    what: `${op}: ${roleA} and ${roleB} differ in dtype.`,
    got: `${roleA} ${showType(a)} and ${roleB} ${showType(b)}`,
    expected: "equal dtypes",
    fix: "convert one of the operands.",
    data: { op, [roleA]: a, [roleB]: b },
  });
}

/** Throws unless both operands have one shape. */
export function checkSameShape(op: OpName, roleA: string, a: ArrayType, roleB: string, b: ArrayType): void {
  if (sameShape(a.shape, b.shape)) return;
  throw new ShapeError({
    what: `${op}: ${roleA} and ${roleB} differ in shape.`,
    got: `${roleA} ${showType(a)} and ${roleB} ${showType(b)}`,
    expected: "equal shapes",
    data: { op, [roleA]: a, [roleB]: b },
  });
}

/** Throws a ShapeError about a parameter or an operand unless the condition holds. */
export function checkShape(
  condition: boolean,
  op: OpName,
  what: string,
  got: string,
  expected: string,
): asserts condition {
  if (!condition) throw new ShapeError({ what: `${op}: ${what}.`, got, expected, data: { op } });
}

/** Throws unless `got` equals `expected`; `role` says whose types they are. */
export function checkSameType(op: OpName, role: string, got: Type, expected: Type): void {
  if (sameType(got, expected)) return;
  const parts = {
    what: `${op}: ${role} has another type than required.`,
    got: showType(got),
    expected: showType(expected),
    data: { op, role, got, expected },
  };
  if (got.kind === "array" && expected.kind === "array" && sameShape(got.shape, expected.shape)) {
    throw new DTypeError(parts);
  }
  throw new ShapeError(parts);
}

/** Throws unless every extent is a non-negative integer. */
export function checkExtents(op: OpName, shape: readonly number[]): void {
  checkShape(
    shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0),
    op,
    "an extent of the shape is no non-negative integer",
    `[${shape.join(",")}]`,
    "non-negative integers",
  );
}

/** Throws unless `axis` is one of `rank` axes. */
export function checkAxis(op: OpName, axis: number, type: ArrayType): void {
  checkShape(
    Number.isInteger(axis) && axis >= 0 && axis < type.shape.length,
    op,
    "the axis is outside of the operand",
    `axis ${axis} of ${showType(type)}`,
    type.shape.length === 0 ? "an operand with at least one axis" : `an axis from 0 to ${type.shape.length - 1}`,
  );
}

/** Throws unless `axes` are ascending axes of the operand. */
export function checkAscendingAxes(op: OpName, axes: readonly number[], type: ArrayType): void {
  for (const axis of axes) checkAxis(op, axis, type);
  checkShape(
    axes.every((axis, i) => i === 0 || axis > (axes[i - 1] as number)),
    op,
    "the axes are not ascending",
    `axes [${axes.join(",")}]`,
    "ascending axes without repetition",
  );
}

/** Throws unless a list of parameters has one entry for each axis. */
export function checkPerAxis(op: OpName, name: string, list: readonly number[], rank: number): void {
  checkShape(
    list.length === rank,
    op,
    `'${name}' does not have one entry for each axis`,
    `${list.length} entries for ${rank} axes`,
    `${rank} entries`,
  );
}

/** Throws unless an element of the dtype can hold `value` (floats hold every number, rounded). */
export function checkRepresentable(op: OpName, dtype: DType, value: number): void {
  const fits =
    isFloat(dtype) ||
    (dtype === "bool" && (value === 0 || value === 1)) ||
    (dtype === "int32" && (value | 0) === value) ||
    (dtype === "uint32" && value >>> 0 === value);
  if (fits) return;
  throw new DTypeError({
    what: `${op}: ${dtype} cannot hold the value.`,
    got: String(value),
    expected: isInteger(dtype) ? `an integer in the range of ${dtype}` : "0 or 1",
    data: { op, dtype, value },
  });
}

/** Whether the dtype is a number's, not bool. */
export function isNumeric(dtype: DType): boolean {
  return dtype !== "bool";
}
