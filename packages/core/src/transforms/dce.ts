import { makeEquation } from "../ir/builder.js";
import type { Equation, Graph, Keep, Mask, Var } from "../ir/types.js";
import { at, filterBy, hasEffect, isOp, makeGraph, mapKeep, sameItems, withEquations } from "./bodies.js";
import type { Pass } from "./pass.js";

/**
 * Removes what no output needs: equations, carries that only feed themselves, constants, xs, ys and records of loops, operands
 * and outputs of `cond` and `call`. A `check` or a `debugPrint`, and what contains one, stays. Inputs of the Graph stay.
 *
 * @param keepOutputs - Outputs whose flag is not set are dropped from the Graph.
 */
export function dce(graph: Graph, keepOutputs?: Mask): Graph {
  const key = keepOutputs === undefined ? allOf(graph.outputs.length) : keyOf(keepOutputs);
  let known = memo.get(graph);
  if (known === undefined) memo.set(graph, (known = new Map()));
  let result = known.get(key);
  if (result === undefined) {
    result = eliminate(graph, keepOutputs === undefined ? graph.outputs : filterBy(graph.outputs, keepOutputs));
    known.set(key, result);
    if (result !== graph) memo.set(result, new Map([[allOf(result.outputs.length), result]]));
  }
  return result;
}

/** Which inputs of a Graph an equation or an output reads. */
export function usedInputs(graph: Graph): Mask {
  let mask = usedMemo.get(graph);
  if (mask === undefined) {
    const read = new Set<Var>(graph.outputs);
    for (const equation of graph.equations) for (const input of equation.inputs) read.add(input);
    mask = graph.inputs.map((input) => read.has(input));
    usedMemo.set(graph, mask);
  }
  return mask;
}

/** The Graph without the inputs whose flag is not set; nothing may read them. Equal requests give the same Graph. */
export function dropInputs(graph: Graph, keepInputs: Mask): Graph {
  if (keepInputs.every((keep) => keep)) return graph;
  const key = keyOf(keepInputs);
  let known = dropMemo.get(graph);
  if (known === undefined) dropMemo.set(graph, (known = new Map()));
  let result = known.get(key);
  if (result === undefined) {
    result = makeGraph(filterBy(graph.inputs, keepInputs), graph.equations, graph.outputs);
    known.set(key, result);
  }
  return result;
}

/** The pass of `dce`. */
export const dcePass: Pass = {
  name: "dce",
  description: "removes what no output needs",
  run: (graph) => dce(graph),
};

const memo = new WeakMap<Graph, Map<string, Graph>>();
const usedMemo = new WeakMap<Graph, Mask>();
const dropMemo = new WeakMap<Graph, Map<string, Graph>>();

function keyOf(mask: Mask): string {
  return mask.map((flag) => (flag ? "1" : "0")).join("");
}

function allOf(count: number): string {
  return "1".repeat(count);
}

function eliminate(graph: Graph, outputs: readonly Var[]): Graph {
  const live = new Set<Var>(outputs);
  const kept: Equation[] = [];
  for (let i = graph.equations.length - 1; i >= 0; i--) {
    const equation = at(graph.equations, i);
    const used = equation.outputs.map((output) => live.has(output));
    if (!used.some((flag) => flag) && !hasEffect(equation)) continue;
    const shrunk = shrink(equation, used);
    for (const input of shrunk.inputs) live.add(input);
    kept.push(shrunk);
  }
  return withEquations(graph, kept.reverse(), outputs);
}

/** The equation with the outputs that are used, and what they need. */
function shrink(equation: Equation, used: Mask): Equation {
  if (isOp(equation, "scan")) return shrinkScan(equation, used);
  if (isOp(equation, "while")) return shrinkWhile(equation, used);
  if (isOp(equation, "cond")) return shrinkCond(equation, used);
  if (isOp(equation, "call")) return shrinkCall(equation, used);
  if (isOp(equation, "customCall")) return shrinkCustomCall(equation, used);
  return equation;
}

function shrinkScan(scan: Equation<"scan">, used: Mask): Equation {
  const { length, nConst, nCarry, body, keep, yHistory } = scan.params;
  const first = length === null ? 1 : 0;
  const usedYs = used.slice(nCarry);
  const { live, bodyInputs, next } = liveCarries(body, keep, nConst, nCarry, used.slice(0, nCarry), usedYs);
  const inputMask = [...(length === null ? [true] : []), ...bodyInputs];
  const outputMask = [...live, ...usedYs];
  const newBody = dropInputs(next, bodyInputs);
  const newKeep = shrinkKeep(keep, live, bodyInputs);
  if (newBody === body && newKeep === keep) return scan;
  return makeEquation(
    "scan",
    {
      ...scan.params,
      nConst: count(bodyInputs.slice(0, nConst)),
      nCarry: count(live),
      yHistory: filterBy(yHistory, usedYs),
      body: newBody,
      keep: newKeep,
    },
    filterBy(scan.inputs, inputMask.slice(0, first + bodyInputs.length)),
    filterBy(scan.outputs, outputMask),
  );
}

function shrinkWhile(loop: Equation<"while">, used: Mask): Equation {
  const { nCondConst, nConst, nCarry, cond, body, keep } = loop.params;
  const newCond = dce(cond);
  const condReads = usedInputs(newCond);
  const usedYs = used.slice(nCarry + 1);
  const start = used.slice(0, nCarry).map((flag, i) => flag || condReads[nCondConst + i] === true);
  const { live, bodyInputs, next } = liveCarries(body, keep, nConst, nCarry, start, usedYs);
  const condInputs = [...condReads.slice(0, nCondConst), ...live];
  const prunedCond = dropInputs(newCond, condInputs);
  const newBody = dropInputs(next, bodyInputs);
  const newKeep = shrinkKeep(keep, live, bodyInputs);
  if (prunedCond === cond && newBody === body && newKeep === keep) return loop;
  return makeEquation(
    "while",
    {
      nCondConst: count(condInputs.slice(0, nCondConst)),
      nConst: count(bodyInputs.slice(0, nConst)),
      nCarry: count(live),
      cond: prunedCond,
      body: newBody,
      keep: newKeep,
    },
    filterBy(loop.inputs, [...condInputs.slice(0, nCondConst), ...bodyInputs]),
    filterBy(loop.outputs, [...live, true, ...usedYs]),
  );
}

/** Carries that are read after the loop, or needed by a carry, a y or a check that is live: a fixpoint. */
function liveCarries(
  body: Graph,
  keep: Keep,
  nConst: number,
  nCarry: number,
  start: Mask,
  usedYs: Mask,
): { readonly live: Mask; readonly bodyInputs: Mask; readonly next: Graph } {
  let live = start;
  for (;;) {
    const next = dce(body, [...live, ...usedYs]);
    const reads = usedInputs(next);
    const undone = keep.kind === "inverse" ? usedInputs(dce(keep.body, live)) : [];
    const needed = reads.map((flag, i) => flag || undone[i] === true);
    const grown = live.map((flag, i) => flag || needed[nConst + i] === true);
    if (sameItems(grown, live)) {
      const bodyInputs = needed.map((flag, i) =>
        i >= nConst && i < nConst + nCarry ? live[i - nConst] === true : flag,
      );
      return { live, bodyInputs, next };
    }
    live = grown;
  }
}

function shrinkKeep(keep: Keep, live: Mask, bodyInputs: Mask): Keep {
  return mapKeep(keep, (body) => dropInputs(dce(body, live), bodyInputs));
}

function shrinkCond(cond: Equation<"cond">, used: Mask): Equation {
  const [first, second] = cond.params.branches;
  const a = dce(first, used);
  const b = dce(second, used);
  const readByB = usedInputs(b);
  const operands = usedInputs(a).map((flag, i) => flag || readByB[i] === true);
  const branches = [dropInputs(a, operands), dropInputs(b, operands)] as const;
  if (branches[0] === first && branches[1] === second) return cond;
  return makeEquation("cond", { branches }, filterBy(cond.inputs, [true, ...operands]), filterBy(cond.outputs, used));
}

function shrinkCall(call: Equation<"call">, used: Mask): Equation {
  const { body, map } = call.params;
  const next = dce(body, used);
  const operands = usedInputs(next);
  const newBody = dropInputs(next, operands);
  if (newBody === body) return call;
  const newMap = map === null ? null : { size: map.size, mapped: filterBy(map.mapped, operands) };
  return makeEquation(
    "call",
    { body: newBody, map: newMap },
    filterBy(call.inputs, operands),
    filterBy(call.outputs, used),
  );
}

/** Rules of users take all operands and give all outputs; what is only computed again is cut as a call is. */
function shrinkCustomCall(call: Equation<"customCall">, used: Mask): Equation {
  const { body, derivative } = call.params;
  if (derivative.kind !== "recompute") return call;
  const next = dce(body, used);
  const operands = usedInputs(next);
  const newBody = dropInputs(next, operands);
  if (newBody === body) return call;
  const params = { body: newBody, derivative };
  return makeEquation("customCall", params, filterBy(call.inputs, operands), filterBy(call.outputs, used));
}

function count(mask: Mask): number {
  return mask.reduce((sum, flag) => sum + (flag ? 1 : 0), 0);
}
