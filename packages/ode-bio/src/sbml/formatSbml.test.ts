import { describe, expect, it } from "@jest/globals";
import { ModelError } from "../model/modelError.js";
import type { Model } from "../model/model.js";
import { largeNetwork } from "../models/largeNetwork.js";
import { featureTexts } from "../testTexts/featureTexts.js";
import { bare } from "../testTexts/bare.js";
import { formatSbml } from "./formatSbml.js";
import { readSbml } from "./readSbml.js";

const empty: Model = { ...readSbml(featureTexts["packages"]!), parameters: [] };
const place = { file: null, line: null };
const parameter = { id: "k", name: null, place, value: 1, constant: false };

describe("formatSbml", () => {
  it.each(Object.keys(featureTexts).filter((name) => name !== "level2Version4"))(
    "writes %s so that it reads back equal",
    (name) => {
      const model = readSbml(featureTexts[name]!);
      const back = readSbml(formatSbml(model));
      expect(bare(back)).toEqual(bare(model));
      expect([back.level, back.version]).toEqual([3, 2]);
    },
  );

  it("writes a stoichiometry that is a formula as a rule for its reference", () => {
    const model = readSbml(featureTexts["level2Version4"]!);
    const back = readSbml(formatSbml(model));
    const reference = back.reactions[0]!.reactants[0]!;
    expect(reference).toMatchObject({ id: "R_A", stoichiometry: null, constant: false });
    expect(back.rules).toMatchObject([
      { kind: "assignment", variable: "R_A", math: model.reactions[0]!.reactants[0]!.stoichiometry },
    ]);
    expect(bare(readSbml(formatSbml(back)))).toEqual(bare(back));
  });

  it("writes numbers that read back to the same bits", () => {
    const values = [0, -0, 0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 1e21, 123456789012345680000, -2.5e-7, Infinity];
    const parameters = [...values, NaN, -Infinity].map((value, k) => ({ ...parameter, id: `p${k}`, value }));
    const rules = parameters.map(({ id, value }) => ({
      kind: "assignment" as const,
      variable: id,
      math: { kind: "number" as const, value },
      place,
    }));
    const back = readSbml(formatSbml({ ...empty, parameters, rules }));
    expect(back.parameters.map(({ value }) => value)).toEqual(parameters.map(({ value }) => value));
    expect(back.rules.map(({ math }) => math)).toEqual(rules.map(({ math }) => math));
  });

  it("writes names with any character that XML has", () => {
    const name = `a < b & "c" > 'd'\n\té 😀 ]]>`;
    const model = { ...empty, parameters: [{ ...parameter, name }] };
    expect(readSbml(formatSbml(model)).parameters[0]!.name).toBe(name);
    expect(() => formatSbml({ ...empty, parameters: [{ ...parameter, name: "a\u0000" }] })).toThrow(ModelError);
    expect(() => formatSbml({ ...empty, parameters: [{ ...parameter, name: "\ud800" }] })).toThrow(ModelError);
  });

  it("refuses ids that SBML cannot hold, calls of functions, and models that contradict themselves", () => {
    expect(() => formatSbml({ ...empty, parameters: [{ ...parameter, id: "a b" }] })).toThrow(/is none of SBML/);
    expect(() => formatSbml({ ...empty, parameters: [parameter, parameter] })).toThrow(/two parts/);
    const math = { kind: "call" as const, id: "f", args: [] };
    const rules = [{ kind: "assignment" as const, variable: "k", math, place }];
    expect(() => formatSbml({ ...empty, parameters: [parameter], rules })).toThrow(/calls the function f/);
  });

  it("refuses a rate with its own and a global parameter of one name", () => {
    const model = largeNetwork({ species: 3 });
    const [first, ...rest] = model.reactions;
    const own = { ...parameter, id: "convert0.forward0", constant: true };
    const kineticLaw = {
      kind: "apply" as const,
      op: "times" as const,
      args: [first!.kineticLaw!, { kind: "name" as const, id: own.id }],
    };
    const reactions = [{ ...first!, kineticLaw, localParameters: [own] }, ...rest];
    expect(() => formatSbml({ ...model, reactions })).toThrow(/its own parameter forward0/);
  });
});
