import { isFloat } from "../util/dtype.js";
import { present } from "../util/invariant.js";
import { expectSameStructure, leafPaths, unflatten } from "../util/tree.js";
import type { ArrayType } from "../ir/types.js";
import { vjp as pull } from "../transforms/vjp.js";
import { emit } from "../trace/frame.js";
import { argumentTensors, readArguments } from "../trace/leaves.js";
import { matching } from "../trace/matching.js";
import { np } from "../trace/np.js";
import { traceFunction, type AnyFunction } from "../trace/traceFunction.js";
import type { Liftable, LiftableArguments, Tensors } from "../trace/treeTypes.js";
import { perFunction } from "./functionCache.js";
import { compiled, jit, nameOf, type Compiled } from "./jit.js";
import { prepare } from "./pipeline.js";

/** Takes a cotangent, which is like a function's result, back to cotangents of its arguments. */
export type Pullback<A extends readonly unknown[], R> = (cotangent: Liftable<Tensors<R>>) => {
  [K in keyof A]: Tensors<A[K]>;
};

/**
 * Value of a function, and its pullback: the function that takes a cotangent of the result to cotangents of all arguments (zeros
 * for integers). The pullback computes the function again, so that it can be called any number of times, and inside other traces.
 *
 * @example
 * const [y, pullback] = vjp((x: Tensor) => x.square(), np.array([1, 2]));
 * pullback(np.array([1, 1]))[0].toArray(); // [2, 4]
 */
export function vjp<A extends unknown[], R>(
  f: (...args: A) => R,
  ...primals: LiftableArguments<A>
): [value: Tensors<R>, pullback: Pullback<A, R>] {
  const value = forwards(f as AnyFunction, "")(...primals) as Tensors<R>;
  const pullback = (cotangent: unknown): unknown => pulled(f as AnyFunction, "")(primals, cotangent);
  return [value, pullback as Pullback<A, R>];
}

const forwards = perFunction((f) => jit(f as (...args: unknown[]) => unknown));

type Pulled = Compiled<readonly [primals: unknown, cotangent: unknown], unknown>;

const pulled = perFunction((f): Pulled => {
  const label = `vjp(${nameOf(f)})`;
  const whole = (primals: unknown, cotangent: unknown): unknown => applyReverse(f, primals, cotangent, label);
  return compiled({ label, whole: whole as AnyFunction, inside: (args) => whole(args[0], args[1]) }) as Pulled;
});

function applyReverse(f: AnyFunction, primals: unknown, cotangent: unknown, label: string): unknown {
  const tree = readArguments(primals, "primals");
  const seeds = readArguments(cotangent, "cotangent");
  const traced = traceFunction(f, tree, label);
  expectSameStructure(
    `${label}: a cotangent is like the result of the function.`,
    { name: "result", structure: traced.structure },
    { name: "cotangent", structure: seeds.structure },
  );
  const active = traced.graph.inputs.map(
    (_, i) => i < traced.types.length && isFloat(present(traced.types[i], "type").dtype),
  );
  const program = pull(prepare(traced.graph), active);
  const paths = leafPaths(traced.structure);
  const typed = seeds.leaves.map((leaf, i) => {
    const type = present(traced.graph.outputs[i], "output").type as ArrayType;
    return isFloat(type.dtype)
      ? matching(leaf, type, `${label}: cotangent${paths[i] ?? ""}`, `result${paths[i] ?? ""}`)
      : leaf.tensor;
  });
  const operands = argumentTensors(tree, traced.types);
  const outputs = emit("call", { body: program.graph, map: null }, [
    ...operands,
    ...traced.captured,
    ...program.cotangentOf.map((output) => present(typed[output], "cotangent")),
  ]);
  const first = traced.graph.outputs.length;
  const leaves = operands.map((operand, i) => {
    const place = program.gradientOf.indexOf(i);
    return place < 0 ? np.zerosLike(operand) : present(outputs[first + place], "gradient");
  });
  return unflatten(tree.structure, leaves);
}
