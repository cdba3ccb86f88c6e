import { DTypeError, ShapeError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import { expectSameStructure, leafPaths, type TreeStructure } from "../../util/tree.js";
import { sameShape, showType, type ArrayType } from "../../ir/types.js";
import type { DType } from "../../util/dtype.js";
import { hostNumber } from "../host.js";
import type { ArgumentTree } from "../leaves.js";
import type { WeakOrigin } from "../tensor.js";
import { fits, withOutputDtypes, type Traced } from "../traceFunction.js";

/** A loop's body, traced so that it returns its carry as it takes it. */
export interface LoopBody {
  readonly traced: Traced;
  /** Types of the carry's leaves. */
  readonly carry: readonly ArrayType[];
}

/** How the carry is found among what a body takes and returns; the carry comes first in both. */
export interface CarryPlace {
  readonly init: ArgumentTree;
  /** What messages call the body: "the body of scan". */
  readonly label: string;
  /** Structure of the carry that the body returned. */
  structure(traced: Traced): TreeStructure;
}

/**
 * Traces a loop's body until its carry has a fixed point of types: a start that is a JavaScript number takes the dtype that the
 * body returns, where it fits exactly.
 *
 * @param wanted for each leaf a dtype that a number there shall have, or null.
 * @throws TreeError, ShapeError or DTypeError where the body changes the carry, naming the leaf.
 */
export function traceBody(
  place: CarryPlace,
  trace: (dtypes: readonly (DType | null)[]) => Traced,
  wanted: readonly (DType | null)[] = [],
): LoopBody {
  const { init, label } = place;
  const count = init.leaves.length;
  let dtypes: readonly (DType | null)[] = init.leaves.map((_, i) => wanted[i] ?? null);
  for (;;) {
    const traced = trace(dtypes);
    expectSameStructure(
      `The carry of a loop keeps its structure, but ${label} changed it.`,
      { name: "init", structure: init.structure },
      { name: "carry", structure: place.structure(traced) },
    );
    const carry = traced.types.slice(0, count);
    const next = dtypes.map((dtype, i) => {
      const got = present(traced.graph.outputs[i], "carry").type;
      const weak = dtype === null && init.leaves[i]?.number !== null && (traced.numbers[i] ?? null) === null;
      const differs = got.kind === "array" && got.dtype !== present(carry[i], "carry type").dtype;
      return weak && differs && got.kind === "array" && fits(init.leaves[i], got.dtype) ? got.dtype : dtype;
    });
    if (next.some((dtype, i) => dtype !== dtypes[i])) {
      dtypes = next;
      continue;
    }
    const paths = leafPaths(init.structure);
    carry.forEach((type, i) =>
      checkLeaf(label, `carry${present(paths[i], "path")}`, type, traced, i, init.leaves[i]?.weak ?? null),
    );
    const outputs = traced.graph.outputs.map(
      (output, i) => carry[i]?.dtype ?? (output.type.kind === "array" ? output.type.dtype : "float64"),
    );
    return { traced: withOutputDtypes(traced, outputs, (i) => `carry${paths[i] ?? ""} of ${label}`), carry };
  }
}

/** Demands that a leaf of the carry keeps its type, except that a JavaScript number takes the expected dtype. */
export function checkLeaf(
  label: string,
  path: string,
  expected: ArrayType,
  traced: Traced,
  leaf: number,
  weak: WeakOrigin | null,
): void {
  const got = present(traced.graph.outputs[leaf], "carry").type;
  if (got.kind !== "array") return;
  const number = traced.numbers[leaf] ?? null;
  if (!sameShape(got.shape, expected.shape)) {
    throw new ShapeError({
      what: `The carry of a loop keeps its shapes, but ${label} changed that of ${path}.`,
      got: showType(got),
      expected: `${showType(expected)}, as at the start`,
      fix: "start with a value of the shape that the body returns, for instance from `np.zeros` or `np.broadcastTo`.",
      data: { path, got: got.shape, expected: expected.shape },
    });
  }
  if (got.dtype === expected.dtype) return;
  if (number !== null) {
    hostNumber(number, expected.dtype, `${path} of ${label}`);
    return;
  }
  throw new DTypeError({
    what: `The carry of a loop keeps its dtypes, but ${label} changed that of ${path}.`,
    got: showType(got),
    expected: `${showType(expected)}, as at the start`,
    fix: `convert the start with \`.astype("${got.dtype}")\`, or what the body returns with \`.astype("${expected.dtype}")\`.`,
    data: {
      path,
      got: got.dtype,
      expected: expected.dtype,
      ...(weak === null ? {} : { weakOrigin: weak, weakDtype: got.dtype }),
    },
  });
}
