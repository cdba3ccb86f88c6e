import { slotsOf } from "../ir/debugPrinter.js";
import { ArgumentError } from "../util/errors.js";
import { describeHost } from "./host.js";
import { emit } from "./frame.js";
import { asTensor } from "./operands.js";
import type { TensorLike } from "./tensor.js";

/**
 * Prints values when the program runs, not when it is traced: in a loop once a step, outside of `jit` at once. Each `{}` of the format stands for one
 * value: a scalar with all its digits, an array as a tensor is shown. Lines go to `console.log`, or where `setDebugPrinter` says.
 *
 * Under `grad`, `vjp` and `jvp` the values are printed as the function computes them, once for each step forwards: neither
 * tangents nor steps that are run again for the gradient. Under `vmap` each element prints a line of its own; their order is not fixed. A program
 * that prints runs on the js backend unless `backend` says otherwise: same bits, but slower.
 *
 * @throws ArgumentError where there are not as many values as `{}`.
 *
 * @example
 * const halve = jit((x: Tensor) =>
 *   foriLoop(0, 3, (i, value) => {
 *     debugPrint("step {}: x = {}", i, value);
 *     return value.div(2);
 *   }, x),
 * );
 * halve(8); // prints "step 0: x = 8", "step 1: x = 4", "step 2: x = 2"
 */
export function debugPrint(format: string, ...values: readonly TensorLike[]): void {
  if (typeof format !== "string" || slotsOf(format) !== values.length) {
    throw new ArgumentError({
      what: "debugPrint wants a format, and one value for each {} in it.",
      got: typeof format === "string" ? `"${format}" and ${values.length} values` : describeHost(format),
      expected: typeof format === "string" ? `${slotsOf(format)} values` : "a string",
      fix: 'write for instance `debugPrint("x = {}, step {}", x, i)`.',
    });
  }
  emit(
    "debugPrint",
    { format, batch: 0 },
    values.map((value, i) => asTensor(value, `value ${i} of debugPrint`)),
  );
}
