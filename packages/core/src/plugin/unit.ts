import { ArgumentError } from "../util/errors.js";

/** A unit of measurement, taken apart. */
export interface Unit {
  readonly text: string;
  /** Exponents of m, kg, s, A, K, mol and cd. */
  readonly dimension: readonly number[];
  /** How many of the SI's own unit of this dimension one of it is: 0.001 for "mm", 60 for "min". */
  readonly factor: number;
}

/**
 * Reads a unit: symbols of the SI with their prefixes, products by a space, "*" or "·", powers by "^", one "/" with a product
 * in parentheses behind it; "1" for a pure number. So "m/s", "kg m^2/s^2", "J/(kg K)", "1/s", "V^(1/2)", "um".
 *
 * Symbols and prefixes are those of The International System of Units (BIPM, 9th edition, 2019), tables 2, 4, 7 and 8; "M" is
 * mol/L, "deg" a degree of angle, "u" stands for "µ" before a symbol.
 *
 * @throws ArgumentError where the text is no unit; it shows the place.
 */
export function parseUnit(text: string): Unit {
  if (typeof text !== "string") {
    throw new ArgumentError({
      what: "A unit is a string.",
      got: typeof text,
      expected: '"m/s", or "1" for a pure number',
    });
  }
  const parts = text.trim().split(/\/(?![^(]*\))/);
  const [above = "", below] = parts;
  if (parts.length > 2) {
    throw notUnit(text, "two divisions, which can be read in two ways", "write one, as in m/(s kg)");
  }
  const numerator = product(text, above.trim());
  if (below === undefined) return { text, ...numerator };
  const inside = /^\((.*)\)$/.exec(below.trim())?.[1];
  if (inside === undefined && separators.test(below.trim())) {
    throw notUnit(text, `a product behind "/" without parentheses`, `write ${above.trim()}/(${below.trim()})`);
  }
  const denominator = product(text, (inside ?? below).trim());
  return { text, ...times(numerator, power(denominator, -1)) };
}

/** Whether two units measure the same kind of quantity, such as "km/h" and "m/s". */
export function sameDimension(a: Unit, b: Unit): boolean {
  return a.dimension.every((exponent, i) => exponent === b.dimension[i]);
}

/** A unit without its text. */
interface Measure {
  readonly dimension: readonly number[];
  readonly factor: number;
}

interface UnitSymbol extends Measure {
  readonly prefixes: boolean;
}

const none = [0, 0, 0, 0, 0, 0, 0] as const;
const separators = /[\s*·]+/;

function product(text: string, factors: string): Measure {
  if (factors === "1") return { dimension: none, factor: 1 };
  return factors.split(separators).reduce<Measure>((sum, factor) => times(sum, readFactor(text, factor)), {
    dimension: none,
    factor: 1,
  });
}

function readFactor(text: string, factor: string): Measure {
  const match = /^([^\d^()/-]+)(?:\^(?:(-?\d+)|\((-?\d+)\/(\d+)\)))?$/.exec(factor);
  if (match === null) {
    throw notUnit(
      text,
      factor === "" ? "a factor that is empty" : `"${factor}"`,
      "write a symbol, or a symbol^exponent",
    );
  }
  const [, symbol = "", whole, above, below] = match;
  const exponent = whole === undefined ? (above === undefined ? 1 : Number(above) / Number(below)) : Number(whole);
  if (!Number.isFinite(exponent)) throw notUnit(text, `"${factor}"`, "give an exponent that is a number");
  return power(readSymbol(text, symbol), exponent);
}

function readSymbol(text: string, symbol: string): Measure {
  const whole = symbols.get(symbol);
  if (whole !== undefined) return whole;
  for (const [prefix, factor] of prefixes) {
    if (!symbol.startsWith(prefix)) continue;
    const rest = symbols.get(symbol.slice(prefix.length));
    if (rest?.prefixes === true) return { dimension: rest.dimension, factor: factor * rest.factor };
  }
  const meant = spelled.get(symbol.toLowerCase().replace(/s$/, ""));
  throw notUnit(
    text,
    `"${symbol}", which is no symbol of the SI`,
    meant === undefined
      ? 'use symbols such as m, kg, s, mol, N, J, with prefixes; "1" for a pure number'
      : `write ${meant}`,
  );
}

function times(a: Measure, b: Measure): Measure {
  return { dimension: a.dimension.map((x, i) => x + (b.dimension[i] as number)), factor: a.factor * b.factor };
}

function power({ dimension, factor }: Measure, exponent: number): Measure {
  // x + 0 turns -0 into 0, so that dimensions compare as equal
  return { dimension: dimension.map((x) => x * exponent + 0), factor: factor ** exponent };
}

function notUnit(text: string, got: string, fix: string): ArgumentError {
  return new ArgumentError({
    what: `"${text}" is no unit.`,
    got,
    expected: 'a unit such as "m/s", "kg m^2/s^2", "J/(kg K)", "1/s", or "1" for a pure number',
    fix: `${fix}.`,
    data: { unit: text },
  });
}

const prefixes: readonly (readonly [string, number])[] = [
  ["da", 1e1],
  ["Q", 1e30],
  ["R", 1e27],
  ["Y", 1e24],
  ["Z", 1e21],
  ["E", 1e18],
  ["P", 1e15],
  ["T", 1e12],
  ["G", 1e9],
  ["M", 1e6],
  ["k", 1e3],
  ["h", 1e2],
  ["d", 1e-1],
  ["c", 1e-2],
  ["m", 1e-3],
  ["u", 1e-6],
  ["µ", 1e-6], // U+00B5, the micro sign
  ["μ", 1e-6], // U+03BC, the Greek letter
  ["n", 1e-9],
  ["p", 1e-12],
  ["f", 1e-15],
  ["a", 1e-18],
  ["z", 1e-21],
  ["y", 1e-24],
  ["r", 1e-27],
  ["q", 1e-30],
];

/** Exponents of m, kg, s, A, K, mol, cd; the ones left out are 0. */
type Exponents = readonly number[];

const symbols: ReadonlyMap<string, UnitSymbol> = new Map(
  (
    [
      ["m", [1]],
      ["g", [0, 1], 1e-3],
      ["s", [0, 0, 1]],
      ["A", [0, 0, 0, 1]],
      ["K", [0, 0, 0, 0, 1]],
      ["mol", [0, 0, 0, 0, 0, 1]],
      ["cd", [0, 0, 0, 0, 0, 0, 1]],
      ["rad", []],
      ["sr", []],
      ["Hz", [0, 0, -1]],
      ["N", [1, 1, -2]],
      ["Pa", [-1, 1, -2]],
      ["J", [2, 1, -2]],
      ["W", [2, 1, -3]],
      ["C", [0, 0, 1, 1]],
      ["V", [2, 1, -3, -1]],
      ["F", [-2, -1, 4, 2]],
      ["ohm", [2, 1, -3, -2]],
      ["Ω", [2, 1, -3, -2]],
      ["S", [-2, -1, 3, 2]],
      ["Wb", [2, 1, -2, -1]],
      ["T", [0, 1, -2, -1]],
      ["H", [2, 1, -2, -2]],
      ["lm", [0, 0, 0, 0, 0, 0, 1]],
      ["lx", [-2, 0, 0, 0, 0, 0, 1]],
      ["Bq", [0, 0, -1]],
      ["Gy", [2, 0, -2]],
      ["Sv", [2, 0, -2]],
      ["kat", [0, 0, -1, 0, 0, 1]],
      ["L", [3], 1e-3],
      ["l", [3], 1e-3],
      ["M", [-3, 0, 0, 0, 0, 1], 1e3],
      ["eV", [2, 1, -2], 1.602176634e-19],
      ["Da", [0, 1], 1.6605390666e-27],
      ["bar", [-1, 1, -2], 1e5],
    ] as readonly (readonly [string, Exponents, number?])[]
  )
    .map(([symbol, exponents, factor = 1]) => [symbol, unitSymbol(exponents, factor, true)] as const)
    .concat(
      (
        [
          ["min", [0, 0, 1], 60],
          ["h", [0, 0, 1], 3600],
          ["d", [0, 0, 1], 86400],
          ["deg", [], Math.PI / 180],
          ["%", [], 1e-2],
        ] as const
      ).map(([symbol, exponents, factor]) => [symbol, unitSymbol(exponents, factor, false)] as const),
    ),
);

function unitSymbol(exponents: Exponents, factor: number, takesPrefixes: boolean): UnitSymbol {
  return { dimension: none.map((zero, i) => exponents[i] ?? zero), factor, prefixes: takesPrefixes };
}

/** Names that people write where a symbol belongs. */
const spelled: ReadonlyMap<string, string> = new Map([
  ["meter", "m"],
  ["metre", "m"],
  ["micron", "um"],
  ["gram", "g"],
  ["kilogram", "kg"],
  ["sec", "s"],
  ["second", "s"],
  ["minute", "min"],
  ["hr", "h"],
  ["hour", "h"],
  ["day", "d"],
  ["kelvin", "K"],
  ["mole", "mol"],
  ["newton", "N"],
  ["joule", "J"],
  ["watt", "W"],
  ["volt", "V"],
  ["pascal", "Pa"],
  ["hertz", "Hz"],
  ["radian", "rad"],
  ["degree", "deg"],
  ["none", "1"],
  ["dimensionles", "1"],
  ["-", "1"],
]);
