import type { Builder } from "../../../ir/builder.js";
import type { Graph, Mask, Var } from "../../../ir/types.js";
import { showType } from "../../../ir/types.js";
import { InternalError } from "../../../util/errors.js";
import { orZeros, realZeros, summed } from "../../emit.js";
import { arrange } from "../../graphs.js";
import { compact, given, maskKey, maskOf, nth, omit, positions, range, sameMask, spread, union } from "../../lists.js";
import { graphMemo } from "../../memo.js";
import type { Transpose, TransposeResult, TransposeRules } from "../rule.js";
import { notLinear } from "./notLinear.js";

/** Cotangents of what has bodies. */
export const controlTranspose: TransposeRules<"call" | "cond" | "scan" | "while"> = {
  while: notLinear(),

  call: ({ b, transpose }, equation, inputs, cotangents) => {
    const { body, map } = equation.params;
    const linear = inputs.map((input) => input === null);
    const back = transpose(body, linear, given(cotangents));
    if (!back.nonZero.includes(true)) return inputs.map(() => null);
    const cts = compact(cotangents);
    const mapped = map === null ? null : [...omit(map.mapped, linear), ...cts.map(() => true)];
    const outputs = b.emit(
      "call",
      { body: back.graph, map: map === null || mapped === null ? null : { size: map.size, mapped } },
      [...compact(inputs), ...cts],
    );
    return spread(outputs, back.nonZero).map((ct, i) => {
      if (ct === null || map === null || nth(map.mapped, i)) return ct;
      return sumOverMap(b, ct);
    });
  },

  cond: ({ b, transpose }, equation, inputs, cotangents) => {
    const [predicate, ...operands] = inputs;
    if (predicate === null || predicate === undefined) throw new InternalError("cond is not linear in its predicate");
    const { branches } = equation.params;
    const linear = operands.map((operand) => operand === null);
    const seeds = given(cotangents);
    const alone = branches.map((branch) => transpose(branch, linear, seeds).nonZero);
    // A cotangent of one branch is a real zero in the other.
    const nonZero = union(nth(alone, 0), nth(alone, 1));
    if (!nonZero.includes(true)) return inputs.map(() => null);
    const back = branches.map((branch) => transpose(branch, linear, seeds, nonZero).graph) as [Graph, Graph];
    const outputs = b.emit("cond", { branches: back }, [predicate, ...compact(operands), ...compact(cotangents)]);
    return [null, ...spread(outputs, nonZero)];
  },

  scan: ({ b, transpose, take }, equation, inputs, cotangents) => {
    const { length, reverse, nConst, nCarry, body, keep } = equation.params;
    const nHead = length === null ? 1 : 0;
    const operands = inputs.slice(nHead);
    // A carry is linear even if it starts from zeros that are known.
    const linear = operands.map((operand, i) => operand === null || (i >= nConst && i < nConst + nCarry));
    const ctYs = cotangents.slice(nCarry);
    const loop = { body, nConst, nCarry, linear, givenY: given(ctYs) };
    const activeCarry = flowingCarries(transpose, loop, given(cotangents.slice(0, nCarry)));
    const back = transpose(body, linear, [...activeCarry, ...loop.givenY]);
    const constFlows = back.nonZero.slice(0, nConst);
    const xFlows = back.nonZero.slice(nConst + nCarry);
    // Where there may be no step, what leaves a carry is what came in, even if a step would overwrite it.
    const mayPass = length === null || length === 0 ? activeCarry.includes(true) : false;
    if (!mayPass && !back.nonZero.includes(true)) return inputs.map(() => null);
    const constLinear = linear.slice(0, nConst);
    const xLinear = linear.slice(nConst + nCarry);
    const consts = omit(operands.slice(0, nConst), constLinear);
    const xs = omit(operands.slice(nConst + nCarry), xLinear);

    const startCarries = positions(activeCarry).map((k) =>
      orZeros(b, nth(cotangents, k), nth(equation.outputs, k).type),
    );
    const startConsts = positions(constFlows).map((i) => {
      const at = nHead + i;
      return take(at) ?? realZeros(b, nth(equation.inputs, at).type);
    });
    const outputs = b.emit(
      "scan",
      {
        length,
        reverse: !reverse,
        nConst: consts.length,
        nCarry: startCarries.length + startConsts.length,
        yHistory: positions(xFlows).map(
          (i) => nth(equation.inputs, nHead + nConst + nCarry + i).type.kind === "history",
        ),
        body: reverseBody(transpose, loop, activeCarry, constFlows),
        keep: keep.kind === "inverse" ? { kind: "auto" } : keep,
      },
      compact([...inputs.slice(0, nHead), ...consts, ...startCarries, ...startConsts, ...xs, ...ctYs]),
    );
    const nActive = startCarries.length;
    const nAdded = startConsts.length;
    return [
      ...inputs.slice(0, nHead).map(() => null),
      ...spread(outputs.slice(nActive, nActive + nAdded), constFlows),
      ...spread(outputs.slice(0, nActive), activeCarry),
      ...spread(outputs.slice(nActive + nAdded), xFlows),
    ];
  },
};

/** What the transpose of a scan says of its body. */
interface LinearLoop {
  readonly body: Graph;
  readonly nConst: number;
  readonly nCarry: number;
  readonly linear: Mask;
  readonly givenY: Mask;
}

/** Which carries have a cotangent is a fixpoint: those that are given one, and those that one of them depends on. */
function flowingCarries(transpose: Transpose, loop: LinearLoop, start: Mask): Mask {
  const { body, nConst, nCarry, linear, givenY } = loop;
  for (let active = start; ;) {
    const back = transpose(body, linear, [...active, ...givenY]);
    const grown = union(active, back.nonZero.slice(nConst, nConst + nCarry));
    if (sameMask(grown, active)) return active;
    active = grown;
  }
}

const bodies = graphMemo<Graph>();

/**
 * Body of the reverse loop: (consts, cotangents of carries, sums for constants, xs, cotangents of ys) -> (cotangents of
 * carries, sums for constants, cotangents of xs). The sums pass through the body, so that what is large is added to in place.
 */
function reverseBody(transpose: Transpose, loop: LinearLoop, activeCarry: Mask, constFlows: Mask): Graph {
  const { body, nConst, nCarry, linear, givenY } = loop;
  const nX = body.inputs.length - nConst - nCarry;
  const back: TransposeResult = transpose(
    body,
    linear,
    [...activeCarry, ...givenY],
    [...maskOf(nConst, false), ...activeCarry, ...maskOf(nX, false)],
    [...constFlows, ...maskOf(nCarry + nX, false)],
  );
  return bodies(back.graph, `${nConst} ${nCarry} ${maskKey(constFlows)}`, () => {
    const count = (mask: Mask): number => positions(mask).length;
    const counts = [
      count(linear.slice(0, nConst).map((flag) => !flag)),
      count(linear.slice(nConst + nCarry).map((flag) => !flag)),
      count(activeCarry),
      count(givenY),
      count(constFlows),
    ];
    // Inputs of the transposed body: consts, xs, cotangents of carries, of ys, accumulators.
    const starts = counts.map((_, role) => counts.slice(0, role).reduce((total, n) => total + n, 0));
    const inputsOf = (role: number): number[] => range(nth(starts, role), nth(counts, role));
    // Outputs: sums for constants, cotangents of carries, of xs.
    const nAdded = count(constFlows);
    const nActive = count(activeCarry);
    return arrange(
      back.graph,
      [...inputsOf(0), ...inputsOf(2), ...inputsOf(4), ...inputsOf(1), ...inputsOf(3)],
      [
        ...range(nAdded, nActive),
        ...range(0, nAdded),
        ...range(nAdded + nActive, back.graph.outputs.length - nAdded - nActive),
      ],
    );
  });
}

/** What is not mapped is read by every evaluation: its cotangents are summed. */
function sumOverMap(b: Builder, ct: Var): Var {
  if (ct.type.kind !== "array") {
    throw new InternalError(`the cotangent ${showType(ct.type)} of a History that all elements of a map read`);
  }
  return summed(b, ct, [0]);
}
