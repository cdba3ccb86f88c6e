import util from "node:util";
import type { MimeBundle } from "../api/kernelApi.js";
import { KernelError } from "../errors.js";

/** Method by which a value says how it is shown, as in other kernels for JavaScript; null: not at all. */
const displayMethod = Symbol.for("Jupyter.display");

/**
 * The output of a cell whose last expression is `value`, or null if there is nothing to show.
 *
 * @throws KernelError if `value` has a method of display that returns no bundle.
 */
export async function resultBundle(value: unknown): Promise<MimeBundle | null> {
  if (value === undefined || value === null || isTimer(value)) return null;
  const method = (value as { readonly [displayMethod]?: unknown })[displayMethod];
  if (typeof method === "function") {
    const bundle = (await method.call(value)) as unknown;
    return bundle === null ? null : checkBundle(bundle);
  }
  return { "text/plain": util.inspect(value) };
}

function checkBundle(bundle: unknown): MimeBundle {
  if (typeof bundle === "object" && bundle !== null && !Array.isArray(bundle)) return bundle as MimeBundle;
  throw new KernelError({
    what: 'the method Symbol.for("Jupyter.display") of a value returned no MIME bundle',
    got: util.inspect(bundle, { depth: 1 }),
    expected: 'an object by MIME type, as { "text/plain": "..." }',
    fix: "Return such an object, or null for nothing, or a promise of one",
  });
}

/** What `setTimeout` and its kin return: as last expression it is no result that anybody wants to read. */
function isTimer(value: unknown): boolean {
  const name = (value as { readonly constructor?: { readonly name?: string } }).constructor?.name;
  return (name === "Timeout" || name === "Immediate") && typeof (value as NodeJS.Timeout).hasRef === "function";
}
