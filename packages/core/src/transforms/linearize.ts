import type { Graph, Mask } from "../ir/types.js";
import { arrange, isDifferentiable } from "./graphs.js";
import { jvp } from "./jvp.js";
import { maskKey, maskOf, positions, range } from "./lists.js";
import { graphMemo } from "./memo.js";
import { partialEval } from "./partialEval.js";
import type { Jvp } from "./rules/rule.js";

/** What `linearize` returns. */
export interface Linearized {
  /** inputs: those of the Graph; outputs: its outputs, then the residuals. */
  readonly known: Graph;
  /** inputs: the residuals, then the tangents of the active inputs; outputs: the tangents of the active outputs. */
  readonly linear: Graph;
  readonly residuals: number;
  /** Active inputs that are floats: those which have tangents. */
  readonly active: Mask;
  /** Outputs that depend on an active input, and so have tangents. */
  readonly activeOut: Mask;
}

/** The transform `linearize`, over some `jvp`. */
export type Linearize = (graph: Graph, active: Mask) => Linearized;

/**
 * The derivative at a point as a Graph of its own, linear in the tangents. `known` computes the function and what the
 * derivative needs of it; `linear` runs as often as there are directions, or is transposed.
 */
export const linearize: Linearize = makeLinearize(jvp);

/** `linearize` over a `jvp`, with a memo of its own. */
export function makeLinearize(push: Jvp): Linearize {
  const memo = graphMemo<Linearized>();
  return (graph, flags) => {
    const active = graph.inputs.map((input, i) => flags[i] === true && isDifferentiable(input.type));
    return memo(graph, maskKey(active), () => split(push, graph, active));
  };
}

function split(push: Jvp, graph: Graph, active: Mask): Linearized {
  const dual = push(graph, active, "linearize");
  const nIn = graph.inputs.length;
  const nOut = graph.outputs.length;
  const nTangents = positions(active).length;
  const unknown = [...maskOf(nIn, false), ...maskOf(nTangents, true)];
  const { known, linear, residuals, unknownOut } = partialEval(dual.graph, unknown);
  // A tangent that depends on no tangent is zero: that output is not active.
  const flows = unknownOut.slice(nOut);
  const first = known.outputs.length - residuals;
  let next = 0;
  return {
    known: arrange(known, range(0, nIn), [...range(0, nOut), ...range(first, residuals)]),
    linear,
    residuals,
    active,
    activeOut: dual.activeOut.map((flag) => flag && flows[next++] === true),
  };
}
