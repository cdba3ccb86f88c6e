import { np } from "../../trace/np.js";
import { literal } from "../../trace/operands.js";
import { scan } from "../../trace/control.js";
import type { Tensor } from "../../trace/tensor.js";
import { inverseTolerance, type Adjoint } from "../adjoint.js";
import type { StateLeaves } from "./method.js";

/** One step of a scheme, and if it can be undone, the way back; `x` is what belongs to this step alone (noise). */
export interface Scheme {
  step(time: Tensor, state: StateLeaves, h: Tensor, x: StateLeaves): StateLeaves;
  stepBack?(time: Tensor, state: StateLeaves, h: Tensor, x: StateLeaves): StateLeaves;
}

/** How a run with equal steps between output times is made. */
export interface FixedOptions {
  /** Steps from one output time to the next. */
  readonly substeps: number;
  readonly adjoint: Adjoint;
  /** StateLeaves `[(times - 1) * substeps, ...]`, of which each step gets a row. */
  readonly xs?: StateLeaves;
}

/** State after each of the times, each leaf `[times, ...]`, and the last one. */
export interface FixedRun {
  readonly final: StateLeaves;
  readonly outputs: StateLeaves;
}

/** Runs a scheme from the first to the last of the times, with `substeps` equal steps between two of them. */
export function integrateFixed(scheme: Scheme, start: StateLeaves, times: Tensor, options: FixedOptions): FixedRun {
  const { substeps, xs = [] } = options;
  const intervals = (times.shape[0] as number) - 1;
  const lefts = np.slice(times, [0, intervals]);
  const sizes = np.divide(np.sub(np.slice(times, [1, intervals + 1]), lefts), substeps);
  const blocks = xs.map((leaf) => np.reshape(leaf, [intervals, substeps, ...leaf.shape.slice(1)]));
  if (intervals === 1) {
    const alone = blocks.map((leaf) => np.reshape(leaf, leaf.shape.slice(1)));
    const final = march(scheme, start, np.at(lefts, 0).get(), np.at(sizes, 0).get(), alone, options);
    return { final, outputs: start.map((leaf, i) => np.stack([leaf, final[i] as Tensor])) };
  }
  type Interval = { readonly left: Tensor; readonly h: Tensor; readonly noise: StateLeaves };
  const [final, rows] = scan(
    ((state: StateLeaves, { left, h, noise }: Interval) => {
      const next = march(scheme, state, left, h, noise, options);
      return [next, next];
    }) as never,
    start as never,
    { xs: { left: lefts, h: sizes, noise: blocks }, keep: "all" } as never,
  ) as unknown as [StateLeaves, StateLeaves];
  return {
    final,
    outputs: start.map((leaf, i) => np.concatenate([np.expandDims(leaf, 0), rows[i] as Tensor], 0)),
  };
}

type Position = readonly [index: Tensor, state: StateLeaves];

function march(
  scheme: Scheme,
  start: StateLeaves,
  left: Tensor,
  h: Tensor,
  xs: StateLeaves,
  options: FixedOptions,
): StateLeaves {
  const { substeps, adjoint } = options;
  const timeAt = (index: Tensor): Tensor => np.add(left, np.mul(index.astype(h.dtype), h));
  const forward = ([index, state]: Position, x: StateLeaves): unknown => [
    [np.add(index, 1), scheme.step(timeAt(index), state, h, x)],
    null,
  ];
  const back = ([after, state]: Position, x: StateLeaves): Position => {
    const index = np.sub(after, 1);
    return [index, scheme.stepBack?.(timeAt(index), state, h, x) ?? state];
  };
  const inverse = adjoint === "inverse" ? { inverse: back, inverseTolerance: inverseTolerance(h.dtype) } : {};
  const [[, final]] = scan(
    forward as never,
    [literal("int32", [], 0), start] as never,
    { length: substeps, xs, keep: adjoint, ...inverse } as never,
  ) as unknown as [Position, null];
  return final;
}
