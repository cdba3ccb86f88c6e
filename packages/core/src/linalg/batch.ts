import { ShapeError } from "../util/errors.js";
import { flatten, unflatten } from "../util/tree.js";
import { vmap } from "../compile/vmap.js";
import { broadcastTo, reshapeTo, showShape } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";

/** A function of matrices, each with exactly two axes. It must be the same object in every call, so that its programs are found again. */
export type MatrixFunction<R> = (...matrices: Tensor[]) => R;

/**
 * Applies a function of matrices to each element of a batch: leading axes of the arguments broadcast, and stand before the axes of
 * each leaf of the result. A matrix without leading axes is the same for all elements.
 * @throws ShapeError where the leading axes do not broadcast.
 */
export function overBatch<R>(op: string, f: MatrixFunction<R>, matrices: readonly Tensor[]): R {
  const leads = matrices.map((matrix) => matrix.shape.slice(0, -2));
  if (leads.every((lead) => lead.length === 0)) return f(...matrices);
  const batch = broadcastLeads(op, matrices, leads);
  const isMapped = leads.map((lead) => lead.length > 0);
  const flat = matrices.map((matrix, i) => {
    const core = matrix.shape.slice(-2);
    return isMapped[i] === true
      ? reshapeTo(broadcastTo(matrix, [...batch, ...core]), [
          batch.reduce((product, extent) => product * extent, 1),
          ...core,
        ])
      : matrix;
  });
  const mapped = vmap(f as MatrixFunction<unknown>, { inAxes: isMapped.map((mapped) => (mapped ? 0 : null)) });
  const { leaves, structure } = flatten(mapped(...flat));
  return unflatten(
    structure,
    (leaves as readonly Tensor[]).map((leaf) => reshapeTo(leaf, [...batch, ...leaf.shape.slice(1)])),
  ) as R;
}

/** Makes a function once for each value of its options. */
export function perOptions<O, F>(make: (options: O) => F): (options: O) => F {
  const known = new Map<string, F>();
  return (options) => {
    const key = JSON.stringify(options);
    let made = known.get(key);
    if (made === undefined) known.set(key, (made = make(options)));
    return made;
  };
}

function broadcastLeads(
  op: string,
  matrices: readonly Tensor[],
  leads: readonly (readonly number[])[],
): readonly number[] {
  const rank = Math.max(...leads.map((lead) => lead.length));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = leads.map((lead) => lead[axis - rank + lead.length] ?? 1);
    const wide = extents.find((extent) => extent !== 1) ?? 1;
    if (extents.every((extent) => extent === 1 || extent === wide)) return wide;
    throw new ShapeError({
      what: `${op}: the leading axes do not broadcast.`,
      got: matrices.map((matrix) => showShape(matrix.shape)).join(" and "),
      expected: "from the last leading axis on, equal extents or 1",
    });
  });
}
