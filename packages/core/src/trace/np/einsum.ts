import { sizeOf } from "../../ir/types.js";
import { emitOne } from "../frame.js";
import { asTensor, broadcastTo, reshapeTo, unifyDtypes } from "../operands.js";
import type { Tensor, TensorLike } from "../tensor.js";
import { multiply } from "./elementwise.js";
import { readSubscripts } from "./einsumSubscripts.js";
import { sum } from "./reduce.js";
import { sliceAxis } from "./shape.js";

/**
 * Sums of products over named axes, as NumPy's einsum: each operand has a letter for each of its axes; axes of one letter run together, and are
 * summed over unless the letter stands in the output. A letter twice at one operand is its diagonal; `...` stands for further axes,
 * which broadcast. Without `->` the output has the letters that stand once, in alphabetical order. Operands are contracted from left to right.
 *
 * @throws ArgumentError where the subscripts can't be read, ShapeError where the operands do not fit them.
 *
 * @example
 * np.einsum("ij,jk->ik", a, b); // matrix product
 * np.einsum("ii", a); // trace
 * np.einsum("i,j", x, y); // outer product
 * np.einsum("...ij,...j->...i", matrices, vectors); // a batch of matrix times vector
 */
export function einsum(subscripts: string, ...operands: readonly TensorLike[]): Tensor {
  const named = operands.map((operand, i) => [`operand ${i}`, operand] as const);
  const tensors = operands.map((operand, i) => asTensor(operand, `operand ${i} of np.einsum`));
  const { inputs, output, extents } = readSubscripts(
    subscripts,
    tensors.map(({ shape }) => shape),
  );
  const terms = unifyDtypes("np.einsum", named, "numeric").map((tensor, i) =>
    withoutStretched(withoutRepeated({ tensor, labels: inputs[i] as readonly string[] }), extents),
  );
  const [first, ...rest] = terms as [Term, ...Term[]];
  const whole = rest.reduce((product, term, i) => {
    const later = new Set([...output, ...rest.slice(i + 1).flatMap(({ labels }) => labels)]);
    return contract(product, term, later);
  }, first);
  const { tensor, labels } = summed(whole, new Set(output));
  const ordered = permuted(
    { tensor, labels },
    output.filter((label) => labels.includes(label)),
  );
  // Axes of an ellipsis that are 1 in all operands were left out.
  return reshapeTo(
    ordered,
    output.map((label) => extents.get(label) ?? 1),
  );
}

/** A tensor with a label for each axis. */
interface Term {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/** Each label that stands twice stands once, for the diagonal of its axes. */
function withoutRepeated(term: Term): Term {
  const twice = term.labels.find((label, i) => term.labels.indexOf(label) !== i);
  if (twice === undefined) return term;
  const axes = term.labels.flatMap((label, i) => (label === twice ? [i] : []));
  const pair = axes.slice(0, 2);
  const others = term.labels.map((_, i) => i).filter((i) => !pair.includes(i));
  const moved = transposed(term.tensor, [...others, ...pair]);
  const lead = moved.shape.slice(0, -2);
  const extent = moved.shape.at(-1) as number;
  const flat = reshapeTo(moved, [...lead, extent * extent]);
  const tensor = extent === 0 ? flat : sliceAxis(flat, lead.length, 0, extent * extent, extent + 1);
  return withoutRepeated({ tensor, labels: [...others.map((i) => term.labels[i] as string), twice] });
}

/** Without the axes of an ellipsis that have one entry: they broadcast. */
function withoutStretched({ tensor, labels }: Term, extents: ReadonlyMap<string, number>): Term {
  const stays = labels.map((label, i) => !/\d/.test(label) || (tensor.shape[i] !== 1 && extents.get(label) !== 1));
  return {
    tensor: reshapeTo(
      tensor,
      tensor.shape.filter((_, i) => stays[i]),
    ),
    labels: labels.filter((_, i) => stays[i]),
  };
}

/** The product of two terms, summed over what is not needed later. */
function contract(left: Term, right: Term, later: ReadonlySet<string>): Term {
  const a = summed(left, new Set([...later, ...right.labels]));
  const b = summed(right, new Set([...later, ...left.labels]));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => later.has(label));
  const inner = shared.filter((label) => !later.has(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const x = permuted(a, [...batch, ...rows, ...inner]);
  const y = permuted(b, [...batch, ...inner, ...columns]);
  const lead = x.shape.slice(0, batch.length);
  const own = x.shape.slice(batch.length, batch.length + rows.length);
  const other = y.shape.slice(batch.length + inner.length);
  const labels = [...batch, ...rows, ...columns];
  if (inner.length === 0) {
    const shape = [...lead, ...own, ...other];
    const spread = reshapeTo(x, [...lead, ...own, ...other.map(() => 1)]);
    const across = reshapeTo(y, [...lead, ...own.map(() => 1), ...other]);
    return { tensor: multiply(broadcastTo(spread, shape), broadcastTo(across, shape)), labels };
  }
  const depth = sizeOf(x.shape.slice(batch.length + rows.length));
  const product = emitOne("dot", { batch: batch.length }, [
    reshapeTo(x, [...lead, sizeOf(own), depth]),
    reshapeTo(y, [...lead, depth, sizeOf(other)]),
  ]);
  return { tensor: reshapeTo(product, [...lead, ...own, ...other]), labels };
}

/** Summed over the axes whose labels are not needed. */
function summed({ tensor, labels }: Term, needed: ReadonlySet<string>): Term {
  const axes = labels.flatMap((label, i) => (needed.has(label) ? [] : [i]));
  if (axes.length === 0) return { tensor, labels };
  return { tensor: sum(tensor, axes), labels: labels.filter((label) => needed.has(label)) };
}

function permuted({ tensor, labels }: Term, order: readonly string[]): Tensor {
  return transposed(
    tensor,
    order.map((label) => labels.indexOf(label)),
  );
}

function transposed(tensor: Tensor, permutation: readonly number[]): Tensor {
  return permutation.every((axis, k) => axis === k) ? tensor : emitOne("transpose", { permutation }, [tensor]);
}
