import type { Tensors } from "../../trace/treeTypes.js";
import { stopReasons, type StopReason } from "../solvers/stopReasons.js";

/** Parameters with their loss, and the step after which they were there. */
export interface FitPoint<Params> {
  readonly params: Tensors<Params>;
  readonly loss: number;
  /** 0 is the start. */
  readonly step: number;
}

/** What a fit found, and why it stopped. Printed, it is a summary. */
export interface FitResult<Params> {
  /** The parameters of the lowest loss, or the last ones with `keepBest: false`. */
  readonly params: Tensors<Params>;
  /** Their loss. */
  readonly loss: number;
  readonly best: FitPoint<Params>;
  readonly last: FitPoint<Params>;
  /** Steps done. */
  readonly iterations: number;
  /** Evaluations of the loss, with or without its gradient. */
  readonly evaluations: number;
  readonly reason: StopReason;
  /** Whether the optimizer takes what it found for a minimum. */
  readonly converged: boolean;
  /** What to do about the reason; empty where nothing is to be done. */
  readonly remedy: string;
  /** Loss at the start and after each step, `[iterations + 1]`. */
  readonly losses: Float64Array;
  /** 2-norm of the gradient likewise; NaN for solvers without one. */
  readonly gradientNorms: Float64Array;
  /** Time taken, s; that before a resume included. */
  readonly seconds: number;
  readonly optimizer: string;
  toString(): string;
}

/** What `resultOf` puts together. */
export type ResultParts<Params> = Pick<
  FitResult<Params>,
  "best" | "last" | "iterations" | "evaluations" | "reason" | "losses" | "gradientNorms" | "seconds" | "optimizer"
> & { readonly keepBest: boolean };

/** Makes the result of a fit. */
export function resultOf<Params>(parts: ResultParts<Params>): FitResult<Params> {
  const { keepBest, ...rest } = parts;
  const chosen = keepBest ? parts.best : parts.last;
  const { converged, remedy } = stopReasons[parts.reason];
  const result = { ...rest, params: chosen.params, loss: chosen.loss, converged, remedy };
  const text = (): string => summary(parts, chosen);
  Object.defineProperty(result, "toString", { value: text });
  // How Node and notebooks print it.
  Object.defineProperty(result, Symbol.for("nodejs.util.inspect.custom"), { value: text });
  return Object.freeze(result);
}

/** A number for people: five significant digits. */
export function shortNumber(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(4);
  return String(Number(value.toPrecision(5)));
}

function summary(
  parts: Omit<ResultParts<unknown>, "best" | "last">,
  chosen: { readonly loss: number; readonly step: number },
): string {
  const { optimizer, reason, losses, iterations, evaluations, seconds, gradientNorms } = parts;
  const { converged, text, remedy } = stopReasons[reason];
  const norm = gradientNorms[gradientNorms.length - 1] ?? NaN;
  const rows: readonly (readonly [string, string])[] = [
    ["loss", `${shortNumber(losses[0] ?? NaN)} -> ${shortNumber(chosen.loss)} (step ${chosen.step} of ${iterations})`],
    ...(Number.isNaN(norm) ? [] : [["gradient", `${shortNumber(norm)}, 2-norm at the last step`] as const]),
    ["evaluations", String(evaluations)],
    ["time", `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`],
    ["stopped", `${reason}: ${text}`],
    ...(remedy === "" ? [] : [["remedy", remedy] as const]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const body = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  return [`fit by ${optimizer}: ${converged ? "converged" : "stopped"}`, ...body].join("\n");
}
