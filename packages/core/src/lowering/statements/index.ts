import type { Equation, OpName } from "../../ir/types.js";
import { InternalError } from "../../util/errors.js";
import type { BodyScope } from "../bodyScope.js";
import type { Wanted } from "../nestBuilder.js";
import { classOf } from "../opClass.js";
import { lowerCond, lowerMap } from "./branches.js";
import { lowerCheck, lowerDebugPrint, lowerHistoryAdd } from "./histories.js";
import { lowerScan, lowerWhile } from "./loops.js";
import { lowerCumsum, lowerDot, lowerReduce, prefixNest, reductionNest } from "./reductions.js";
import type { Scatter } from "../schedule.js";
import { lowerDynamicUpdate, lowerPad, scatterNest } from "./updates.js";

/** Emits the statements of an op that is no expression. */
export function lowerStatement(scope: BodyScope, equation: Equation): void {
  const lower = statements[equation.op as keyof typeof statements] as Lower | undefined;
  if (lower === undefined) throw new InternalError(`${equation.op} has no lowering of its own`);
  lower(scope, equation as never);
}

/** The operands that a statement computes within its nest, and that nest's extents: such a nest must be one cell. */
export function inlinedOperands(
  equation: Equation,
): readonly { readonly extents: readonly number[]; readonly wanted: Wanted }[] {
  switch (equation.op) {
    case "reduceSum":
    case "reduceMax":
    case "reduceMin": {
      if (classOf(equation).kind !== "statement") return [];
      const { extents, operand } = reductionNest(equation as Equation<"reduceSum">);
      return [{ extents, wanted: operand }];
    }
    case "cumsum": {
      const { extents, operand } = prefixNest(equation as Equation<"cumsum">);
      return [{ extents, wanted: operand }];
    }
    case "scatterAdd":
    case "scatterSet": {
      const { extents, columns } = scatterNest(equation as Scatter);
      return columns.flat().map((wanted) => ({ extents, wanted }));
    }
    default:
      return [];
  }
}

type Lower = (scope: BodyScope, equation: Equation) => void;

const statements = {
  pad: lowerPad,
  reduceSum: lowerReduce,
  reduceMax: lowerReduce,
  reduceMin: lowerReduce,
  cumsum: lowerCumsum,
  dot: lowerDot,
  dynamicUpdate: lowerDynamicUpdate,
  historyAdd: lowerHistoryAdd,
  check: lowerCheck,
  debugPrint: lowerDebugPrint,
  call: lowerMap,
  cond: lowerCond,
  scan: lowerScan,
  while: lowerWhile,
} satisfies { readonly [K in OpName]?: (scope: BodyScope, equation: Equation<K>) => void };
