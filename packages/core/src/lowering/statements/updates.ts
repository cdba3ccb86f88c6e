import { arrayTypeOf } from "../../ir/builder.js";
import type { Equation, Var, ViewIndex } from "../../ir/types.js";
import type { BodyScope } from "../bodyScope.js";
import type { Index, Ref } from "../loopProgram.js";
import type { Scatter } from "../schedule.js";
import { buildNest, clampIndex, identityMap, inRange, toIndex, type NestItem, type Wanted } from "../nestBuilder.js";
import { fill } from "./reductions.js";

/** The nest of a scatter: over all elements of its updates, with the indices and the updates of each column. */
export function scatterNest(equation: Scatter): {
  readonly extents: readonly number[];
  readonly columns: readonly (readonly [indices: Wanted, updates: Wanted])[];
} {
  const extents = arrayTypeOf(equation.inputs[2] as Var).shape;
  const map = identityMap(extents.length);
  const columns: [Wanted, Wanted][] = [];
  for (let k = 1; k < equation.inputs.length; k += 2) {
    const [indices, updates] = equation.inputs.slice(k) as [Var, Var];
    columns.push([
      { variable: indices, map: map.slice(0, equation.params.batch + 1) },
      { variable: updates, map },
    ]);
  }
  return { extents, columns };
}

/** Begins scatterAdd and scatterSet with a copy of the operand; the items put the updates into it, column after column at each point. */
export function scatterItems(scope: BodyScope, equation: Scatter): readonly NestItem[] {
  const [operand] = equation.inputs as [Var];
  const { batch, mode } = equation.params;
  const extent = arrayTypeOf(operand).shape[batch] as number;
  const home = scope.home(equation.outputs[0] as Var);
  const { extents, columns } = scatterNest(equation);
  scope.copy([{ variable: operand, to: home }]);
  if (extent === 0) return [];
  const map = identityMap(extents.length).map(toIndex);
  return columns.map((wanted) => ({
    wanted,
    output: ([at, value]) => {
      const clamped = mode === "inBounds" ? (at as Ref) : clampIndex(scope.program, at as Ref, extent - 1);
      const index: Index[] = [
        ...home.prefix,
        ...map.slice(0, batch),
        { axis: null, stride: 0, offset: 0, loop: null, dynamic: clamped },
        ...map.slice(batch + 1),
      ];
      return {
        mode: "scatter",
        combine: equation.op === "scatterAdd" ? "add" : "set",
        buffer: home.buffer,
        index,
        value: value as Ref,
        when: mode === "drop" ? inRange(scope.program, at as Ref, extent) : null,
      };
    },
  }));
}

/** Lowers dynamicUpdate: a copy of the operand, then the update over it. */
export function lowerDynamicUpdate(scope: BodyScope, equation: Equation<"dynamicUpdate">): void {
  const [operand, update, starts] = equation.inputs as [Var, Var, Var];
  const { batch } = equation.params;
  const { shape } = arrayTypeOf(operand);
  const home = scope.home(equation.outputs[0] as Var);
  scope.copy([{ variable: operand, to: home }]);
  const extents = arrayTypeOf(update).shape;
  const map = identityMap(extents.length);
  const startOf = (k: number): Wanted => ({
    variable: starts,
    map: [...map.slice(0, batch), { axis: null, stride: 0, offset: k } satisfies ViewIndex],
  });
  const item: NestItem = {
    wanted: [{ variable: update, map }, ...shape.slice(batch).map((_, k) => startOf(k))],
    output: ([value, ...at]) => ({
      mode: "store",
      buffer: home.buffer,
      index: [
        ...home.prefix,
        ...map.slice(0, batch).map(toIndex),
        ...at.map((start, k) => ({
          ...toIndex(map[batch + k] as ViewIndex),
          dynamic: clampIndex(scope.program, start, (shape[batch + k] as number) - (extents[batch + k] as number)),
        })),
      ],
      value: value as Ref,
    }),
  };
  scope.emit(buildNest(scope, extents, [item]));
}

/** Lowers pad: the padding everywhere, then the operand at its strided places. */
export function lowerPad(scope: BodyScope, equation: Equation<"pad">): void {
  const [operand] = equation.inputs as [Var];
  const { low, interior, value: padding } = equation.params;
  const home = scope.home(equation.outputs[0] as Var);
  const { dtype, shape } = arrayTypeOf(equation.outputs[0] as Var);
  fill(scope, home, shape, dtype, padding);
  const extents = arrayTypeOf(operand).shape;
  const map = identityMap(extents.length);
  const index = map.map((one, k) => toIndex({ ...one, stride: (interior[k] ?? 0) + 1, offset: low[k] ?? 0 }));
  const item: NestItem = {
    wanted: [{ variable: operand, map }],
    output: ([value]) => ({
      mode: "store",
      buffer: home.buffer,
      index: [...home.prefix, ...index],
      value: value as Ref,
    }),
  };
  scope.emit(buildNest(scope, extents, [item]));
}
