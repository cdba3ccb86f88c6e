import { ArgumentError } from "@simgrad/core";
import type { Expression } from "../math/expression.js";
import type { Model, Place, Reaction, Rule, SpeciesReference } from "../model/model.js";
import { parseFormula } from "../sbml/parseFormula.js";
import { sbmlModel, type OdeModel } from "../simulate/sbmlModel.js";
import type { RateLaw, Side } from "./rateLaws.js";

/** A formula: text such as `k * A / (1 + A)`, or a tree. */
export type Formula = string | Expression;

/** A species of a network: its concentration at the start, or more. */
export type NetworkSpecies =
  | number
  | {
      readonly initial: number;
      /** Default: the first compartment. */
      readonly compartment?: string;
      /** Reactions do not change it. */
      readonly boundary?: boolean;
    };

/** A reaction: what reacts to what, and how fast. */
export interface NetworkReaction {
  /** `2 A + B -> C`; a side may be empty. */
  readonly equation: string;
  /** Change of concentrations by time, in the compartment of the first species that reacts (or else is made). */
  readonly rate: RateLaw | Formula;
}

/** A reaction network in TypeScript. */
export interface NetworkOptions {
  readonly name?: string;
  /** Sizes; default: one compartment of size 1, `cell`. */
  readonly compartments?: { readonly [id: string]: number };
  readonly species: { readonly [id: string]: NetworkSpecies };
  readonly parameters?: { readonly [id: string]: number };
  readonly reactions?: { readonly [id: string]: NetworkReaction };
  /** What gives the values of further quantities. */
  readonly assignments?: { readonly [id: string]: Formula };
  /** Derivatives by time of species that do not react. */
  readonly rates?: { readonly [id: string]: Formula };
}

const nowhere: Place = { file: null, line: null };

/**
 * Makes a model of a network that is written in TypeScript.
 *
 * @throws ArgumentError where an option is unknown, a number none, or an equation or formula cannot be read;
 *   ModelError where the model contradicts itself.
 * @example
 * const oscillator = reactionNetwork({
 *   species: { A: 10, B: 0 },
 *   parameters: { k: 0.3 },
 *   reactions: { turn: { equation: "A -> B", rate: massAction("k") }, decay: { equation: "B ->", rate: "0.1 * B" } },
 * });
 */
export function reactionNetwork(options: NetworkOptions): OdeModel {
  checkNetwork(options);
  const { name = "network", compartments = { cell: 1 }, species, parameters = {} } = options;
  const [first] = Object.keys(compartments);
  if (first === undefined) throw new ArgumentError({ what: "reactionNetwork: there is no compartment." });
  const placeOf = (id: string): string => {
    const own = species[id];
    return (typeof own === "object" ? own.compartment : undefined) ?? first;
  };
  const ruled = new Set([...Object.keys(options.assignments ?? {})]);
  const part = (id: string): { readonly id: string; readonly name: null; readonly place: Place } => ({
    id,
    name: null,
    place: nowhere,
  });
  const known = new Set([...Object.keys(species), ...Object.keys(parameters)]);
  const rules: readonly Rule[] = [
    ...Object.entries(options.assignments ?? {}).map(([variable, formula]): Rule => ({
      kind: "assignment",
      variable,
      math: formulaOf(variable, formula),
      place: nowhere,
    })),
    ...Object.entries(options.rates ?? {}).map(([variable, formula]): Rule => ({
      kind: "rate",
      variable,
      math: formulaOf(variable, formula),
      place: nowhere,
    })),
  ];
  const model: Model = {
    ...part(name),
    level: 3,
    version: 2,
    compartments: Object.entries(compartments).map(([id, size]) => ({
      ...part(id),
      spatialDimensions: 3,
      size,
      constant: true,
    })),
    species: Object.entries(species).map(([id, own]) => ({
      ...part(id),
      compartment: placeOf(id),
      initialAmount: null,
      initialConcentration: typeof own === "number" ? own : own.initial,
      hasOnlySubstanceUnits: false,
      boundaryCondition: typeof own === "object" && own.boundary === true,
      constant: false,
      conversionFactor: null,
    })),
    parameters: [
      ...Object.entries(parameters).map(([id, value]) => ({ ...part(id), value, constant: !isRuled(id, options) })),
      ...[...ruled].filter((id) => !known.has(id)).map((id) => ({ ...part(id), value: null, constant: false })),
    ],
    reactions: Object.entries(options.reactions ?? {}).map(([id, own]) =>
      reactionOf(id, own, placeOf, Object.keys(compartments).length === 1 && compartments[first] === 1),
    ),
    rules,
    initialAssignments: [],
    events: [],
    warnings: [],
  };
  return sbmlModel(model);
}

const optionNames: { readonly [K in keyof Required<NetworkOptions>]: true } = {
  name: true,
  compartments: true,
  species: true,
  parameters: true,
  reactions: true,
  assignments: true,
  rates: true,
};

/** Demands what types say, which JavaScript does not hold to, and finite numbers. */
function checkNetwork(options: NetworkOptions): void {
  const refuse = (what: string, got: unknown): never => {
    throw new ArgumentError({ what: `reactionNetwork: ${what}.`, got: String(got) });
  };
  if (typeof options !== "object" || options === null) refuse("the options are no object", options);
  const unknown = Object.keys(options).find((key) => !(key in optionNames));
  if (unknown !== undefined) {
    throw new ArgumentError({
      what: `reactionNetwork: there is no option ${unknown}.`,
      expected: `some of ${Object.keys(optionNames).join(", ")}`,
    });
  }
  const { species, parameters = {}, compartments = {} } = options;
  if (typeof species !== "object" || species === null) refuse("there are no species", species);
  const starts = Object.entries(species).map(
    ([id, own]) => [id, typeof own === "object" ? own?.initial : own] as const,
  );
  const entries: readonly (readonly [string, unknown])[] = [
    ...starts,
    ...Object.entries(parameters),
    ...Object.entries(compartments),
  ];
  for (const [id, value] of entries) {
    if (!/^[A-Za-z_]\w*$/.test(id)) refuse("an id is not of letters, digits and underscores", JSON.stringify(id));
    if (typeof value !== "number" || !Number.isFinite(value)) refuse(`the value of ${id} is no finite number`, value);
  }
  const flat = Object.entries(compartments).find(([, size]) => !(size > 0));
  if (flat !== undefined) refuse(`the size of ${flat[0]} is not positive`, flat[1]);
}

function isRuled(id: string, { assignments = {}, rates = {} }: NetworkOptions): boolean {
  return id in assignments || id in rates;
}

function reactionOf(
  id: string,
  { equation, rate }: NetworkReaction,
  placeOf: (species: string) => string,
  isUnit: boolean,
): Reaction {
  const [from, to] = sidesOf(id, equation);
  const own = typeof rate === "function" ? rate({ name: id, from, to }) : formulaOf(id, rate);
  const [leader] = [...from.keys(), ...to.keys()];
  const compartment = leader === undefined ? null : placeOf(leader);
  const references = (side: Side): readonly SpeciesReference[] =>
    [...side].map(([species, stoichiometry]) => ({ id: null, species, stoichiometry, constant: true, place: nowhere }));
  return {
    id,
    name: null,
    place: nowhere,
    reactants: references(from),
    products: references(to),
    modifiers: [],
    kineticLaw:
      isUnit || compartment === null
        ? own
        : { kind: "apply", op: "times", args: [{ kind: "name", id: compartment }, own] },
    localParameters: [],
  };
}

const term = /^(?:(\d+(?:\.\d+)?)\s*\*?\s*)?([A-Za-z_]\w*)$/;

function sidesOf(id: string, equation: string): readonly [Side, Side] {
  const sides = equation.split("->");
  const refuse = (got: string): never => {
    throw new ArgumentError({
      what: `reactionNetwork: the equation of ${id} cannot be read.`,
      got,
      expected: "such as `2 A + B -> C`",
    });
  };
  if (sides.length !== 2) refuse(equation);
  const side = (text: string): Side => {
    const counts = new Map<string, number>();
    if (text.trim() === "") return counts;
    for (const each of text.split("+")) {
      const [, count = "1", species] = term.exec(each.trim()) ?? [];
      if (species === undefined || Number(count) === 0) return refuse(each.trim());
      counts.set(species, (counts.get(species) ?? 0) + Number(count));
    }
    return counts;
  };
  return [side(sides[0]!), side(sides[1]!)];
}

function formulaOf(id: string, formula: Formula): Expression {
  if (typeof formula === "object" && formula !== null && "kind" in formula) return formula;
  if (typeof formula !== "string") {
    throw new ArgumentError({
      what: `reactionNetwork: the formula of ${id} is neither text nor a tree.`,
      got: String(formula),
    });
  }
  const refuse = (what: string): never => {
    throw new ArgumentError({ what: `reactionNetwork: the formula of ${id} cannot be read: ${what}.`, got: formula });
  };
  return parseFormula(formula, {
    refuse,
    warn: refuse,
    unknownFunction: (name) => refuse(`it calls ${name}, which is no function`),
  });
}
