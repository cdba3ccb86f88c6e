import type { DType } from "../../util/dtype.js";
import { present } from "../../util/invariant.js";
import { unflatten, type TreeStructure } from "../../util/tree.js";
import type { ArrayType } from "../../ir/types.js";
import { asProgram, emit } from "../frame.js";
import { argumentTensors, listOfOne, readArguments, type ArgumentTree } from "../leaves.js";
import type { Tensor } from "../tensor.js";
import { traceFunction, type AnyFunction, type Traced } from "../traceFunction.js";
import type { Liftable, Tensors } from "../treeTypes.js";
import { traceBody } from "./bodies.js";
import { checkCondition } from "./condition.js";
import { readKeep, type KeepOption } from "./keep.js";
import { capturedFirst } from "./scan.js";

/** Options of `whileLoop`. */
export interface WhileOptions {
  readonly keep?: Exclude<KeepOption, "inverse">;
}

/**
 * Repeats `body(carry)` as long as `condition(carry)`, a 0-d bool tensor, holds. Differentiable in forward and in reverse mode. A
 * JavaScript number in `init` gets the dtype of what it meets in the body or the condition.
 * @throws ShapeError, DTypeError, TreeError where the body changes the carry, or the condition is no bool.
 */
export function whileLoop<C>(
  condition: (carry: Tensors<C>) => Tensor | boolean,
  body: (carry: Tensors<C>) => Liftable<Tensors<C>>,
  init: C | Liftable<Tensors<C>>,
  options: WhileOptions = {},
): Tensors<C> {
  const start = readArguments(init, "init");
  const result: { structure?: TreeStructure } = {};
  const outputs = asProgram("a whileLoop outside of functions", () => {
    const { body: traced, carry, test } = traceLoop(condition as AnyFunction, body as AnyFunction, start);
    result.structure = traced.structure;
    const all = emit(
      "while",
      {
        nCondConst: test.captured.length,
        nConst: traced.captured.length,
        nCarry: carry.length,
        cond: capturedFirst(test),
        body: capturedFirst(traced),
        keep: readKeep(options.keep ?? "auto", null),
      },
      [...test.captured, ...traced.captured, ...argumentTensors(start, carry)],
    );
    return all.slice(0, carry.length);
  });
  return unflatten(present(result.structure, "structure of the carry"), outputs) as Tensors<C>;
}

/** Traces body and condition until a number at the start has a dtype that fits what it meets in both. */
function traceLoop(
  condition: AnyFunction,
  body: AnyFunction,
  start: ArgumentTree,
): { readonly body: Traced; readonly carry: readonly ArrayType[]; readonly test: Traced } {
  const label = "the condition of whileLoop";
  let wanted: readonly (DType | null)[] = start.leaves.map(() => null);
  for (;;) {
    const place = { init: start, label: "the body of whileLoop", structure: (each: Traced) => each.structure };
    const { traced, carry } = traceBody(
      place,
      (dtypes) => traceFunction(body, listOfOne(start), place.label, dtypes),
      wanted,
    );
    // What the body left float64 may still become something else.
    const open = start.leaves.map(({ number }, i) => number !== null && carry[i]?.dtype === "float64");
    const leaves = carry.map((type, i) => ({
      number: open[i] ? (start.leaves[i]?.number ?? null) : null,
      weak: null,
      type,
    }));
    const test = traceFunction(condition, listOfOne({ ...start, leaves }), label, wanted);
    checkCondition(label, test);
    const next = wanted.map((dtype, i) => {
      const found = test.types[i]?.dtype;
      return dtype === null && open[i] === true && found !== undefined && found !== "float64" ? found : dtype;
    });
    if (next.every((dtype, i) => dtype === wanted[i])) return { body: traced, carry, test };
    wanted = next;
  }
}
