import { graphBuilder } from "../ir/builder.js";
import type { Graph, Mask } from "../ir/types.js";
import { dce } from "./dce.js";
import { orZeros } from "./emit.js";
import type { Linearize } from "./linearize.js";
import { linearize } from "./linearize.js";
import { maskKey, maskOf, nth, omit, positions, spread } from "./lists.js";
import { graphMemo } from "./memo.js";
import type { Transpose } from "./rules/rule.js";
import { transpose } from "./transpose.js";

/** What `vjp` returns. */
export interface Vjp {
  /**
   * inputs: those of the function, then the cotangents of the outputs in `cotangentOf`; outputs: those of the function, then the
   * cotangents of the inputs in `gradientOf`.
   */
  readonly graph: Graph;
  /** Numbers of the outputs that take a cotangent: the floats that depend on an active input. */
  readonly cotangentOf: readonly number[];
  /** Numbers of the inputs that get one: the active ones that are floats. */
  readonly gradientOf: readonly number[];
}

/** The transform `vjp`, over some `linearize` and `transpose`. */
export type VjpTransform = (graph: Graph, active: Mask) => Vjp;

/** Value and reverse-mode derivative in one Graph. Real zeros come out where nothing flows. */
export const vjp: VjpTransform = makeVjp(linearize, transpose);

/** `vjp` over its parts, with a memo of its own. */
export function makeVjp(linear: Linearize, pull: Transpose): VjpTransform {
  const memo = graphMemo<Vjp>();
  return (graph, active) => memo(graph, maskKey(active), () => compose(linear, pull, graph, active));
}

function compose(linearizeIt: Linearize, pull: Transpose, graph: Graph, flags: Mask): Vjp {
  const { known, linear, residuals, active, activeOut } = linearizeIt(graph, flags);
  const isTangent = linear.inputs.map((_, i) => i >= residuals);
  const back = pull(linear, isTangent, maskOf(linear.outputs.length, true));
  const b = graphBuilder();
  const inputs = graph.inputs.map((input) => b.input(input.type));
  const seeds = linear.outputs.map((output) => b.input(output.type));
  const values = b.inline(known, inputs);
  const first = values.length - residuals;
  const cts = spread(
    b.inline(back.graph, [...values.slice(first), ...seeds]),
    omit(
      back.nonZero,
      isTangent.map((flag) => !flag),
    ),
  );
  const gradientOf = positions(active);
  const gradients = gradientOf.map((i, k) => orZeros(b, nth(cts, k), nth(graph.inputs, i).type));
  return {
    graph: dce(b.build([...values.slice(0, first), ...gradients])),
    cotangentOf: positions(activeOut),
    gradientOf,
  };
}
