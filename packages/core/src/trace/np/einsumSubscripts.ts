import { ArgumentError, ShapeError } from "../../util/errors.js";
import { showShape } from "../operands.js";

/** Subscripts of an einsum, one label for each axis. Axes of an ellipsis have numbers, counted from the last one, which is "0". */
export interface Subscripts {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
  /** Extent of each label. */
  readonly extents: ReadonlyMap<string, number>;
}

/**
 * Reads subscripts as NumPy has them: `ij,jk->ik`, without `->` all labels that stand once, in alphabetical order, after the ellipsis.
 * @throws ArgumentError where they are none, or not as many as operands.
 * @throws ShapeError where shapes do not fit them.
 */
export function readSubscripts(subscripts: string, shapes: readonly (readonly number[])[]): Subscripts {
  const wrong = (what: string, got = `"${subscripts}"`, expected?: string): ArgumentError =>
    new ArgumentError({
      what: `np.einsum: ${what}`,
      got,
      ...(expected === undefined ? {} : { expected }),
      fix: 'write one letter for each axis and a comma between operands, as in `np.einsum("ij,jk->ik", a, b)`.',
    });
  if (typeof subscripts !== "string") throw wrong("the subscripts are no string.", String(subscripts));
  const [left = "", right, ...more] = subscripts.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  if (more.length > 0 || [...terms, right ?? ""].some((term) => !/^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term)))
    throw wrong("the subscripts can't be read.");
  if (terms.length !== shapes.length)
    throw wrong("there are not as many operands as subscripts.", `"${subscripts}" and ${shapes.length} operands`);

  const extents = new Map<string, number>();
  let dots = 0;
  const inputs = terms.map((term, i) => {
    const shape = shapes[i] as readonly number[];
    const named = term.replace("...", "").length;
    const rest = shape.length - named;
    if (rest < 0 || (rest > 0 && !term.includes("..."))) {
      throw new ShapeError({
        what: `np.einsum: operand ${i} has another number of axes than its subscripts "${term}" say.`,
        got: `operand ${i}: ${showShape(shape)}`,
        expected: `${named} axes${term.includes("...") ? " or more" : ""}`,
      });
    }
    if (term.includes("...")) dots = Math.max(dots, rest);
    const labels = labelsOf(term, rest);
    labels.forEach((label, axis) => {
      const extent = shape[axis] as number;
      const known = extents.get(label);
      const broadcasts = isDots(label) && (extent === 1 || known === 1);
      if (known !== undefined && known !== extent && !broadcasts) {
        throw new ShapeError({
          what: isDots(label)
            ? "np.einsum: the axes of the ellipses do not broadcast."
            : `np.einsum: axes that are called "${label}" have different extents.`,
          got: `${shapes.map(showShape).join(", ")} for "${subscripts}"`,
          expected: `${known}, not ${extent}, for axis ${axis} of operand ${i}`,
        });
      }
      extents.set(label, known === undefined || known === 1 ? extent : known);
    });
    return labels;
  });

  if (right === undefined) {
    const all = inputs.flat().filter((label) => !isDots(label));
    const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort();
    return { inputs, output: [...labelsOf("...", dots), ...once], extents };
  }
  const output = labelsOf(right, dots);
  if (new Set(output).size !== output.length) throw wrong("a letter stands twice in the output.");
  if (output.some((label) => !isDots(label) && !extents.has(label)))
    throw wrong("a letter of the output stands at no operand.");
  if (dots > 0 && !right.includes("...")) throw wrong("the output lacks the ellipsis.");
  return { inputs, output, extents };
}

function labelsOf(term: string, dots: number): readonly string[] {
  const [before = "", after] = term.split("...");
  if (after === undefined) return [...before];
  return [...before, ...Array.from({ length: dots }, (_, i) => String(dots - 1 - i)), ...after];
}

function isDots(label: string): boolean {
  return /\d/.test(label);
}
