import { ShapeError } from "../../util/errors.js";
import { np } from "../../trace/np.js";
import { asTensor, literal, reshapeTo, showShape } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import type { LiftableArguments } from "../../trace/treeTypes.js";
import { jvp } from "../../compile/forward.js";
import { vmap } from "../../compile/vmap.js";
import { columnColoring } from "./coloring.js";
import { csr, type CsrMatrix } from "./csr.js";
import { indexTensor } from "./indexTensors.js";
import { perPattern } from "./perPattern.js";
import { showPattern, type SparsePattern } from "./pattern.js";

/**
 * The Jacobian of a function of a vector by its first argument, in forward mode: one directional derivative for each group of columns
 * (`columnColoring`), all of them in one run. A derivative that is not in the pattern is added to one that is, so the pattern must have
 * all that are not always 0; `jacobianSparsity` finds them.
 *
 * @param f from x [columns] and further arguments to [rows].
 * @returns a function of the same arguments.
 * @throws ShapeError where the argument or the result does not have the extent of the pattern.
 * @example
 * const J = sparseJacobian(rightHandSide, pattern)(y, rates);
 */
export function sparseJacobian<A extends unknown[]>(
  f: (...args: A) => Tensor,
  pattern: SparsePattern,
): (...args: LiftableArguments<A>) => CsrMatrix {
  const [rows, columns] = pattern.shape;
  const { groups, seeds, places } = tables(pattern);
  return (...args) => {
    const [first, ...rest] = args as unknown as [Tensor, ...unknown[]];
    const x = asTensor(first, "the first argument of sparseJacobian");
    expectExtent("the argument x", x, columns, pattern);
    const ofFirst = (y: Tensor): Tensor => {
      const result = (f as unknown as (...all: readonly unknown[]) => Tensor)(y, ...rest);
      expectExtent("the result", result, rows, pattern);
      return result;
    };
    if (pattern.nnz === 0) return csr(pattern, literal(x.dtype, [0], 0));
    const directions = np.array(seeds).reshape([groups, columns]).astype(x.dtype);
    const derivatives = vmap((direction: Tensor) => jvp(ofFirst, [x], [direction])[1])(directions);
    return csr(pattern, np.take(reshapeTo(derivatives, [derivatives.size]), indexTensor(places)));
  };
}

const tables = perPattern((pattern) => {
  const { count, colors } = columnColoring(pattern);
  const [rows, columns] = pattern.shape;
  const seeds = new Float64Array(count * columns);
  colors.forEach((color, column) => (seeds[color * columns + column] = 1));
  return {
    groups: count,
    // [groups, columns]
    seeds,
    // where in [groups, rows] each entry is
    places: pattern.columns.map((column, entry) => colors[column]! * rows + pattern.rows[entry]!),
  };
});

function expectExtent(name: string, tensor: Tensor, extent: number, pattern: SparsePattern): void {
  if (tensor.shape.length === 1 && tensor.shape[0] === extent) return;
  throw new ShapeError({
    what: `sparseJacobian: ${name} does not fit the pattern.`,
    got: showShape(tensor.shape),
    expected: `[${extent}] for a pattern of ${showPattern(pattern)}`,
  });
}
