import type { ParseMeshOptions } from "../io/options.js";
import type { MeshElement } from "../mesh/meshError.js";

/** A file of test_meshes/ that is read. */
export interface ValidFile {
  /** Path in the folder. */
  readonly name: string;
  readonly about: string;
  readonly contents: string;
  /** What it is read with. */
  readonly options: ParseMeshOptions;
  /** Vertices, faces, V - E + F, and loops of its boundary. */
  readonly counts: readonly [vertices: number, faces: number, euler: number, loops: number];
}

/** A file of test_meshes/ that is refused. */
export interface RefusedFile {
  /** Path in the folder. */
  readonly name: string;
  readonly about: string;
  readonly contents: string;
  /** Line that the error names; null where the file is to blame as a whole. */
  readonly line: number | null;
  /** Element that the error names. */
  readonly element: MeshElement | null;
  /** A part of the error's message. */
  readonly message: string;
}
