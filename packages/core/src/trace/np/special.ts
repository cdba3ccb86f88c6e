import { emitOne } from "../frame.js";
import { castTensor, unify, unifyOne, withWeak } from "../operands.js";
import type { Tensor, TensorLike } from "../tensor.js";
import { equal, greater, greaterEqual, less, where } from "./compare.js";
import { abs, add, arctan, divide, exp, expm1, multiply, negative, sqrt, subtract } from "./elementwise.js";

/** Angle in radians, from -pi/2 to pi/2, whose sine is x, elementwise. */
export function arcsin(x: TensorLike): Tensor {
  const { tensors, weak } = unifyOne("np.arcsin", "x", x, "float");
  const [value] = tensors as [Tensor];
  // the half-angle formula tan(a/2) = sin a / (1 + cos a), Abramowitz and Stegun 4.3.20 solved for the tangent
  const cosine = sqrt(multiply(subtract(1, value), add(1, value)));
  return withWeak(multiply(2, arctan(divide(value, add(1, cosine)))), weak);
}

/** Angle in radians, from 0 to pi, whose cosine is x, elementwise. */
export function arccos(x: TensorLike): Tensor {
  const { tensors, weak } = unifyOne("np.arccos", "x", x, "float");
  const [value] = tensors as [Tensor];
  // tan(a/2) = sqrt((1 - cos a) / (1 + cos a)), Abramowitz and Stegun 4.3.20
  return withWeak(multiply(2, arctan(sqrt(divide(subtract(1, value), add(1, value))))), weak);
}

/** Angle in radians, from -pi to pi, of the point (x, y), elementwise. */
export function arctan2(y: TensorLike, x: TensorLike): Tensor {
  const { tensors, weak } = unify(
    "np.arctan2",
    [
      ["y", y],
      ["x", x],
    ],
    "float",
  );
  const [rise, run] = tensors as [Tensor, Tensor];
  // the quotient is kept at or below 1, so that neither it nor its derivative overflows on an axis
  const steep = greater(abs(rise), abs(run));
  const numerator = where(steep, run, rise);
  const denominator = where(steep, rise, run);
  const angle = arctan(divide(numerator, where(equal(denominator, 0), 1, denominator)));
  const half = Math.PI / 2;
  const quarter = castTensor(where(less(rise, 0), -half, half), angle.dtype);
  const fromVertical = subtract(quarter, angle);
  const turn = castTensor(where(less(run, 0), where(less(rise, 0), -Math.PI, Math.PI), 0), angle.dtype);
  return withWeak(where(steep, fromVertical, add(angle, turn)), weak);
}

/** Hyperbolic sine, elementwise. */
export function sinh(x: TensorLike): Tensor {
  return multiply(0.5, subtract(expm1(x), expm1(negative(x))));
}

/** Hyperbolic cosine, elementwise. */
export function cosh(x: TensorLike): Tensor {
  return multiply(0.5, add(exp(x), exp(negative(x))));
}

/** 1 / (1 + exp(-x)), elementwise, without overflow. */
export function sigmoid(x: TensorLike): Tensor {
  const { tensors, weak } = unifyOne("np.sigmoid", "x", x, "float");
  const [value] = tensors as [Tensor];
  const positive = greaterEqual(value, 0);
  const decay = exp(where(positive, negative(value), value));
  return withWeak(divide(where(positive, 1, decay), add(1, decay)), weak);
}

/** 0 below zero, x above, elementwise. */
export function relu(x: TensorLike): Tensor {
  const { tensors, weak } = unifyOne("np.relu", "x", x, "numeric");
  const [value] = tensors as [Tensor];
  return withWeak(where(greater(value, 0), value, 0), weak);
}

/** log(1 + exp(x)), elementwise, without overflow. */
export function softplus(x: TensorLike): Tensor {
  const { tensors, weak } = unifyOne("np.softplus", "x", x, "float");
  const [value] = tensors as [Tensor];
  const positive = greaterEqual(value, 0);
  const decay = exp(where(positive, negative(value), value));
  return withWeak(add(where(positive, value, 0), emitOne("log1p", {}, [decay])), weak);
}
