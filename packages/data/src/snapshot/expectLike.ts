import { isTensor } from "@simgrad/core";
import { DataError, type DataPlace } from "../dataError.js";
import { step } from "./snapshotTree.js";

/**
 * Demands that a tree is built as another: the same keys and lengths, leaves of the same kind, tensors of the same dtype and shape.
 * @throws DataError that names the first place where they differ.
 */
export function expectLike(got: unknown, like: unknown, place: DataPlace, path: string = ""): void {
  const differs = describe(got) !== describe(like);
  if (differs) {
    throw new DataError(
      { what: "the snapshot is not built as `like` is.", got: describe(got), expected: describe(like) },
      { ...place, path },
    );
  }
  if (Array.isArray(got)) {
    got.forEach((child: unknown, i) => expectLike(child, (like as readonly unknown[])[i], place, path + step(i)));
  } else if (isContainer(got)) {
    for (const [name, child] of Object.entries(got)) {
      expectLike(child, (like as Readonly<Record<string, unknown>>)[name], place, path + step(name));
    }
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isTensor(value)) return `a tensor of dtype ${value.dtype} and shape [${value.shape.join(", ")}]`;
  if (ArrayBuffer.isView(value)) {
    return `a ${value.constructor.name} of ${(value as { readonly length?: number }).length ?? 0} elements`;
  }
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (!isContainer(value)) return `a ${typeof value}`;
  return `an object with the keys ${Object.keys(value).sort().join(", ") || "(none)"}`;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null && !isTensor(value) && !ArrayBuffer.isView(value);
}
