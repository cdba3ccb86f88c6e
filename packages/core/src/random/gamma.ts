import { vmap } from "../compile/vmap.js";
import { whileLoop } from "../trace/control.js";
import type { Shape } from "../trace/np/create.js";
import { greaterEqual, lessEqual, logicalAnd, where } from "../trace/np/compare.js";
import { add, divide, log, multiply, power, sqrt, square, subtract } from "../trace/np/elementwise.js";
import { stopGradient } from "../trace/custom/stopGradient.js";
import { literal, reshapeTo } from "../trace/operands.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { sizeOf } from "./bits.js";
import { keyAt, split } from "./key.js";
import { standardNormal } from "./normal.js";
import { floatParameter, spreadTo, type FloatDType } from "./options.js";
import { unitUniform } from "./uniform.js";

const op = "random.gamma";

/**
 * Draws numbers of the gamma distribution of shape parameter `alpha` and scale 1, of alpha's dtype, as `jax.random.gamma`. Multiply by a
 * scale; derivatives flow to that. The derivative with respect to alpha is 0: that of the distribution is not offered, and the one of the
 * accepted proposal alone would be biased.
 * @param alpha Positive numbers.
 * @param shape Shape of the result, to which alpha broadcasts; that of alpha when left out.
 * @throws ArgumentError, ShapeError or DTypeError where an argument does not fit.
 */
export function gamma(key: Tensor, alpha: TensorLike, shape?: Shape): Tensor {
  const spread = spreadTo(floatParameter(alpha, "alpha", op), shape, op);
  const count = sizeOf(spread.shape);
  const keys = split(key, count);
  if (count === 0) return spread;
  return reshapeTo(gammas(keys, reshapeTo(spread, [count])), spread.shape);
}

const gammas = vmap(gammaOf);

/**
 * One number, by rejection (G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM Trans. Math. Softw. 26,
 * 2000); below 1 the number of alpha + 1 times u^(1 / alpha) (their section 6).
 */
function gammaOf(key: Tensor, parameter: Tensor): Tensor {
  const dtype = parameter.dtype as FloatDType;
  const alpha = stopGradient(parameter);
  const isLarge = greaterEqual(alpha, 1);
  const d = subtract(where(isLarge, alpha, add(alpha, 1)), 1 / 3);
  const c = divide(1 / 3, sqrt(d));
  const number = (value: number): Tensor => literal(dtype, [], value);

  const keys = split(key);
  const [, , accepted] = whileLoop(
    // Rejected: by the squeeze first, then exactly.
    ([, x2, v, u]) =>
      logicalAnd(
        greaterEqual(u, subtract(1, multiply(0.0331, square(x2)))),
        greaterEqual(log(u), add(multiply(x2, 0.5), multiply(d, add(subtract(1, v), log(v))))),
      ),
    ([last]) => {
      const three = split(last, 3);
      const [x, v] = proposal(keyAt(three, 1), c, dtype);
      return [keyAt(three, 0), square(x), multiply(square(v), v), unitUniform(keyAt(three, 2), [], dtype, op)] as const;
    },
    // The first proposal is one that is rejected.
    [keyAt(keys, 0), number(0), number(1), number(2)] as const,
  );
  const u = subtract(1, unitUniform(keyAt(keys, 1), [], dtype, op));
  const boost = where(isLarge, 1, power(u, divide(1, alpha)));
  return multiply(multiply(d, accepted), boost);
}

/** A normal number x with 1 + c x above 0, and that. */
function proposal(key: Tensor, c: Tensor, dtype: FloatDType): readonly [Tensor, Tensor] {
  const [, x, v] = whileLoop(
    ([, , v]) => lessEqual(v, 0),
    ([last]) => {
      const two = split(last);
      const x = standardNormal(keyAt(two, 1), [], dtype, op);
      return [keyAt(two, 0), x, add(1, multiply(x, c))] as const;
    },
    [key, literal(dtype, [], 0), literal(dtype, [], -1)] as const,
  );
  return [x, v];
}
