import { DTypeError } from "../../util/errors.js";
import { isFloat } from "../../util/dtype.js";
import { expectSameStructure, leafPaths, unflatten } from "../../util/tree.js";
import { sameType, showType } from "../../ir/types.js";
import { capturedFirst } from "../control/scan.js";
import { asProgram, emit } from "../frame.js";
import { argumentTensors, listOfOne, readArguments, type ArgumentTree, type LeafSpec } from "../leaves.js";
import { traceFunction, unionOfCaptured, withCaptured, type AnyFunction, type Traced } from "../traceFunction.js";
import type { Liftable, Tensors } from "../treeTypes.js";

/** How a linear equation is solved. */
export interface LinearSolveOptions<B> {
  /** Solves `matvec(x) = b`. */
  readonly solve: (b: Tensors<B>) => Liftable<Tensors<B>>;
  /** Solves the transposed equation; needed in reverse mode unless `symmetric`. */
  readonly transposeSolve?: (ct: Tensors<B>) => Liftable<Tensors<B>>;
  /** The operator equals its transpose (over all leaves together). */
  readonly symmetric?: boolean;
}

/**
 * Solves the linear equation `matvec(x) = b`, by programs that are not differentiated themselves: the derivative follows from the equation,
 * A x' = b' - A' x, in both modes and to any order, with respect to `b` and to everything that `matvec` captures.
 *
 * The programs may capture traced values (a matrix, its factors); what only `solve` captures carries no derivative.
 * x has the structure, shapes and dtypes of b: the operator is square.
 *
 * @example
 * const x = linearSolve((v: Tensor) => np.matmul(a, v), b, { solve: (b) => solveWith(lu, b), transposeSolve: ... });
 *
 * @throws TreeError, ShapeError or DTypeError where a program does not return what is like `b`.
 */
export function linearSolve<B>(
  matvec: (x: Tensors<B>) => Liftable<Tensors<B>>,
  b: B | Liftable<B>,
  options: LinearSolveOptions<B>,
): Tensors<B> {
  const right = readArguments(b, "the right-hand side of linearSolve");
  const outputs = asProgram("linearSolve", () => {
    // its numbers are float64
    const leaves = right.leaves.map(({ type }): LeafSpec => ({ number: null, weak: null, type }));
    const list = listOfOne({ leaves, structure: right.structure });
    const trace = (f: unknown, name: string): Traced => {
      const traced = traceFunction(f as AnyFunction, list, `${name} of linearSolve`);
      expectLike(traced, right, name);
      return traced;
    };
    const operator = trace(matvec, "matvec");
    const solve = trace(options.solve, "solve");
    const back =
      options.transposeSolve !== undefined
        ? trace(options.transposeSolve, "transposeSolve")
        : options.symmetric === true
          ? solve
          : null;
    const programs = [operator, solve, ...(back === null ? [] : [back])];
    const captured = unionOfCaptured(programs);
    const program = (traced: Traced): Traced["graph"] => capturedFirst(withCaptured(traced, captured));
    return emit(
      "linearCall",
      {
        nConst: captured.length,
        forward: program(solve),
        backward: back === null ? null : program(back),
        inverse: program(operator),
        label: "linearSolve",
      },
      [...captured, ...argumentTensors(right, operator.types)],
    );
  });
  return unflatten(right.structure, outputs) as Tensors<B>;
}

function expectLike(traced: Traced, right: ArgumentTree, name: string): void {
  expectSameStructure(
    `linearSolve: what ${name} returns is not like the right-hand side.`,
    { name: "b", structure: right.structure },
    { name: `${name}(b)`, structure: traced.structure },
  );
  const paths = leafPaths(right.structure);
  right.leaves.forEach(({ type }, i) => {
    const got = traced.graph.outputs[i]?.type;
    if (got !== undefined && sameType(got, type) && isFloat(type.dtype)) return;
    throw new DTypeError({
      what: `linearSolve: what ${name} returns is not like the right-hand side, or that is no float.`,
      got: `${name}(b)${paths[i] ?? ""} of type ${got === undefined ? "nothing" : showType(got)} for b${paths[i] ?? ""} of type ${showType(type)}`,
      expected: "equal shapes and equal float dtypes: the operator is square",
    });
  });
}
