import { arrayTypeOf } from "../ir/builder.js";
import { sameShape, type Equation, type Graph, type Var, type ViewIndex } from "../ir/types.js";
import { composeIndex, piecesOf } from "./accessViews.js";
import { identityMap, operandMaps, type Wanted } from "./nestBuilder.js";
import { classOf, hasLaneAxis } from "./opClass.js";
import { isScatter, schedule, type Hosts, type Scatter } from "./schedule.js";
import { inlinedOperands } from "./statements/index.js";

/** A nest that reads a variable, and where in terms of the nest's axes. */
interface Reader {
  readonly nest: string;
  /** The op whose nest it is, or null for one that stores values. */
  readonly statement: Equation | null;
  readonly extents: readonly number[];
  readonly map: readonly ViewIndex[];
}

/** The nests that read each variable which is an expression, or would be: a few of them where there are many. */
export type Readers = ReadonlyMap<Var, ReadonlyMap<string, Reader>>;

/** More readers than this are as bad as this many. */
const mostReaders = 4;

/**
 * Finds the nests that would read each variable, were just `stored` ones stored; points along a short inner axis count as one: they are lanes.
 * Those in `shared` which just one nest reads, at one index, are `one`, and need not be stored: that nest computes them
 * once for each of their elements.
 */
export function readersOf(
  graph: Graph,
  stored: ReadonlySet<Var>,
  shared: ReadonlySet<Var>,
  hosts: Hosts,
): { readonly readers: Readers; readonly one: ReadonlySet<Var> } {
  const outputs = new Set(graph.outputs);
  const one = new Set<Var>();
  const readers = new Map<Var, Map<string, Reader>>();
  // Which scatters are one nest.
  const plan = graph.equations.filter(isScatter).length > 1 ? schedule(graph, stored, hosts) : null;
  const read = (variable: Var, reader: Reader): void => {
    const known = readers.get(variable);
    if (known === undefined) readers.set(variable, new Map([[keyOf(reader), reader]]));
    else if (known.size < mostReaders) known.set(keyOf(reader), reader);
  };
  for (let k = graph.equations.length - 1; k >= 0; k--) {
    const equation = graph.equations[k] as Equation;
    const [output] = equation.outputs;
    const { kind } = classOf(equation);
    if (kind === "statement" || kind === "alias" || output === undefined) {
      const nest = isScatter(equation) ? nestOf(equation) : `statement ${k}`;
      const inlined = inlinedOperands(equation);
      for (const { extents, wanted } of inlined)
        read(wanted.variable, { nest, statement: equation, extents, map: normalized(wanted, extents) });
      equation.inputs.forEach((input, n) => {
        if (input.type.kind === "array" && !inlined.some(({ wanted }) => wanted.variable === input))
          read(input, { ...asRoot(input), nest: `${nest}, ${n}` });
      });
      continue;
    }
    const own = [...(readers.get(output)?.values() ?? [])];
    if (shared.has(output) && !outputs.has(output) && own.length === 1 && isHoistable(own[0] as Reader))
      one.add(output);
    const isRoot = outputs.has(output) || (stored.has(output) && !one.has(output));
    const nests = isRoot ? [asRoot(output)] : own;
    for (const reader of nests)
      for (const wanted of operandsAt(equation, reader.map))
        read(wanted.variable, { ...reader, map: normalized(wanted, reader.extents) });
  }
  return { readers, one };

  function nestOf(scatter: Scatter): string {
    const [output] = scatter.outputs as readonly [Var];
    return plan === null ? "scatters" : `scatters ${plan.groupOf(output)}`;
  }

  function asRoot(variable: Var): Reader {
    const { shape } = arrayTypeOf(variable);
    const map = identityMap(shape.length);
    const host = hosts.get(variable);
    if (host === undefined) return { nest: `value ${variable.id}`, statement: null, extents: shape, map };
    return { nest: nestOf(host), statement: host, extents: arrayTypeOf(host.inputs[2] as Var).shape, map };
  }
}

/**
 * Finds values that a reduction reads and that a nest of scatters over the same elements had better compute along the way, since the
 * two share stored parts: then those are needed in that nest only, and need not be stored.
 */
export function chooseHosts(graph: Graph, stored: ReadonlySet<Var>, readers: Readers, known: Hosts): Hosts {
  const hosts = new Map<Var, Scatter>(known);
  const producers = new Map<Var, Equation>();
  for (const equation of graph.equations) equation.outputs.forEach((output) => producers.set(output, equation));
  for (const shared of stored) {
    const statements = [...(readers.get(shared)?.values() ?? [])].map(({ statement }) => statement);
    const scatter = statements.find((one) => one !== null && isScatter(one));
    if (scatter === undefined || scatter === null) continue;
    for (const statement of statements) {
      const operand = statement?.op === "reduceSum" ? statement.inputs[0] : undefined;
      if (operand === undefined || stored.has(operand) || hosts.has(operand) || graph.outputs.includes(operand))
        continue;
      const { shape } = arrayTypeOf(operand);
      const extents = arrayTypeOf(scatter.inputs[2] as Var).shape;
      const fits = sameShape(shape, extents.slice(0, hasLaneAxis(extents) ? shape.length : extents.length));
      if (!fits || shape.length < extents.length - 1) continue;
      if (classOf(producers.get(operand) as Equation).kind !== "elementwise") continue;
      // Hosts and what they compute must not wait for each other.
      if ([...hosts.keys()].some((other) => dependsOn([operand], other) || dependsOn([other], operand))) continue;
      if (dependsOn(scatter.inputs, operand) || scatter.outputs.some((output) => dependsOn([operand], output)))
        continue;
      hosts.set(operand, scatter as Scatter);
    }
  }
  return hosts;

  function dependsOn(variables: readonly Var[], source: Var): boolean {
    const seen = new Set<Var>(variables);
    for (const variable of seen) {
      if (variable === source) return true;
      const producer = producers.get(variable);
      producer?.inputs.forEach((input) => seen.add(input));
      // What reads a hosted value waits for its host, and the host for all that it computes.
      hosts.get(variable)?.inputs.forEach((input) => seen.add(input));
      for (const [hosted, host] of hosts) if (host === producer) seen.add(hosted);
    }
    return false;
  }
}

function keyOf({ nest, map }: Reader): string {
  return `${nest}: ${map.map((index) => `${index.axis ?? "_"}*${index.stride}+${index.offset}`).join(",")}`;
}

/** A point of a short inner axis that is the variable's last one stands for all of it: they are lanes of one value. */
function normalized({ variable, map }: Wanted, extents: readonly number[]): readonly ViewIndex[] {
  const last = map.at(-1);
  const lanes = extents.at(-1);
  if (last === undefined || !hasLaneAxis(extents) || arrayTypeOf(variable).shape.at(-1) !== lanes) return map;
  const inner = extents.length - 1;
  if (last.axis !== null && last.axis !== inner) return map;
  return [...map.slice(0, -1), { axis: inner, stride: 1, offset: 0 }];
}

/** Whether the value depends on the nest's first axes only, none left out between: then it is computed before the loops over the others. */
function isHoistable({ map }: Reader): boolean {
  const axes = new Set(map.flatMap(({ axis, stride }) => (axis === null || stride === 0 ? [] : [axis])));
  return axes.size === 0 || Math.max(...axes) === axes.size - 1;
}

function operandsAt(equation: Equation, map: readonly ViewIndex[]): readonly Wanted[] {
  const pieces = piecesOf(equation);
  if (pieces === null) {
    const others = operandMaps(equation, map);
    const [first] = equation.inputs;
    const isIndexed = equation.op === "gather" || equation.op === "dynamicSlice";
    return first !== undefined && isIndexed ? others.filter(({ variable }) => variable !== first) : others;
  }
  return pieces.map((piece) => ({
    variable: equation.inputs[piece.input] as Var,
    map: piece.index.map((index) => composeIndex(index, map)),
  }));
}
