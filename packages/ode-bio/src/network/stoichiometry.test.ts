import { describe, expect, it } from "@jest/globals";
import { reactionNetwork, sbmlModel, type OdeModel } from "../index.js";
import { apply, name, number } from "../testTexts/eventModel.js";
import { mathText, sbmlText } from "../testTexts/sbmlText.js";
import { conservationOf, type Conservation } from "./conservation.js";
import { networkOf } from "./network.js";

const conserved = (model: OdeModel): Conservation => conservationOf(networkOf(model.model));
/** Equations of reactions among species that all start at 1. */
const reacting = (...equations: readonly string[]): OdeModel =>
  reactionNetwork({
    species: { A: 1, B: 1, C: 1, E: 1, EA: 1 },
    reactions: Object.fromEntries(equations.map((equation, i) => [`R${i}`, { equation, rate: "1" }])),
  });
const dependentOf = (model: OdeModel): unknown => {
  const ids = networkOf(model.model).moving.map(({ id }) => id);
  return Object.fromEntries(
    conserved(model).dependent.map(({ entry, weights }) => [
      ids[entry],
      Object.fromEntries(weights.map((own) => [ids[own.entry], own.weight])),
    ]),
  );
};

describe("conserved amounts", () => {
  it("are weighted by stoichiometries", () => {
    // A + 2 B stays the same
    expect(dependentOf(reacting("2 A -> B"))).toEqual({ B: { A: -0.5 } });
    // A + B + EA and E + EA stay the same
    expect(dependentOf(reacting("A + E -> EA", "EA -> E + B", "B -> A"))).toEqual({
      E: { A: 1, B: 1 },
      EA: { A: -1, B: -1 },
    });
  });

  it("are found in reactions that repeat each other, and not where a species comes and goes", () => {
    expect(dependentOf(reacting("A -> B", "B -> A", "2 A -> 2 B"))).toEqual({ B: { A: -1 } });
    expect(dependentOf(reacting("A -> B", "-> A", "B ->"))).toEqual({});
    // A catalyst stays what it is.
    expect(dependentOf(reacting("A + B -> A + C"))).toEqual({ A: {}, C: { B: -1 } });
  });

  it("are none where stoichiometries are not known numbers", () => {
    const sides = (more: string): string =>
      `<listOfReactants><speciesReference species="A" stoichiometry="1" constant="true"/></listOfReactants>` +
      `<listOfProducts><speciesReference ${more}/></listOfProducts>`;
    const model = (more: string, initial = ""): OdeModel =>
      sbmlModel(
        sbmlText(
          "3.2",
          '<listOfCompartments><compartment id="c" size="1" constant="true"/></listOfCompartments><listOfSpecies>' +
            ["A", "B"]
              .map(
                (id) =>
                  `<species id="${id}" compartment="c" initialAmount="1" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/>`,
              )
              .join("") +
            `</listOfSpecies>${initial}<listOfReactions><reaction id="R" reversible="false">${sides(more)}<kineticLaw>${mathText(number(1))}</kineticLaw></reaction></listOfReactions>`,
        ),
      );
    expect(dependentOf(model('species="B" stoichiometry="2" constant="true"'))).toEqual({ B: { A: -2 } });
    const assigned = `<listOfInitialAssignments><initialAssignment symbol="n">${mathText(number(3))}</initialAssignment></listOfInitialAssignments>`;
    expect(dependentOf(model('id="n" species="B" stoichiometry="2" constant="true"', assigned))).toEqual({});
  });
});

describe("stoichiometries of level 2", () => {
  it("may be formulas of what changes", () => {
    const model = sbmlModel(
      sbmlText(
        "2.4",
        '<listOfCompartments><compartment id="c" size="1"/></listOfCompartments><listOfSpecies>' +
          '<species id="A" compartment="c" initialAmount="1" hasOnlySubstanceUnits="true"/>' +
          '<species id="B" compartment="c" initialAmount="0" hasOnlySubstanceUnits="true"/></listOfSpecies>' +
          '<listOfReactions><reaction id="R" reversible="false">' +
          '<listOfReactants><speciesReference species="A"/></listOfReactants>' +
          `<listOfProducts><speciesReference species="B"><stoichiometryMath>${mathText(apply("times", number(2), name("A")))}</stoichiometryMath></speciesReference></listOfProducts>` +
          `<kineticLaw>${mathText(name("A"))}</kineticLaw></reaction></listOfReactions>`,
      ),
    );
    // A' = -A and B' = 2 A^2
    const run = model.simulator({ times: [0, 1], rtol: 1e-10, atol: 1e-12 }).run({ parameters: {} });
    expect(run.outputs["A"]!.data[1]).toBeCloseTo(Math.exp(-1), 9);
    expect(run.outputs["B"]!.data[1]).toBeCloseTo(1 - Math.exp(-2), 9);
    expect(dependentOf(model)).toEqual({});
  });
});
