import { arrayTypeOf } from "../../ir/builder.js";
import type { Equation, Var, ViewIndex } from "../../ir/types.js";
import type { DType } from "../../util/dtype.js";
import type { BodyScope } from "../bodyScope.js";
import type { Combine, Index, Output, Ref } from "../loopProgram.js";
import { buildNest, toIndex, type NestItem, type Wanted } from "../nestBuilder.js";
import { axisIndex, type ArrayPlace } from "../places.js";

type ReduceOp = "reduceSum" | "reduceMax" | "reduceMin";

const combines: { readonly [K in ReduceOp]: Combine } = { reduceSum: "sum", reduceMax: "max", reduceMin: "min" };

/** How a reduction is run: in registers over trailing axes, if its operand's innermost axis is reduced; else added up in memory, row by row. */
export interface ReductionNest {
  readonly extents: readonly number[];
  readonly operand: Wanted;
  /** Nest axes that remain, in the order of the output's axes. */
  readonly kept: readonly number[];
  readonly inRegisters: boolean;
}

/** The nest of a reduction; reduced axes keep their order, so the order of summation is the op's. */
export function reductionNest(equation: Equation<ReduceOp>): ReductionNest {
  const [operand] = equation.inputs as [Var];
  const { shape } = arrayTypeOf(operand);
  const { axes } = equation.params;
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const inner = shape.length - 1;
  const inRegisters = axes.includes(inner);
  const order = inRegisters ? [...kept, ...axes] : [...kept.slice(0, -1), ...axes, ...kept.slice(-1)];
  const position = new Map(order.map((axis, k) => [axis, k]));
  const map = shape.map((_, axis): ViewIndex => ({ axis: position.get(axis) ?? 0, stride: 1, offset: 0 }));
  return {
    extents: order.map((axis) => shape[axis] as number),
    operand: { variable: operand, map },
    kept: kept.map((axis) => position.get(axis) ?? 0),
    inRegisters,
  };
}

/** Lowers reduceSum, reduceMax and reduceMin. */
export function lowerReduce(scope: BodyScope, equation: Equation<ReduceOp>): void {
  const [operand] = equation.inputs as [Var];
  const [output] = equation.outputs as [Var];
  const { dtype } = arrayTypeOf(operand);
  const combine = combines[equation.op];
  const { axes } = equation.params;
  const home = scope.home(output);
  const { extents, operand: wanted, kept, inRegisters } = reductionNest(equation);
  const index = [...home.prefix, ...kept.map(axisIndex)];
  const isEmpty = axes.some((axis) => arrayTypeOf(operand).shape[axis] === 0);
  if (axes.length === 0) {
    scope.copy([{ variable: operand, to: home }]);
  } else if (isEmpty || !inRegisters) {
    fill(scope, home, arrayTypeOf(output).shape, dtype, identityOf(combine, dtype));
    if (!isEmpty) nest(({ value }) => ({ mode: "accumulate", combine, buffer: home.buffer, index, value }));
  } else {
    nest(({ value }) => ({ mode: "reduce", combine, axes: axes.length, lanes: 8, buffer: home.buffer, index, value }));
  }

  function nest(output: (values: { value: Ref }) => Output): void {
    const item: NestItem = { wanted: [wanted], output: ([value]) => output({ value: value as Ref }) };
    scope.emit(buildNest(scope, extents, [item]));
  }
}

/** The nest of a prefix sum: its axis innermost, run backwards by a negative stride. */
export function prefixNest(equation: Equation<"cumsum">): {
  readonly extents: readonly number[];
  readonly operand: Wanted;
  readonly index: readonly Index[];
} {
  const [operand] = equation.inputs as [Var];
  const { shape } = arrayTypeOf(operand);
  const { axis: along, reverse } = equation.params;
  const order = [...shape.map((_, axis) => axis).filter((axis) => axis !== along), along];
  const map = shape.map((extent, axis): ViewIndex => {
    const backwards = axis === along && reverse;
    return { axis: order.indexOf(axis), stride: backwards ? -1 : 1, offset: backwards ? extent - 1 : 0 };
  });
  return {
    extents: order.map((axis) => shape[axis] as number),
    operand: { variable: operand, map },
    index: map.map(toIndex),
  };
}

/** Lowers cumsum. */
export function lowerCumsum(scope: BodyScope, equation: Equation<"cumsum">): void {
  const home = scope.home(equation.outputs[0] as Var);
  const { extents, operand, index } = prefixNest(equation);
  const item: NestItem = {
    wanted: [operand],
    output: ([value]) => ({
      mode: "prefix",
      buffer: home.buffer,
      index: [...home.prefix, ...index],
      value: value as Ref,
    }),
  };
  scope.emit(buildNest(scope, extents, [item]));
}

/**
 * Lowers dot: columns innermost, added up in memory, so that rows of the right operand are read straight; with a
 * single column in a register. Each element is summed over k in ascending order either way.
 */
export function lowerDot(scope: BodyScope, equation: Equation<"dot">): void {
  const [left, right] = equation.inputs as [Var, Var];
  const [output] = equation.outputs as [Var];
  const { dtype, shape } = arrayTypeOf(output);
  const { batch } = equation.params;
  const terms = arrayTypeOf(left).shape[batch + 1] as number;
  const [rows, columns] = [shape[batch] as number, shape[batch + 1] as number];
  const home = scope.home(output);
  const lead = shape.slice(0, batch);
  const leading = lead.map((_, axis): ViewIndex => ({ axis, stride: 1, offset: 0 }));
  const at = (axis: number): ViewIndex => ({ axis: batch + axis, stride: 1, offset: 0 });
  const inRegister = columns === 1;
  const [k, column] = inRegister ? [2, 1] : [1, 2];
  const wanted: Wanted[] = [
    { variable: left, map: [...leading, at(0), at(k)] },
    { variable: right, map: [...leading, at(k), at(column)] },
  ];
  const index = [...home.prefix, ...[...leading, at(0), at(column)].map(toIndex)];
  if (!inRegister || terms === 0) fill(scope, home, shape, dtype, 0);
  if (terms === 0) return;
  const item: NestItem = {
    wanted,
    output: ([a, b]) => {
      const value = scope.program.exprs.binary(dtype, "mul", a as Ref, b as Ref);
      return inRegister
        ? { mode: "reduce", combine: "sum", axes: 1, lanes: 1, buffer: home.buffer, index, value }
        : { mode: "accumulate", combine: "sum", buffer: home.buffer, index, value };
    },
  };
  scope.emit(buildNest(scope, [...lead, rows, ...(inRegister ? [columns, terms] : [terms, columns])], [item]));
}

/** Fills a place with a constant. */
export function fill(
  scope: BodyScope,
  place: ArrayPlace,
  extents: readonly number[],
  dtype: DType,
  value: number,
): void {
  const index = [...place.prefix, ...extents.map((_, axis) => axisIndex(axis))];
  const item: NestItem = {
    wanted: [],
    output: () => ({ mode: "store", buffer: place.buffer, index, value: scope.program.exprs.constant(dtype, value) }),
  };
  scope.emit(buildNest(scope, extents, [item]));
}

function identityOf(combine: Combine, dtype: DType): number {
  if (combine === "sum") return 0;
  const least = combine === "max";
  switch (dtype) {
    case "int32":
      return least ? -0x80000000 : 0x7fffffff;
    case "uint32":
      return least ? 0 : 0xffffffff;
    default:
      return least ? -Infinity : Infinity;
  }
}
