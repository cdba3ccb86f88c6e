import { evaluate } from "./evaluate/evaluate.js";
import { firstNonFinite, type NonFiniteEntry } from "./notFinite.js";
import type { Equation, Graph, Params, Var } from "./types.js";
import type { Value } from "./values.js";

/** A `check` that does not hold, and where. */
export interface FailedCheck {
  readonly params: Params["check"];
  /** Loops and maps around it, outermost first: `step 12 of a scan`. */
  readonly path: readonly string[];
  /** What it found, if it is one that values are finite. */
  readonly entry: NonFiniteEntry | null;
}

/**
 * Finds the first `check` of a Graph that does not hold, by evaluating all of it slowly. Nothing is printed.
 *
 * @returns null where all of them hold.
 */
export function findFailedCheck(graph: Graph, inputs: readonly Value[]): FailedCheck | null {
  let found: FailedCheck | null = null;

  // What failed goes on to its end, as the run of the program did.
  const run = (body: Graph, given: readonly Value[], path: readonly string[]): readonly Value[] => {
    const values = new Map<Var, Value>();
    body.inputs.forEach((input, i) => values.set(input, given[i] as Value));
    const read = (variable: Var): Value => values.get(variable) as Value;
    for (const equation of body.equations) {
      const { op, params, outputs } = equation;
      const operands = equation.inputs.map(read);
      if (equation.op === "debugPrint") continue;
      if (equation.op === "check") {
        if (found === null && numberOf(operands[0]) === 0)
          found = { params: params as Params["check"], path, entry: testedEntry(body, equation, read) };
        continue;
      }
      const label = labels(equation, operands);
      const results = evaluate(op, params, operands, (inner, arguments_) =>
        run(inner, arguments_, [...path, ...label(inner)]),
      );
      outputs.forEach((output, i) => values.set(output, results[i] as Value));
    }
    return body.outputs.map(read);
  };

  run(graph, inputs, []);
  return found;
}

/** Says, each time that a body of the equation begins to run, which of its runs that is. */
function labels(equation: Equation, operands: readonly Value[]): (body: Graph) => readonly string[] {
  let count = 0;
  switch (equation.op) {
    case "scan": {
      const { length, reverse } = equation.params as Params["scan"];
      const trips = length ?? numberOf(operands[0]);
      return () => {
        const step = reverse ? trips - 1 - count : count;
        count++;
        return [`step ${step} of a scan${reverse ? " that runs backwards" : ""}`];
      };
    }
    case "while": {
      const { cond } = equation.params as Params["while"];
      return (body) =>
        body === cond ? [`the condition before step ${count} of a while loop`] : [`step ${count++} of a while loop`];
    }
    case "call": {
      const { map } = equation.params as Params["call"];
      return () => (map === null ? [] : [`element ${count++} of a map`]);
    }
    default:
      return () => [];
  }
}

/** What the condition of a check tests for being finite: what its `isFinite` reads. */
function testedEntry(body: Graph, check: Equation, read: (variable: Var) => Value): NonFiniteEntry | null {
  let at: Equation | undefined = check;
  while (at !== undefined && at.op !== "isFinite") {
    const source: Var | undefined = at.inputs[0];
    at = body.equations.find(({ outputs }) => source !== undefined && outputs.includes(source));
  }
  const tested = at?.inputs[0];
  return tested === undefined ? null : firstNonFinite(read(tested));
}

function numberOf(value: Value | undefined): number {
  return value?.kind === "array" ? (value.data[0] as number) : 0;
}
