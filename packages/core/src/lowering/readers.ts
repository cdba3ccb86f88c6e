import { arrayTypeOf } from "../ir/builder.js";
import type { Equation, Graph, Var, ViewIndex } from "../ir/types.js";
import { composeIndex, piecesOf } from "./accessViews.js";
import { identityMap, operandMaps, type Wanted } from "./nestBuilder.js";
import { classOf, hasLaneAxis } from "./opClass.js";
import { isScatter, schedule } from "./schedule.js";
import { inlinedOperands } from "./statements/index.js";

/**
 * The variables that are expressions, or would be, of just one nest, and read there at one index: computed in that nest they are
 * computed once for each of their elements. Lanes count as one index. Outputs of the Graph are not among them.
 */
export function readByOneNest(graph: Graph, stored: ReadonlySet<Var>): ReadonlySet<Var> {
  const outputs = new Set(graph.outputs);
  const readers = new Map<Var, Map<string, Reader>>();
  const read = (variable: Var, reader: Reader): void => {
    const known = readers.get(variable);
    if (known === undefined) readers.set(variable, new Map([[keyOf(reader), reader]]));
    else if (known.size <= 1) known.set(keyOf(reader), reader);
  };
  const one = new Set<Var>();
  // Which scatters are one nest.
  const plan = graph.equations.filter(isScatter).length > 1 ? schedule(graph, stored) : null;
  for (const equation of [...graph.equations].reverse()) {
    const [output] = equation.outputs;
    const { kind } = classOf(equation);
    if (kind === "statement" || kind === "alias" || output === undefined) {
      const nest = nestOf(equation);
      const inlined = inlinedOperands(equation);
      for (const { extents, wanted } of inlined)
        read(wanted.variable, { nest, extents, map: normalized(wanted, extents) });
      equation.inputs.forEach((input, k) => {
        if (!inlined.some(({ wanted }) => wanted.variable === input)) readWhole(input, `${nest}, ${k}`);
      });
      continue;
    }
    const own = readers.get(output);
    if (own?.size === 1 && !outputs.has(output) && isHoistable([...own.values()][0] as Reader)) one.add(output);
    const isRoot = stored.has(output) || outputs.has(output);
    const nests = isRoot ? [rootOf(output)] : [...(own?.values() ?? [])];
    for (const { nest, extents, map } of nests)
      for (const wanted of operandsAt(equation, map))
        read(wanted.variable, { nest, extents, map: normalized(wanted, extents) });
  }
  return one;

  function nestOf(equation: Equation): string {
    const group = isScatter(equation) ? plan?.groupOf(equation.outputs[0] as Var) : undefined;
    return group === undefined ? `statement ${graph.equations.indexOf(equation)}` : `scatters ${group}`;
  }

  function rootOf(variable: Var): Reader {
    const { shape } = arrayTypeOf(variable);
    return { nest: `value ${variable.id}`, extents: shape, map: identityMap(shape.length) };
  }

  function readWhole(variable: Var, nest: string): void {
    if (variable.type.kind === "array") read(variable, { ...rootOf(variable), nest });
  }
}

/** A nest that reads a variable, and where in terms of the nest's axes. */
interface Reader {
  readonly nest: string;
  readonly extents: readonly number[];
  readonly map: readonly ViewIndex[];
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
