import { DTypeError } from "../../util/errors.js";
import { showType } from "../../ir/types.js";
import type { Traced } from "../traceFunction.js";

/** Demands that a traced condition gives one bool. */
export function checkCondition(label: string, test: Traced): void {
  const type = test.graph.outputs[0]?.type;
  if (test.structure.kind === "leaf" && type?.kind === "array" && type.dtype === "bool" && type.shape.length === 0)
    return;
  throw new DTypeError({
    what: `${label.charAt(0).toUpperCase()}${label.slice(1)} must be one bool.`,
    got: type === undefined || test.structure.kind !== "leaf" ? "a tree" : showType(type),
    expected: "a 0-d bool tensor",
    fix: "compare, as in `x.less(10)`; over several elements use `np.all` or `np.any`.",
  });
}
