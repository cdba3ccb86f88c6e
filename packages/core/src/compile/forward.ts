import { isFloat } from "../util/dtype.js";
import { present } from "../util/invariant.js";
import { expectSameStructure, leafPaths, unflatten } from "../util/tree.js";
import type { ArrayType } from "../ir/types.js";
import { jvp as push } from "../transforms/jvp.js";
import { emit } from "../trace/frame.js";
import { argumentTensors, readArguments, type ArgumentLeaf, type ArgumentTree } from "../trace/leaves.js";
import { matching } from "../trace/matching.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { traceFunction, type AnyFunction } from "../trace/traceFunction.js";
import type { LiftableArguments, Tensors } from "../trace/treeTypes.js";
import { perFunction } from "./functionCache.js";
import { compiled, nameOf, type Compiled } from "./jit.js";
import { prepare } from "./pipeline.js";

/**
 * Value of a function and its derivative along `tangents`, which are like the arguments. Tangents of integers are ignored, and zero
 * where a result is one.
 *
 * @returns `[value, tangent]`, both like the function's result.
 */
export function jvp<A extends unknown[], R>(
  f: (...args: A) => R,
  primals: LiftableArguments<A>,
  tangents: LiftableArguments<A>,
): [value: Tensors<R>, tangent: Tensors<R>] {
  return pushed(f as AnyFunction, "")(primals, tangents) as [Tensors<R>, Tensors<R>];
}

type Pushed = Compiled<readonly [primals: unknown, tangents: unknown], unknown>;

const pushed = perFunction((f): Pushed => {
  const label = `jvp(${nameOf(f)})`;
  const whole = (primals: unknown, tangents: unknown): unknown => applyForward(f, primals, tangents, label);
  return compiled({ label, whole: whole as AnyFunction, inside: (args) => whole(args[0], args[1]) }) as Pushed;
});

function applyForward(f: AnyFunction, primals: unknown, tangents: unknown, label: string): unknown {
  const tree = readArguments(primals, "primals");
  const directions = readArguments(tangents, "tangents");
  expectSameStructure(
    `${label}: tangents are like the arguments.`,
    { name: "primals", structure: tree.structure },
    { name: "tangents", structure: directions.structure },
  );
  const traced = traceFunction(f, tree, label);
  const active = traced.graph.inputs.map(
    (_, i) => i < traced.types.length && isFloat(present(traced.types[i], "type").dtype),
  );
  const floats = traced.graph.outputs.map((output) => output.type.kind === "array" && isFloat(output.type.dtype));
  const dual = push(prepare(traced.graph), active, "forward", floats);
  const moving = directions.leaves.flatMap((leaf, i) =>
    active[i] === true ? [direction(tree, i, leaf, present(traced.types[i], "type"), label)] : [],
  );
  const outputs = emit("call", { body: dual.graph, map: null }, [
    ...argumentTensors(tree, traced.types),
    ...traced.captured,
    ...moving,
  ]);
  const count = traced.graph.outputs.length;
  const values = outputs.slice(0, count);
  let next = count;
  const derivatives = values.map((value, i): Tensor =>
    dual.activeOut[i] === true ? present(outputs[next++], "tangent") : np.zerosLike(value),
  );
  return [unflatten(traced.structure, values), unflatten(traced.structure, derivatives)];
}

function direction(tree: ArgumentTree, i: number, leaf: ArgumentLeaf, type: ArrayType, label: string): Tensor {
  const path = present(leafPaths(tree.structure)[i], "path");
  return matching(leaf, type, `${label}: tangents${path}`, `primals${path}`);
}
