import { describe, expect, it } from "@jest/globals";
import type { Expression } from "../math/expression.js";
import { parseFormula } from "./parseFormula.js";

class Refused extends Error {}

function read(text: string, warnings: string[] = []): Expression {
  return parseFormula(text, {
    refuse: (what) => {
      throw new Refused(what);
    },
    unknownFunction: (name) => {
      throw new Refused(`unknown ${name}`);
    },
    warn: (message) => warnings.push(message),
  });
}

/** A formula as an S-expression. */
function show(expression: Expression): string {
  if (expression.kind === "number") return String(expression.value);
  if (expression.kind === "name") return expression.id;
  if (expression.kind === "apply") return `(${[expression.op, ...expression.args.map(show)].join(" ")})`;
  return expression.kind;
}

describe("parseFormula", () => {
  it.each([
    ["1", "1"],
    [" a ", "a"],
    ["1.5e-3 + .5 + 2. + 1E2", "(plus 0.0015 0.5 2 100)"],
    ["a - b - c", "(minus (minus a b) c)"],
    ["a + b - c + d + e", "(plus (minus (plus a b) c) d e)"],
    ["a / b * c / d", "(divide (times (divide a b) c) d)"],
    ["a * b * c + d * e", "(plus (times a b c) (times d e))"],
    ["a + b * c ^ d", "(plus a (times b (power c d)))"],
    ["a ^ b ^ c", "(power (power a b) c)"],
    ["a ^ -b", "(power a (minus b))"],
    ["-a * b", "(times (minus a) b)"],
    ["--a", "(minus (minus a))"],
    ["a - -1", "(minus a (minus 1))"],
    ["(a + b) * (c)", "(times (plus a b) c)"],
    ["a + (b + c)", "(plus a (plus b c))"],
    ["pow(a, b + 1)", "(power a (plus b 1))"],
    ["sqr(a) + sqrt(b) + log(c) + log10(d)", "(plus (power a 2) (root b) (ln c) (log d))"],
    ["asin(acos(atan(a)))", "(arcsin (arccos (arctan a)))"],
    ["ceil(exp(floor(abs(sin(cos(tan(x)))))))", "(ceiling (exp (floor (abs (sin (cos (tan x)))))))"],
  ])("reads %s", (text, expected) => {
    expect(show(read(text))).toBe(expected);
  });

  it("binds a sign more tightly than a power, and says so", () => {
    const warnings: string[] = [];
    expect(show(read("-a^2", warnings))).toBe("(power (minus a) 2)");
    expect(warnings).toHaveLength(1);
    expect(show(read("-(a^2)", warnings))).toBe("(minus (power a 2))");
    expect(warnings).toHaveLength(1);
  });

  it.each([
    "",
    "a b",
    "a +",
    "(a",
    "a)",
    "1..2",
    "a $ b",
    "sqrt(a, b)",
    "pow(a)",
    "sin()",
    "foo(a)",
    "+a",
    "a,b",
    "1e",
  ])("refuses %j", (text) => {
    expect(() => read(text)).toThrow(Refused);
  });

  it("reads long sums without depth, and refuses deep nesting", () => {
    const sum = read(Array.from({ length: 50_000 }, () => "a").join("+"));
    expect(sum.kind === "apply" && sum.args.length).toBe(50_000);
    expect(() => read("(".repeat(1e5) + "a" + ")".repeat(1e5))).toThrow(Refused);
    expect(() => read("-".repeat(1e5) + "a")).toThrow(Refused);
  });
});
