import { ArgumentError, UnsupportedError } from "../util/errors.js";
import { isGraph } from "./bodies.js";
import { freshVar, makeEquation } from "./builder.js";
import { opNames } from "./infer.js";
import type { Equation, Graph, OpName, Params, Type, Var } from "./types.js";
import { verify } from "./verify.js";

const format = "simgrad-graph";
const version = 1;

/** A Graph whose variables are numbered: variable i has type `types[i]`. */
interface GraphRecord {
  readonly types: readonly Type[];
  readonly inputs: readonly number[];
  readonly equations: readonly EquationRecord[];
  readonly outputs: readonly number[];
}

interface EquationRecord {
  readonly op: string;
  readonly params: unknown;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/**
 * A Graph as JSON text. -0, NaN and infinities are kept, and so is the sharing of bodies. Ids of variables are not.
 *
 * @throws UnsupportedError where a function of the Graph has a rule of its own for its derivative.
 */
export function serializeGraph(graph: Graph): string {
  const graphs: GraphRecord[] = [];
  const indices = new Map<Graph, number>();
  const add = (next: Graph): number => {
    const known = indices.get(next);
    if (known !== undefined) return known;
    const record = writeGraph(next, add);
    const index = graphs.push(record) - 1;
    indices.set(next, index);
    return index;
  };
  const main = add(graph);
  return JSON.stringify({ format, version, main, graphs });
}

/**
 * The Graph that `serializeGraph` wrote, with variables of its own; it is verified.
 *
 * @throws ArgumentError where the text is no JSON, of another format or version, or not a well-formed Graph.
 */
export function deserializeGraph(text: string): Graph {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : String(error));
  }
  if (!isObject(content) || content["format"] !== format || !Array.isArray(content["graphs"])) {
    throw malformed("another format");
  }
  if (content["version"] !== version) throw malformed(`version ${String(content["version"])}`);
  try {
    const graphs: Graph[] = [];
    for (const record of content["graphs"]) graphs.push(readGraph(record as GraphRecord, graphs));
    const main = graphs[content["main"] as number];
    if (main === undefined) throw malformed("no main Graph");
    verify(main, "deserializeGraph");
    return main;
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw malformed(error instanceof Error ? error.message : String(error));
  }
}

function writeGraph(graph: Graph, indexOf: (body: Graph) => number): GraphRecord {
  const numbers = new Map<Var, number>();
  const types: Type[] = [];
  const define = (variable: Var): number => {
    numbers.set(variable, types.length);
    return types.push(variable.type) - 1;
  };
  const read = (variable: Var): number => numbers.get(variable) as number;
  const inputs = graph.inputs.map(define);
  const equations = graph.equations.map(({ op, params, inputs: operands, outputs }) => ({
    op,
    params: encode(params, indexOf),
    inputs: operands.map(read),
    outputs: outputs.map(define),
  }));
  return { types, inputs, equations, outputs: graph.outputs.map(read) };
}

function readGraph(record: GraphRecord, earlier: readonly Graph[]): Graph {
  const variables = record.types.map((type) => freshVar(readType(type)));
  const variable = (index: number): Var => {
    const found = variables[index];
    if (found === undefined) throw malformed(`variable ${index} has no type`);
    return found;
  };
  const equations = record.equations.map((equation): Equation => {
    if (!opNames.includes(equation.op as OpName)) throw malformed(`unknown operation '${equation.op}'`);
    const params = decode(equation.params, earlier) as Params[OpName];
    return makeEquation(equation.op as OpName, params, equation.inputs.map(variable), equation.outputs.map(variable));
  });
  return Object.freeze({
    inputs: Object.freeze(record.inputs.map(variable)),
    equations: Object.freeze(equations),
    outputs: Object.freeze(record.outputs.map(variable)),
  });
}

function readType(type: Type): Type {
  const known: readonly string[] = ["array", "history", "ragged"];
  if (!isObject(type) || !known.includes(type.kind)) throw malformed("a type of unknown kind");
  return type;
}

/** Parameters as JSON: numbers that JSON lacks become `{"$number": text}`, bodies `{"$graph": index}`. */
function encode(value: unknown, indexOf: (body: Graph) => number): unknown {
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { $number: Object.is(value, -0) ? "-0" : String(value) };
  }
  if (typeof value === "function") {
    throw new UnsupportedError({
      what: "A Graph with a derivative by a rule of its own cannot be written as text: the rule is a function.",
      fix: "write the compiled program, or the Graph after differentiation.",
    });
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((inner) => encode(inner, indexOf));
  if (isGraph(value)) return { $graph: indexOf(value) };
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, encode(inner, indexOf)]));
}

function decode(value: unknown, earlier: readonly Graph[]): unknown {
  if (Array.isArray(value)) return value.map((inner) => decode(inner, earlier));
  if (!isObject(value)) return value;
  if ("$number" in value) return Number(value["$number"]);
  if ("$graph" in value) {
    const body = earlier[value["$graph"] as number];
    if (body === undefined) throw malformed("a body that is not there");
    return body;
  }
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, decode(inner, earlier)]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function malformed(got: string): ArgumentError {
  return new ArgumentError({
    what: "The text is not a serialised Graph.",
    got,
    expected: `JSON text of the format ${format}, version ${version}`,
    fix: "pass what serializeGraph returned.",
  });
}
