import { ArgumentError } from "../util/errors.js";
import type { DType } from "../util/dtype.js";

/**
 * How a gradient gets back the states of a run: "all" stores each, `{ blocks }` stores one in so many and runs the block
 * again, "inverse" stores none and steps backwards, `{ bytes }` keeps what
 * so many hold and runs the rest again as often as that takes, "auto" lets the compiler choose between the first two.
 */
export type Adjoint = "auto" | "all" | "inverse" | { readonly blocks: number } | { readonly bytes: number };

/**
 * The adjoint of a run: the one that was asked for, else "inverse" where the simulator can step back (it is the fastest
 * and needs no memory that grows with the steps; docs/decisions/adjoint-of-a-rollout.md), else "auto".
 *
 * @throws ArgumentError if "inverse" is asked of a simulator without `stepBack`, or blocks or bytes are no positive integer.
 */
export function chooseAdjoint(name: string, asked: Adjoint | undefined, canStepBack: boolean): Adjoint {
  if (asked === undefined) return canStepBack ? "inverse" : "auto";
  if (asked === "inverse" && !canStepBack) {
    throw new ArgumentError({
      what: `rollout: "${name}" cannot be run backwards.`,
      got: 'adjoint: "inverse"',
      expected: "a simulator with stepBack, the exact inverse of step",
      fix: 'use adjoint: "auto", "all", { blocks: n } or { bytes: n }.',
    });
  }
  if (typeof asked === "object") {
    const [unit, count] = "blocks" in asked ? (["blocks", asked.blocks] as const) : (["bytes", asked.bytes] as const);
    if (Number.isInteger(count) && count > 0) return asked;
    throw new ArgumentError({
      what:
        unit === "blocks"
          ? "rollout: the length of a block is not a number of steps."
          : "rollout: what states may take is not a number of bytes.",
      got: `adjoint: { ${unit}: ${count} }`,
      expected: "a positive integer",
    });
  }
  return asked;
}

/**
 * How far the start that is rebuilt by stepping back may lie from the true one, relative to its largest entry, before the
 * gradient is refused. Rounding alone gives about steps * epsilon (leapfrog of 5000 steps: 1e-13 in float64, 3e-4 in
 * float32); an inverse that is not one is off by far more.
 */
export function inverseTolerance(dtype: DType): number {
  return dtype === "float32" ? 1e-2 : 1e-7;
}
