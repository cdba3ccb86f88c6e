import { SimgradError, type ErrorParts } from "@simgrad/core";

/** An element of a mesh by its kind and number. */
export interface MeshElement {
  readonly kind: "vertex" | "halfEdge" | "edge" | "face";
  /** Number of the element, from 0; of an edge, its two vertices. */
  readonly index: number | readonly [number, number];
}

/** Where a mesh is wrong; what does not apply is left out. */
export interface MeshPlace {
  readonly file?: string | undefined;
  /** Line of a text file, from 1. */
  readonly line?: number | undefined;
  readonly element?: MeshElement | undefined;
}

/** A mesh, or a file of one, that is not what the operation needs. Nothing of it has been used or changed. */
export class MeshError extends SimgradError {
  /** The file; null where there is none, or it has no name. */
  readonly file: string | null;
  /** Line of the file, from 1; null where no line is to blame. */
  readonly line: number | null;
  /** The element that is to blame, or null. */
  readonly element: MeshElement | null;
  /** The error without its place, so that a reader of files can add one. */
  readonly parts: ErrorParts;

  constructor(parts: ErrorParts, place: MeshPlace = {}) {
    const where = showPlace(place);
    super("MESH", {
      ...parts,
      what: where === "" ? parts.what : `${where}: ${parts.what}`,
      data: { ...parts.data, ...place },
    });
    this.file = place.file ?? null;
    this.line = place.line ?? null;
    this.element = place.element ?? null;
    this.parts = parts;
  }
}

function showPlace({ file, line, element }: MeshPlace): string {
  return [
    file,
    line === undefined ? undefined : `line ${line}`,
    element === undefined ? undefined : showElement(element),
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}

function showElement({ kind, index }: MeshElement): string {
  const name = kind === "halfEdge" ? "half-edge" : kind;
  return `${name} ${typeof index === "number" ? String(index) : index.join("-")}`;
}
