import { graphBuilder } from "../ir/builder.js";
import type { Graph, Mask, Var } from "../ir/types.js";
import { dependence } from "./dependence.js";
import { maskKey, maskOf, omit, pick } from "./lists.js";
import { graphMemo } from "./memo.js";
import { partialEval } from "./partialEval.js";
import type { VectorizeResult } from "./rules/rule.js";
import { batchedCopy, batchedType } from "./rules/vectorize/batch.js";

/** Elements that the loops of one evaluation compute, from which on evaluating one after another pays: its own cost is some 100 ns. */
const worthMapping = 4096;
/** Largest part of the loops' work that is the same for all elements, and would be done again for each. */
const mostShared = 0.1;

const memo = graphMemo<VectorizeResult | null>();

/**
 * As `vectorize`, but with the batch axis outside of the loops: a `call` with a map evaluates one element after another, so that
 * the state of one element's run stays in the cache, or in registers. What is the same for all elements is computed once, before.
 * Null where the Graph has no loop that is worth it, or one that does much which is the same for all elements.
 */
export function batchOutside(graph: Graph, batched: Mask, size: number, wanted: Mask): VectorizeResult | null {
  return memo(graph, `${size} ${maskKey(batched)} ${maskKey(wanted)}`, () => {
    if (size < 2 || graph.inputs.some(({ type }) => type.kind !== "array")) return null;
    const { known, linear, residuals, unknownOut } = partialEval(graph, batched);
    const mapped = [...maskOf(residuals, false), ...pick(batched, batched)];
    const { inLoops } = dependence(linear, mapped);
    if (inLoops.dependent < worthMapping || inLoops.independent > mostShared * inLoops.dependent) return null;

    const b = graphBuilder();
    const inputs = graph.inputs.map((input, i) =>
      b.input(batchedType(input.type, batched[i] === true ? "axis" : "none", size)),
    );
    const shared = b.inline(known, omit(inputs, batched));
    const first = shared.length - residuals;
    const operands = [...shared.slice(first), ...pick(inputs, batched)];
    const outputs = b.emit("call", { body: linear, map: { size, mapped } }, operands);
    const [fromShared, fromMap] = [[...shared.slice(0, first)], [...outputs]];
    const results = unknownOut.map((unknown, i): Var => {
      if (unknown) return fromMap.shift() as Var;
      const value = fromShared.shift() as Var;
      return wanted[i] === true ? batchedCopy(b, value, size) : value;
    });
    return { graph: b.build(results), batchedOut: unknownOut.map((unknown, i) => unknown || wanted[i] === true) };
  });
}
