import { describe, expect, it } from "@jest/globals";
import ts from "typescript";
import { readDeclared, withoutExports } from "./declared.js";

const source = `import { a, b as c } from "x";
interface Shape { n: number }
const { d, e: [f] } = make();
let g: number, h = 1;
function k() { return d; }
work();
class C {}`;

describe("what a cell declares", () => {
  it("finds names without a value", () => {
    expect(readDeclared(ts, source).withoutValue).toEqual(["g"]);
  });

  it("keeps the statements whose names were all reached, and types", () => {
    expect(
      readDeclared(ts, source)
        .keeping(new Set(["a", "c", "d", "f", "g", "k"]))
        .split("\n")
        .filter(Boolean),
    ).toEqual([
      'import { a, b as c } from "x";',
      "interface Shape { n: number }",
      "const { d, e: [f] } = make();",
      "function k() { return d; }",
    ]);
  });

  it("needs no export", () => {
    const pasted = "export const a = 1;\nexport async function f() {}\nexport { b } from 'x';";
    expect(withoutExports(ts, pasted)).toBe(
      "       const a = 1;\n       async function f() {}\nexport { b } from 'x';",
    );
  });
});
