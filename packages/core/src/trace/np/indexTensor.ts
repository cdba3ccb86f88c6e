import { isInteger } from "../../util/dtype.js";
import { ArgumentError, DTypeError, IndexError } from "../../util/errors.js";
import { readHost } from "../host.js";
import { asTensor, castTensor, showShape, weakOf } from "../operands.js";
import { type Tensor, type TensorLike } from "../tensor.js";

/** What an index does that lies outside: it is clamped to the axis, or reads 0 and writes nothing. */
export type OutsideMode = "clip" | "drop";

const extremes = new WeakMap<Tensor, readonly [number, number]>();

/**
 * An int32 tensor of indices into an axis. Indices whose values are known when tracing are checked.
 * @throws DTypeError where it has no integer dtype.
 * @throws IndexError where a known index lies outside of the axis.
 */
export function asIndices(op: string, value: TensorLike, extent: number): Tensor {
  const tensor = integerTensor(op, "indices", value);
  checkKnown(op, tensor, extent);
  return castTensor(tensor, "int32");
}

/** An integer tensor; JavaScript numbers become int32. */
export function integerTensor(op: string, name: string, value: TensorLike): Tensor {
  const host = readHost(value, `the argument \`${name}\` of ${op}`);
  if (host.kind === "numbers" && !host.numbers.integers) {
    throw new DTypeError({
      what: `${op}: an index must be a whole number.`,
      got: `${name}: ${host.numbers.values.slice(0, 4).join(", ")}`,
    });
  }
  const tensor = asTensor(value, `the argument \`${name}\` of ${op}`, host.kind === "tensor" ? undefined : "int32");
  if (isInteger(tensor.dtype)) return tensor;
  const weak = weakOf(tensor);
  throw new DTypeError({
    what: `${op}: indices must be integers.`,
    got: `${name}: ${tensor.dtype}${showShape(tensor.shape)}`,
    expected: "an int32 tensor",
    fix: 'make it with `np.array(values, "int32")` or convert it with `.astype("int32")`.',
    data: weak === null ? {} : { weakOrigin: weak, weakDtype: "int32" },
  });
}

/**
 * The mode, if it is one.
 * @throws ArgumentError where it is neither "clip" nor "drop".
 */
export function checkMode(op: string, mode: OutsideMode): OutsideMode {
  if (mode === "clip" || mode === "drop") return mode;
  throw new ArgumentError({ what: `${op}: there is no such mode.`, got: String(mode), expected: '"clip" or "drop"' });
}

function checkKnown(op: string, tensor: Tensor, extent: number): void {
  const content = tensor.content;
  if (content.kind !== "concrete" || content.data.length === 0) return;
  let known = extremes.get(tensor);
  if (known === undefined) {
    let low = Infinity;
    let high = -Infinity;
    for (const index of content.data) {
      if (index < low) low = index;
      if (index > high) high = index;
    }
    known = [low, high];
    extremes.set(tensor, known);
  }
  const [low, high] = known;
  if (low >= 0 && high < extent) return;
  throw new IndexError({
    what: `${op}: an index lies outside of the axis.`,
    got: `indices from ${low} to ${high}`,
    expected: extent === 0 ? "no index, since the axis is empty" : `indices from 0 to ${extent - 1}`,
    fix: low < 0 ? "negative indices do not wrap around; add the extent to them." : "check the extent with `x.shape`.",
    data: { low, high, extent },
  });
}
