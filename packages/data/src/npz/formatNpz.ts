import { ArgumentError, isTensor, type TensorLike } from "@simgrad/core";
import { formatNpy } from "../npy/formatNpy.js";
import { writeZip, type ZipEntry } from "./zip.js";

/** Objects in objects, with at the ends what a tensor can be made of. */
export interface ArrayTree {
  readonly [name: string]: TensorLike | ArrayTree;
}

/**
 * Writes a tree of arrays as the bytes of an .npz file. np.load finds each array by its path, the names joined by "/"; `nest`
 * makes the tree again. The same tree gives the same bytes.
 *
 * @throws ArgumentError if a name is empty, or holds "/" or "\\", so that its path would be another's.
 */
export function formatNpz(arrays: ArrayTree): Uint8Array {
  const entries: ZipEntry[] = [];
  const visit = (tree: ArrayTree, path: string): void => {
    for (const [name, child] of Object.entries(tree)) {
      checkName(name, path);
      if (isTree(child)) visit(child, `${path}${name}/`);
      else entries.push({ name: `${path}${name}.npy`, bytes: formatNpy(child) });
    }
  };
  visit(arrays, "");
  return writeZip(entries);
}

function isTree(value: TensorLike | ArrayTree): value is ArrayTree {
  return typeof value === "object" && !isTensor(value) && !ArrayBuffer.isView(value) && !Array.isArray(value);
}

function checkName(name: string, path: string): void {
  // `__proto__` would be lost in the record of files that the archive is made from
  if (name !== "" && !/[/\\\0]/.test(name) && name !== "__proto__") return;
  throw new ArgumentError({
    what: "An array cannot have this name in an .npz file.",
    got: `${JSON.stringify(name)}${path === "" ? "" : ` in ${path.slice(0, -1)}`}`,
    expected: 'a name without "/" and "\\"',
    fix: "rename it, or nest objects.",
  });
}
