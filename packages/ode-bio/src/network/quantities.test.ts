import { describe, expect, it } from "@jest/globals";
import { sbmlModel, UnsupportedModelError, type OdeModel } from "../index.js";
import { apply, name, number, rateOf, time } from "../testTexts/eventModel.js";
import { mathText, sbmlText } from "../testTexts/sbmlText.js";
import { networkOf } from "./network.js";
import type { Network } from "./types.js";
import { scalesOf } from "./scales.js";
import { startScope } from "./start.js";

const parameter = (id: string, value: number, constant: boolean): string =>
  `<parameter id="${id}" value="${value}" constant="${String(constant)}"/>`;
const compartment = (id: string, size: number, constant = true): string =>
  `<compartment id="${id}" size="${size}" constant="${String(constant)}"/>`;
const species = (id: string, place: string, amount: number, only: boolean): string =>
  `<species id="${id}" compartment="${place}" initialAmount="${amount}" hasOnlySubstanceUnits="${String(only)}" boundaryCondition="false" constant="false"/>`;
const rule = (kind: string, variable: string, math: string): string =>
  `<${kind}Rule variable="${variable}">${mathText(math)}</${kind}Rule>`;
const list = (tag: string, ...items: readonly string[]): string => `<${tag}>${items.join("")}</${tag}>`;
const read = (...lists: readonly string[]): OdeModel => sbmlModel(sbmlText("3.2", lists.join("")));
const refusal = (call: () => unknown): UnsupportedModelError => {
  let found: unknown = null;
  try {
    call();
  } catch (error) {
    found = error;
  }
  expect(found).toBeInstanceOf(UnsupportedModelError);
  return found as UnsupportedModelError;
};

describe("networkOf", () => {
  const model = read(
    list("listOfCompartments", compartment("c", 2)),
    list("listOfSpecies", species("S", "c", 6, false), species("E", "c", 1, true)),
    list(
      "listOfParameters",
      parameter("k", 3, true),
      parameter("half", 0, false),
      parameter("grown", 0, false),
      parameter("level", 1, false),
      parameter("free", 1, false),
      parameter("drift", 5, false),
    ),
    list(
      "listOfInitialAssignments",
      ...[
        ["drift", apply("plus", name("S"), name("half"))],
        ["S", apply("times", number(2), name("k"))],
      ].map(([id, math]) => `<initialAssignment symbol="${id}">${mathText(math!)}</initialAssignment>`),
    ),
    list(
      "listOfRules",
      rule("assignment", "half", apply("divide", name("k"), number(2))),
      rule("assignment", "grown", apply("times", name("half"), name("S"))),
      rule("rate", "drift", apply("times", apply("exp", name("half")), name("S"))),
      `<algebraicRule>${mathText(apply("minus", name("free"), apply("times", number(2), name("S"))))}</algebraicRule>`,
    ),
    list(
      "listOfReactions",
      `<reaction id="R" reversible="false"><listOfReactants><speciesReference id="n" species="S" stoichiometry="1" constant="true"/></listOfReactants><kineticLaw>${mathText(name("k"))}</kineticLaw></reaction>`,
    ),
    list(
      "listOfEvents",
      `<event useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true">${mathText(apply("gt", time, number(1)))}</trigger>` +
        `<listOfEventAssignments><eventAssignment variable="level">${mathText(number(2))}</eventAssignment></listOfEventAssignments></event>`,
    ),
  );
  const network: Network = networkOf(model.model);

  it("knows how each quantity gets its value", () => {
    const roles = Object.fromEntries([...network.symbols.values()].map(({ id, role }) => [id, role]));
    expect(roles).toEqual({
      c: "constant",
      k: "constant",
      half: "assigned",
      grown: "assigned",
      level: "held",
      free: "algebraic",
      drift: "moving",
      n: "constant",
      S: "moving",
      E: "constant",
    });
    expect(network.moving.map(({ id }) => id)).toEqual(["drift", "S"]);
    expect(networkOf(model.model, new Set(["k"])).held.map(({ id }) => id)).toEqual(["k", "level"]);
  });

  it("computes once what stays the same: whole values, and the largest parts of formulas", () => {
    expect(["c", "k", "half", "n", "E", "R"].every((id) => network.isFixedId(id))).toBe(true);
    expect(["grown", "level", "free", "drift", "S"].some((id) => network.isFixedId(id))).toBe(false);
    expect([...network.fixedParts.values()]).toContainEqual({
      kind: "apply",
      op: "exp",
      args: [{ kind: "name", id: "half" }],
    });
  });

  it("starts with initial assignments in the order of what they need", () => {
    const start = startScope(network, new Map(), 0);
    const values = ["half", "S", "drift", "grown", "free", "E"].map((id) => start.value(id));
    expect(values).toEqual([1.5, 6, 7.5, 9, 12, 1]);
    expect([start.amount("S"), start.concentration("E")]).toEqual([12, 0.5]);
    expect(startScope(network, new Map([["k", 1]]), 0).value("drift")).toBe(2.5);
  });

  it("gives each quantity a size of its kind, at most 1", () => {
    expect([...scalesOf(network)]).toEqual([1, 1]);
    const small = read(
      list("listOfCompartments", compartment("c", 1), compartment("d", 1)),
      list("listOfSpecies", species("A", "c", 1e-9, true), species("B", "c", 0, true), species("C", "d", 0, true)),
      list(
        "listOfReactions",
        ...["A", "B", "C"].map(
          (id) =>
            `<reaction id="R${id}" reversible="false"><listOfProducts><speciesReference species="${id}" stoichiometry="1" constant="true"/></listOfProducts><kineticLaw>${mathText(number(1))}</kineticLaw></reaction>`,
        ),
      ),
    );
    expect([...scalesOf(networkOf(small.model))]).toEqual([1e-9, 1e-9, 1e-9]);
  });
});

describe("what is refused, by name", () => {
  it("the rate of change of what an algebraic rule determines", () => {
    const model = read(
      list("listOfParameters", parameter("x", 1, false), parameter("y", 0, false)),
      list(
        "listOfRules",
        `<algebraicRule>${mathText(apply("minus", name("y"), time))}</algebraicRule>`,
        rule("rate", "x", rateOf("y")),
      ),
    );
    const error = refusal(() => model.simulator({ times: [0, 1] }).run({ parameters: {} }));
    expect(error.feature).toBe("rateOf");
    expect(error.message).toMatch(/the rate of change of y, which follows from a rule/);
  });

  it("an event that sets what an algebraic rule determines", () => {
    const model = read(
      list("listOfParameters", parameter("x", 1, false)),
      list("listOfRules", `<algebraicRule>${mathText(apply("minus", name("x"), time))}</algebraicRule>`),
      list(
        "listOfEvents",
        `<event id="E" useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true">${mathText(apply("gt", time, number(1)))}</trigger>` +
          `<listOfEventAssignments><eventAssignment variable="x">${mathText(number(2))}</eventAssignment></listOfEventAssignments></event>`,
      ),
    );
    const error = refusal(() => model.simulator({ times: [0, 2] }));
    expect(error.feature).toBe("algebraic rule");
    expect(error.message).toMatch(/the event E sets x, which an algebraic rule determines/);
  });
});
