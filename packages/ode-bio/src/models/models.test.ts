import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import type { Expression } from "../math/expression.js";
import type { Model } from "../model/model.js";
import { ModelError } from "../model/modelError.js";
import { formatSbml } from "../sbml/formatSbml.js";
import { sharedFolder } from "../reference/sharedFile.js";
import { readSbml } from "../sbml/readSbml.js";
import { bare } from "../testTexts/bare.js";
import { largeNetwork } from "./largeNetwork.js";

const own = (file: string): Model =>
  readSbml(readFileSync(fileURLToPath(new URL(`../../models/${file}.xml`, import.meta.url)), "utf8"), { file });

/** Value of a formula of arithmetic; what else there is has no place in these models. */
function value(expression: Expression, values: Readonly<Record<string, number>>): number {
  if (expression.kind === "number") return expression.value;
  if (expression.kind === "name") return values[expression.id]!;
  if (expression.kind !== "apply") throw new TypeError(expression.kind);
  const args = expression.args.map((argument) => value(argument, values));
  const [a, b] = args as [number, number];
  switch (expression.op) {
    case "plus":
      return args.reduce((sum, next) => sum + next, 0);
    case "times":
      return args.reduce((product, next) => product * next, 1);
    case "minus":
      return args.length === 1 ? -a : a - b;
    case "divide":
      return a / b;
    case "power":
      return a ** b;
    default:
      throw new TypeError(expression.op);
  }
}

/** Rates of the species that reactions change, in compartments of size 1. */
function rates(model: Model, state: Readonly<Record<string, number>>): Record<string, number> {
  const values: Record<string, number> = { ...state };
  for (const { id, size } of model.compartments) values[id] = size!;
  for (const { id, value: given } of model.parameters) if (given !== null) values[id] = given;
  // Each round gets at least one rule right; the rules here are two deep.
  for (let round = 0; round < 2; round++) {
    for (const rule of model.rules) if (rule.kind === "assignment") values[rule.variable] = value(rule.math, values);
  }
  const result: Record<string, number> = Object.fromEntries(Object.keys(state).map((id) => [id, 0]));
  for (const { kineticLaw, reactants, products } of model.reactions) {
    const extent = value(kineticLaw!, values);
    for (const { species, stoichiometry } of reactants) result[species]! -= (stoichiometry as number) * extent;
    for (const { species, stoichiometry } of products) result[species]! += (stoichiometry as number) * extent;
  }
  return result;
}

describe("models of our own", () => {
  it.each(["calciumWang2007", "repressilator", "robertson"])(
    "%s is read without a warning, and as it is written",
    (file) => {
      const model = own(file);
      expect(model.warnings).toEqual([]);
      expect(bare(readSbml(formatSbml(model)))).toEqual(bare(model));
    },
  );

  it("the calcium model has the parts of the paper", () => {
    const model = own("calciumWang2007");
    expect(model.compartments.map(({ id }) => id)).toEqual(["Cytosol", "ER"]);
    expect([model.species.length, model.reactions.length, model.rules.length]).toEqual([7, 11, 10]);
    expect(model.parameters.filter(({ constant }) => constant)).toHaveLength(24);
  });

  const published = join(sharedFolder, "data/biomodels/BIOMD0000000145.xml");
  (existsSync(published) ? it : it.skip)("the calcium model has the rates of the published file", () => {
    const [mine, theirs] = [own("calciumWang2007"), readSbml(readFileSync(published, "utf8"))];
    for (const scale of [1, 0.37, 5.1]) {
      const state = {
        Galpha_GTP: 1 + scale,
        APLC: 9 / scale,
        IP3: 11 * scale,
        Ca_ER: 1000 - 90 * scale,
        Ca_Cyt: 200 * scale,
      };
      const [a, b] = [rates(mine, state), rates(theirs, state)];
      for (const id of Object.keys(state)) expect(Math.abs(a[id]! / b[id]! - 1)).toBeLessThan(1e-12);
    }
  });

  it("Robertson's reaction conserves its mass, at the rates of the paper", () => {
    const model = own("robertson");
    expect(rates(model, { A: 1, B: 0, C: 0 })).toEqual({ A: -0.04, B: 0.04, C: 0 });
    const { A, B, C } = rates(model, { A: 0.5, B: 1e-5, C: 0.25 });
    expect(A).toBeCloseTo(-0.04 * 0.5 + 1e4 * 1e-5 * 0.25, 14);
    expect(C).toBeCloseTo(3e7 * 1e-10, 14);
    expect(A! + B! + C!).toBeCloseTo(0, 14);
  });

  it("the repressilator is the same for each of its genes in turn", () => {
    const { m_lacI, p_lacI } = rates(own("repressilator"), {
      m_lacI: 3,
      p_lacI: 2,
      m_tetR: 0,
      p_tetR: 0,
      m_cI: 0,
      p_cI: 4,
    });
    expect(m_lacI).toBeCloseTo(0.216 + 216 / (1 + 4 ** 2) - 3, 12);
    expect(p_lacI).toBeCloseTo(5 * (3 - 2), 12);
  });
});

describe("largeNetwork", () => {
  it("has two reactions and four parameters a species, is read back, and depends on its seed alone", () => {
    const model = largeNetwork();
    expect([model.species.length, model.reactions.length, model.parameters.length]).toEqual([500, 1000, 2000]);
    expect(bare(readSbml(formatSbml(model)))).toEqual(bare(model));
    expect(largeNetwork({ species: 500, seed: 1 })).toEqual(model);
    expect(largeNetwork({ seed: 2 })).not.toEqual(model);
  });

  it("conserves the total of its species", () => {
    const model = largeNetwork({ species: 40, seed: 3 });
    const state = Object.fromEntries(model.species.map(({ id, initialConcentration }) => [id, initialConcentration!]));
    const total = Object.values(rates(model, state)).reduce((sum, rate) => sum + rate, 0);
    expect(Math.abs(total)).toBeLessThan(1e-10);
  });

  it("refuses fewer species than its reactions need", () => {
    expect(() => largeNetwork({ species: 2 })).toThrow(ModelError);
  });
});
