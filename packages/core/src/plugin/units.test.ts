import { describe, expect, it } from "@jest/globals";
import type { Units } from "../sim/units.js";
import { np } from "../trace/np.js";
import { ArgumentError, TreeError } from "../util/errors.js";
import { checkUnits, expectUnitsCover, unitLeaves } from "./units.js";

const units: Units = { time: "s", params: { speed: "m/s" }, state: ["m", { at: "1" }], output: "m" };

describe("checkUnits", () => {
  it("takes units, with records or without", () => {
    expect(() => checkUnits("wave", units)).not.toThrow();
    expect(() => checkUnits("wave", { ...units, records: { pressure: "kPa" } })).not.toThrow();
  });

  it("names the leaf of a string that is no unit", () => {
    const wrong = { ...units, state: ["m", { at: "metres" }] };
    expect(() => checkUnits("wave", wrong)).toThrow(ArgumentError);
    expect(() => checkUnits("wave", wrong)).toThrow(/wave: units\.state\[1\]\.at: "metres" is no unit.*write m\./);
    expect(() => checkUnits("wave", { ...units, params: { speed: 3 } as never })).toThrow(/units\.params\.speed/);
  });

  it("names a part that is missing", () => {
    const { output: _, ...rest } = units;
    expect(() => checkUnits("wave", rest as Units)).toThrow(/units\.output is missing/);
    expect(() => checkUnits("wave", { ...units, time: {} as string })).toThrow(/units\.time is missing/);
    expect(() => checkUnits("wave", undefined as unknown as Units)).toThrow(/units are missing/);
  });
});

describe("expectUnitsCover", () => {
  const tree = { speed: np.array([1, 2]), source: [np.array(1)] };

  it("takes a tree whose leaves all have units, and units of leaves that are left out", () => {
    expect(() => expectUnitsCover("wave", "params", { speed: "m/s", source: ["1"], delay: "s" }, tree)).not.toThrow();
    expect(() => expectUnitsCover("wave", "records", undefined, null)).not.toThrow();
  });

  it("takes one unit for a whole part of a tree", () => {
    expect(() => expectUnitsCover("wave", "params", { speed: "m/s", source: "1" }, tree)).not.toThrow();
    expect(() => expectUnitsCover("wave", "params", "1", tree)).not.toThrow();
  });

  it("names the leaves without a unit", () => {
    expect(() => expectUnitsCover("wave", "params", { speed: "m/s" }, tree)).toThrow(TreeError);
    expect(() => expectUnitsCover("wave", "params", { sources: "1" }, tree)).toThrow(
      /params\.source\[0\], params\.speed without/,
    );
    expect(() => expectUnitsCover("wave", "records", undefined, tree)).toThrow(/units\.records has none/);
  });
});

describe("unitLeaves", () => {
  it("lists units by path", () => {
    expect(unitLeaves("m")).toEqual([{ path: "", unit: "m" }]);
    expect(unitLeaves(units.state)).toEqual([
      { path: "[0]", unit: "m" },
      { path: "[1].at", unit: "1" },
    ]);
  });
});
