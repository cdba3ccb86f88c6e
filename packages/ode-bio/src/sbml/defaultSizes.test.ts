import { describe, expect, it } from "@jest/globals";
import { mathText, sbmlText } from "../testTexts/sbmlText.js";
import { readSbml } from "./readSbml.js";

const sizesOf = (levelAndVersion: string, lists: string): unknown => {
  const { compartments, warnings } = readSbml(sbmlText(levelAndVersion, lists));
  return [compartments.map(({ size }) => size), warnings.map(({ message }) => message)];
};

const warning = "The size of the compartment c is not given; it is taken to be 1.";

describe("sizes that a file leaves open", () => {
  it("are 1 without a warning in level 1, and with one in levels 2 and 3", () => {
    expect(sizesOf("1.2", `<listOfCompartments><compartment name="c"/></listOfCompartments>`)).toEqual([[1], []]);
    const second = `<listOfCompartments><compartment id="c"/></listOfCompartments>`;
    expect(sizesOf("2.4", second)).toEqual([[1], [warning]]);
    const third = second.replace("/>", ' constant="true"/>');
    expect(sizesOf("3.2", third)).toEqual([[1], [warning]]);
  });

  it("stay open for points, and where an initial assignment, a rule or an algebraic rule may give them", () => {
    const compartment = (more: string): string =>
      `<listOfCompartments><compartment id="c" ${more}/></listOfCompartments>`;
    const math = mathText("<cn>2</cn>");
    expect(sizesOf("2.4", compartment('spatialDimensions="0"'))).toEqual([[null], []]);
    const initial = `<listOfInitialAssignments><initialAssignment symbol="c">${math}</initialAssignment></listOfInitialAssignments>`;
    expect(sizesOf("2.4", compartment("") + initial)).toEqual([[null], []]);
    const variable = compartment('constant="false"');
    const rule = (tag: string, more: string): string => `<listOfRules><${tag} ${more}>${math}</${tag}></listOfRules>`;
    expect(sizesOf("2.4", variable + rule("assignmentRule", 'variable="c"'))).toEqual([[null], []]);
    expect(sizesOf("2.4", variable + rule("algebraicRule", ""))).toEqual([[null], []]);
    expect(sizesOf("2.4", variable + rule("rateRule", 'variable="c"'))).toEqual([[1], [warning]]);
  });
});
