import { graphBuilder } from "../../ir/builder.js";
import { arrayType, type Equation, type Graph, type Params, type Var } from "../../ir/types.js";
import { flattenCalls } from "../../lowering/flattenCalls.js";
import { isWorthMapping } from "../../transforms/batchOutside.js";
import { makeGraph, mapBodies } from "../../transforms/bodies.js";
import { dce } from "../../transforms/dce.js";
import { withoutEffects } from "../../transforms/graphs.js";
import { vectorize } from "../../transforms/vectorize.js";

/** A part of a program: what runs in one place, or the elements of a map, which may be spread. Parts run in order. */
export type Part =
  | { readonly kind: "whole"; readonly graph: Graph; readonly inputs: readonly Var[]; readonly outputs: readonly Var[] }
  | {
      readonly kind: "map";
      readonly size: number;
      readonly mapped: readonly boolean[];
      readonly inputs: readonly Var[];
      readonly outputs: readonly Var[];
      /** The program of so many of the elements: inputs and outputs as of the part, with that many rows where they are mapped. */
      chunk(size: number): Graph;
    };

/** A program in parts; variables are those of `graph`. */
export interface SplitProgram {
  readonly graph: Graph;
  readonly parts: readonly Part[];
}

/** Cuts a program where it maps over elements. What crosses from part to part is arrays: a loop whose Histories a later part reads runs there again. */
export function splitMaps(whole: Graph): SplitProgram {
  const graph = dce(withoutRagged(flattenCalls(whole)));
  const groups = groupsOf(graph);
  const complete = groups.map((equations) => withProducers(graph, equations));
  // The last part that reads each variable.
  const readers = new Map<Var, number>();
  complete.forEach((equations, at) => equations.forEach(({ inputs }) => inputs.forEach((one) => readers.set(one, at))));
  graph.outputs.forEach((output) => readers.set(output, groups.length));
  const parts = groups.map((own, at): Part => {
    const equations = complete[at] as readonly Equation[];
    const made = new Set(equations.flatMap(({ outputs }) => outputs));
    const inputs = [...new Set(equations.flatMap((one) => one.inputs))].filter((input) => !made.has(input));
    const outputs = own
      .flatMap((one) => one.outputs)
      .filter((output) => output.type.kind === "array" && (readers.get(output) ?? at) > at);
    const [only] = own as [Equation];
    if (isSpread(only)) return mapPart(only, outputs);
    return { kind: "whole", graph: dce(makeGraph(inputs, equations, outputs)), inputs, outputs };
  });
  return { graph, parts };
}

/** Each map that is spread alone, and the stretches between them. */
function groupsOf(graph: Graph): readonly (readonly Equation[])[] {
  const groups: Equation[][] = [];
  let open: Equation[] | null = null;
  for (const equation of graph.equations) {
    if (isSpread(equation)) {
      groups.push([equation]);
      open = null;
    } else if (open === null) groups.push((open = [equation]));
    else open.push(equation);
  }
  return groups;
}

/** The equations, and those before them that make Histories which they read; these check and print nothing again. */
function withProducers(graph: Graph, equations: readonly Equation[]): readonly Equation[] {
  const wanted = new Set(equations);
  const missing = new Set<Var>();
  const need = (equation: Equation): void =>
    equation.inputs.forEach((input) => {
      if (input.type.kind !== "array") missing.add(input);
    });
  equations.forEach(need);
  for (const equation of [...graph.equations].reverse()) {
    if (wanted.has(equation) || !equation.outputs.some((output) => missing.has(output))) continue;
    wanted.add(equation);
    need(equation);
  }
  const own = new Set(equations);
  return graph.equations
    .filter((equation) => wanted.has(equation))
    .map((equation) => (own.has(equation) ? equation : mapBodies(equation, withoutEffects)));
}

function isSpread(equation: Equation): equation is Equation<"call"> {
  if (equation.op !== "call") return false;
  const { map } = equation.params as Params["call"];
  return (
    map !== null && map.size > 1 && [...equation.inputs, ...equation.outputs].every(({ type }) => type.kind === "array")
  );
}

function mapPart(equation: Equation<"call">, outputs: readonly Var[]): Part {
  const { body, map } = equation.params;
  const { size, mapped } = map as NonNullable<typeof map>;
  const kept = outputs.map((output) => equation.outputs.indexOf(output));
  const narrow = dce(
    makeGraph(
      body.inputs,
      body.equations,
      kept.map((i) => body.outputs[i] as Var),
    ),
  );
  return {
    kind: "map",
    size,
    mapped,
    inputs: equation.inputs,
    outputs,
    chunk(rows) {
      if (!isWorthMapping(narrow, mapped))
        return vectorize(
          narrow,
          mapped,
          rows,
          narrow.outputs.map(() => true),
        ).graph;
      const b = graphBuilder();
      const inputs = narrow.inputs.map(({ type }, i) =>
        b.input(type.kind === "array" && mapped[i] === true ? arrayType(type.dtype, [rows, ...type.shape]) : type),
      );
      return b.build(b.emit("call", { body: narrow, map: { size: rows, mapped } }, inputs));
    },
  };
}

/** Histories that one map keeps for another are computed again by that one: they would not cross from thread to thread. */
function withoutRagged(graph: Graph): Graph {
  const producers = new Map<Var, Equation<"call">>();
  const equations = graph.equations.map((equation): Equation => {
    const merged = equation.op === "call" ? mergeProducers(equation as Equation<"call">, producers) : equation;
    if (merged !== equation || merged.op === "call")
      merged.outputs.forEach((output) => producers.set(output, merged as Equation<"call">));
    return merged;
  });
  return makeGraph(graph.inputs, equations, graph.outputs);
}

function mergeProducers(equation: Equation, producers: ReadonlyMap<Var, Equation<"call">>): Equation {
  if (equation.op !== "call") return equation;
  const { body, map } = equation.params as Params["call"];
  if (map === null) return equation;
  const ragged = equation.inputs.filter(({ type }) => type.kind === "ragged");
  const sources = [...new Set(ragged.map((input) => producers.get(input)))];
  const isKnown = (one: Equation<"call"> | undefined): one is Equation<"call"> => one?.params.map?.size === map.size;
  if (ragged.length === 0 || !sources.every(isKnown)) return equation;
  const b = graphBuilder();
  const outer: Var[] = [];
  const mapped: boolean[] = [];
  const images = new Map<string, Var>();
  const take = (variable: Var, type: Var["type"], flag: boolean): Var => {
    const key = `${variable.id} ${flag}`;
    let image = images.get(key);
    if (image === undefined) {
      image = b.input(type);
      images.set(key, image);
      outer.push(variable);
      mapped.push(flag);
    }
    return image;
  };
  const again = new Map<Var, Var>();
  for (const source of sources) {
    const inner = source.params;
    const flags = (inner.map as NonNullable<typeof inner.map>).mapped;
    const operands = source.inputs.map((input, i) =>
      take(input, (inner.body.inputs[i] as Var).type, flags[i] === true),
    );
    b.inline(withoutEffects(inner.body), operands).forEach((value, i) => again.set(source.outputs[i] as Var, value));
  }
  const operands = equation.inputs.map((input, i) => {
    const value = input.type.kind === "ragged" ? again.get(input) : undefined;
    return value ?? take(input, (body.inputs[i] as Var).type, map.mapped[i] === true);
  });
  const merged = b.build(b.inline(body, operands));
  return { ...equation, params: { body: merged, map: { size: map.size, mapped } }, inputs: outer } as Equation;
}
