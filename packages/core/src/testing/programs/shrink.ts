import { freshVar, makeEquation } from "../../ir/builder.js";
import type { ArrayType, Equation, Graph, Var } from "../../ir/types.js";
import { sameType } from "../../ir/types.js";
import { isOp, makeGraph, mapBodies } from "../../transforms/bodies.js";
import { dce } from "../../transforms/dce.js";

/** Most candidates that one shrinking tries. */
const patience = 400;

/**
 * The smallest Graph found that still fails: outputs are dropped, equations replaced by earlier variables or constants, loops
 * shortened, bodies shrunk likewise; as long as something helps. Inputs stay.
 */
export function shrink(graph: Graph, fails: (candidate: Graph) => boolean): Graph {
  let best = graph;
  let tries = 0;
  for (let progress = true; progress;) {
    progress = false;
    for (const candidate of smaller(best)) {
      if (tries++ > patience) return best;
      if (!fails(candidate)) continue;
      best = candidate;
      progress = true;
      break;
    }
  }
  return best;
}

/** Graphs with less in them. */
function* smaller(graph: Graph, isBody = false): Generator<Graph> {
  if (!isBody && graph.outputs.length > 1) {
    for (let i = 0; i < graph.outputs.length; i++)
      yield dce(
        graph,
        graph.outputs.map((_, k) => k === i),
      );
  }
  for (let i = graph.equations.length - 1; i >= 0; i--) {
    const equation = graph.equations[i] as Equation;
    const without = remove(graph, i);
    if (without !== null) yield without;
    for (const changed of smallerEquations(equation)) {
      yield dce(
        makeGraph(
          graph.inputs,
          graph.equations.map((old, k) => (k === i ? changed : old)),
          graph.outputs,
        ),
      );
    }
  }
}

/** The Graph without equation i: an operand of the same type, or a constant, stands for each output. */
function remove(graph: Graph, i: number): Graph | null {
  const equation = graph.equations[i] as Equation;
  if (equation.op === "literal" || equation.outputs.some(({ type }) => type.kind !== "array")) return null;
  const stand = new Map<Var, Var>();
  const literals: Equation[] = [];
  for (const output of equation.outputs) {
    const operand = equation.inputs.find((input) => sameType(input.type, output.type));
    const replacement = operand ?? freshVar(output.type);
    if (operand === undefined) {
      const params = {
        type: output.type as ArrayType,
        value: (output.type as ArrayType).dtype === "float64" ? 0.5 : 1,
      };
      literals.push(makeEquation("literal", params, [], [replacement]));
    }
    stand.set(output, replacement);
  }
  const read = (variable: Var): Var => stand.get(variable) ?? variable;
  const rest = graph.equations
    .slice(i + 1)
    .map(({ op, params, inputs, outputs }) => makeEquation(op, params, inputs.map(read), outputs));
  return dce(makeGraph(graph.inputs, [...graph.equations.slice(0, i), ...literals, ...rest], graph.outputs.map(read)));
}

function* smallerEquations(equation: Equation): Generator<Equation> {
  const { inputs, outputs } = equation;
  if ((isOp(equation, "scan") || isOp(equation, "while")) && equation.params.keep.kind === "inverse") {
    // A body that is shrunk without its inverse would fail for that alone.
    yield withoutInverse(equation);
    return;
  }
  if (isOp(equation, "scan")) {
    const { length, nConst, nCarry, yHistory } = equation.params;
    const plain = inputs.slice(nConst + nCarry).every(({ type }) => type.kind !== "array");
    if (length !== null && length > 1 && plain && yHistory.length === 0) {
      yield makeEquation("scan", { ...equation.params, length: length - 1 }, inputs, outputs);
    }
  }
  const bodies: Graph[] = [];
  mapBodies(equation, (body) => {
    bodies.push(body);
    return body;
  });
  for (const body of bodies) {
    for (const candidate of smaller(body, true)) {
      if (isOp(equation, "while") && !stillCounts(equation, body, candidate)) continue;
      yield mapBodies(equation, (other) => (other === body ? candidate : other));
    }
  }
}

function withoutInverse(equation: Equation<"scan"> | Equation<"while">): Equation {
  const keep = { kind: "auto" } as const;
  const { inputs, outputs } = equation;
  if (equation.op === "scan") return makeEquation("scan", { ...equation.params, keep }, inputs, outputs);
  return makeEquation("while", { ...(equation as Equation<"while">).params, keep }, inputs, outputs);
}

/** Whether a while still ends: its condition is the same, and so is what its counters do. */
function stillCounts({ params }: Equation<"while">, body: Graph, candidate: Graph): boolean {
  if (body === params.cond) return false;
  return body.outputs.slice(0, params.nCarry).every((output, k) => {
    if (output.type.kind !== "array" || output.type.dtype !== "int32") return true;
    const counter = candidate.inputs[params.nConst + k];
    const producer = candidate.equations.find(({ outputs }) => outputs[0] === candidate.outputs[k]);
    return producer?.op === "add" && producer.inputs[0] === counter;
  });
}
