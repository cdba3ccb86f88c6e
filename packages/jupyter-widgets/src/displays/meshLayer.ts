import type { Axis } from "./axis.js";
import type { ColorOptions } from "./colors.js";
import type { Matrix, Vector } from "./numbers.js";

/** Numbers of the elements of a mesh, drawn as colours. */
export interface MeshValues extends ColorOptions {
  readonly values: Vector;
  /** What the colours measure. */
  readonly axis: Axis;
}

/** One mesh of a picture. */
export interface MeshLayer {
  /** [vertices, 2 or 3]. */
  readonly positions: Matrix;
  /** [faces, 3]: vertices of each face. */
  readonly faces: Matrix;
  /** [edges, 2]: vertices of each edge; needed for `edgeValues` alone. */
  readonly edges?: Matrix;
  /** For the legend of several meshes. */
  readonly name?: string;
  /** Colour of the edges. */
  readonly stroke?: string;
  /** [faces]: colours of the faces. At most one mesh of a picture has values. */
  readonly faceValues?: MeshValues;
  /** [vertices]: colours of dots at the vertices. */
  readonly vertexValues?: MeshValues;
  /** [edges]: colours of the edges. */
  readonly edgeValues?: MeshValues;
}
