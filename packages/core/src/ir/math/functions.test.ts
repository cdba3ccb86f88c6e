import { describe, expect, it } from "@jest/globals";
import { compileMath, walkMath } from "./compile.js";
import { mathFunctions, mathPrograms } from "./functions.js";
import type { MathName } from "./program.js";
import { slowPrograms } from "./trig.js";

/*
 * The reference: textbook series in BigInt fixed-point arithmetic with `bits` fractional bits, far more than a float64
 * needs. A real number is mantissa * 2^exponent.
 */
interface Real {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const names = Object.keys(mathPrograms) as MathName[];

describe("math functions", () => {
  it.each(names)("%s is at most 2 ulp off over its whole range", (name) => {
    const evaluate = compileMath(mathPrograms[name]);
    let worst = { error: 0, args: [] as readonly number[] };
    for (const args of points(name)) {
      const computed = evaluate(...args);
      const error = ulps(computed, references[name](...args));
      // NaN counts as worst.
      if (!(error <= worst.error)) worst = { error, args };
    }
    expect(worst.error).toBeLessThanOrEqual(2);
  });

  it.each(names)("%s gives the same bits compiled and walked", (name) => {
    const evaluate = compileMath(mathPrograms[name]);
    for (const args of [...points(name).slice(0, 400), ...corners(name)]) {
      expect(walkMath(mathPrograms[name], args)).toBe(evaluate(...args));
    }
  });

  it.each(names)("%s is a straight line: nodes read earlier ones, and only rare calls use tables", (name) => {
    const { nodes, result } = mathPrograms[name];
    expect(result).toBeLessThan(nodes.length);
    nodes.forEach((node, id) => {
      for (const field of ["a", "b", "condition"] as const) {
        if (field in node) expect((node as unknown as Record<string, number>)[field]).toBeLessThan(id);
      }
      expect(node.op).not.toBe("table");
    });
  });

  it("the programs for huge arguments call no other", () => {
    for (const program of Object.values(slowPrograms)) {
      expect(program.nodes.some((node) => node.op === "slow")).toBe(false);
    }
  });

  it.each<[MathName, number[], number]>([
    ["exp", [0], 1],
    ["exp", [-0], 1],
    ["exp", [Infinity], Infinity],
    ["exp", [-Infinity], 0],
    ["exp", [709.782712893384], 1.7976931348622732e308],
    ["exp", [709.7827128933841], Infinity],
    ["exp", [-745.1332191019411], 5e-324],
    ["exp", [-745.1332191019412], 0],
    ["exp", [-1e300], 0],
    ["expm1", [-0], -0],
    ["expm1", [0], 0],
    ["expm1", [5e-324], 5e-324],
    ["expm1", [Infinity], Infinity],
    ["expm1", [1e9], Infinity],
    ["expm1", [-Infinity], -1],
    ["expm1", [-1e5], -1],
    ["log", [1], 0],
    ["log", [0], -Infinity],
    ["log", [-0], -Infinity],
    ["log", [-1], NaN],
    ["log", [-Infinity], NaN],
    ["log", [Infinity], Infinity],
    ["log1p", [-0], -0],
    ["log1p", [0], 0],
    ["log1p", [-5e-324], -5e-324],
    ["log1p", [-1], -Infinity],
    ["log1p", [-1.0000000000000002], NaN],
    ["log1p", [Infinity], Infinity],
    ["sin", [-0], -0],
    ["sin", [0], 0],
    ["sin", [-5e-324], -5e-324],
    ["sin", [Infinity], NaN],
    ["sin", [-Infinity], NaN],
    ["cos", [0], 1],
    ["cos", [1e-200], 1],
    ["cos", [Infinity], NaN],
    ["tan", [-0], -0],
    ["tan", [5e-324], 5e-324],
    ["tan", [-Infinity], NaN],
    ["atan", [-0], -0],
    ["atan", [5e-324], 5e-324],
    ["atan", [Infinity], Math.PI / 2],
    ["atan", [-Infinity], -Math.PI / 2],
    ["tanh", [-0], -0],
    ["tanh", [5e-324], 5e-324],
    ["tanh", [Infinity], 1],
    ["tanh", [-Infinity], -1],
    ["tanh", [-1e300], -1],
    ["pow", [NaN, 0], 1],
    ["pow", [NaN, -0], 1],
    ["pow", [0, 0], 1],
    ["pow", [Infinity, 0], 1],
    ["pow", [1, NaN], 1],
    ["pow", [1, Infinity], 1],
    ["pow", [1, -1e300], 1],
    ["pow", [-1, Infinity], 1],
    ["pow", [-1, -Infinity], 1],
    ["pow", [-1, 1e300], 1],
    ["pow", [-1, 9007199254740991], -1],
    ["pow", [2, Infinity], Infinity],
    ["pow", [2, -Infinity], 0],
    ["pow", [0.5, Infinity], 0],
    ["pow", [-0.5, -Infinity], Infinity],
    ["pow", [0, 3], 0],
    ["pow", [-0, 3], -0],
    ["pow", [-0, 2], 0],
    ["pow", [-0, -3], -Infinity],
    ["pow", [-0, -2], Infinity],
    ["pow", [-0, 0.5], 0],
    ["pow", [-0, -0.5], Infinity],
    ["pow", [0, 5e-324], 0],
    ["pow", [0, -5e-324], Infinity],
    ["pow", [0, Infinity], 0],
    ["pow", [0, -Infinity], Infinity],
    ["pow", [Infinity, 5e-324], Infinity],
    ["pow", [Infinity, -1], 0],
    ["pow", [Infinity, Infinity], Infinity],
    ["pow", [-Infinity, 3], -Infinity],
    ["pow", [-Infinity, 2], Infinity],
    ["pow", [-Infinity, 0.5], Infinity],
    ["pow", [-Infinity, -3], -0],
    ["pow", [-Infinity, -2], 0],
    ["pow", [-Infinity, -Infinity], 0],
    ["pow", [-8, 1 / 3], NaN],
    ["pow", [-2, 3], -8],
    ["pow", [-2, -2], 0.25],
    ["pow", [0, NaN], NaN],
    ["pow", [Infinity, NaN], NaN],
    ["pow", [2, NaN], NaN],
    ["pow", [NaN, 1], NaN],
    ["pow", [2, 1023], 2 ** 1023],
    ["pow", [2, 1024], Infinity],
    ["pow", [-2, 1025], -Infinity],
    ["pow", [2, -1074], 5e-324],
    ["pow", [2, -1080], 0],
    ["pow", [5e-324, 1], 5e-324],
    ["pow", [10, 2], 100],
    ["pow", [1e300, 1e300], Infinity],
    ["pow", [1e-300, 1e300], 0],
    ["pow", [0.9999999999999999, 1e300], 0],
    ["pow", [1.0000000000000002, -1e300], 0],
  ])("%s of %p is %p", (name, args, expected) => {
    expect(compileMath(mathPrograms[name])(...args)).toBe(expected);
  });

  it("NaN gives NaN", () => {
    for (const name of names) {
      expect(mathFunctions[name](NaN, NaN)).toBeNaN();
    }
  });

  it("odd functions are odd to the bit", () => {
    for (const name of ["sin", "tan", "atan", "tanh"] as const) {
      for (const [x] of points(name).slice(0, 300) as [number][]) {
        expect(mathFunctions[name](-x)).toBe(-mathFunctions[name](x));
      }
    }
  });
});

/** Exact or nearly exact values. */
const references: { readonly [K in MathName]: (...args: number[]) => Real } = {
  exp: (x) => expOf(fixed(x, 300), 300),
  expm1: (x) => expMinusOne(x, 0),
  log: (x) => ({ mantissa: logOf(exactly(x), 320), exponent: -320 }),
  log1p(x) {
    const bits = 320 + smallness(x);
    const { mantissa, exponent } = exactly(x);
    const sum: Real =
      exponent < 0
        ? { mantissa: (1n << BigInt(-exponent)) + mantissa, exponent }
        : { mantissa: 1n + (mantissa << BigInt(exponent)), exponent: 0 };
    return { mantissa: logOf(sum, bits), exponent: -bits };
  },
  sin: (x) => sineAndCosine(x).sine,
  cos: (x) => sineAndCosine(x).cosine,
  tan(x) {
    const { sine, cosine } = sineAndCosine(x);
    const extra = 200 + Math.max(0, bitLength(cosine.mantissa) - bitLength(sine.mantissa));
    return { mantissa: (sine.mantissa << BigInt(extra)) / cosine.mantissa, exponent: -extra };
  },
  atan: arcTangent,
  tanh(x) {
    const { mantissa, exponent } = expMinusOne(x, 1);
    return { mantissa: (mantissa << BigInt(-exponent)) / (mantissa + (2n << BigInt(-exponent))), exponent };
  },
  pow(x, y) {
    const bits = 400;
    const logarithm = logOf(exactly(Math.abs(x)), bits);
    const { mantissa, exponent } = exactly(y);
    const { mantissa: size, exponent: scale } = expOf(shifted(mantissa * logarithm, exponent), bits);
    return { mantissa: x < 0 && y % 2 !== 0 ? -size : size, exponent: scale };
  },
};

function expMinusOne(x: number, doublings: number): Real {
  const bits = 300 + smallness(x);
  const { mantissa, exponent } = expOf(shifted(fixed(x, bits), doublings), bits);
  return { mantissa: shifted(mantissa, exponent + bits) - (1n << BigInt(bits)), exponent: -bits };
}

/** e^x of a fixed-point x. */
function expOf(x: bigint, bits: number): Real {
  const n = nearestQuotient(x, ln2(bits));
  const r = x - n * ln2(bits);
  let term = 1n << BigInt(bits);
  let sum = term;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = ((term * r) >> BigInt(bits)) / k;
    sum += term;
  }
  return { mantissa: sum, exponent: Number(n) - bits };
}

/** ln of a positive real, in fixed point: k ln 2 + 2 atanh((m - 1) / (m + 1)). */
function logOf({ mantissa, exponent }: Real, bits: number): bigint {
  const top = bitLength(mantissa) - 1;
  const unit = 1n << BigInt(bits);
  // m = mantissa / 2^top in [1, 2), or half of it, so that it is near 1.
  const halved = mantissa * mantissa > 2n << BigInt(2 * top) ? 1 : 0;
  const width = BigInt(top + halved);
  const s = ((mantissa - (1n << width)) * unit) / (mantissa + (1n << width));
  return 2n * oddSeries(s, bits, false) + BigInt(top + halved + exponent) * ln2(bits);
}

function sineAndCosine(x: number): { sine: Real; cosine: Real } {
  const bits = 320 + smallness(x);
  const wide = bits + 1100;
  const quarter = pi(wide) >> 1n;
  const angle = fixed(x, wide);
  const n = nearestQuotient(angle, quarter);
  const r = (angle - n * quarter) >> 1100n;
  const square = (r * r) >> BigInt(bits);
  const series = (first: bigint, start: bigint): bigint => {
    let term = first;
    let sum = term;
    for (let k = start; term !== 0n && term !== -1n; k += 2n) {
      term = -((term * square) >> BigInt(bits)) / (k * (k + 1n));
      sum += term;
    }
    return sum;
  };
  const sine = series(r, 2n);
  const cosine = series(1n << BigInt(bits), 1n);
  const turned = [
    [sine, cosine],
    [cosine, -sine],
    [-sine, -cosine],
    [-cosine, sine],
  ][Number(((n % 4n) + 4n) % 4n)] as [bigint, bigint];
  return { sine: { mantissa: turned[0], exponent: -bits }, cosine: { mantissa: turned[1], exponent: -bits } };
}

/** Four times atan(t) = 2 atan(t / (1 + sqrt(1 + t^2))), then the series. */
function arcTangent(x = 0): Real {
  const bits = 320 + smallness(x);
  const one = 1n << BigInt(bits);
  const inverted = Math.abs(x) > 1;
  const { mantissa, exponent } = exactly(Math.abs(x));
  let t = inverted ? shifted(one, bits - exponent) / (mantissa << BigInt(bits)) : fixed(Math.abs(x), bits);
  if (inverted && bits - exponent < 0) t = 0n;
  for (let i = 0; i < 4; i++) t = (t << BigInt(bits)) / (one + squareRoot(one * one + t * t));
  const angle = 16n * oddSeries(t, bits, true);
  const result = inverted ? (pi(bits) >> 1n) - angle : angle;
  return { mantissa: x < 0 ? -result : result, exponent: -bits };
}

/** Sum over odd k of t^k / k, with alternating signs or not. */
function oddSeries(t: bigint, bits: number, alternate: boolean): bigint {
  const square = (t * t) >> BigInt(bits);
  let power = t;
  let sum = 0n;
  for (let k = 1n; power !== 0n && power !== -1n; k += 2n) {
    sum += (alternate && k % 4n === 3n ? -power : power) / k;
    power = (power * square) >> BigInt(bits);
  }
  return sum;
}

const constants = new Map<string, bigint>();

function once(key: string, make: () => bigint): bigint {
  const value = constants.get(key) ?? make();
  constants.set(key, value);
  return value;
}

/** Machin 1706: pi = 16 atan(1/5) - 4 atan(1/239). */
function pi(bits: number): bigint {
  return once(`pi ${bits}`, () => {
    const one = 1n << BigInt(bits + 32);
    return (16n * oddSeries(one / 5n, bits + 32, true) - 4n * oddSeries(one / 239n, bits + 32, true)) >> 32n;
  });
}

/** ln 2 = 2 atanh(1/3). */
function ln2(bits: number): bigint {
  return once(`ln2 ${bits}`, () => (2n * oddSeries((1n << BigInt(bits + 32)) / 3n, bits + 32, false)) >> 32n);
}

function exactly(x: number): Real {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const raw = view.getBigUint64(0);
  const field = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  const mantissa = field === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: x < 0 ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 };
}

function fixed(x: number, bits: number): bigint {
  const { mantissa, exponent } = exactly(x);
  return shifted(mantissa, exponent + bits);
}

/** How many bits further than usual a fixed-point number must reach for x, in steps, so that constants are shared. */
function smallness(x: number): number {
  return Math.max(0, Math.ceil(-Math.log2(Math.abs(x)) / 100)) * 100;
}

function shifted(value: bigint, by: number): bigint {
  return by >= 0 ? value << BigInt(by) : value >> BigInt(-by);
}

function bitLength(value: bigint): number {
  return (value < 0n ? -value : value).toString(2).length;
}

function nearestQuotient(a: bigint, b: bigint): bigint {
  const twice = 2n * a + b;
  const quotient = twice / (2n * b);
  return twice < 0n && quotient * 2n * b !== twice ? quotient - 1n : quotient;
}

function squareRoot(square: bigint): bigint {
  let x = 1n << BigInt(Math.ceil(bitLength(square) / 2));
  for (;;) {
    const next = (x + square / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

/** |computed - exact| in units of the last place of the exact value. */
function ulps(computed: number, exact: Real): number {
  if (!Number.isFinite(computed)) return NaN;
  const own = exactly(computed);
  const common = Math.min(own.exponent, exact.exponent);
  const difference = shifted(own.mantissa, own.exponent - common) - shifted(exact.mantissa, exact.exponent - common);
  const top = exact.mantissa === 0n ? -2000 : bitLength(exact.mantissa) - 1 + exact.exponent;
  const unit = Math.max(top, -1022) - 52;
  // In thousandths.
  const scaled = shifted((difference < 0n ? -difference : difference) * 1000n, common - unit);
  return Number(scaled) / 1000;
}

/** Seeded uniform numbers in [0, 1) (mulberry32, T. Ettinger 2017, public domain). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Arguments whose result is finite and not below the smallest subnormal, several thousand for each function. */
function points(name: MathName): readonly (readonly number[])[] {
  const random = generator(name.length * 7919 + name.charCodeAt(0));
  const uniform = (low: number, high: number): number => low + (high - low) * (random() + random() * 2 ** -32);
  const sign = (): number => (random() < 0.5 ? -1 : 1);
  const anywhere = (low: number, high: number): number =>
    (1 + random() + random() * 2 ** -32) * 2 ** Math.floor(uniform(low, high));
  const many = (count: number, make: () => number): number[] => Array.from({ length: count }, make);
  const single = (list: number[]): number[][] => list.map((x) => [x]);
  const pairs = (list: number[][]): [number, number][] => list as [number, number][];
  const near = (center: number): number => center * (1 + Math.round(uniform(-40, 40)) * 2 ** -52);

  switch (name) {
    case "exp":
      return single([
        ...many(2000, () => uniform(-745, 709.7)),
        ...many(1500, () => uniform(-2, 2)),
        ...many(500, () => sign() * anywhere(-1074, 0)),
        ...many(500, () => near((Math.round(uniform(-1000, 1000)) + 0.5) * Math.LN2)),
      ]).filter(([x]) => (x as number) < 709.78 && (x as number) > -745.1);
    case "expm1":
      return single([
        ...many(1500, () => uniform(-40, 709.7)),
        ...many(2500, () => uniform(-2, 2)),
        ...many(500, () => sign() * anywhere(-1074, 0)),
        ...many(500, () => near((Math.round(uniform(-5, 5)) + 0.5) * Math.LN2)),
      ]).filter(([x]) => (x as number) < 709.78);
    case "log":
      return single([
        ...many(2000, () => anywhere(-1074, 1024)),
        ...many(1500, () => uniform(0.5, 2)),
        ...many(500, () => near(1)),
        ...many(500, () => near(Math.SQRT2 * 2 ** Math.round(uniform(-3, 3)))),
        5e-324,
        2 ** -1022,
        Number.MAX_VALUE,
      ]).filter(([x]) => x !== 1);
    case "log1p":
      return single([
        ...many(1000, () => anywhere(0, 1024)),
        ...many(2500, () => uniform(-0.99, 2)),
        ...many(500, () => sign() * anywhere(-1074, 0)),
        ...many(300, () => near(Math.SQRT1_2) - 1),
        ...many(300, () => near(Math.SQRT2) - 1),
        -1 + 2 ** -53,
        Number.MAX_VALUE,
      ]).filter(([x]) => x !== 0 && (x as number) > -1);
    case "sin":
    case "cos":
    case "tan":
      return single([
        ...many(1500, () => uniform(-10, 10)),
        ...many(500, () => uniform(-1700000, 1700000)),
        ...many(500, () => sign() * anywhere(-1074, 0)),
        ...many(1000, () => sign() * anywhere(0, 1024)),
        ...many(500, () => near((Math.round(uniform(-200, 200)) * Math.PI) / 2)),
        ...many(500, () => near((Math.round(uniform(-1000000, 1000000)) * Math.PI) / 2)),
        ...many(300, () => near(((Math.round(uniform(-20, 20)) + 0.5) * Math.PI) / 2)),
        // Next to multiples of pi/2 (Muller, Elementary Functions, 3rd edition, section 11.3.2), and the greatest.
        6381956970095103 * 2 ** 797,
        5.319372648326541e255,
        Number.MAX_VALUE,
        1647099,
        1647099.0000000002,
      ]).filter(([x]) => x !== 0);
    case "atan":
      return single([
        ...many(2500, () => uniform(-5, 5)),
        ...many(1000, () => sign() * anywhere(-1074, 1024)),
        ...many(800, () => near([7 / 16, 11 / 16, 19 / 16, 39 / 16, 1][Math.floor(random() * 5)] as number)),
      ]);
    case "tanh":
      return single([
        ...many(2500, () => uniform(-2, 2)),
        ...many(1000, () => uniform(-23, 23)),
        ...many(500, () => sign() * anywhere(-1074, 4)),
        ...many(500, () => near(0.625)),
      ]);
    case "pow":
      return pairs([
        ...many(1500, () => uniform(0, 20)).map((x) => [x, uniform(-30, 30)]),
        ...many(1500, () => anywhere(-1074, 1024)).map((x) => [
          x,
          uniform(-1070, 1020) / Math.max(1, Math.abs(Math.log2(x))),
        ]),
        ...many(1000, () => near(1)).map((x) => [x, sign() * anywhere(0, 60)]),
        ...many(500, () => near([1.224744871391589, 1.7320508075688772][Math.floor(random() * 2)] as number)).map(
          (x) => [x, uniform(-1000, 1000)],
        ),
        ...many(500, () => -uniform(0, 100)).map((x) => [x, Math.round(uniform(-100, 100))]),
        ...many(300, () => uniform(0.5, 2)).map((x) => [x, sign() * anywhere(-1000, -50)]),
      ]).filter(([x, y]) => {
        const exponent = y * Math.log2(Math.abs(x));
        return x !== 0 && exponent < 1023.9 && exponent > -1073.5;
      });
  }
}

/** Arguments at which something special happens. */
function corners(name: MathName): readonly (readonly number[])[] {
  const special = [0, -0, 1, -1, 5e-324, -5e-324, 2 ** -1022, 1e300, -1e300, Infinity, -Infinity, NaN, 0.5, 3];
  return name === "pow" ? special.flatMap((x) => special.map((y) => [x, y])) : special.map((x) => [x]);
}
