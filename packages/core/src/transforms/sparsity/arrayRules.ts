import { arrayTypeOf } from "../../ir/builder.js";
import { evaluateOp } from "../../ir/interpret.js";
import { arrayType, sizeOf, type Equation, type OpName, type Params, type Var } from "../../ir/types.js";
import { arrayValue, type ArrayValue, type Value } from "../../ir/values.js";
import { InternalError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import type { ArrayName } from "../rules/arrayName.js";
import { filled, type SparsityContext, type SparsityRule, type SparsityRules, type Trait } from "./rule.js";
import { nothing, union, unionOf, type Dependence } from "./sets.js";

/** Every element depends on whatever any operand does: what holds of every op. */
export const dense: SparsityRule<OpName> = (_, equation, inputs) => {
  const all = unionOf(inputs.flatMap((input) => input.dependence));
  return equation.outputs.map((output) => filled(output, all));
};

/**
 * Dependence through ops on arrays. Ops that move elements are asked where each goes by evaluating them on numbers of elements; an
 * index that is not known makes all of what it may reach depend on each other.
 */
export const arrayRules: SparsityRules<Exclude<ArrayName, "historyAdd">> = {
  reshape: (_, __, [operand]) => [operand!.dependence],
  transpose: (_, equation, inputs) => moved(equation, inputs, 1),
  broadcast: (_, equation, inputs) => moved(equation, inputs, 1),
  slice: (_, equation, inputs) => moved(equation, inputs, 1),
  pad: (_, equation, inputs) => moved({ ...equation, params: { ...equation.params, value: 0 } }, inputs, 1),
  concatenate: (_, equation, inputs) => moved(equation, inputs, inputs.length),
  reverse: (_, equation, inputs) => moved(equation, inputs, 1),
  view: (_, equation, inputs) => moved(equation, inputs, inputs.length),
  reduceSum: (_, equation, inputs) => reduced(equation, inputs),
  reduceMax: (_, equation, inputs) => reduced(equation, inputs),
  reduceMin: (_, equation, inputs) => reduced(equation, inputs),
  cumsum: (_, { params, inputs: [operand] }, [trait]) => {
    const { shape } = arrayTypeOf(operand!);
    const extent = shape[params.axis] as number;
    const stride = sizeOf(shape.slice(params.axis + 1));
    const sums = trait!.dependence.slice();
    for (let i = 0; i < sums.length; i++) {
      const place = params.reverse ? sums.length - 1 - i : i;
      const along = Math.floor(place / stride) % extent;
      if (params.reverse ? along === extent - 1 : along === 0) continue;
      sums[place] = union(sums[place]!, sums[place + (params.reverse ? stride : -stride)]!);
    }
    return [sums];
  },
  dot: (_, { params, inputs: [left, right] }, [a, b]) => {
    const [m, k] = arrayTypeOf(left!).shape.slice(params.batch) as [number, number];
    const n = arrayTypeOf(right!).shape[params.batch + 1] as number;
    const batches = sizeOf(arrayTypeOf(left!).shape.slice(0, params.batch));
    const isZero = (trait: Trait, place: number): boolean => trait.value?.data[place] === 0;
    const result: Dependence[] = [];
    for (let row = 0; row < batches * m; row++) {
      const batch = Math.floor(row / m);
      for (let column = 0; column < n; column++) {
        const terms: Dependence[] = [];
        for (let i = 0; i < k; i++) {
          const [ofA, ofB] = [row * k + i, (batch * k + i) * n + column];
          // a known 0 makes the product independent of the other factor
          if (!isZero(a!, ofA) && !isZero(b!, ofB)) terms.push(a!.dependence[ofA]!, b!.dependence[ofB]!);
        }
        result.push(unionOf(terms));
      }
    }
    return [result];
  },
  gather: (context, equation, inputs) =>
    inputs[1]!.value === null
      ? dense(context, equation, withoutIndices(context, inputs, 1))
      : moved(equation, inputs, 1),
  scatterAdd: (context, equation, inputs) => {
    const [operand] = inputs;
    const indices = inputs.filter((_, i) => i % 2 === 1);
    if (indices.some(({ value }) => value === null)) return overwritten(context, inputs);
    const sets = operand!.dependence.slice();
    indices.forEach((index, column) => {
      // where each update goes: the numbers of the result's elements, read at the same places
      const target = evaluateOp("gather", equation.params, [
        numbers(equation.outputs[0]!, 0),
        present(index.value, "indices"),
      ])[0];
      const updates = inputs[2 * column + 2]!.dependence;
      asArray(target).data.forEach((number, i) => {
        if (number > 0) sets[number - 1] = union(sets[number - 1]!, updates[i]!);
      });
    });
    return [sets];
  },
  scatterSet: (context, equation, inputs) =>
    inputs[1]!.value === null ? overwritten(context, inputs) : moved(equation, inputs, 1, 2),
  dynamicSlice: (context, equation, inputs) =>
    inputs[1]!.value === null
      ? dense(context, equation, withoutIndices(context, inputs, 1))
      : moved(equation, inputs, 1),
  dynamicUpdate: (context, equation, inputs) =>
    inputs[2]!.value === null ? overwritten(context, [inputs[0]!, inputs[2]!, inputs[1]!]) : moved(equation, inputs, 2),
  check: () => [],
  debugPrint: () => [],
};

/** The operands that count where an index is not known: the index itself only as a value. */
function withoutIndices(context: SparsityContext, inputs: readonly Trait[], index: number): readonly Trait[] {
  return context.values ? inputs : inputs.filter((_, i) => i !== index);
}

/** An operand of which any element may have got any update. Inputs: operand, then indices and updates in turn. */
function overwritten(context: SparsityContext, inputs: readonly Trait[]): readonly (readonly Dependence[])[] {
  const [operand, ...others] = inputs;
  const updates = others.filter((_, i) => context.values || i % 2 === 1);
  const all = unionOf(updates.flatMap((update) => update.dependence));
  return [operand!.dependence.map((set) => union(set, all))];
}

/** An op that moves elements of its first `count` operands (and of one more); the other operands are known. */
function moved<K extends OpName>(
  equation: Equation<K>,
  inputs: readonly Trait[],
  count: number,
  more = -1,
): readonly (readonly Dependence[])[] {
  const moves = (i: number): boolean => i < count || i === more;
  const sets: Dependence[] = [nothing];
  const operands = inputs.map((input, i): Value => {
    if (!moves(i)) return present(input.value, "an operand that decides where elements go");
    const first = sets.length - 1;
    for (const set of input.dependence) sets.push(set);
    return numbers(equation.inputs[i]!, first);
  });
  const [result] = evaluateOp(equation.op, equation.params as Params[K], operands);
  return [Array.from(asArray(result).data, (number) => present(sets[number], "an element that was moved"))];
}

function reduced(
  { params, inputs: [operand], outputs: [output] }: Equation<"reduceSum" | "reduceMax" | "reduceMin">,
  [trait]: readonly Trait[],
): readonly (readonly Dependence[])[] {
  const { shape } = arrayTypeOf(operand!);
  const axes = shape.map((_, axis) => axis).filter((axis) => !params.axes.includes(axis));
  const [targets] = evaluateOp("broadcast", { shape, axes }, [numbers(output!, -1)]);
  const terms = Array.from({ length: sizeOf(arrayTypeOf(output!).shape) }, (): Dependence[] => []);
  asArray(targets).data.forEach((target, i) => terms[target]!.push(trait!.dependence[i]!));
  return [terms.map(unionOf)];
}

/** The elements of a variable numbered from `first` + 1 on; 0 is what no operand has. */
function numbers(variable: Var, first: number): ArrayValue {
  const { shape } = arrayType("float64", arrayTypeOf(variable).shape);
  return arrayValue(
    "float64",
    shape,
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => first + i + 1),
  );
}

function asArray(value: Value | undefined): ArrayValue {
  if (value?.kind === "array") return value;
  throw new InternalError("a History is moved");
}
