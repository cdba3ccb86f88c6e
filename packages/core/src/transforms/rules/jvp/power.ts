import { graphBuilder, type Builder } from "../../../ir/builder.js";
import { derivativeByJvp } from "../../../ir/derivatives.js";
import type { ArrayType, Params, Var } from "../../../ir/types.js";
import { present } from "../../../util/invariant.js";
import { binary, compare, fullLike, literalOf, scaled, select, sum, unary } from "../../emit.js";

/** d(x^y)/dx = y x^(y-1), and 0 for y = 0 (where x = 0 would give 0 * inf). `z` is x^y. */
export function powerByBase(b: Builder, x: Var, y: Var, z: Var): Var {
  const exponent = literalOf(y);
  if (exponent === 0 || exponent === 1) return fullLike(b, x, exponent);
  if (exponent === 2) return binary(b, "add", x, x);
  if (exponent !== undefined) {
    const power = binary(b, "pow", x, fullLike(b, y, exponent - 1));
    return binary(b, "mul", y, power);
  }
  const zero = fullLike(b, y, 0);
  return select(b, compare(b, "eq", y, zero), zero, binary(b, "mul", y, lowerPower(b, x, y, z)));
}

/** d(x^y)/dy = x^y * log(x), with 0 for the logarithm where x is not positive. */
export function powerByExponent(b: Builder, x: Var, z: Var): Var {
  const zero = fullLike(b, x, 0);
  const positive = compare(b, "gt", x, zero);
  const logarithm = unary(b, "log", select(b, positive, x, fullLike(b, x, 1)));
  return binary(b, "mul", z, select(b, positive, logarithm, zero));
}

/**
 * x^(y-1) from z = x^y: the quotient z / x, which costs a twentieth of a power. Where x is 0 or infinite it is the limit, and its
 * derivative is that of the power everywhere, so that derivatives of any order are right at 0. Where x^y underflows it is 0.
 */
function lowerPower(b: Builder, x: Var, y: Var, z: Var): Var {
  return present(b.emit("customCall", lowerPowerOf(x.type as ArrayType), [x, y, z])[0], "power");
}

const known = new Map<string, Params["customCall"]>();

function lowerPowerOf(type: ArrayType): Params["customCall"] {
  const key = `${type.dtype}[${type.shape.join(",")}]`;
  let params = known.get(key);
  if (params === undefined) {
    const b = graphBuilder();
    const [x, y, z] = [b.input(type), b.input(type), b.input(type)];
    const body = b.build([quotientOrLimit(b, x, y, z)]);
    const rule = derivativeByJvp(() => {
      const c = graphBuilder();
      const [x, y, z, tx, ty] = [c.input(type), c.input(type), c.input(type), c.input(type), c.input(type)];
      // z is a function of x and y: its tangent says nothing that theirs do not
      c.input(type);
      const power = lowerPower(c, x, y, z);
      const lower = binary(c, "sub", y, fullLike(c, y, 1));
      const tangent = sum(
        c,
        scaled(c, tx, powerByBase(c, x, lower, power)),
        scaled(c, ty, powerByExponent(c, x, power)),
      );
      return c.build([power, present(tangent, "tangent")]);
    });
    known.set(key, (params = { body, derivative: rule }));
  }
  return params;
}

function quotientOrLimit(b: Builder, x: Var, y: Var, z: Var): Var {
  const [zero, one, infinity] = [fullLike(b, x, 0), fullLike(b, x, 1), fullLike(b, x, Infinity)];
  const above = compare(b, "gt", y, one);
  const same = compare(b, "eq", y, one);
  const limit = (up: Var, down: Var): Var => select(b, above, up, select(b, same, one, down));
  const atInfinity = binary(
    b,
    "mul",
    limit(infinity, zero),
    binary(b, "mul", unary(b, "sign", x), unary(b, "sign", z)),
  );
  const isZero = compare(b, "eq", x, zero);
  const isEndless = compare(b, "eq", unary(b, "abs", x), infinity);
  const quotient = binary(b, "div", z, x);
  return select(b, isZero, limit(zero, infinity), select(b, isEndless, atInfinity, quotient));
}
