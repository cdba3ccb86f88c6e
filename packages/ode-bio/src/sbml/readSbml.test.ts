import { describe, expect, it } from "@jest/globals";
import type { Model } from "../model/model.js";
import { ModelError, UnsupportedModelError } from "../model/modelError.js";
import { featureTexts } from "../testTexts/featureTexts.js";
import { mathText, sbmlText } from "../testTexts/sbmlText.js";
import { readSbml } from "./readSbml.js";

const read = (name: string): Model => readSbml(featureTexts[name]!, { file: `${name}.xml` });

const number = (value: number): unknown => ({ kind: "number", value });
const name = (id: string): unknown => ({ kind: "name", id });

describe("readSbml, level 1", () => {
  it("reads version 1 with its own names", () => {
    const model = read("level1Version1");
    expect([model.id, model.level, model.version]).toEqual(["m", 1, 1]);
    expect(model.compartments).toMatchObject([
      { id: "c", size: 2, constant: true, spatialDimensions: 3 },
      { id: "d", size: 1, constant: false },
    ]);
    expect(model.species).toMatchObject([
      { id: "A", initialAmount: 3, initialConcentration: null, hasOnlySubstanceUnits: false, boundaryCondition: false },
      { id: "B", initialAmount: 0 },
      { id: "C", initialAmount: 1, boundaryCondition: true, constant: false },
    ]);
    expect(model.rules.map((rule) => [rule.kind, rule.kind === "algebraic" ? "" : rule.variable])).toEqual([
      ["assignment", "V"],
      ["rate", "C"],
      ["assignment", "d"],
    ]);
    expect(model.parameters.map(({ id, constant }) => [id, constant])).toEqual([
      ["k", true],
      ["V", false],
    ]);
    const [reaction] = model.reactions;
    expect(reaction!.reactants).toMatchObject([{ species: "A", stoichiometry: 1.5, constant: true }]);
    expect(reaction!.products).toMatchObject([{ species: "B", stoichiometry: 1 }]);
    expect(reaction!.localParameters).toMatchObject([
      { id: "R.Vm", value: 2 },
      { id: "R.Km", value: 5 },
    ]);
    expect(reaction!.kineticLaw).toMatchObject({
      op: "divide",
      args: [
        { op: "times", args: [name("R.Vm"), name("A")] },
        { op: "plus", args: [name("R.Km"), name("A")] },
      ],
    });
  });

  it("takes nothing for constant where an algebraic rule may drive it", () => {
    const model = read("level1Version2");
    expect(model.rules).toMatchObject([{ kind: "algebraic", math: { op: "minus" } }]);
    expect(model.parameters).toMatchObject([{ id: "t", value: null, constant: false }]);
  });
});

describe("readSbml, level 2", () => {
  it("fills in the defaults", () => {
    const model = read("level2Version1");
    expect(model.compartments).toMatchObject([
      { id: "c", size: 1.5, constant: false, spatialDimensions: 3 },
      { id: "point", size: null, constant: true, spatialDimensions: 0 },
    ]);
    expect(model.species).toMatchObject([
      { id: "A", name: "first <one>", initialConcentration: 1, initialAmount: null, boundaryCondition: false },
      { id: "B", initialAmount: 0, hasOnlySubstanceUnits: true, constant: false, conversionFactor: null },
      { id: "P", hasOnlySubstanceUnits: true },
    ]);
    const [reaction] = model.reactions;
    expect(reaction!.reactants).toMatchObject([{ species: "A", stoichiometry: 0.5, constant: true, id: null }]);
    expect(reaction!.products).toMatchObject([{ stoichiometry: 2 }]);
    expect(reaction!.modifiers).toEqual(["P"]);
    expect(model.warnings).toEqual([]);
  });

  it("inlines functions, and reads stoichiometries that are formulas, assignments and events", () => {
    const model = read("level2Version4");
    const nine = { kind: "apply", op: "times", args: [number(3), number(3)] };
    expect(model.initialAssignments[0]).toMatchObject({ symbol: "q", math: { op: "times", args: [nine, nine] } });
    expect(model.reactions[0]!.reactants[0]).toMatchObject({
      constant: false,
      stoichiometry: { kind: "apply", op: "plus", args: [name("s"), number(1)] },
    });
    expect(model.events).toMatchObject([
      {
        id: "E",
        initialValue: true,
        persistent: true,
        delay: number(0.5),
        priority: null,
        useValuesFromTriggerTime: false,
        assignments: [{ variable: "s", math: { op: "times", args: [name("s"), name("s")] } }],
      },
      { id: "event2", useValuesFromTriggerTime: true, delay: null },
    ]);
  });

  it("says in warnings what it does not take into account", () => {
    expect(read("level2Version4").warnings.map(({ message, place }) => [place.line, message])).toEqual([
      [16, "The constraint is not checked."],
      [11, "The value of the parameter of unused is not given, and nothing needs it."],
    ]);
    const typo = sbmlText("2.4", `<listOfParameters><parameter id="k" valu="2"/></listOfParameters>`);
    expect(readSbml(typo).warnings[0]).toEqual({
      message: "The attribute valu of parameter is unknown, and is not taken into account.",
      place: { file: null, line: 2 },
    });
  });

  it("warns where units of substance and time differ", () => {
    const text = (law: string, species: string): string =>
      sbmlText(
        "2.1",
        `<listOfUnitDefinitions><unitDefinition id="mmol"><listOfUnits><unit kind="mole" scale="-3"/></listOfUnits></unitDefinition>
<unitDefinition id="other"><listOfUnits><unit kind="mole" multiplier="0.001"/></listOfUnits></unitDefinition></listOfUnitDefinitions>
<listOfCompartments><compartment id="c" size="1"/></listOfCompartments>
<listOfSpecies><species id="A" compartment="c" initialAmount="1" ${species}/></listOfSpecies>
<listOfReactions><reaction id="R"><listOfReactants><speciesReference species="A"/></listOfReactants>
<kineticLaw ${law}>${mathText("<ci>A</ci>")}</kineticLaw></reaction></listOfReactions>`,
      );
    const warnings = (law: string, species: string): number => readSbml(text(law, species)).warnings.length;
    expect(warnings("", "")).toBe(0);
    expect(warnings("", 'substanceUnits="mmol"')).toBe(1);
    expect(warnings('substanceUnits="other"', 'substanceUnits="mmol"')).toBe(0);
    expect(warnings('timeUnits="minute"', "")).toBe(1);
  });
});

describe("readSbml, level 3", () => {
  it("reads version 1: conversion factors, references with ids, local parameters, priorities", () => {
    const model = read("level3Version1");
    expect(model.species).toMatchObject([
      { id: "A", conversionFactor: "f", hasOnlySubstanceUnits: true },
      { id: "B", conversionFactor: "g", initialConcentration: Infinity, boundaryCondition: true },
    ]);
    expect(model.compartments[0]!.spatialDimensions).toBe(2.5);
    expect(model.parameters.map(({ value }) => value)).toEqual([2, -350, NaN]);
    expect(model.initialAssignments).toMatchObject([{ symbol: "r", math: number(0.2) }]);
    const [reaction] = model.reactions;
    expect(reaction!.reactants).toMatchObject([{ id: "r", stoichiometry: null, constant: true }]);
    expect(reaction!.products).toMatchObject([{ id: "s", stoichiometry: 2, constant: false }]);
    expect(reaction!.kineticLaw).toMatchObject({
      args: [name("R.k"), name("r"), { kind: "symbol", symbol: "avogadro" }],
    });
    expect(model.events).toMatchObject([{ initialValue: false, persistent: false, priority: name("g") }]);
  });

  it("reads all of MathML in version 2, where formulas may be missing", () => {
    const model = read("level3Version2");
    expect(model.rules).toHaveLength(69);
    expect(model.rules.at(-1)!.math).toEqual({ kind: "piecewise", pieces: [], otherwise: null });
    expect(model.rules.at(-3)!.math).toEqual({ kind: "rateOf", id: "x" });
    expect(model.events).toMatchObject([{ id: "event2", trigger: number(3) }]);
    expect(model.warnings.map(({ message }) => message)).toEqual([
      "The function none has no formula.",
      "The event event1 has no trigger, and never happens.",
    ]);
  });

  it("asks for the attributes that level 3 requires", () => {
    const text = sbmlText("3.2", `<listOfParameters><parameter id="k" value="2"/></listOfParameters>`);
    expect(() => readSbml(text)).toThrow(/line 2, k: parameter has no attribute constant/);
  });

  it("takes species of a point for amounts only where the point has no size", () => {
    const text = (size: string): string =>
      sbmlText(
        "3.2",
        `<listOfCompartments><compartment id="c" spatialDimensions="0" ${size} constant="true"/></listOfCompartments>
<listOfSpecies><species id="A" compartment="c" initialAmount="1" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/></listOfSpecies>`,
      );
    expect(readSbml(text("")).species[0]!.hasOnlySubstanceUnits).toBe(true);
    expect(readSbml(text('size="2"')).species[0]!.hasOnlySubstanceUnits).toBe(false);
  });

  it("warns of packages that change no numbers, and refuses those that do by name", () => {
    const text = featureTexts["packages"]!;
    expect(readSbml(text).warnings.map(({ message }) => message)).toEqual([
      "The package layout is not taken into account; the file says that the numbers do not need it.",
    ]);
    const needed = text.replaceAll("layout", "comp").replace('required="false"', 'required="true"');
    expect(() => readSbml(needed)).toThrow(UnsupportedModelError);
    expect(() => readSbml(needed)).toThrow(expect.objectContaining({ feature: "comp" }));
  });
});

describe("readSbml, documents", () => {
  it.each([
    ["<html/>", /no SBML/],
    [`<sbml xmlns="http://www.sbml.org/sbml/level4" level="4" version="1"/>`, /no such level/],
    [`<sbml xmlns="http://www.sbml.org/sbml/level2" level="2" version="4"/>`, /namespace is not that/],
    [`<sbml xmlns="http://www.sbml.org/sbml/level2" level="2" version="1"/>`, /no model/],
    [sbmlText("2.4", "<listOfThings/>"), /line 2: model has no children listOfThings/],
    [sbmlText("2.4", "<listOfParameters><rule/></listOfParameters>"), /has no elements rule/],
    [sbmlText("2.4", "<listOfRules/><listOfRules/>"), /two children listOfRules/],
    [sbmlText("2.4", "words"), /has text/],
    [sbmlText("2.4", `<listOfParameters><parameter/></listOfParameters>`), /no attribute id/],
    [sbmlText("2.4", `<listOfParameters><parameter id="1"/></listOfParameters>`), /is no id/],
    [sbmlText("2.4", `<listOfParameters><parameter id="k" value="two"/></listOfParameters>`), /is no number/],
    [sbmlText("2.4", `<listOfParameters><parameter id="k" constant="maybe"/></listOfParameters>`), /no truth value/],
    [sbmlText("2.4", `<listOfRules><rateRule variable="k"/></listOfRules>`), /no formula/],
    [sbmlText("1.2", `<listOfRules><parameterRule name="k" formula="1" type="none"/></listOfRules>`), /unknown type/],
    [sbmlText("1.2", `<listOfRules><algebraicRule formula="1 +"/></listOfRules>`), /its end where a value/],
  ])("refuses %s", (text, message) => {
    expect(() => readSbml(text)).toThrow(ModelError);
    expect(() => readSbml(text)).toThrow(message);
  });

  it("refuses the rate laws of level 1 and fast reactions by name", () => {
    const rate = sbmlText("1.2", `<listOfRules><algebraicRule formula="uui(1, 2)"/></listOfRules>`);
    expect(() => readSbml(rate)).toThrow(expect.objectContaining({ feature: "predefined rate law" }));
    const fast = sbmlText("2.4", `<listOfReactions><reaction id="R" fast="true"/></listOfReactions>`);
    expect(() => readSbml(fast)).toThrow(expect.objectContaining({ feature: "fast reaction" }));
  });

  it("reads past a byte order mark", () => {
    expect(readSbml(`\uFEFF${sbmlText("2.4", "")}`).id).toBe("m");
  });

  it("names file, line, element and rule in errors", () => {
    const text = sbmlText("2.4", `<listOfParameters>\n<parameter id="k"/>\n<parameter id="k"/></listOfParameters>`);
    expect(() => readSbml(text, { file: "two.xml" })).toThrow(
      expect.objectContaining({ file: "two.xml", line: 4, element: "k", rule: "id-unique" }),
    );
  });
});
