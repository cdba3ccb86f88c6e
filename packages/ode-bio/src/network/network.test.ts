import { describe, expect, it } from "@jest/globals";
import { sbmlModel, UnsupportedModelError, type OdeModel } from "../index.js";
import { apply, name, number, rateOf, time } from "../testTexts/eventModel.js";
import { mathText, sbmlText } from "../testTexts/sbmlText.js";
import { conservationOf } from "./conservation.js";
import { matching, stronglyConnected } from "./matching.js";
import { networkOf } from "./network.js";

const tight = { rtol: 1e-10, atol: 1e-12 };
/** Values of an id at times, as formulas of the model see it. */
function seen(model: OdeModel, id: string, times: readonly number[]): number[] {
  return [...model.simulator({ times, outputs: [id], ...tight }).run({ parameters: {} }).outputs[id]!.data];
}
const close = (got: readonly number[], wanted: readonly number[]): void => {
  expect(got).toHaveLength(wanted.length);
  got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 8));
};
const list = (tag: string, ...items: readonly string[]): string => `<${tag}>${items.join("\n")}</${tag}>`;
const rule = (kind: string, variable: string, math: string): string =>
  `<${kind}Rule variable="${variable}">${mathText(math)}</${kind}Rule>`;
const compartment = (id: string, size: number, constant = true): string =>
  `<compartment id="${id}" size="${size}" constant="${String(constant)}"/>`;
const species = (id: string, more: string): string =>
  `<species id="${id}" compartment="c" boundaryCondition="false" constant="false" ${more}/>`;
const parameter = (id: string, value: number | null, constant = true): string =>
  `<parameter id="${id}" ${value === null ? "" : `value="${value}"`} constant="${String(constant)}"/>`;
const side = (tag: string, id: string, more = ""): string =>
  list(tag, `<speciesReference species="${id}" stoichiometry="1" constant="true" ${more}/>`);
const reaction = (id: string, from: string | null, to: string | null, law: string): string =>
  `<reaction id="${id}" reversible="false">` +
  (from === null ? "" : side("listOfReactants", from)) +
  (to === null ? "" : side("listOfProducts", to)) +
  `<kineticLaw>${mathText(law)}</kineticLaw></reaction>`;
const read = (...lists: readonly string[]): OdeModel => sbmlModel(sbmlText("3.2", lists.join("\n")));

describe("species", () => {
  it("are concentrations in formulas, and amounts where they have only those", () => {
    const decay = (only: boolean): OdeModel =>
      read(
        list("listOfCompartments", compartment("c", 4)),
        list("listOfSpecies", species("S", `initialAmount="8" hasOnlySubstanceUnits="${String(only)}"`)),
        list("listOfReactions", reaction("R", "S", null, name("S"))),
      );
    // amount' = -S
    close(seen(decay(false), "S", [0, 1]), [2, 2 * Math.exp(-1 / 4)]);
    close(seen(decay(false), "amount(S)", [0, 1]), [8, 8 * Math.exp(-1 / 4)]);
    close(seen(decay(true), "S", [0, 1]), [8, 8 * Math.exp(-1)]);
    close(seen(decay(true), "concentration(S)", [0, 1]), [2, 2 * Math.exp(-1)]);
  });

  it("are diluted by a compartment that grows", () => {
    const model = read(
      list("listOfCompartments", compartment("c", 1, false)),
      list("listOfSpecies", species("S", 'initialConcentration="3" hasOnlySubstanceUnits="false"')),
      list("listOfParameters", parameter("r", 0, false)),
      list("listOfRules", rule("rate", "c", number(0.5)), rule("assignment", "r", rateOf("S"))),
      list("listOfReactions", reaction("R", "S", null, number(0))),
    );
    close(seen(model, "S", [0, 2]), [3, 1.5]);
    close(seen(model, "amount(S)", [0, 2]), [3, 3]);
    // (3 / c)' = -3 c' / c^2
    close(seen(model, "r", [0, 2]), [-1.5, -1.5 / 4]);
  });

  it("that a rate rule drives change their concentration, whatever the compartment does", () => {
    const model = read(
      list("listOfCompartments", compartment("c", 1, false)),
      list(
        "listOfSpecies",
        `<species id="S" compartment="c" boundaryCondition="true" constant="false" initialConcentration="1" hasOnlySubstanceUnits="false"/>`,
      ),
      list("listOfRules", rule("rate", "c", number(1)), rule("rate", "S", number(2))),
    );
    close(seen(model, "S", [0, 1]), [1, 3]);
    close(seen(model, "amount(S)", [0, 1]), [1, 6]);
  });

  it("of boundaries are not changed by reactions; conversion factors make amounts of extents", () => {
    const model = sbmlModel(
      sbmlText(
        "3.2",
        [
          list("listOfCompartments", compartment("c", 1)),
          list(
            "listOfSpecies",
            `<species id="B" compartment="c" boundaryCondition="true" constant="false" initialAmount="1" hasOnlySubstanceUnits="true"/>`,
            species("S", 'initialAmount="0" hasOnlySubstanceUnits="true" conversionFactor="own"'),
            species("T", 'initialAmount="0" hasOnlySubstanceUnits="true"'),
          ),
          list("listOfParameters", parameter("own", 5), parameter("all", 3)),
          list("listOfReactions", reaction("R", "B", "S", number(1)), reaction("Q", null, "T", number(1))),
        ].join("\n"),
        'id="m" conversionFactor="all"',
      ),
    );
    close(seen(model, "B", [0, 1]), [1, 1]);
    close(seen(model, "S", [0, 1]), [0, 5]);
    close(seen(model, "T", [0, 1]), [0, 3]);
  });
});

describe("rules and starts", () => {
  it("are computed in the order of what they need, at every moment", () => {
    const model = read(
      list("listOfParameters", parameter("x", 1, false), parameter("y", null, false), parameter("z", null, false)),
      list(
        "listOfInitialAssignments",
        `<initialAssignment symbol="x">${mathText(apply("plus", number(1), number(1)))}</initialAssignment>`,
      ),
      list(
        "listOfRules",
        rule("assignment", "z", apply("times", name("y"), name("y"))),
        rule("assignment", "y", apply("plus", name("x"), number(1))),
        rule("rate", "x", name("z")),
      ),
    );
    // x' = (x + 1)^2 from 2: x + 1 = 1 / (1/3 - t)
    close(seen(model, "x", [0, 0.2]), [2, 1 / (1 / 3 - 0.2) - 1]);
    close(seen(model, "z", [0]), [9]);
  });

  it("may depend on the time, and jump with it", () => {
    const jump = `<piecewise><piece>${number(1)}${apply("lt", time, number(0.7))}</piece><otherwise>${number(3)}</otherwise></piecewise>`;
    const model = read(
      list("listOfParameters", parameter("x", 0, false)),
      list("listOfRules", rule("rate", "x", jump)),
    );
    close(seen(model, "x", [0, 0.7, 1.7]), [0, 0.7, 3.7]);
  });

  it("give stoichiometries that change", () => {
    const model = read(
      list("listOfCompartments", compartment("c", 1)),
      list("listOfSpecies", species("S", 'initialAmount="0" hasOnlySubstanceUnits="true"')),
      list("listOfRules", rule("assignment", "n", time)),
      list(
        "listOfReactions",
        `<reaction id="R" reversible="false">${list("listOfProducts", '<speciesReference id="n" species="S" constant="false"/>')}<kineticLaw>${mathText(number(2))}</kineticLaw></reaction>`,
      ),
    );
    close(seen(model, "S", [0, 1, 2]), [0, 1, 4]);
  });
});

describe("algebraic rules", () => {
  const algebraic = (math: string): string => `<algebraicRule>${mathText(math)}</algebraicRule>`;

  it("determine a quantity in which they are affine", () => {
    const model = read(
      list("listOfParameters", parameter("x", 1, false), parameter("y", null, false)),
      list(
        "listOfRules",
        rule("rate", "x", name("y")),
        algebraic(apply("minus", apply("plus", name("x"), apply("times", number(2), name("y"))), number(5))),
      ),
    );
    // y = (5 - x) / 2
    close(seen(model, "x", [0, 1]), [1, 5 - 4 * Math.exp(-0.5)]);
  });

  it("are solved together by Newton's method, with derivatives", () => {
    const model = read(
      list("listOfParameters", parameter("x", 4, false), parameter("u", 1.5, false), parameter("v", 1.5, false)),
      list(
        "listOfRules",
        rule("rate", "x", apply("minus", name("u"))),
        // u v = x and u = v: both are the square root of x
        algebraic(apply("minus", apply("times", name("u"), name("v")), name("x"))),
        algebraic(apply("minus", apply("power", name("u"), number(2)), apply("power", name("v"), number(2)))),
      ),
    );
    // x' = -sqrt(x): x = (2 - t / 2)^2
    close(seen(model, "x", [0, 1]), [4, 2.25]);
    close(seen(model, "v", [0, 1]), [2, 1.5]);
  });

  it("that determine nothing are refused by name and line", () => {
    expect(() =>
      read(
        list("listOfParameters", parameter("x", 1), parameter("y", 2)),
        list("listOfRules", algebraic(apply("minus", name("x"), name("y")))),
      ),
    ).toThrow(UnsupportedModelError);
  });
});

describe("matching", () => {
  it("gives each row a candidate of its own, by moving others", () => {
    expect(matching([["a", "b"], ["a"], ["b", "c"]])).toEqual(["b", "a", "c"]);
    expect(matching([["a"], ["a"]])).toEqual(["a", null]);
  });

  it("orders blocks so that each needs those before it alone", () => {
    const blocks = stronglyConnected([[1], [0], [0], []]);
    expect(blocks.map((block) => [...block].sort())).toEqual([[0, 1], [2], [3]]);
  });
});

describe("conservation", () => {
  it("finds amounts that follow from others", () => {
    const model = read(
      list("listOfCompartments", compartment("c", 1)),
      list(
        "listOfSpecies",
        ...["A", "B", "C"].map((id) => species(id, 'initialAmount="1" hasOnlySubstanceUnits="true"')),
      ),
      list("listOfReactions", reaction("R", "A", "B", name("A")), reaction("Q", "B", "C", name("B"))),
    );
    const { independent, dependent } = conservationOf(networkOf(model.model));
    expect(independent).toEqual([0, 1]);
    // C = total - A - B
    expect(dependent).toEqual([
      {
        entry: 2,
        weights: [
          { entry: 0, weight: -1 },
          { entry: 1, weight: -1 },
        ],
      },
    ]);
  });

  it("finds none where something comes or goes", () => {
    const model = read(
      list("listOfCompartments", compartment("c", 1)),
      list("listOfSpecies", ...["A", "B"].map((id) => species(id, 'initialAmount="1" hasOnlySubstanceUnits="true"'))),
      list("listOfReactions", reaction("R", "A", "B", name("A")), reaction("Q", "B", null, name("B"))),
    );
    expect(conservationOf(networkOf(model.model)).dependent).toEqual([]);
  });
});
