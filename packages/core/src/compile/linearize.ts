import { isFloat } from "../util/dtype.js";
import { present } from "../util/invariant.js";
import { expectSameStructure, leafPaths, unflatten } from "../util/tree.js";
import type { ArrayType } from "../ir/types.js";
import { arrayTypeOf } from "../ir/builder.js";
import { linearizeToArrays } from "../transforms/linearizeToArrays.js";
import { asProgram, emit } from "../trace/frame.js";
import { argumentTensors, readArguments } from "../trace/leaves.js";
import { matching } from "../trace/matching.js";
import { literal } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import { traceFunction, type AnyFunction } from "../trace/traceFunction.js";
import type { LiftableArguments, Tensors } from "../trace/treeTypes.js";
import { jvp } from "./forward.js";
import { compiled, nameOf } from "./jit.js";
import { prepare } from "./pipeline.js";

/** Takes tangents of a function's arguments, which are like them, to the tangent of its result. */
export type TangentMap<A extends readonly unknown[], R> = (...tangents: LiftableArguments<A>) => Tensors<R>;

/**
 * Value of a function, and its derivative at that point as a function of tangents: `jvp` for many directions, without computing the
 * function again for each. What the derivative needs is kept, of loops a row for each step. (Where a loop's number of steps is only known
 * when it runs, there is no room for that, and the function is computed again for each direction.) Tangents of integers are ignored.
 *
 * @returns `[value, tangentMap]`
 *
 * @example
 * const [y, push] = linearize((x: Tensor) => x.square(), np.array([1, 2]));
 * push(np.array([1, 0])).toArray(); // [2, 0]
 * push(np.array([0, 1])).toArray(); // [0, 4]
 */
export function linearize<A extends unknown[], R>(
  f: (...args: A) => R,
  ...primals: LiftableArguments<A>
): [value: Tensors<R>, tangentMap: TangentMap<A, R>] {
  const plain = f as AnyFunction;
  const label = `linearize(${nameOf(plain)})`;
  const tree = readArguments(primals, "primals");
  const traced = traceFunction(plain, tree, label);
  const types = traced.graph.outputs.map(arrayTypeOf);
  const active = traced.graph.inputs.map(
    (_, i) => i < traced.types.length && isFloat(present(traced.types[i], "type").dtype),
  );
  const graph = prepare(traced.graph);
  const split = linearizeToArrays(graph, active);
  const operands = [...argumentTensors(tree, traced.types), ...traced.captured];
  const made = asProgram(label, () => emit("call", { body: split?.known ?? graph, map: null }, operands));
  const value = unflatten(traced.structure, made.slice(0, types.length)) as Tensors<R>;
  if (split === null) return [value, (...tangents) => jvp(f, primals, tangents)[1]];

  const residuals = made.slice(types.length);
  const paths = leafPaths(tree.structure);
  const push = (...tangents: readonly unknown[]): unknown => {
    const directions = readArguments(tangents, "tangents");
    expectSameStructure(
      `${label}: tangents are like the arguments.`,
      { name: "primals", structure: tree.structure },
      { name: "tangents", structure: directions.structure },
    );
    const moving = directions.leaves.flatMap((leaf, i) => {
      const type: ArrayType = present(traced.types[i], "type");
      const path = present(paths[i], "path");
      return active[i] === true ? [matching(leaf, type, `${label}: tangents${path}`, `primals${path}`)] : [];
    });
    const outputs = emit("call", { body: split.linear, map: null }, [...residuals, ...moving]);
    let next = 0;
    const leaves = types.map(({ dtype, shape }, i): Tensor =>
      split.activeOut[i] === true ? present(outputs[next++], "tangent") : literal(dtype, shape, 0),
    );
    return unflatten(traced.structure, leaves);
  };
  const tangentMap = compiled({ label, whole: push as AnyFunction, inside: (args) => push(...args) });
  return [value, tangentMap as unknown as TangentMap<A, R>];
}
