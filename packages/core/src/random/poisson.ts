import { whileLoop } from "../trace/control.js";
import type { Shape } from "../trace/np/create.js";
import { equal, greater, greaterEqual, isfinite, less, lessEqual } from "../trace/np/compare.js";
import { logicalAnd, logicalNot, logicalOr, where } from "../trace/np/compare.js";
import { abs, add, divide, floor, log, multiply, negative, sqrt, square, subtract } from "../trace/np/elementwise.js";
import { any } from "../trace/np/reduce.js";
import { castTensor, literal } from "../trace/operands.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { sizeOf } from "./bits.js";
import { keyAt, split } from "./key.js";
import { logGamma } from "./logGamma.js";
import { floatParameter, spreadTo } from "./options.js";
import { sampled } from "./program.js";
import { unitUniform } from "./uniform.js";

const op = "random.poisson";

/** From this rate on rejection is used, below it products of uniform numbers. */
const large = 10;

/**
 * Draws Poisson distributed numbers (int32) as `jax.random.poisson`, from float32 uniform numbers whatever the rate's dtype; -1 where the rate is negative or not finite.
 * @param rate Expected values.
 * @param shape Shape of the result, to which the rate broadcasts; that of the rate when left out.
 * @throws ArgumentError, ShapeError or DTypeError where an argument does not fit.
 */
export function poisson(key: Tensor, rate: TensorLike, shape?: Shape): Tensor {
  const given = spreadTo(floatParameter(rate, "rate", op), shape, op);
  return sampled(op, sizeOf(given.shape), () => {
    const rates = castTensor(given, "float64");
    const isLarge = logicalAnd(greaterEqual(rates, large), isfinite(rates));
    const isKnown = logicalAnd(greaterEqual(rates, 0), isfinite(rates));
    const few = byProducts(key, where(logicalAnd(isKnown, logicalNot(isLarge)), rates, 0));
    const many = byRejection(key, where(isLarge, rates, 1e5));
    const count = where(isLarge, many, where(equal(rates, 0), 0, few));
    return where(isKnown, count, -1);
  });
}

/**
 * How many uniform numbers have a product above exp(-rate), less one (D. Knuth, The Art of Computer Programming 2, 3.4.1).
 */
function byProducts(key: Tensor, rate: Tensor): Tensor {
  const { shape } = rate;
  const limit = negative(rate);
  const goesOn = (logProduct: Tensor): Tensor => greater(castTensor(logProduct, "float64"), limit);
  const [, count] = whileLoop(
    ([, , logProduct]) => any(goesOn(logProduct)),
    ([last, count, logProduct]) => {
      const keys = split(last);
      const u = unitUniform(keyAt(keys, 1), shape, "float32", op);
      const next = where(goesOn(logProduct), add(count, 1), count);
      return [keyAt(keys, 0), next, add(logProduct, log(u))] as const;
    },
    [key, literal("int32", shape, 0), literal("float32", shape, 0)] as const,
  );
  return subtract(count, 1);
}

/**
 * Transformed rejection, algorithm PTRS with its constants (W. Hormann, "The transformed rejection method for generating Poisson random
 * variables", Insurance: Mathematics and Economics 12, 1993), for rates from 10 on. All elements propose until each has accepted; the
 * last accepted proposal counts.
 */
function byRejection(key: Tensor, rate: Tensor): Tensor {
  const { shape } = rate;
  const logRate = log(rate);
  const b = add(0.931, multiply(2.53, sqrt(rate)));
  const a = add(-0.059, multiply(0.02483, b));
  const inverseAlpha = add(1.1239, divide(1.1328, subtract(b, 3.4)));
  const squeeze = subtract(0.9277, divide(3.6224, subtract(b, 2)));
  const draw = (key: Tensor): Tensor => castTensor(unitUniform(key, shape, "float32", op), "float64");
  const [, count] = whileLoop(
    ([, , accepted]) => any(logicalNot(accepted)),
    ([last, count, accepted]) => {
      const keys = split(last, 3);
      const u = subtract(draw(keyAt(keys, 1)), 0.5);
      const v = draw(keyAt(keys, 2));
      const us = subtract(0.5, abs(u));
      const k = floor(add(add(multiply(add(divide(multiply(2, a), us), b), u), rate), 0.43));
      const s = log(divide(multiply(v, inverseAlpha), add(divide(a, square(us)), b)));
      const t = subtract(add(negative(rate), multiply(k, logRate)), logGamma(add(k, 1)));
      const isInside = logicalAnd(greaterEqual(us, 0.07), lessEqual(v, squeeze));
      const isOutside = logicalOr(less(k, 0), logicalAnd(less(us, 0.013), greater(v, us)));
      const accept = logicalOr(isInside, logicalAnd(logicalNot(isOutside), lessEqual(s, t)));
      return [keyAt(keys, 0), where(accept, k, count), logicalOr(accepted, accept)] as const;
    },
    [key, literal("float64", shape, -1), literal("bool", shape, 0)] as const,
  );
  return castTensor(count, "int32");
}
