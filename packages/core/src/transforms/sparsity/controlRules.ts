import { arrayTypeOf } from "../../ir/builder.js";
import { sizeOf, type Graph, type Params, type Var } from "../../ir/types.js";
import { arrayValue, type ArrayValue } from "../../ir/values.js";
import { dense } from "./arrayRules.js";
import { extentOf, filled, type SparsityContext, type SparsityRules, type Trait } from "./rule.js";
import { nothing, union, unionOf, type Dependence } from "./sets.js";

/** Up to this number of equations in all steps together a loop is followed step by step. */
const unrollLimit = 20_000;

type ControlName = "call" | "customCall" | "linearCall" | "cond" | "scan" | "while";

/** Dependence through bodies. Loops that are long, or whose length is not known, are followed to the least fixpoint. */
export const controlRules: SparsityRules<ControlName> = {
  call: (context, { params, outputs, inputs: operands }, inputs) => {
    const { body, map } = params;
    if (map === null) return context.run(body, inputs).map((trait) => trait.dependence);
    const results = outputs.map((): Dependence[][] => []);
    for (let element = 0; element < map.size; element++) {
      const own = inputs.map((input, i) =>
        map.mapped[i] === true ? elementOf(operands[i]!, input, element, map.size) : input,
      );
      context.run(body, own).forEach((trait, k) => results[k]!.push(trait.dependence.slice()));
    }
    return outputs.map((output, k) => (output.type.kind === "array" ? results[k]!.flat() : merge(output, results[k]!)));
  },
  // a derivative of the user's own may see what the body's has lost, but hardly what its value does not depend on
  customCall: (context, { params, outputs }, inputs) => {
    if (params.derivative.kind === "constant" && !context.values)
      return outputs.map((output) => filled(output, nothing));
    return context
      .run(params.body, inputs, context.values || params.derivative.kind !== "recompute")
      .map((trait) => trait.dependence);
  },
  linearCall: dense,
  cond: (context, { params, outputs }, [predicate, ...operands]) => {
    const known = predicate!.value;
    const branches = known === null ? params.branches : [params.branches[known.data[0] === 1 ? 0 : 1]];
    const results = branches.map((branch) => context.run(branch, operands).map((trait) => trait.dependence));
    const decides = context.values ? unionOf(predicate!.dependence) : nothing;
    return outputs.map((output, k) =>
      [...results.map((result) => result[k]!), filled(output, decides)].reduce(unionEach),
    );
  },
  scan: (context, equation, inputs) => {
    const { length, nConst, nCarry, body } = equation.params;
    const shift = length === null ? 1 : 0;
    const operands = inputs.slice(shift);
    const parts = { consts: operands.slice(0, nConst), carry: operands.slice(nConst, nConst + nCarry) };
    const xs = operands.slice(nConst + nCarry);
    const xVars = equation.inputs.slice(shift + nConst + nCarry);
    const xsAreArrays = xVars.every((variable) => variable.type.kind === "array");
    if (length !== null && xsAreArrays && length * countOf(body) <= unrollLimit)
      return unrolled(context, equation.params, length, parts, xs, xVars, equation.outputs);
    const rows = xs.map((x, i) => anyRow(xVars[i]!, x));
    const trips = shift === 1 && context.values ? unionOf(inputs[0]!.dependence) : nothing;
    const { carry, rest } = fixpoint(context, body, parts, rows, nCarry, trips);
    return equation.outputs.map((output, k) => (k < nCarry ? carry[k]! : rowsLike(output, rest[k - nCarry]!)));
  },
  while: (context, equation, inputs) => {
    const { nCondConst, nConst, nCarry, cond, body } = equation.params;
    const condConsts = inputs.slice(0, nCondConst);
    const parts = {
      consts: inputs.slice(nCondConst, nCondConst + nConst),
      carry: inputs.slice(nCondConst + nConst),
    };
    let decides = nothing;
    for (;;) {
      const { carry, rest } = fixpoint(context, body, parts, [], nCarry, decides);
      const open = carry.map((dependence): Trait => ({ dependence, value: null }));
      const next = context.values
        ? union(decides, unionOf(context.run(cond, [...condConsts, ...open])[0]!.dependence))
        : nothing;
      if (next.length === decides.length) return [...carry, filled(equation.outputs[nCarry]!, decides), ...rest];
      decides = next;
    }
  },
};

interface LoopParts {
  readonly consts: readonly Trait[];
  readonly carry: readonly Trait[];
}

function unrolled(
  context: SparsityContext,
  { nCarry, reverse, body }: Params["scan"],
  length: number,
  { consts, carry: init }: LoopParts,
  xs: readonly Trait[],
  xVars: readonly Var[],
  outputs: readonly Var[],
): readonly (readonly Dependence[])[] {
  let carry = init;
  const ys = outputs.slice(nCarry).map((): (readonly Dependence[])[] => new Array<readonly Dependence[]>(length));
  for (let step = 0; step < length; step++) {
    const i = reverse ? length - 1 - step : step;
    const rows = xs.map((x, k) => elementOf(xVars[k]!, x, i, length));
    const results = context.run(body, [...consts, ...carry, ...rows]);
    carry = results.slice(0, nCarry);
    results.slice(nCarry).forEach((y, k) => (ys[k]![i] = y.dependence));
  }
  return outputs.map((output, k) => {
    if (k < nCarry) return carry[k]!.dependence;
    const rows = ys[k - nCarry]!;
    return output.type.kind === "array" ? rows.flat() : merge(output, rows);
  });
}

/** Dependence of a carry after any number of steps, and of what the steps return besides. */
function fixpoint(
  context: SparsityContext,
  body: Graph,
  { consts, carry: init }: LoopParts,
  rows: readonly Trait[],
  nCarry: number,
  decides: Dependence,
): { readonly carry: readonly (readonly Dependence[])[]; readonly rest: readonly (readonly Dependence[])[] } {
  let carry = init.map((trait) => trait.dependence.map((set) => union(set, decides)));
  for (;;) {
    const open = carry.map((dependence): Trait => ({ dependence, value: null }));
    const results = context.run(body, [...consts, ...open, ...rows]).map((trait) => trait.dependence);
    const next = carry.map((before, k) => unionEach(before, results[k]!).slice());
    const grown = next.some((sets, k) => sets.some((set, i) => set.length !== carry[k]![i]!.length));
    if (!grown) return { carry, rest: results.slice(nCarry).map((sets) => sets.map((set) => union(set, decides))) };
    carry = next;
  }
}

function unionEach(a: readonly Dependence[], b: readonly Dependence[]): readonly Dependence[] {
  return a.map((set, i) => union(set, b[i]!));
}

/** One row of a mapped operand. */
function elementOf(variable: Var, trait: Trait, element: number, size: number): Trait {
  // ragged Histories have one list for all rows
  if (variable.type.kind !== "array") return trait;
  const extent = trait.dependence.length / size;
  const from = element * extent;
  return {
    dependence: trait.dependence.slice(from, from + extent),
    value: trait.value === null ? null : rowOf(trait.value, from, extent),
  };
}

function rowOf(value: ArrayValue, from: number, extent: number): ArrayValue {
  return arrayValue(value.dtype, value.shape.slice(1), value.data.slice(from, from + extent));
}

/** What any row of a loop's x may depend on. */
function anyRow(variable: Var, trait: Trait): Trait {
  if (variable.type.kind !== "array") return { ...trait, value: null };
  const extent = sizeOf(arrayTypeOf(variable).shape.slice(1));
  const sets = Array.from({ length: extent }, (): Dependence[] => []);
  trait.dependence.forEach((set, i) => sets[i % extent]!.push(set));
  return { dependence: sets.map(unionOf), value: null };
}

/** The same dependence in every row of an output; a History has one list for all. */
function rowsLike(output: Var, row: readonly Dependence[]): readonly Dependence[] {
  if (output.type.kind !== "array") return row;
  return Array.from({ length: extentOf(output.type) }, (_, i) => row[i % row.length]!);
}

function merge(output: Var, lists: readonly (readonly Dependence[])[]): readonly Dependence[] {
  return lists.reduce(unionEach, filled(output, nothing));
}

function countOf(graph: Graph): number {
  let count = 0;
  for (const { op, params } of graph.equations) {
    count++;
    if (op === "scan") {
      const { length, body } = params as Params["scan"];
      count += (length ?? 1) * countOf(body);
    }
    if (op === "while") count += countOf((params as Params["while"]).body);
    if (op === "call") {
      const { body, map } = params as Params["call"];
      count += (map?.size ?? 1) * countOf(body);
    }
  }
  return count;
}
