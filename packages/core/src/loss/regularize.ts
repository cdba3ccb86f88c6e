import { ArgumentError } from "../util/errors.js";
import { namedLoss, type Loss } from "./loss.js";
import { joined, total } from "./reduce.js";
import type { Regularizer } from "./regularizer.js";

/**
 * A misfit and what is demanded of the parameters themselves, added. The loss must then be called with the parameters.
 *
 * @throws ArgumentError, when called, if the parameters are left out.
 */
export function regularize<Output, Params>(
  loss: Loss<Output, Params>,
  ...regularizers: readonly Regularizer<Params>[]
): Loss<Output, Params> {
  const name = `regularize(${[loss, ...regularizers].map((each) => each.name).join(", ")})`;
  const { residual } = loss;
  const rests = regularizers.map((each) => each.residual);
  const squares = residual !== undefined && rests.every((each) => each !== undefined);
  return namedLoss(
    name,
    (output: Output, params?: Params) => {
      const known = demand(name, params);
      return total([loss(output, known), ...regularizers.map((each) => each(known))]);
    },
    squares
      ? (output: Output, params?: Params) => {
          const known = demand(name, params);
          return joined([residual(output, known), ...rests.map((each) => each(known))]);
        }
      : undefined,
  );
}

function demand<Params>(name: string, params: Params | undefined): Params {
  if (params !== undefined) return params;
  throw new ArgumentError({
    what: `${name} looks at the parameters.`,
    got: "a call without them",
    fix: "call `loss(output, params)`.",
  });
}
