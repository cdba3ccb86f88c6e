import { isFloat } from "../util/dtype.js";
import { ArgumentError, ShapeError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import { unflatten, type TreeStructure } from "../util/tree.js";
import { graphBuilder } from "../ir/builder.js";
import { showType, sizeOf, type ArrayType, type Graph, type Mask } from "../ir/types.js";
import { vjp as reverse } from "../transforms/vjp.js";
import { emit } from "../trace/frame.js";
import { argumentTensors, readArguments, type ArgumentTree } from "../trace/leaves.js";
import type { Tensor } from "../trace/tensor.js";
import { traceFunction, type AnyFunction, type Traced } from "../trace/traceFunction.js";
import type { Tensors } from "../trace/treeTypes.js";
import { perFunction } from "./functionCache.js";
import { compiled, nameOf, type Compiled } from "./jit.js";
import { historyLimitOf, type CompileOptions } from "./options.js";
import { prepare } from "./pipeline.js";

/** Options of `grad` and `valueAndGrad`. */
export interface GradOptions<N extends number | readonly number[]> {
  /** Numbers of the arguments with respect to which is differentiated; the first (0) when left out. */
  readonly argnums?: N;
  /** As in `jit`, where the gradient is the whole program: called inside another function, that one's options hold. */
  readonly historyLimitBytes?: number;
}

/** The gradient: like the argument, or a list of such for several arguments. */
export type Gradient<A extends readonly unknown[], N extends number | readonly number[]> = N extends number
  ? Tensors<A[N]>
  : N extends readonly number[]
    ? { [K in keyof N]: N[K] extends number ? Tensors<A[N[K]]> : never }
    : never;

/** What a function with a gradient returns: one number, as a 0-d tensor. */
export type Scalar = Tensor | number;

/**
 * The gradient of a function that returns one number, as a function. It has the structure of the argument; leaves of integers and
 * bools carry no derivative and come back unchanged. Nests with every other transform.
 *
 * @example
 * const energy = (x: Tensor) => x.square().sum();
 * grad(energy)(np.array([1, 2])).toArray(); // [2, 4]
 *
 * @throws ShapeError where the function does not return one floating-point number.
 */
export function grad<A extends unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => Scalar,
  options: GradOptions<N> = {},
): Compiled<A, Gradient<A, N>> {
  return gradients(f as AnyFunction, keyOf(options)) as unknown as Compiled<A, Gradient<A, N>>;
}

/** The value of a function that returns one number, together with its gradient. */
export function valueAndGrad<A extends unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => Scalar,
  options: GradOptions<N> = {},
): Compiled<A, [value: Tensor, gradient: Gradient<A, N>]> {
  return valuesAndGradients(f as AnyFunction, keyOf(options)) as unknown as Compiled<A, [Tensor, Gradient<A, N>]>;
}

const gradients = perFunction((f, key) => implement(f, key, false));
const valuesAndGradients = perFunction((f, key) => implement(f, key, true));

function keyOf({ argnums = 0, historyLimitBytes }: GradOptions<number | readonly number[]>): string {
  const numbers = typeof argnums === "number" ? [argnums] : argnums;
  if (!Array.isArray(numbers) || numbers.some((number) => !Number.isInteger(number) || number < 0)) {
    throw new ArgumentError({ what: "argnums are numbers of arguments, from 0 on.", got: JSON.stringify(argnums) });
  }
  const options: CompileOptions = historyLimitBytes === undefined ? {} : { historyLimitBytes };
  historyLimitOf(options);
  return JSON.stringify([argnums, options]);
}

function implement(f: AnyFunction, key: string, withValue: boolean): Compiled<readonly unknown[], unknown> {
  const [argnums, options] = JSON.parse(key) as [number | readonly number[], CompileOptions];
  const label = `${withValue ? "valueAndGrad" : "grad"}(${nameOf(f)})`;
  const whole = (...args: readonly unknown[]): unknown => differentiate(f, args, argnums, label, withValue);
  return compiled({ label, whole: whole as AnyFunction, inside: (args) => whole(...args) }, options);
}

function differentiate(
  f: AnyFunction,
  args: readonly unknown[],
  argnums: number | readonly number[],
  label: string,
  withValue: boolean,
): unknown {
  const tree = readArguments(args, `arguments of ${label}: `);
  const chosen = (typeof argnums === "number" ? [argnums] : argnums).map((number) =>
    argumentRange(tree, number, label),
  );
  const traced = traceFunction(f, tree, label);
  expectScalar(traced, label);
  const active = traced.graph.inputs.map((_, i) => chosen.some(({ first, size }) => i >= first && i < first + size));
  const program = gradientGraph(prepare(traced.graph), active);
  const operands = argumentTensors(tree, traced.types);
  const [value, ...derivatives] = emit("call", { body: program.graph, map: null }, [...operands, ...traced.captured]);
  const leafGradient = (leaf: number): Tensor => {
    const place = program.gradientOf.indexOf(leaf);
    return place < 0 ? present(operands[leaf], "operand") : present(derivatives[place], "gradient");
  };
  const trees = chosen.map(({ structure, first, size }) =>
    unflatten(
      structure,
      Array.from({ length: size }, (_, i) => leafGradient(first + i)),
    ),
  );
  const gradient = typeof argnums === "number" ? trees[0] : trees;
  return withValue ? [value, gradient] : gradient;
}

interface ArgumentRange {
  readonly structure: TreeStructure;
  readonly first: number;
  readonly size: number;
}

/** Where the leaves of one argument lie among all. */
export function argumentRange(tree: ArgumentTree, number: number, label: string): ArgumentRange {
  const children = tree.structure.kind === "array" ? tree.structure.children : [];
  const structure = children[number];
  if (structure === undefined) {
    throw new ArgumentError({
      what: `${label}: there is no argument ${number} to differentiate by.`,
      got: `${children.length} arguments`,
    });
  }
  const first = children.slice(0, number).reduce((sum, child) => sum + child.size, 0);
  return { structure, first, size: structure.size };
}

function expectScalar(traced: Traced, label: string): void {
  const type = traced.graph.outputs[0]?.type;
  if (
    traced.structure.kind === "leaf" &&
    type?.kind === "array" &&
    sizeOf(type.shape) === 1 &&
    type.shape.length === 0 &&
    isFloat(type.dtype)
  )
    return;
  throw new ShapeError({
    what: `${label}: a gradient is taken of a function that returns one floating-point number.`,
    got:
      traced.structure.kind !== "leaf" || type === undefined
        ? `a tree of ${traced.structure.size} leaves`
        : showType(type),
    expected: "a 0-d float tensor",
    fix: "reduce it, for instance with `.sum()`; for all derivatives of a tensor use `jacrev` or `jacfwd`, for a product with a given cotangent `vjp`.",
  });
}

interface GradientGraph {
  /** Inputs of the function; outputs: its value, then the gradients. */
  readonly graph: Graph;
  readonly gradientOf: readonly number[];
}

const memo = new WeakMap<Graph, GradientGraph>();

/** Value and gradients with the cotangent 1 built in; the same Graph for the same function and arguments. */
function gradientGraph(graph: Graph, active: Mask): GradientGraph {
  const pulled = reverse(graph, active);
  let result = memo.get(pulled.graph);
  if (result === undefined) {
    const builder = graphBuilder();
    const inputs = graph.inputs.map((input) => builder.input(input.type));
    const seeds = pulled.cotangentOf.map((output) => {
      const type = present(graph.outputs[output], "output").type as ArrayType;
      return builder.literal(type.dtype, type.shape, 1);
    });
    result = {
      graph: builder.build(builder.inline(pulled.graph, [...inputs, ...seeds])),
      gradientOf: pulled.gradientOf,
    };
    memo.set(pulled.graph, result);
  }
  return result;
}
