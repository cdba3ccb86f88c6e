import { describe, expect, it } from "@jest/globals";
import { readSbml } from "../sbml/readSbml.js";
import { mathText, sbmlText } from "../testTexts/sbmlText.js";
import { ModelError } from "./modelError.js";
import { validateModel } from "./validateModel.js";

const head = `<listOfCompartments><compartment id="c" size="1"/></listOfCompartments>
<listOfSpecies><species id="A" compartment="c" initialAmount="1"/><species id="B" compartment="c" initialAmount="1" boundaryCondition="true"/>
<species id="K" compartment="c" initialAmount="1" constant="true"/></listOfSpecies>
<listOfParameters><parameter id="k" value="1"/><parameter id="v" value="1" constant="false"/><parameter id="u" value="1" constant="false"/></listOfParameters>`;

const rule = (variable: string, math: string, kind = "assignmentRule"): string =>
  `<${kind} variable="${variable}">${mathText(math)}</${kind}>`;
const rules = (...list: string[]): string => `<listOfRules>${list.join("")}</listOfRules>`;
const initial = (symbol: string, math: string): string =>
  `<initialAssignment symbol="${symbol}">${mathText(math)}</initialAssignment>`;
const initials = (...list: string[]): string => `<listOfInitialAssignments>${list.join("")}</listOfInitialAssignments>`;
const reaction = (reactant: string, math: string, modifier = "B"): string => `<listOfReactions><reaction id="R">
<listOfReactants><speciesReference species="${reactant}"/></listOfReactants>
<listOfModifiers><modifierSpeciesReference species="${modifier}"/></listOfModifiers>
${math === "" ? "" : `<kineticLaw>${mathText(math)}</kineticLaw>`}</reaction></listOfReactions>`;
const event = (...variables: string[]): string => `<listOfEvents><event id="E"><trigger>${mathText("<true/>")}</trigger>
<listOfEventAssignments>${variables.map((v) => `<eventAssignment variable="${v}">${mathText("<cn>1</cn>")}</eventAssignment>`).join("")}</listOfEventAssignments></event></listOfEvents>`;

describe("validateModel", () => {
  it.each([
    ["species-compartment", `<listOfSpecies><species id="A" compartment="c" initialAmount="1"/></listOfSpecies>`, "A"],
    [
      "species-initial",
      `<listOfSpecies><species id="A" compartment="c" initialAmount="1" initialConcentration="1"/></listOfSpecies>`,
      "A",
    ],
    ["species-known", head + reaction("X", "<cn>1</cn>"), "R"],
    ["species-known", head + reaction("A", "<cn>1</cn>", "X"), "R"],
    ["species-known", head + reaction("k", "<cn>1</cn>"), "R"],
    ["species-constant", head + reaction("K", "<cn>1</cn>"), "R"],
    ["species-ruled", head + rules(rule("A", "<cn>1</cn>")) + reaction("A", "<cn>1</cn>"), "R"],
    ["kinetic-law", head + reaction("A", ""), "R"],
    ["kinetic-law", head + rules(rule("v", "<ci>R</ci>")) + reaction("B", ""), "v"],
    ["math-known-id", head + rules(rule("v", "<ci>nothing</ci>")), "v"],
    ["math-known-id", head + initials(initial("v", "<ci>E</ci>")) + event("u"), "v"],
    ["math-known-id", head + reaction("A", "<ci>x</ci>"), "R"],
    ["rule-constant", head + rules(rule("k", "<cn>1</cn>")), "k"],
    ["rule-constant", head + rules(rule("c", "<cn>1</cn>", "rateRule")), "c"],
    ["variable-known", head + rules(rule("R", "<cn>1</cn>")) + reaction("A", "<cn>1</cn>"), "R"],
    ["variable-known", head + initials(initial("nothing", "<cn>1</cn>")), "nothing"],
    ["variable-known", head + event("nothing"), "nothing"],
    ["rule-unique", head + rules(rule("v", "<cn>1</cn>"), rule("v", "<cn>2</cn>", "rateRule")), "v"],
    ["initial-unique", head + initials(initial("v", "<cn>1</cn>"), initial("v", "<cn>2</cn>")), "v"],
    ["initial-ruled", head + initials(initial("v", "<cn>1</cn>")) + rules(rule("v", "<cn>1</cn>")), "v"],
    ["event-constant", head + event("k"), "E"],
    ["event-ruled", head + rules(rule("v", "<cn>1</cn>")) + event("v"), "E"],
    ["event-unique", head + event("v", "v"), "E"],
    ["assignment-circle", head + rules(rule("v", "<ci>v</ci>")), "v"],
    ["assignment-circle", head + rules(rule("v", "<ci>u</ci>"), rule("u", "<ci>v</ci>")), "v"],
    ["assignment-circle", head + initials(initial("k", "<ci>v</ci>")) + rules(rule("v", "<ci>k</ci>")), "v"],
    ["assignment-circle", head + rules(rule("v", "<ci>R</ci>")) + reaction("A", "<ci>v</ci>"), "R"],
  ])("refuses by the rule %s", (name, lists, element) => {
    const read = (): unknown => readSbml(sbmlText("2.4", lists), { file: "a.xml" });
    expect(read).toThrow(ModelError);
    expect(read).toThrow(
      expect.objectContaining({ file: "a.xml", element, data: expect.objectContaining({ rule: name }) }),
    );
  });

  it("lets reactions change neither species on the boundary nor those that rules determine", () => {
    const model = readSbml(sbmlText("2.4", head + rules(rule("B", "<cn>1</cn>")) + reaction("B", "<cn>1</cn>")));
    expect(model.reactions).toHaveLength(1);
  });

  it("lets initial assignments set what is constant, and be circular with rules of rates only", () => {
    const lists = head + initials(initial("k", "<ci>v</ci>")) + rules(rule("v", "<ci>k</ci>", "rateRule"));
    expect(readSbml(sbmlText("2.4", lists)).initialAssignments).toHaveLength(1);
  });

  it("follows long chains of rules", () => {
    const count = 20_000;
    const parameters = Array.from({ length: count }, (_, k) => `<parameter id="p${k}" constant="false"/>`).join("");
    const chain = Array.from({ length: count - 1 }, (_, k) => rule(`p${k}`, `<ci>p${k + 1}</ci>`));
    const text = (last: string): string =>
      sbmlText(
        "2.4",
        `<listOfParameters>${parameters}</listOfParameters>${rules(...chain, rule(`p${count - 1}`, last))}`,
      );
    expect(readSbml(text("<cn>1</cn>")).rules).toHaveLength(count);
    expect(() => readSbml(text("<ci>p0</ci>"))).toThrow(/depends on itself/);
  });
});

describe("validateModel, rates of change", () => {
  const time = `<csymbol definitionURL="http://www.sbml.org/sbml/symbols/rateOf">rateOf</csymbol>`;
  const rate = (id: string): string => `<apply>${time}<ci>${id}</ci></apply>`;

  it.each([
    [rules(rule("v", rate("u")), rule("u", "<cn>1</cn>")), /an assignment rule determines/],
    [rules(rule("v", rate("R"))) + reaction("A", "<cn>1</cn>"), /no variable/],
    [rules(rule("v", rate("v"), "rateRule")), /depends on itself/],
    [reaction("A", rate("A")), /depends on itself/],
  ])("refuses %s", (lists, message) => {
    expect(() => readSbml(sbmlText("2.4", head + lists))).toThrow(message);
  });
});

describe("validateModel, missing values", () => {
  const open = `<listOfCompartments><compartment id="c"/></listOfCompartments>
<listOfSpecies><species id="A" compartment="c"/><species id="B" compartment="c" boundaryCondition="true" hasOnlySubstanceUnits="true"/></listOfSpecies>
<listOfParameters><parameter id="k"/><parameter id="v" constant="false"/></listOfParameters>`;

  it("are warnings where nothing needs them", () => {
    expect(readSbml(sbmlText("2.4", open)).warnings.map(({ message }) => message)).toEqual([
      "The size of the compartment c is not given; it is taken to be 1.",
      "The initial value of the species of A is not given, and nothing needs it.",
      "The initial value of the species of B is not given, and nothing needs it.",
      "The value of the parameter of k is not given, and nothing needs it.",
      "The value of the parameter of v is not given, and nothing needs it.",
    ]);
  });

  it.each([
    ["B", rules(rule("v", "<ci>B</ci>"))],
    ["k", rules(rule("v", "<ci>k</ci>"))],
    ["v", rules(rule("v", "<cn>1</cn>", "rateRule"))],
    ["k", event("v").replace("<true/>", "<apply><gt/><ci>k</ci><cn>1</cn></apply>")],
  ])("are refused where %s is needed", (element, lists) => {
    expect(() => readSbml(sbmlText("2.4", open + lists))).toThrow(
      expect.objectContaining({ element, data: expect.objectContaining({ rule: "value-missing" }) }),
    );
  });

  it("are refused for a size that is needed, in a model that was not read", () => {
    const model = readSbml(sbmlText("2.4", open + rules(rule("v", "<ci>c</ci>"))));
    const sizeless = { ...model, compartments: model.compartments.map((part) => ({ ...part, size: null })) };
    expect(() => validateModel(sizeless)).toThrow(expect.objectContaining({ element: "c", rule: "value-missing" }));
  });

  it("are given by initial assignments, rules, and perhaps algebraic rules", () => {
    const given = initials(initial("k", "<cn>1</cn>")) + rules(rule("v", "<ci>k</ci>"));
    expect(readSbml(sbmlText("2.4", open + given)).warnings).toHaveLength(3);
    const algebraic = rules(`<algebraicRule>${mathText("<ci>v</ci>")}</algebraicRule>`);
    expect(readSbml(sbmlText("2.4", open + algebraic)).warnings.map(({ place }) => place.line)).toEqual([2, 4]);
  });
});
