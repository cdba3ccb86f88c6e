/** How files of meshes are read. */
export interface ParseMeshOptions {
  /** Name of the file, for messages. */
  readonly file?: string | undefined;
  /** 3 where left out; 2 leaves out the third coordinate, and refuses one that is not 0. */
  readonly dimension?: 2 | 3;
  /**
   * Faces of more than three corners: refused (where left out), or cut into a fan of triangles about their first
   * corner.
   */
  readonly polygons?: "refuse" | "fan";
  /** Vertices at the same position: refused (where left out), or made one, the first of them. */
  readonly duplicates?: "refuse" | "weld";
  /** Vertices of no face: refused (where left out), or left out. */
  readonly unreferenced?: "refuse" | "drop";
  /** Whether values beside positions and faces are read; they are where left out. */
  readonly attributes?: "read" | "skip";
}

/** How meshes are written. */
export interface FormatMeshOptions {
  /** Attributes that the format has no place for: refused (where left out), or left out. */
  readonly attributes?: "refuse" | "skip";
}
