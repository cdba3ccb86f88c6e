import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "../util/errors.js";
import { parseUnit, sameDimension } from "./unit.js";

const speed = [1, 0, -1, 0, 0, 0, 0];
const energy = [2, 1, -2, 0, 0, 0, 0];

describe("parseUnit", () => {
  it.each<[string, readonly number[], number]>([
    ["1", [0, 0, 0, 0, 0, 0, 0], 1],
    ["m", [1, 0, 0, 0, 0, 0, 0], 1],
    ["m/s", speed, 1],
    ["m s^-1", speed, 1],
    ["m*s^-1", speed, 1],
    ["m·s^-1", speed, 1],
    ["km/h", speed, 1 / 3.6],
    ["kg m^2/s^2", energy, 1],
    ["J", energy, 1],
    ["N m", energy, 1],
    ["kg", [0, 1, 0, 0, 0, 0, 0], 1],
    ["J/(kg K)", [2, 0, -2, 0, -1, 0, 0], 1],
    ["1/s", [0, 0, -1, 0, 0, 0, 0], 1],
    ["1/(mol s)", [0, 0, -1, 0, 0, -1, 0], 1],
    ["um", [1, 0, 0, 0, 0, 0, 0], 1e-6],
    ["µm", [1, 0, 0, 0, 0, 0, 0], 1e-6],
    ["s^(1/2)", [0, 0, 0.5, 0, 0, 0, 0], 1],
    ["nM", [-3, 0, 0, 0, 0, 1, 0], 1e-6],
    ["%", [0, 0, 0, 0, 0, 0, 0], 1e-2],
  ])("reads %s", (text, dimension, factor) => {
    const unit = parseUnit(text);
    expect(unit.text).toBe(text);
    expect(unit.dimension).toEqual(dimension);
    expect(unit.factor / factor).toBeCloseTo(1, 14);
  });

  it("tells a symbol from a prefix with a symbol", () => {
    // the minute is no milli-inch, the pascal no peta-year, the candela no centi-day, the tesla no prefix alone
    expect(parseUnit("min").factor).toBe(60);
    expect(parseUnit("Pa").dimension).toEqual([-1, 1, -2, 0, 0, 0, 0]);
    expect(parseUnit("cd").dimension).toEqual([0, 0, 0, 0, 0, 0, 1]);
    expect(parseUnit("dam").factor).toBe(10);
    expect(parseUnit("mm").factor).toBe(1e-3);
    expect(parseUnit("hPa").factor).toBe(100);
  });

  it.each([
    ["", /a factor that is empty/],
    ["m/", /a factor that is empty/],
    ["m/s/kg", /two divisions.*m\/\(s kg\)/],
    ["J/kg K", /a product behind "\/" without parentheses.*J\/\(kg K\)/],
    ["meters", /"meters", which is no symbol of the SI.*write m\./],
    ["sec", /write s\./],
    ["furlong", /use symbols such as/],
    ["kmin", /"kmin"/],
    ["m^", /"m\^"/],
    ["m2", /"m2"/],
    ["m^(1/0)", /an exponent that is a number/],
    ["dimensionless", /write 1\./],
  ])("refuses %j", (text, message) => {
    expect(() => parseUnit(text)).toThrow(ArgumentError);
    expect(() => parseUnit(text)).toThrow(message);
  });

  it("refuses what is no string", () => {
    expect(() => parseUnit(1 as unknown as string)).toThrow(/A unit is a string\. Got: number/);
  });
});

describe("sameDimension", () => {
  it("compares what is measured, not how", () => {
    expect(sameDimension(parseUnit("km/h"), parseUnit("m/s"))).toBe(true);
    expect(sameDimension(parseUnit("N m"), parseUnit("J"))).toBe(true);
    expect(sameDimension(parseUnit("1/m^-1"), parseUnit("m"))).toBe(true);
    expect(sameDimension(parseUnit("s"), parseUnit("1/s"))).toBe(false);
  });
});
