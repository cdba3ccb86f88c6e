import { isFloat, type DType } from "../../util/dtype.js";
import { present } from "../../util/invariant.js";
import { unflatten } from "../../util/tree.js";
import { graphBuilder } from "../../ir/builder.js";
import { arrayType, type Graph } from "../../ir/types.js";
import { currentFrame, emitOne } from "../frame.js";
import { argumentTensors, readArguments } from "../leaves.js";
import type { Tensor } from "../tensor.js";
import type { Liftable, Tensors } from "../treeTypes.js";

/**
 * The same values without their derivative: to differentiation they are constants.
 *
 * @example
 * grad((x: Tensor) => stopGradient(x).mul(x))(3).item(); // 3
 */
export function stopGradient<P>(tree: P | Liftable<P>): Tensors<P> {
  const { leaves, structure } = readArguments(tree, "the argument of stopGradient");
  const tensors = argumentTensors(
    { leaves, structure },
    leaves.map(({ type }) => type),
  );
  return unflatten(structure, tensors.map(stopped)) as Tensors<P>;
}

function stopped(tensor: Tensor): Tensor {
  if (currentFrame() === null || !isFloat(tensor.dtype)) return tensor;
  const body = identity(tensor.dtype, tensor.shape);
  return emitOne("customCall", { body, derivative: { kind: "constant" } }, [tensor]);
}

const identities = new Map<string, Graph>();

function identity(dtype: DType, shape: readonly number[]): Graph {
  const key = `${dtype}${shape.join()}`;
  if (!identities.has(key)) {
    const b = graphBuilder();
    identities.set(key, b.build([b.input(arrayType(dtype, shape))]));
  }
  return present(identities.get(key), "identity");
}
