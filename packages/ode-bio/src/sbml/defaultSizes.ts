import type { Compartment, InitialAssignment, ModelWarning, Rule } from "../model/model.js";

/** A model's compartments, and what may set their sizes. */
export interface Sized {
  readonly compartments: readonly Compartment[];
  readonly rules: readonly Rule[];
  readonly initialAssignments: readonly InitialAssignment[];
}

/**
 * Compartments with a size of 1 where the file leaves it open, and a warning for each of them. SBML of levels 2 and 3
 * has no default for sizes, yet published models that leave them out are simulated with 1, as libRoadRunner does.
 * Points have no size, and where a rule or initial assignment may give one, nothing is added.
 */
export function withDefaultSizes(model: Sized): {
  readonly compartments: readonly Compartment[];
  readonly warnings: readonly ModelWarning[];
} {
  const { rules, initialAssignments } = model;
  const set = new Set([
    ...initialAssignments.map(({ symbol }) => symbol),
    ...rules.flatMap((rule) => (rule.kind === "assignment" ? [rule.variable] : [])),
  ]);
  const hasAlgebraic = rules.some(({ kind }) => kind === "algebraic");
  const warnings: ModelWarning[] = [];
  const compartments = model.compartments.map((part) => {
    const { id, size, constant, spatialDimensions, place } = part;
    const mayBeGiven = set.has(id) || (hasAlgebraic && !constant);
    if (size !== null || spatialDimensions === 0 || mayBeGiven) return part;
    warnings.push({ message: `The size of the compartment ${id} is not given; it is taken to be 1.`, place });
    return { ...part, size: 1 };
  });
  return { compartments, warnings };
}
