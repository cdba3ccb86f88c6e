import { graphBuilder } from "../ir/builder.js";
import { arrayType, type ArrayType, type Graph, type Mask, type Params, type Var } from "../ir/types.js";
import { isOp } from "./bodies.js";
import { linearize, type Linearized } from "./linearize.js";
import { maskKey } from "./lists.js";
import { graphMemo } from "./memo.js";
import { simplify } from "./simplify.js";

const memo = graphMemo<Linearized | null>();

/**
 * As `linearize`, but with residuals that are arrays, so that they can leave the program: a History becomes an array with a row for
 * each step. Null where that number of steps is only known at run time.
 */
export function linearizeToArrays(graph: Graph, active: Mask): Linearized | null {
  return memo(graph, maskKey(active), () => convert(linearize(graph, active)));
}

function convert(split: Linearized): Linearized | null {
  // Calls that Histories cross are written out, so that each has a loop that makes it.
  const known = simplify(split.known);
  const first = known.outputs.length - split.residuals;
  const lengths = known.outputs.map((output) => (output.type.kind === "array" ? 0 : lengthOf(known, output)));
  if (lengths.includes(null)) return null;

  const k = graphBuilder();
  const made = k.inline(
    known,
    known.inputs.map(({ type }) => k.input(type)),
  );
  const arrays = made.map((output, i) =>
    output.type.kind === "history"
      ? k.one("scan", copying(output.type.of, lengths[i] as number, false), [output])
      : output,
  );

  const l = graphBuilder();
  const inputs = split.linear.inputs.map(({ type }, i) => {
    if (i >= split.residuals || type.kind !== "history") return l.input(type);
    const length = lengths[first + i] as number;
    const rows = l.input(arrayType(type.of.dtype, [length, ...type.of.shape]));
    return l.one("scan", copying(type.of, length, true), [rows]);
  });
  return { ...split, known: k.build(arrays), linear: l.build(l.inline(split.linear, inputs)) };
}

/** Steps of the scan that makes a History; null where it is none of static length. */
function lengthOf(graph: Graph, history: Var): number | null {
  const maker = graph.equations.find(({ outputs }) => outputs.includes(history));
  return maker !== undefined && isOp(maker, "scan") && history.type.kind === "history" ? maker.params.length : null;
}

/** A scan whose step returns its x. */
function copying(entry: ArrayType, length: number, yHistory: boolean): Params["scan"] {
  const b = graphBuilder();
  const body = b.build([b.input(entry)]);
  const keep = { kind: "all" } as const;
  return { length, reverse: false, nConst: 0, nCarry: 0, yHistory: [yHistory], body, keep };
}
