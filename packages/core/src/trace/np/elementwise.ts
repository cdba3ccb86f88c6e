import { isInteger } from "../../util/dtype.js";
import { DTypeError } from "../../util/errors.js";
import type { BinaryName, UnaryName } from "../../ir/types.js";
import { emitOne } from "../frame.js";
import { castTensor, unify, unifyOne, withWeak, type OperandRule } from "../operands.js";
import type { Tensor, TensorLike } from "../tensor.js";

/** a + b, elementwise. */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return binary("add", "np.add", a, b, "numeric");
}

/** a - b, elementwise. */
export function subtract(a: TensorLike, b: TensorLike): Tensor {
  return binary("sub", "np.subtract", a, b, "numeric");
}

/** a * b, elementwise. */
export function multiply(a: TensorLike, b: TensorLike): Tensor {
  return binary("mul", "np.multiply", a, b, "numeric");
}

/** a / b, elementwise; integers become float64. */
export function divide(a: TensorLike, b: TensorLike): Tensor {
  return binary("div", "np.divide", a, b, "float");
}

/** The larger of a and b, elementwise; NaN where one is NaN. */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return binary("max", "np.maximum", a, b, "numeric");
}

/** The smaller of a and b, elementwise; NaN where one is NaN. */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return binary("min", "np.minimum", a, b, "numeric");
}

/** The largest integer not above a / b, elementwise, in the dtype of the operands. */
export function floorDivide(a: TensorLike, b: TensorLike): Tensor {
  const { tensors, dtype, weak } = unify(
    "np.floorDivide",
    [
      ["a", a],
      ["b", b],
    ],
    "numeric",
  );
  const [x, y] = tensors.map(toDivisible) as [Tensor, Tensor];
  return withWeak(castTensor(floor(divide(x, y)), dtype), weak);
}

/** The remainder of a / b with the sign of b, elementwise: a - b * floor(a / b). */
export function mod(a: TensorLike, b: TensorLike): Tensor {
  const { tensors, dtype, weak } = unify(
    "np.mod",
    [
      ["a", a],
      ["b", b],
    ],
    "numeric",
  );
  const [x, y] = tensors.map(toDivisible) as [Tensor, Tensor];
  return withWeak(castTensor(subtract(x, multiply(y, floor(divide(x, y)))), dtype), weak);
}

/**
 * base to the power of exponent, elementwise. A JavaScript number that is a small integer becomes multiplications; an integer base
 * stays one where such an exponent is not negative, and becomes float64 otherwise.
 */
export function power(base: TensorLike, exponent: TensorLike): Tensor {
  if (typeof exponent === "number") {
    if (exponent === 0.5) return sqrt(base);
    if (Number.isInteger(exponent) && Math.abs(exponent) <= 32 && typeof base !== "number") {
      const { tensors, weak } = unifyOne("np.power", "base", base, exponent < 0 ? "float" : "numeric");
      return withWeak(integerPower(tensors[0] as Tensor, exponent), weak);
    }
  }
  return binary("pow", "np.power", base, exponent, "float");
}

/** -x, elementwise. */
export function negative(x: TensorLike): Tensor {
  return unary("neg", "np.negative", x, "numeric");
}

/** |x|, elementwise. */
export function abs(x: TensorLike): Tensor {
  return withoutSign("np.abs", x, "abs");
}

/** -1, 0 or 1, elementwise; the sign of zero is kept. */
export function sign(x: TensorLike): Tensor {
  return withoutSign("np.sign", x, "sign");
}

/** The largest integer not above x, elementwise. */
export function floor(x: TensorLike): Tensor {
  return unary("floor", "np.floor", x, "float");
}

/** The smallest integer not below x, elementwise. */
export function ceil(x: TensorLike): Tensor {
  return unary("ceil", "np.ceil", x, "float");
}

/** The nearest integer, ties to even, elementwise. */
export function round(x: TensorLike): Tensor {
  return unary("round", "np.round", x, "float");
}

/** Square root, elementwise; integers become float64, as in all functions below. */
export function sqrt(x: TensorLike): Tensor {
  return unary("sqrt", "np.sqrt", x, "float");
}

/** x * x, elementwise. */
export function square(x: TensorLike): Tensor {
  const { tensors, weak } = unifyOne("np.square", "x", x, "numeric");
  return withWeak(emitOne("mul", {}, [tensors[0] as Tensor, tensors[0] as Tensor]), weak);
}

/** 1 / x, elementwise. */
export function reciprocal(x: TensorLike): Tensor {
  return divide(1, x);
}

/** e to the power of x, elementwise. */
export function exp(x: TensorLike): Tensor {
  return unary("exp", "np.exp", x, "float");
}

/** exp(x) - 1, elementwise, accurate near 0. */
export function expm1(x: TensorLike): Tensor {
  return unary("expm1", "np.expm1", x, "float");
}

/** Natural logarithm, elementwise. */
export function log(x: TensorLike): Tensor {
  return unary("log", "np.log", x, "float");
}

/** log(1 + x), elementwise, accurate near 0. */
export function log1p(x: TensorLike): Tensor {
  return unary("log1p", "np.log1p", x, "float");
}

/** Logarithm to base 2, elementwise. */
export function log2(x: TensorLike): Tensor {
  return multiply(log(x), Math.LOG2E);
}

/** Logarithm to base 10, elementwise. */
export function log10(x: TensorLike): Tensor {
  return multiply(log(x), Math.LOG10E);
}

/** Sine of an angle in radians, elementwise. */
export function sin(x: TensorLike): Tensor {
  return unary("sin", "np.sin", x, "float");
}

/** Cosine of an angle in radians, elementwise. */
export function cos(x: TensorLike): Tensor {
  return unary("cos", "np.cos", x, "float");
}

/** Tangent of an angle in radians, elementwise. */
export function tan(x: TensorLike): Tensor {
  return unary("tan", "np.tan", x, "float");
}

/** Angle in radians whose tangent is x, elementwise. */
export function arctan(x: TensorLike): Tensor {
  return unary("atan", "np.arctan", x, "float");
}

/** Hyperbolic tangent, elementwise. */
export function tanh(x: TensorLike): Tensor {
  return unary("tanh", "np.tanh", x, "float");
}

function binary(op: BinaryName, name: string, a: TensorLike, b: TensorLike, rule: OperandRule): Tensor {
  const { tensors, weak } = unify(
    name,
    [
      ["a", a],
      ["b", b],
    ],
    rule,
  );
  return withWeak(emitOne(op, {}, tensors), weak);
}

function unary(op: UnaryName, name: string, x: TensorLike, rule: OperandRule): Tensor {
  const { tensors, weak } = unifyOne(name, "x", x, rule);
  return withWeak(emitOne(op, {}, tensors), weak);
}

function withoutSign(name: string, x: TensorLike, op: "abs" | "sign"): Tensor {
  const { tensors, dtype, weak } = unifyOne(name, "x", x, "numeric");
  if (dtype === "uint32") {
    throw new DTypeError({
      what: `${name} is not defined for uint32.`,
      got: "x: uint32",
      fix: 'convert with `.astype("int32")`.',
    });
  }
  return withWeak(emitOne(op, {}, tensors), weak);
}

/** Integers as float64, in which quotients of 32-bit integers floor exactly. */
function toDivisible(tensor: Tensor): Tensor {
  return isInteger(tensor.dtype) ? castTensor(tensor, "float64") : tensor;
}

/** Powers by repeated squaring: exact where multiplication is, and right for negative bases. */
function integerPower(base: Tensor, exponent: number): Tensor {
  if (exponent < 0) return reciprocal(integerPower(base, -exponent));
  if (exponent === 0)
    return emitOne("literal", { type: { kind: "array", dtype: base.dtype, shape: base.shape }, value: 1 }, []);
  let result: Tensor | null = null;
  let factor = base;
  for (let rest = exponent; ; rest = Math.floor(rest / 2), factor = multiply(factor, factor)) {
    if (rest % 2 === 1) result = result === null ? factor : multiply(result, factor);
    if (rest <= 1) return result as Tensor;
  }
}
