import type { Output } from "../../lowering/loopProgram.js";
import { invariant, present } from "../../util/invariant.js";
import { bufferOf } from "../structure.js";
import { extentOf } from "./cellPlan.js";
import type { Copy } from "./cellPlan.js";
import { emitCombine, neutral } from "./scalarOps.js";
import { pushConstant, stackType } from "./target.js";
import type { CellContext } from "./emitValues.js";
import { lanesOf, splatConstant } from "./vectorOps.js";

/** Running sums (or extremes) of one output in locals. */
export interface Accumulators {
  /** Adds the value that `push` pushes: a vector or a scalar, as the copy is. */
  add(copy: Copy, push: () => void): void;
  /** Pushes the combined result. */
  pushResult(): void;
  release(): void;
}

/** Pairs of lanes in the order they are combined: ((0+4) + (2+6)) + ((1+5) + (3+7)). */
type Tree = number | readonly [Tree, Tree];
const tree: Tree = [
  [
    [0, 4],
    [2, 6],
  ],
  [
    [1, 5],
    [3, 7],
  ],
];

/**
 * Accumulators of a `reduce` or `prefix` output, set to where it starts from. In vector code lanes 0-7 are kept in whole vectors, counted from
 * the start of the box; which of the eight accumulators that is shows at the end. Accumulators that no element reaches are left out:
 * they would add +0 to a sum that is not -0, or an extreme's neutral value.
 */
export function accumulators(context: CellContext, output: Output): Accumulators {
  invariant(output.mode === "reduce" || output.mode === "prefix", "accumulators are for reductions");
  const { fn } = context.scope;
  const { dtype } = bufferOf(context.program, output.buffer);
  const combine = output.mode === "reduce" ? output.combine : "sum";
  const inner = context.facts.rank - 1;
  const extent = extentOf(context.cell, inner);
  const low = context.cell.box[inner]?.[0] ?? 0;
  const { vector } = context;
  const width = vector === null ? 1 : lanesOf(vector);
  // Vector code takes extremes in lanes whatever the output asks for: their order does not matter.
  const lanes = output.mode === "reduce" && (output.lanes === 8 || vector !== null) ? 8 : 1;
  const type = vector === null ? stackType(dtype) : "v128";
  const shape = dtype === "float64" ? "f64x2" : "f32x4";
  const start = neutral(combine, dtype);
  const sums = Array.from({ length: Math.ceil(Math.min(extent, lanes) / width) }, () => fn.take(type));
  for (const sum of sums) {
    if (vector === null) pushConstant(fn, dtype, start);
    else splatConstant(fn, vector, start);
    fn.set(sum);
  }

  const pushLane = (lane: number): void => {
    const position = (((lane - low) % lanes) + lanes) % lanes;
    fn.get(present(sums[Math.floor(position / width)], "accumulator"));
    if (vector !== null) fn.lane(`${shape}.extract_lane`, position % width);
  };
  const reached = (node: Tree): boolean =>
    typeof node === "number" ? (((node - low) % lanes) + lanes) % lanes < extent : reached(node[0]) || reached(node[1]);
  const pushTree = (node: Tree): void => {
    if (typeof node === "number") pushLane(node);
    else if (!reached(node[0])) pushTree(node[1]);
    else if (!reached(node[1])) pushTree(node[0]);
    else emitCombine(fn, combine, dtype, (i) => pushTree(present(node[i], "branch")));
  };

  return {
    add(copy, push) {
      const position = copy.position % lanes;
      const sum = present(sums[Math.floor(position / width)], "accumulator");
      if (vector === null) {
        emitCombine(fn, combine, dtype, (i) => (i === 0 ? fn.get(sum) : push()));
      } else if (copy.lanes > 1) {
        fn.get(sum);
        push();
        fn.op(`${shape}.${combine === "sum" ? "add" : combine}`);
      } else {
        fn.get(sum);
        emitCombine(fn, combine, dtype, (i) => {
          if (i === 1) push();
          else {
            fn.get(sum);
            fn.lane(`${shape}.extract_lane`, position % width);
          }
        });
        fn.lane(`${shape}.replace_lane`, position % width);
      }
      fn.set(sum);
    },
    pushResult() {
      if (extent === 0) pushConstant(fn, dtype, start);
      else if (lanes === 1) fn.get(present(sums[0], "accumulator"));
      else pushTree(tree);
    },
    release() {
      sums.forEach((sum) => fn.release(sum));
    },
  };
}
