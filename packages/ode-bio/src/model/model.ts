import type { Expression } from "../math/expression.js";

/** Where in a file something stands. */
export interface Place {
  readonly file: string | null;
  /** Line, from 1; null where the model was not read from a file. */
  readonly line: number | null;
}

/** What all parts of a model have. */
export interface Part {
  readonly id: string;
  /** Name for people, or null. */
  readonly name: string | null;
  readonly place: Place;
}

/** A volume (or area, length, point) in which species are. */
export interface Compartment extends Part {
  /**
   * 0 to 3. It changes no numbers: species for which level 2 has amounts only, as in a point, have
   * `hasOnlySubstanceUnits`.
   */
  readonly spatialDimensions: number;
  /**
   * Size at the start, null where the file does not give it: then an initial assignment or a rule does, or nothing
   * needs it.
   */
  readonly size: number | null;
  readonly constant: boolean;
}

/** A substance in a compartment. */
export interface Species extends Part {
  readonly compartment: string;
  /**
   * At most one of the two is given; neither where an initial assignment or a rule gives the value, or nothing needs
   * it.
   */
  readonly initialAmount: number | null;
  readonly initialConcentration: number | null;
  /** Whether its id stands for the amount in formulas; else for the concentration. */
  readonly hasOnlySubstanceUnits: boolean;
  /** Reactions do not change it. */
  readonly boundaryCondition: boolean;
  readonly constant: boolean;
  /** Parameter by which extents are multiplied to get amounts; null for none. */
  readonly conversionFactor: string | null;
}

/** A number with a name; it may change by rules and events unless it is constant. */
export interface Parameter extends Part {
  /** Null where the file does not give it: then an initial assignment or a rule does, or nothing needs it. */
  readonly value: number | null;
  readonly constant: boolean;
}

/** A species as it takes part in a reaction. */
export interface SpeciesReference {
  /** Its id, by which formulas may refer to the stoichiometry; null for none. */
  readonly id: string | null;
  readonly species: string;
  /** A number, a formula (stoichiometryMath), or null where the file leaves it open. */
  readonly stoichiometry: number | Expression | null;
  readonly constant: boolean;
  readonly place: Place;
}

/** A reaction; its id stands for its rate in formulas. */
export interface Reaction extends Part {
  readonly reactants: readonly SpeciesReference[];
  readonly products: readonly SpeciesReference[];
  readonly modifiers: readonly string[];
  /** Extent per time; null where the file gives none. Ids of local parameters are made unique: `reaction.parameter`. */
  readonly kineticLaw: Expression | null;
  /** Parameters that are known in this reaction alone, under their unique ids. */
  readonly localParameters: readonly Parameter[];
}

/** What sets or drives a variable. */
export type Rule =
  | { readonly kind: "assignment"; readonly variable: string; readonly math: Expression; readonly place: Place }
  | { readonly kind: "rate"; readonly variable: string; readonly math: Expression; readonly place: Place }
  | { readonly kind: "algebraic"; readonly math: Expression; readonly place: Place };

/** A value at the start. */
export interface InitialAssignment {
  readonly symbol: string;
  readonly math: Expression;
  readonly place: Place;
}

/** What happens when a condition becomes true. */
export interface ModelEvent extends Part {
  readonly trigger: Expression;
  /** Whether the trigger counts as true before the start: an event that fires at time 0 has false. */
  readonly initialValue: boolean;
  /** Whether the event still happens where the trigger has become false again during the delay. */
  readonly persistent: boolean;
  readonly delay: Expression | null;
  readonly priority: Expression | null;
  /** Whether the values assigned are those at the trigger's time, not at the end of the delay. */
  readonly useValuesFromTriggerTime: boolean;
  readonly assignments: readonly { readonly variable: string; readonly math: Expression; readonly place: Place }[];
}

/** A warning: something that was read, and is not taken into account, without harm to the numbers. */
export interface ModelWarning {
  readonly message: string;
  readonly place: Place;
}

/**
 * A reaction network as SBML describes it, after reading: functions inlined, local parameters made unique, defaults
 * of the level filled in. What a level or version says differently is settled here; nothing later knows of levels.
 */
export interface Model extends Part {
  readonly level: number;
  readonly version: number;
  readonly compartments: readonly Compartment[];
  readonly species: readonly Species[];
  readonly parameters: readonly Parameter[];
  readonly reactions: readonly Reaction[];
  readonly rules: readonly Rule[];
  readonly initialAssignments: readonly InitialAssignment[];
  readonly events: readonly ModelEvent[];
  /** Constraints of the model; they are not looked at, which is a warning. */
  readonly warnings: readonly ModelWarning[];
}
