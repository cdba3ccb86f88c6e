import { graphBuilder, type Builder } from "../ir/builder.js";
import { sizeOf, type Graph, type Mask, type OpName, type Params, type Var } from "../ir/types.js";
import { dependence } from "./dependence.js";
import { reshaped, shapeOf } from "./emit.js";
import { maskKey, maskOf, omit, pick } from "./lists.js";
import { graphMemo } from "./memo.js";
import { partialEval } from "./partialEval.js";
import type { VectorizeResult } from "./rules/rule.js";
import { batchedCopy, batchedType } from "./rules/vectorize/batch.js";
import { vectorize } from "./vectorize.js";

/** Elements that the loops of one evaluation compute, from which on evaluating one after another pays: its own cost is some 100 ns. */
const worthMapping = 4096;
/** Largest part of the loops' work that is the same for all elements, and would be done again for each. */
const mostShared = 0.1;

const memo = graphMemo<VectorizeResult | null>();

/**
 * As `vectorize`, but with the batch axis outside of the loops: a `call` with a map evaluates one element after another, so that
 * the state of one element's run stays in the cache, or in registers. What is the same for all elements is computed once, before.
 * Null where the Graph has no loop that is worth it, or one that does much which is the same for all elements, unless `always`.
 */
export function batchOutside(
  graph: Graph,
  batched: Mask,
  size: number,
  wanted: Mask,
  always = false,
): VectorizeResult | null {
  return memo(graph, `${size} ${maskKey(batched)} ${maskKey(wanted)} ${always}`, () => {
    if (size < 2 || graph.inputs.some(({ type }) => type.kind !== "array")) return null;
    const { known, linear, residuals, unknownOut } = partialEval(graph, batched);
    const mapped = [...maskOf(residuals, false), ...pick(batched, batched)];
    if (!always && !isWorthMapping(linear, mapped)) return null;

    const b = graphBuilder();
    const inputs = graph.inputs.map((input, i) =>
      b.input(batchedType(input.type, batched[i] === true ? "axis" : "none", size)),
    );
    const shared = b.inline(known, omit(inputs, batched));
    const first = shared.length - residuals;
    const operands = [...shared.slice(first), ...pick(inputs, batched)];
    const outputs =
      isForLanes(linear) && size >= fewestPairs
        ? inPairs()
        : b.emit("call", { body: linear, map: { size, mapped } }, operands);
    const [fromShared, fromMap] = [[...shared.slice(0, first)], [...outputs]];
    const results = unknownOut.map((unknown, i): Var => {
      if (unknown) return fromMap.shift() as Var;
      const value = fromShared.shift() as Var;
      return wanted[i] === true ? batchedCopy(b, value, size) : value;
    });
    return { graph: b.build(results), batchedOut: unknownOut.map((unknown, i) => unknown || wanted[i] === true) };

    /** Two elements at a time: their scalars are lanes. One may be left over. */
    function inPairs(): readonly Var[] {
      const pairs = Math.floor(size / 2);
      const two = vectorize(linear, mapped, 2, maskOf(linear.outputs.length, true)).graph;
      const even = operands.map((operand, i) =>
        mapped[i] === true
          ? reshaped(b, part(b, operand, 0, 2 * pairs), [pairs, 2, ...shapeOf(operand).slice(1)])
          : operand,
      );
      const done = b
        .emit("call", { body: two, map: { size: pairs, mapped } }, even)
        .map((output) => reshaped(b, output, [2 * pairs, ...shapeOf(output).slice(2)]));
      if (2 * pairs === size) return done;
      const rest = operands.map((operand, i) => (mapped[i] === true ? part(b, operand, size - 1, size) : operand));
      const last = b.emit("call", { body: linear, map: { size: 1, mapped } }, rest);
      return done.map((output, i) => b.one("concatenate", { axis: 0 }, [output, last[i] as Var]));
    }
  });
}

/** Whether a body is better evaluated for one element after another than for all at once. */
export function isWorthMapping(body: Graph, mapped: Mask): boolean {
  const { inLoops } = dependence(body, mapped);
  return inLoops.dependent >= worthMapping && inLoops.independent <= mostShared * inLoops.dependent;
}

/** Elements from which on one that is left over does not count. */
const fewestPairs = 8;
/** Largest array that becomes scalars. */
const largestTiny = 8;
/** Ops whose steps may differ between the elements of a pair, or that read at computed places. */
const notForLanes: ReadonlySet<OpName> = new Set<OpName>([
  "while",
  "cond",
  "gather",
  "scatterAdd",
  "scatterSet",
  "dynamicSlice",
  "dynamicUpdate",
]);

/** Whether the loops of a body are over float64 scalars and tiny arrays alone. */
function isForLanes(graph: Graph, inLoop = false): boolean {
  return graph.equations.every(({ op, params, outputs }): boolean => {
    if (op === "scan") return isForLanes((params as Params["scan"]).body, true);
    if (op === "call") return isForLanes((params as Params["call"]).body, inLoop);
    if (!inLoop) return true;
    const isTiny = outputs.every(
      ({ type }) => type.kind === "array" && type.dtype !== "float32" && sizeOf(type.shape) <= largestTiny,
    );
    return isTiny && !notForLanes.has(op);
  });
}

/** Rows from `start` to before `limit`. */
function part(b: Builder, x: Var, start: number, limit: number): Var {
  const shape = shapeOf(x);
  if (start === 0 && limit === shape[0]) return x;
  return b.one(
    "slice",
    { start: [start, ...shape.slice(1).map(() => 0)], limit: [limit, ...shape.slice(1)], stride: shape.map(() => 1) },
    [x],
  );
}
