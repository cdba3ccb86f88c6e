import { ArgumentError } from "../util/errors.js";
import { np } from "../trace/np.js";
import { namedLoss, type Loss } from "./loss.js";
import { joined, total } from "./reduce.js";

/**
 * Losses of one output, added.
 *
 * @throws ArgumentError if there is none.
 */
export function sum<Output, Params = unknown>(...losses: readonly Loss<Output, Params>[]): Loss<Output, Params> {
  if (losses.length === 0) {
    throw new ArgumentError({ what: "sum wants losses.", got: "none", expected: "at least one" });
  }
  const residuals = losses.map(({ residual }) => residual);
  return namedLoss(
    `sum(${losses.map(({ name }) => name).join(", ")})`,
    (output: Output, params?: Params) => total(losses.map((loss) => loss(output, params))),
    residuals.every((residual) => residual !== undefined)
      ? (output: Output, params?: Params) => joined(residuals.map((residual) => residual(output, params)))
      : undefined,
  );
}

/**
 * A loss times a number.
 *
 * @throws ArgumentError if the number is negative or not finite.
 */
export function weight<Output, Params = unknown>(factor: number, loss: Loss<Output, Params>): Loss<Output, Params> {
  if (!(factor >= 0 && factor < Infinity)) {
    throw new ArgumentError({
      what: "weight: the factor is out of range.",
      got: `factor: ${factor}`,
      expected: "a number from 0 on",
    });
  }
  const { residual } = loss;
  return namedLoss(
    `weight(${factor}, ${loss.name})`,
    (output: Output, params?: Params) => np.mul(loss(output, params), factor),
    residual === undefined
      ? undefined
      : (output: Output, params?: Params) => np.mul(residual(output, params), Math.sqrt(factor)),
  );
}

/**
 * A loss of a part of the output.
 *
 * @example
 * ```ts
 * sum(on((run: Run) => run.traces, halfSquared(traces)), on((run: Run) => run.final, weight(0.1, l1(field))));
 * ```
 */
export function on<Output, Part, Params = unknown>(
  select: (output: Output) => Part,
  loss: Loss<Part, Params>,
): Loss<Output, Params> {
  const { residual } = loss;
  return namedLoss(
    `on(${loss.name})`,
    (output: Output, params?: Params) => loss(select(output), params),
    residual === undefined ? undefined : (output: Output, params?: Params) => residual(select(output), params),
  );
}
