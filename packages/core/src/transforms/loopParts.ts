import type { Equation, Graph, Keep, Var } from "../ir/types.js";
import { isOp } from "./bodies.js";

/**
 * A loop taken apart into lists by role; `scan` and `while` alike, so that a pass treats both at once.
 * Lists of the equation and of its body run in parallel: `init[i]`, `carry[i]`, `next[i]` and `final[i]` are one carry.
 */
export interface LoopParts {
  readonly op: "scan" | "while";
  readonly body: Graph;
  readonly keep: Keep;
  /** Run-time trip count of a scan. */
  readonly trips: Var | null;
  readonly consts: readonly Var[];
  readonly init: readonly Var[];
  readonly xs: readonly Var[];
  /** Inputs of a `while` condition that are no carries. */
  readonly condConsts: readonly Var[];
  readonly final: readonly Var[];
  /** Trip count that a `while` gives. */
  readonly tripsOut: Var | null;
  /** Stacked outputs and Histories of a scan, Histories of a while. */
  readonly ys: readonly Var[];
  readonly bodyConsts: readonly Var[];
  readonly carry: readonly Var[];
  readonly bodyXs: readonly Var[];
  readonly next: readonly Var[];
  readonly bodyYs: readonly Var[];
}

/** A `scan` or `while` equation. */
export type Loop = Equation<"scan"> | Equation<"while">;

/** Whether an equation is a loop. */
export function isLoop(equation: Equation): equation is Loop {
  return equation.op === "scan" || equation.op === "while";
}

/** Takes a loop apart. */
export function loopParts(loop: Loop): LoopParts {
  if (isOp(loop, "scan")) {
    const { length, nConst, nCarry, body, keep } = loop.params;
    const first = length === null ? 1 : 0;
    return {
      op: "scan",
      body,
      keep,
      trips: loop.inputs[0] !== undefined && length === null ? loop.inputs[0] : null,
      consts: loop.inputs.slice(first, first + nConst),
      init: loop.inputs.slice(first + nConst, first + nConst + nCarry),
      xs: loop.inputs.slice(first + nConst + nCarry),
      condConsts: [],
      final: loop.outputs.slice(0, nCarry),
      tripsOut: null,
      ys: loop.outputs.slice(nCarry),
      ...bodyParts(body, nConst, nCarry),
    };
  }
  const { nCondConst, nConst, nCarry, body, keep } = loop.params;
  return {
    op: "while",
    body,
    keep,
    trips: null,
    condConsts: loop.inputs.slice(0, nCondConst),
    consts: loop.inputs.slice(nCondConst, nCondConst + nConst),
    init: loop.inputs.slice(nCondConst + nConst),
    xs: [],
    final: loop.outputs.slice(0, nCarry),
    tripsOut: loop.outputs[nCarry] ?? null,
    ys: loop.outputs.slice(nCarry + 1),
    ...bodyParts(body, nConst, nCarry),
  };
}

function bodyParts(
  body: Graph,
  nConst: number,
  nCarry: number,
): Pick<LoopParts, "bodyConsts" | "carry" | "bodyXs" | "next" | "bodyYs"> {
  return {
    bodyConsts: body.inputs.slice(0, nConst),
    carry: body.inputs.slice(nConst, nConst + nCarry),
    bodyXs: body.inputs.slice(nConst + nCarry),
    next: body.outputs.slice(0, nCarry),
    bodyYs: body.outputs.slice(nCarry),
  };
}
