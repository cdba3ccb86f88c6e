import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "@simgrad/core";
import { ModelError, reactionNetwork } from "../index.js";

const refused = (options: object): (() => unknown) => {
  return () => reactionNetwork({ species: { A: 1 }, ...options } as never);
};

describe("reactionNetwork refuses", () => {
  it.each([
    ["a start that is no number", { species: { A: NaN } }, /the value of A is no finite number\. Got: NaN/],
    ["a start that is text", { species: { A: "1" } }, /the value of A is no finite number/],
    ["a species without start", { species: { A: {} } }, /the value of A is no finite number\. Got: undefined/],
    ["no species", { species: undefined }, /there are no species/],
    ["a parameter that is infinite", { parameters: { k: Infinity } }, /the value of k is no finite number/],
    ["a compartment without room", { compartments: { c: 0 } }, /the size of c is not positive\. Got: 0/],
    ["an id that formulas cannot have", { species: { "A b": 1 } }, /an id is not of letters.*"A b"/],
    ["an unknown option", { reaction: {} }, /there is no option reaction\. Expected: some of name, compartments/],
    ["a rate that is a number", { reactions: { R: { equation: "A ->", rate: 3 } } }, /the formula of R is neither/],
    ["none of a species", { reactions: { R: { equation: "0 A ->", rate: "1" } } }, /the equation of R cannot be read/],
    ["two arrows", { reactions: { R: { equation: "A -> -> A", rate: "1" } } }, /the equation of R cannot be read/],
  ])("%s", (_, options, message) => {
    expect(refused(options)).toThrow(ArgumentError);
    expect(refused(options)).toThrow(message);
  });

  it("what is no object", () => {
    expect(() => reactionNetwork(null as never)).toThrow(/the options are no object\. Got: null/);
  });

  it.each([
    ["one id for two parts", { parameters: { A: 1 } }, /two parts of the model are A/],
    ["a compartment that is none", { species: { A: { initial: 1, compartment: "x" } } }, /is in x, which is no/],
    ["a rule for what reacts", { reactions: { R: { equation: "A ->", rate: "1" } }, assignments: { A: "2" } }, /both/],
    ["a rate of nothing", { rates: { q: "1" } }, /the rule sets q, which is no variable/],
  ])("%s, as a model would", (_, options, message) => {
    expect(refused(options)).toThrow(ModelError);
    expect(refused(options)).toThrow(message);
  });
});
