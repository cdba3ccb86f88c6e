import { isFloat } from "../util/dtype.js";
import { DTypeError } from "../util/errors.js";
import { leafPaths, unflatten } from "../util/tree.js";
import { sizeOf } from "../ir/types.js";
import { readArguments, type ArgumentTree } from "../trace/leaves.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import type { AnyFunction } from "../trace/traceFunction.js";
import type { JacobianTree, Liftable, Tensors } from "../trace/treeTypes.js";
import { jvp } from "./forward.js";
import { perFunction } from "./functionCache.js";
import { grad, type Scalar } from "./grad.js";
import { compiled, nameOf, type Compiled } from "./jit.js";
import { vjp } from "./reverse.js";
import { vmap } from "./vmap.js";

type UnaryFunction = (x: unknown) => unknown;

/**
 * All derivatives of a function by its first argument, in forward mode: one run for all elements of the argument together, best
 * where it has few. In the place of each leaf of the result stands a tree like the argument, with leaves `[...result, ...argument]`.
 */
export function jacfwd<A extends unknown[], R>(f: (...args: A) => R): Compiled<A, JacobianTree<R, A[0]>> {
  return forwardJacobian(f as AnyFunction, "") as unknown as Compiled<A, JacobianTree<R, A[0]>>;
}

/** All derivatives of a function by its first argument, as `jacfwd` gives them, in reverse mode: best where the result has few elements. */
export function jacrev<A extends unknown[], R>(f: (...args: A) => R): Compiled<A, JacobianTree<R, A[0]>> {
  return reverseJacobian(f as AnyFunction, "") as unknown as Compiled<A, JacobianTree<R, A[0]>>;
}

/** Second derivatives of a function that returns one number, by its first argument: forward over reverse. */
export function hessian<A extends unknown[]>(
  f: (...args: A) => Scalar,
): Compiled<A, JacobianTree<Tensors<A[0]>, A[0]>> {
  return jacfwd(grad(f) as unknown as (...args: A) => Tensors<A[0]>);
}

/** Product of the second derivatives of a function at `x` with `direction`, without forming them. */
export function hvp<P>(f: (x: P) => Scalar, x: Liftable<P>, direction: Liftable<P>): Tensors<P> {
  const gradient = grad(f) as unknown as (x: P) => Tensors<P>;
  return jvp<[P], Tensors<P>>(gradient, [x] as never, [direction] as never)[1] as Tensors<P>;
}

const forwardJacobian = perFunction((f) =>
  jacobian(f, `jacfwd(${nameOf(f)})`, (ofFirst, x, label) => {
    const argument = readFloats(x, label);
    const columns = vmap((direction: unknown) => jvp(ofFirst, [x] as never, [direction] as never)[1])(
      basis(argument) as never,
    );
    const result = readArguments(columns, "result");
    const leaves = result.leaves.map(({ tensor }) => {
      const shape = tensor.shape.slice(1);
      // the rows of the basis come first; their axes go behind those of the result
      const parts = splitRows(tensor, argument).map((part, i) => {
        const own = shapeOf(argument, i);
        const order = [...shape.map((_, axis) => own.length + axis), ...own.map((_, axis) => axis)];
        return np.transpose(np.reshape(part, [...own, ...shape]), order);
      });
      return unflatten(argument.structure, parts);
    });
    return unflatten(result.structure, leaves);
  }),
);

const reverseJacobian = perFunction((f) =>
  jacobian(f, `jacrev(${nameOf(f)})`, (ofFirst, x, label) => {
    const argument = readFloats(x, label);
    const [value, pullback] = vjp(ofFirst, x as never);
    const result = readFloats(value, label);
    const [rows] = vmap((cotangent: unknown) => pullback(cotangent as never))(basis(result) as never) as unknown as [
      unknown,
    ];
    const gradients = readArguments(rows, "gradients");
    const leaves = result.leaves.map((_, i) => {
      const shape = shapeOf(result, i);
      const parts = gradients.leaves.map(({ tensor }, k) =>
        np.reshape(splitRows(tensor, result)[i] as Tensor, [...shape, ...shapeOf(argument, k)]),
      );
      return unflatten(argument.structure, parts);
    });
    return unflatten(result.structure, leaves);
  }),
);

function jacobian(
  f: AnyFunction,
  label: string,
  form: (ofFirst: UnaryFunction, x: unknown, label: string) => unknown,
): Compiled<readonly unknown[], unknown> {
  const whole = (...args: readonly unknown[]): unknown => {
    const [x, ...rest] = args;
    return form((first) => (f as (...all: readonly unknown[]) => unknown)(first, ...rest), x, label);
  };
  return compiled({ label, whole: whole as AnyFunction, inside: (args) => whole(...args) });
}

function readFloats(x: unknown, label: string): ArgumentTree {
  const tree = readArguments(x, `argument of ${label}`);
  tree.leaves.forEach((leaf, i) => {
    if (isFloat(leaf.type.dtype)) return;
    throw new DTypeError({
      what: `${label} differentiates floats alone.`,
      got: `${leaf.type.dtype} at ${leafPaths(tree.structure)[i] ?? ""}`,
      fix: "let the function close over its integers.",
    });
  });
  return tree;
}

/** The unit vectors of a tree, one after another along a new first axis. */
function basis(tree: ArgumentTree): unknown {
  const sizes = tree.leaves.map((_, i) => sizeOf(shapeOf(tree, i)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let first = 0;
  const leaves = tree.leaves.map((leaf, i) => {
    const size = sizes[i] as number;
    const identity = np.eye(size, size, leaf.type.dtype);
    const rows = np.pad(identity, [
      [first, total - first - size],
      [0, 0],
    ]);
    first += size;
    return np.reshape(rows, [total, ...shapeOf(tree, i)]);
  });
  return unflatten(tree.structure, leaves);
}

/** The rows of a tensor that belong to each leaf of the tree whose basis they follow. */
function splitRows(tensor: Tensor, tree: ArgumentTree): readonly Tensor[] {
  const cuts: number[] = [];
  let first = 0;
  for (const [i] of tree.leaves.entries()) {
    first += sizeOf(shapeOf(tree, i));
    cuts.push(first);
  }
  return np.split(tensor, cuts.slice(0, -1), 0);
}

function shapeOf(tree: ArgumentTree, leaf: number): readonly number[] {
  return tree.leaves[leaf]?.type.shape ?? [];
}
