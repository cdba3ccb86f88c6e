import { linearSolve } from "../trace/custom/linearSolve.js";
import { stopGradient } from "../trace/custom/stopGradient.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { identity } from "./loops.js";
import { substitute, type Triangle } from "./substitute.js";

/** `substitute`, whose derivative is that of the equation t x = b. */
export function solveTriangle(t: Tensor, b: Tensor, triangle: Triangle): Tensor {
  const fixed = stopGradient(t);
  const flipped = { ...triangle, lower: !triangle.lower };
  return linearSolve((x: Tensor) => np.matmul(triangleOf(t, triangle), x), b, {
    solve: (right: Tensor) => substitute(fixed, right, triangle),
    transposeSolve: (right: Tensor) => substitute(np.transpose(fixed), right, flipped),
  });
}

function triangleOf(t: Tensor, { lower, unitDiagonal }: Triangle): Tensor {
  const shift = unitDiagonal ? 1 : 0;
  const part = lower ? np.tril(t, -shift) : np.triu(t, shift);
  return unitDiagonal ? np.add(part, identity(t.shape[0] as number, t.dtype)) : part;
}
