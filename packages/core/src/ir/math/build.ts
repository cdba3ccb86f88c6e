import type { MathName, MathNode, MathProgram, NodeId, SlowName } from "./program.js";

/** An unevaluated sum of two float64 numbers, the second at most half an ulp of the first. */
export interface Double {
  readonly high: NodeId;
  readonly low: NodeId;
}

/** Writes a MathProgram node by node; equal nodes are shared. */
export interface MathBuilder {
  /** Adds a node. */
  node(node: MathNode): NodeId;
  /** Adds a literal. */
  constant(value: number): NodeId;
  /** Argument number `index`. */
  arg(index: number): NodeId;
  add(a: NodeId, b: NodeId): NodeId;
  sub(a: NodeId, b: NodeId): NodeId;
  mul(a: NodeId, b: NodeId): NodeId;
  div(a: NodeId, b: NodeId): NodeId;
  max(a: NodeId, b: NodeId): NodeId;
  min(a: NodeId, b: NodeId): NodeId;
  neg(a: NodeId): NodeId;
  abs(a: NodeId): NodeId;
  nearest(a: NodeId): NodeId;
  floor(a: NodeId): NodeId;
  copysign(a: NodeId, b: NodeId): NodeId;
  pow2(a: NodeId): NodeId;
  exponent(a: NodeId): NodeId;
  mantissa(a: NodeId): NodeId;
  lt(a: NodeId, b: NodeId): NodeId;
  le(a: NodeId, b: NodeId): NodeId;
  eq(a: NodeId, b: NodeId): NodeId;
  and(a: NodeId, b: NodeId): NodeId;
  or(a: NodeId, b: NodeId): NodeId;
  not(a: NodeId): NodeId;
  select(condition: NodeId, a: NodeId, b: NodeId): NodeId;
  slow(name: SlowName, condition: NodeId, a: NodeId, b: NodeId): NodeId;
  table(table: readonly number[], a: NodeId): NodeId;
  /** `coefficients[0] + x*(coefficients[1] + x*(...))`. */
  horner(x: NodeId, coefficients: readonly number[]): NodeId;
}

/** A program of `arity` arguments; `define` returns the node that is its value. */
export function mathProgram(name: MathName | SlowName, arity: number, define: (b: MathBuilder) => NodeId): MathProgram {
  const nodes: MathNode[] = [];
  const known = new Map<string, NodeId>();

  function node(next: MathNode): NodeId {
    const key = Object.entries(next)
      .map(([field, value]) => `${field}:${Object.is(value, -0) ? "-0" : String(value)}`)
      .join(" ");
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, nodes.length);
    return nodes.push(next) - 1;
  }

  const b: MathBuilder = {
    node,
    constant: (value) => node({ op: "const", value }),
    arg: (index) => node({ op: "arg", index }),
    add: (a, c) => node({ op: "add", a, b: c }),
    sub: (a, c) => node({ op: "sub", a, b: c }),
    mul: (a, c) => node({ op: "mul", a, b: c }),
    div: (a, c) => node({ op: "div", a, b: c }),
    max: (a, c) => node({ op: "max", a, b: c }),
    min: (a, c) => node({ op: "min", a, b: c }),
    neg: (a) => node({ op: "neg", a }),
    abs: (a) => node({ op: "abs", a }),
    nearest: (a) => node({ op: "nearest", a }),
    floor: (a) => node({ op: "floor", a }),
    copysign: (a, c) => node({ op: "copysign", a, b: c }),
    pow2: (a) => node({ op: "pow2", a }),
    exponent: (a) => node({ op: "exponent", a }),
    mantissa: (a) => node({ op: "mantissa", a }),
    lt: (a, c) => node({ op: "lt", a, b: c }),
    le: (a, c) => node({ op: "le", a, b: c }),
    eq: (a, c) => node({ op: "eq", a, b: c }),
    and: (a, c) => node({ op: "and", a, b: c }),
    or: (a, c) => node({ op: "or", a, b: c }),
    not: (a) => node({ op: "not", a }),
    select: (condition, a, c) => node({ op: "select", condition, a, b: c }),
    slow: (slowName, condition, a, c) => node({ op: "slow", name: slowName, condition, a, b: c }),
    table: (table, a) => node({ op: "table", table, a }),
    horner(x, coefficients) {
      return coefficients
        .map((c) => b.constant(c))
        .reduceRight((sum, coefficient) => b.add(coefficient, b.mul(x, sum)));
    },
  };
  const result = define(b);
  return Object.freeze({ name, arity, nodes: Object.freeze(nodes), result });
}

/** a + b exactly, for any a and b (Knuth, The Art of Computer Programming 2, section 4.2.2, theorem B). */
export function twoSum(b: MathBuilder, x: NodeId, y: NodeId): Double {
  const high = b.add(x, y);
  const fromY = b.sub(high, x);
  const fromX = b.sub(high, fromY);
  return { high, low: b.add(b.sub(x, fromX), b.sub(y, fromY)) };
}

/** x + y exactly where |x| >= |y| or x = 0 (Dekker 1971, A floating-point technique, equation 4.14). */
export function fastTwoSum(b: MathBuilder, x: NodeId, y: NodeId): Double {
  const high = b.add(x, y);
  return { high, low: b.sub(y, b.sub(high, x)) };
}

/** x * y exactly, far from overflow and underflow (Dekker 1971, equation 5.12, with Veltkamp's splitting). */
export function twoProduct(b: MathBuilder, x: NodeId, y: NodeId): Double {
  const high = b.mul(x, y);
  const sx = split(b, x);
  const sy = split(b, y);
  const first = b.sub(b.mul(sx.high, sy.high), high);
  const cross = b.add(b.add(first, b.mul(sx.high, sy.low)), b.mul(sx.low, sy.high));
  return { high, low: b.add(cross, b.mul(sx.low, sy.low)) };
}

/** Product of two Doubles, to about 2^-102. */
export function mulDouble(b: MathBuilder, x: Double, y: Double): Double {
  const product = twoProduct(b, x.high, y.high);
  const cross = b.add(b.mul(x.high, y.low), b.mul(x.low, y.high));
  return fastTwoSum(b, product.high, b.add(product.low, cross));
}

/** (x.high + x.low) / (y.high + y.low), rounded once but for a few 2^-53 of an ulp. */
export function divDouble(b: MathBuilder, x: Double, y: Double): Double {
  const quotient = b.div(x.high, y.high);
  const back = twoProduct(b, quotient, y.high);
  const rest = b.sub(b.add(b.sub(b.sub(x.high, back.high), back.low), x.low), b.mul(quotient, y.low));
  return fastTwoSum(b, quotient, b.div(rest, y.high));
}

/** y * 2^n for an integer n in [-2044, 2046], rounded once: the power is applied in two halves. */
export function scaleByPow2(b: MathBuilder, y: NodeId, n: NodeId): NodeId {
  const half = b.floor(b.mul(n, b.constant(0.5)));
  return b.mul(b.mul(y, b.pow2(half)), b.pow2(b.sub(n, half)));
}

function split(b: MathBuilder, x: NodeId): Double {
  // 2^27 + 1: cuts 53 bits in two halves of 26.
  const scaled = b.mul(b.constant(134217729), x);
  const high = b.sub(scaled, b.sub(scaled, x));
  return { high, low: b.sub(x, high) };
}
