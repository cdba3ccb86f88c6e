import { interpret } from "../ir/interpret.js";
import type { Graph, Mask } from "../ir/types.js";
import { verify } from "../ir/verify.js";
import type { ArrayValue, Value } from "../ir/values.js";
import { arrayValue, sameBits } from "../ir/values.js";
import { SimgradError } from "../util/errors.js";
import type { Transforms } from "../transforms/transforms.js";
import { makeTransforms } from "../transforms/transforms.js";
import { asArray, excess, innerProduct, isFloatArray, shifted } from "./arrays.js";
import type { Random } from "./random.js";
import { randomArray, seededRandom } from "./random.js";

/** How `checkGraphGradients` checks. */
export interface GradientCheck {
  /** Inputs to differentiate; all floats unless given. */
  readonly active?: Mask;
  readonly seed?: number;
  /** Of finite differences, relative to 1 + the largest element. */
  readonly tolerance?: number;
  /** How often the derivative is taken again and checked likewise; 1 checks first derivatives alone. */
  readonly order?: number;
  readonly transforms?: Transforms;
  readonly run?: (graph: Graph, inputs: readonly Value[]) => Value[];
}

/** A derivative that does not agree with another way to compute it. */
export class GradientMismatch extends SimgradError {
  constructor(what: string, got: string, expected: string) {
    super("GRADIENT_MISMATCH", { what, got, expected });
  }
}

const defaults = makeTransforms();

/** Steps of the differences: where a step crosses a kink, a smaller one does not. */
const steps = [1e-3, 1e-2, 1e-4, 1e-5, 1e-6];

/**
 * Checks the derivatives of a Graph of arrays at a point, in a random direction: jvp against differences of fourth order,
 * linearize against jvp, vjp against jvp by the dot-product test; then the same for the Graph of the vjp, up to `order`.
 *
 * @throws GradientMismatch where two of them differ.
 */
export function checkGraphGradients(graph: Graph, inputs: readonly Value[], check: GradientCheck = {}): void {
  const { seed = 1, tolerance = 1e-6, order = 1, transforms = defaults, run = interpret } = check;
  const random = seededRandom(seed);
  const active = inputs.map((input, i) => isFloatArray(input) && check.active?.[i] !== false);
  const values = run(graph, inputs);
  const tangents = directions(random, inputs, active);
  const dual = transforms.jvp(graph, active, "forward");
  verify(dual.graph, "jvp");
  const pushed = run(dual.graph, [...inputs, ...tangents]);
  expectSame("the value under jvp", pushed.slice(0, values.length), values);
  const moved = pushed.slice(values.length);
  const outputs = values.filter((_, i) => dual.activeOut[i] === true);
  compareWithDifferences({ graph, inputs, active, tangents, activeOut: dual.activeOut, moved, tolerance, run });

  const lin = transforms.linearize(graph, active);
  verify(lin.known, "linearize (known)");
  verify(lin.linear, "linearize (linear)");
  const known = run(lin.known, inputs);
  expectSame("the value under linearize", known.slice(0, values.length), values);
  const moves = run(lin.linear, [...known.slice(values.length), ...tangents]);
  const spread = spreadOut(moves, lin.activeOut, values);
  spreadOut(moved, dual.activeOut, values).forEach((t, i) => {
    expectNear(`tangent of output ${i} by linearize and by jvp`, spread[i] as ArrayValue, t, 1e-3 * tolerance);
  });
  if (outputs.length === 0) return;

  const back = transforms.vjp(graph, active);
  verify(back.graph, "vjp");
  const cotangents = back.cotangentOf.map((i) => randomLike(random, asArray(values[i] as Value)));
  const pulled = run(back.graph, [...inputs, ...cotangents]);
  expectSame("the value under vjp", pulled.slice(0, values.length), values);
  const gradients = pulled.slice(values.length);
  const forward = innerProduct(cotangents, moves);
  const reverse = innerProduct(gradients, tangents);
  const size = Math.sqrt(innerProduct(moves, moves)) * Math.sqrt(innerProduct(cotangents, cotangents));
  if (!(Math.abs(forward - reverse) <= 1e-4 * tolerance * (1 + size))) {
    throw new GradientMismatch("The dot-product test of vjp and jvp fails.", `${reverse}`, `${forward}`);
  }
  if (order > 1) {
    const again = [...active, ...cotangents.map(() => true)];
    checkGraphGradients(back.graph, [...inputs, ...cotangents], {
      ...check,
      active: again,
      seed: seed + 1,
      order: order - 1,
    });
  }
}

/** A random direction for each active input. */
export function directions(random: Random, inputs: readonly Value[], active: Mask): ArrayValue[] {
  return inputs.filter((_, i) => active[i] === true).map((input) => randomLike(random, asArray(input)));
}

/** Random numbers in the type of an array. */
export function randomLike(random: Random, like: ArrayValue): ArrayValue {
  return randomArray(random, { kind: "array", dtype: like.dtype, shape: like.shape });
}

interface Comparison {
  readonly graph: Graph;
  readonly inputs: readonly Value[];
  readonly active: Mask;
  readonly tangents: readonly ArrayValue[];
  readonly activeOut: Mask;
  readonly moved: readonly Value[];
  readonly tolerance: number;
  readonly run: (graph: Graph, inputs: readonly Value[]) => Value[];
}

function compareWithDifferences(comparison: Comparison): void {
  const { graph, inputs, active, tangents, activeOut, moved, tolerance, run } = comparison;
  const at = (step: number): Value[] => {
    let next = 0;
    return run(
      graph,
      inputs.map((input, i) =>
        active[i] === true ? shifted(asArray(input), step, tangents[next++] as ArrayValue) : input,
      ),
    );
  };
  let failure: GradientMismatch | null = null;
  for (const h of steps) {
    failure = null;
    const [a, b, c, d] = [at(-2 * h), at(-h), at(h), at(2 * h)] as [Value[], Value[], Value[], Value[]];
    const tangentOf = spreadOut(moved, activeOut, a);
    a.forEach((first, i) => {
      if (!isFloatArray(first) || failure !== null) return;
      const data = first.data.map((x, k) => {
        const [y, z, w] = [b, c, d].map((values) => asArray(values[i] as Value).data[k] as number) as [
          number,
          number,
          number,
        ];
        return (8 * (z - y) - (w - x)) / (12 * h);
      });
      const expected = arrayValue(first.dtype, first.shape, data as Float64Array);
      const got = tangentOf[i] as ArrayValue;
      if (excess(got, expected, tolerance) > 0) {
        failure = mismatch(`tangent of output ${i} by jvp and by differences`, got, expected);
      }
    });
    if (failure === null) return;
  }
  if (failure !== null) throw failure as GradientMismatch;
}

/** Tangents of all float outputs: zeros where there is none. */
function spreadOut(tangents: readonly Value[], activeOut: Mask, values: readonly Value[]): (ArrayValue | null)[] {
  let next = 0;
  return values.map((value, i) => {
    if (activeOut[i] === true) return asArray(tangents[next++] as Value);
    if (!isFloatArray(value)) return null;
    return arrayValue(value.dtype, value.shape, value.data.map(() => 0) as Float64Array);
  });
}

/** Throws unless two arrays are near each other. */
export function expectNear(what: string, got: ArrayValue | null, expected: ArrayValue | null, tolerance: number): void {
  if (got === null || expected === null) return;
  if (excess(got, expected, tolerance) > 0) throw mismatch(what, got, expected);
}

/** Throws unless all values are equal to the bit. */
export function expectSame(what: string, got: readonly Value[], expected: readonly Value[]): void {
  expected.forEach((value, i) => {
    const other = got[i] as Value;
    if (sameBits(other, value)) return;
    throw mismatch(`${what}, output ${i},`, asArray(other), asArray(value));
  });
}

function mismatch(what: string, got: ArrayValue, expected: ArrayValue): GradientMismatch {
  return new GradientMismatch(`These differ: ${what}.`, [...got.data].join(), [...expected.data].join());
}
