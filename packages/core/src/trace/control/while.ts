import { DTypeError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import { unflatten, type TreeStructure } from "../../util/tree.js";
import { showType } from "../../ir/types.js";
import { asProgram, emit } from "../frame.js";
import { argumentTensors, listOfOne, readArguments } from "../leaves.js";
import type { Tensor } from "../tensor.js";
import { traceFunction, type AnyFunction, type Traced } from "../traceFunction.js";
import type { Liftable, Tensors } from "../treeTypes.js";
import { traceBody } from "./bodies.js";
import { capturedFirst, readKeep, type KeepOption } from "./scan.js";

/** Options of `whileLoop`. */
export interface WhileOptions {
  readonly keep?: Exclude<KeepOption, "inverse">;
}

/**
 * Repeats `body(carry)` as long as `condition(carry)`, a 0-d bool tensor, holds. Differentiable in forward and in reverse mode.
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
    const { traced, carry } = traceBody(
      { init: start, label: "the body of whileLoop", structure: (each) => each.structure },
      (dtypes) => traceFunction(body as AnyFunction, listOfOne(start), "the body of whileLoop", dtypes),
    );
    result.structure = traced.structure;
    const leaves = carry.map((type) => ({ number: null, weak: null, type }));
    const test = traceFunction(condition as AnyFunction, listOfOne({ ...start, leaves }), "the condition of whileLoop");
    checkCondition(test);
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

function checkCondition(test: Traced): void {
  const type = test.graph.outputs[0]?.type;
  if (test.structure.kind === "leaf" && type?.kind === "array" && type.dtype === "bool" && type.shape.length === 0)
    return;
  throw new DTypeError({
    what: "The condition of whileLoop must be one bool.",
    got: type === undefined || test.structure.kind !== "leaf" ? "a tree" : showType(type),
    expected: "a 0-d bool tensor",
    fix: "compare, as in `x.less(10)`; over several elements use `np.all` or `np.any`.",
  });
}
