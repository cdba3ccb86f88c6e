import type { Equation, Graph, Mask, OpName, Var } from "../ir/types.js";
import { makeGraph } from "./bodies.js";
import { dce } from "./dce.js";
import { maskKey, omit, pick } from "./lists.js";
import { graphMemo } from "./memo.js";

/** What `partialEval` returns. */
export interface PartialEval {
  /** inputs: the known inputs; outputs: the known outputs, then the residuals. */
  readonly known: Graph;
  /** inputs: the residuals, then the unknown inputs; outputs: the unknown outputs. */
  readonly linear: Graph;
  /** How many residuals there are. */
  readonly residuals: number;
  /** Which outputs depend on an unknown input. */
  readonly unknownOut: Mask;
}

const memo = graphMemo<PartialEval>();

/**
 * Splits a Graph by equations into what the known inputs determine and the rest. No equation is split; so a Graph from `jvp` in
 * linearize mode, with unknown tangents, falls into its primal computation and one that is linear in the tangents.
 *
 * Residuals are what the rest reads of the known part. They are few: literals and copies by shape are made again from their
 * source, and a known input that is needed is its own residual (the same variable stands in inputs and outputs of `known`).
 */
export function partialEval(graph: Graph, unknown: Mask): PartialEval {
  return memo(graph, maskKey(unknown), () => split(graph, unknown));
}

function split(graph: Graph, unknown: Mask): PartialEval {
  const isUnknown = new Set<Var>(pick(graph.inputs, unknown));
  const producers = new Map<Var, Equation>();
  const known: Equation[] = [];
  const rest: Equation[] = [];
  for (const equation of graph.equations) {
    if (equation.inputs.some((input) => isUnknown.has(input))) {
      rest.push(equation);
      for (const output of equation.outputs) isUnknown.add(output);
    } else {
      known.push(equation);
      for (const output of equation.outputs) producers.set(output, equation);
    }
  }
  const unknownOut = graph.outputs.map((output) => isUnknown.has(output));
  const restOutputs = pick(graph.outputs, unknownOut);
  const live = dce(makeGraph(graph.inputs, rest, restOutputs)).equations;

  const again = new Set<Equation>();
  const residuals = new Set<Var>();
  const need = (variable: Var): void => {
    if (isUnknown.has(variable) || residuals.has(variable)) return;
    const producer = producers.get(variable);
    if (producer === undefined || !isCheap(producer, (input) => !producers.has(input))) {
      residuals.add(variable);
    } else {
      again.add(producer);
      producer.inputs.forEach(need);
    }
  };
  for (const equation of live) equation.inputs.forEach(need);

  const residualList = [...residuals];
  return {
    known: dce(makeGraph(omit(graph.inputs, unknown), known, [...omit(graph.outputs, unknownOut), ...residualList])),
    linear: makeGraph(
      [...residualList, ...pick(graph.inputs, unknown)],
      [...known.filter((equation) => again.has(equation)), ...live],
      restOutputs,
    ),
    residuals: residualList.length,
    unknownOut,
  };
}

/** Whether an equation is made again rather than stored: its source is no larger, or is at hand as an input. */
function isCheap(equation: Equation, isInput: (variable: Var) => boolean): boolean {
  if (always.has(equation.op)) return true;
  return copies.has(equation.op) && equation.inputs.every(isInput);
}

const always = new Set<OpName>(["literal", "iota", "broadcast", "reshape", "transpose", "reverse"]);
const copies = new Set<OpName>(["view", "slice", "pad", "concatenate"]);
