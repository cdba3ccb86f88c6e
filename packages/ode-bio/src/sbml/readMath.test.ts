import { describe, expect, it } from "@jest/globals";
import type { Expression } from "../math/expression.js";
import { ModelError, UnsupportedModelError } from "../model/modelError.js";
import { mathText } from "../testTexts/sbmlText.js";
import type { ReadContext } from "./context.js";
import { readLambda, readMath } from "./readMath.js";
import { parseXml, type XmlElement } from "./xml.js";

const context: ReadContext = { file: "a.xml", level: 3, version: 2, core: "urn:core", warnings: [] };
const element = (content: string): XmlElement => parseXml(mathText(content)).children[0]!;
const read = (content: string): Expression => readMath(context, element(content));
const symbol = (name: string): string =>
  `<csymbol definitionURL="http://www.sbml.org/sbml/symbols/${name}"> t </csymbol>`;
const name = (id: string): Expression => ({ kind: "name", id });

describe("readMath: numbers", () => {
  it.each([
    ["<cn> 1.5 </cn>", 1.5],
    ["<cn>-2e3</cn>", -2000],
    ['<cn type="real">.5</cn>', 0.5],
    ['<cn type="integer" units="mole" xmlns:u="urn:u">+7</cn>'.replace(' units="mole"', ""), 7],
    ['<cn type="e-notation">1.1<sep/>-1</cn>', 0.11],
    ['<cn type="e-notation">6.02<sep/>+23</cn>', 6.02e23],
    ['<cn type="rational">1<sep/>3</cn>', 1 / 3],
    ["<cn>INF</cn>", Infinity],
    ["<pi/>", Math.PI],
    ["<exponentiale/>", Math.E],
    ["<infinity/>", Infinity],
    ["<apply><minus/><infinity/></apply>", -Infinity],
    ["<notanumber/>", NaN],
  ])("reads %s", (content, value) => {
    expect(read(content)).toEqual({ kind: "number", value });
  });

  it.each([
    "<cn/>",
    "<cn>one</cn>",
    "<cn>1 2</cn>",
    "<cn>0x10</cn>",
    "<cn>constructor</cn>",
    '<cn type="integer">1.5</cn>',
    '<cn type="e-notation">1</cn>',
    '<cn type="e-notation">1<sep/>0.5</cn>',
    '<cn type="rational">1</cn>',
    '<cn type="complex-polar">1<sep/>2</cn>',
    '<cn base="16">A</cn>',
    "<cn>1<ci>x</ci></cn>",
  ])("refuses %s", (content) => {
    expect(() => read(content)).toThrow(ModelError);
  });
});

describe("readMath: formulas", () => {
  it("reads truth values, names and symbols", () => {
    expect(read("<true/>")).toEqual({ kind: "boolean", value: true });
    expect(read("<ci> x_1 </ci>")).toEqual(name("x_1"));
    expect(read(symbol("time"))).toEqual({ kind: "symbol", symbol: "time" });
    expect(read(symbol("avogadro"))).toEqual({ kind: "symbol", symbol: "avogadro" });
    expect(read(`<apply>${symbol("rateOf")}<ci>x</ci></apply>`)).toEqual({ kind: "rateOf", id: "x" });
  });

  it("keeps operators with no, one and many arguments", () => {
    for (const op of ["plus", "times", "and", "or", "xor"]) {
      for (const count of [0, 1, 5]) {
        expect(read(`<apply><${op}/>${"<ci>x</ci>".repeat(count)}</apply>`)).toEqual({
          kind: "apply",
          op,
          args: Array.from({ length: count }, () => name("x")),
        });
      }
    }
  });

  it("puts the base of log and the degree of root before the argument", () => {
    expect(read("<apply><log/><logbase><cn>2</cn></logbase><ci>x</ci></apply>")).toEqual({
      kind: "apply",
      op: "log",
      args: [{ kind: "number", value: 2 }, name("x")],
    });
    expect(read("<apply><root/><degree><ci>d</ci></degree><ci>x</ci></apply>")).toEqual({
      kind: "apply",
      op: "root",
      args: [name("d"), name("x")],
    });
    expect(read("<apply><root/><ci>x</ci></apply>")).toEqual({ kind: "apply", op: "root", args: [name("x")] });
  });

  it("reads piecewise with and without otherwise", () => {
    const piece = "<piece><cn>1</cn><true/></piece>";
    const pieces = [{ value: { kind: "number", value: 1 }, condition: { kind: "boolean", value: true } }];
    expect(read(`<piecewise>${piece}</piecewise>`)).toEqual({ kind: "piecewise", pieces, otherwise: null });
    expect(read(`<piecewise>${piece}<otherwise><ci>x</ci></otherwise></piecewise>`)).toEqual({
      kind: "piecewise",
      pieces,
      otherwise: name("x"),
    });
    expect(read("<piecewise/>")).toEqual({ kind: "piecewise", pieces: [], otherwise: null });
  });

  it("reads calls of functions and looks into semantics", () => {
    expect(read("<apply><ci>f</ci><cn>1</cn></apply>")).toEqual({
      kind: "call",
      id: "f",
      args: [{ kind: "number", value: 1 }],
    });
    expect(read("<semantics><ci>x</ci><annotation>words</annotation></semantics>")).toEqual(name("x"));
  });

  it("refuses delay by its name", () => {
    const delayed = (): Expression => read(`<apply>${symbol("delay")}<ci>x</ci><cn>1</cn></apply>`);
    expect(delayed).toThrow(UnsupportedModelError);
    expect(delayed).toThrow(expect.objectContaining({ feature: "delay" }));
  });

  it.each([
    "<apply/>",
    "<apply><sinus/><ci>x</ci></apply>",
    "<apply><integral/><ci>x</ci></apply>",
    "<apply><sin/></apply>",
    "<apply><sin/><ci>x</ci><ci>x</ci></apply>",
    "<apply><divide/><ci>x</ci></apply>",
    "<apply><minus/></apply>",
    "<apply><minus/><ci>x</ci><ci>x</ci><ci>x</ci></apply>",
    "<apply><min/></apply>",
    "<apply><neq/><ci>x</ci><ci>x</ci><ci>x</ci></apply>",
    "<apply><log/><logbase/><ci>x</ci></apply>",
    "<apply><log/><logbase><cn>2</cn></logbase><logbase><cn>2</cn></logbase><ci>x</ci></apply>",
    "<apply><sin/><degree><cn>2</cn></degree></apply>",
    "<ci>two names</ci>",
    "<ci/>",
    "<csymbol>t</csymbol>",
    symbol("space"),
    symbol("rateOf"),
    `<apply>${symbol("rateOf")}<cn>1</cn></apply>`,
    `<apply>${symbol("time")}<ci>x</ci></apply>`,
    "<piecewise><piece><cn>1</cn></piece></piecewise>",
    "<piecewise><otherwise><cn>1</cn></otherwise><piece><cn>1</cn><true/></piece></piecewise>",
    "<lambda><ci>x</ci></lambda>",
    "<semantics/>",
    '<other xmlns="urn:other"/>',
  ])("refuses %s with file and line", (content) => {
    expect(() => read(content)).toThrow(ModelError);
    expect(() => read(content)).toThrow(/^a\.xml, line 1/);
  });
});

describe("readLambda", () => {
  it("reads arguments and the formula", () => {
    expect(readLambda(context, element("<lambda><bvar><ci>a</ci></bvar><ci>a</ci></lambda>"))).toEqual({
      args: ["a"],
      body: name("a"),
    });
  });

  it.each([
    "<ci>a</ci>",
    "<lambda><bvar/><ci>a</ci></lambda>",
    "<lambda><bvar><ci>a</ci></bvar><bvar><ci>a</ci></bvar><ci>a</ci></lambda>",
    "<lambda><ci>a</ci><ci>a</ci></lambda>",
  ])("refuses %s", (content) => {
    expect(() => readLambda(context, element(content))).toThrow(ModelError);
  });
});
