import { ArgumentError, isTensor, np, registerTree, ShapeError, type Tensor } from "@simgrad/core";
import { halfEdgesOf, type HalfEdges } from "./halfEdges.js";
import { MeshError } from "./meshError.js";

/** The arrays of a `HalfEdgeMesh`, int32. */
export interface HalfEdgeArrays {
  /** [halfEdges]: vertex where a half-edge starts. */
  readonly origin: Tensor;
  /** [halfEdges]: vertex where it ends. */
  readonly destination: Tensor;
  /** [halfEdges]: the one after it along its face, or along the boundary. */
  readonly next: Tensor;
  /** [halfEdges]: the one before it. */
  readonly previous: Tensor;
  /** [halfEdges]: the other half of its edge. */
  readonly twin: Tensor;
  /** [halfEdges]: the face on its left, -1 along the boundary. */
  readonly face: Tensor;
  /** [vertices]: a half-edge that leaves the vertex. */
  readonly halfEdgeOfVertex: Tensor;
  /** [faces]: a half-edge of the face. */
  readonly halfEdgeOfFace: Tensor;
}

const arrayNames = [
  "origin",
  "destination",
  "next",
  "previous",
  "twin",
  "face",
  "halfEdgeOfVertex",
  "halfEdgeOfFace",
] as const satisfies readonly (keyof HalfEdgeArrays)[];

/**
 * Connectivity of a triangulated surface: oriented, with or without boundary. It is immutable, and a tree of eight
 * int32 arrays: it goes through `jit`, loops and `vmap` as an argument or a result, and is its own (empty) derivative
 * under `grad`.
 *
 * In a mesh that `fromFaces` made, half-edge i is the twin of i + E for E edges, and edges are in the order of their
 * vertices; topology changes keep the twins but not that order. See `halfEdges.ts` for the whole convention.
 *
 * A batch of meshes with equal counts has a leading axis in each array; work with one through `vmap`.
 *
 * @example
 * const square = HalfEdgeMesh.fromFaces(4, [[0, 1, 2], [0, 2, 3]]);
 * square.halfEdgeCount; // 10
 */
export class HalfEdgeMesh implements HalfEdgeArrays {
  readonly isTree = true;
  readonly origin: Tensor;
  readonly destination: Tensor;
  readonly next: Tensor;
  readonly previous: Tensor;
  readonly twin: Tensor;
  readonly face: Tensor;
  readonly halfEdgeOfVertex: Tensor;
  readonly halfEdgeOfFace: Tensor;

  /** Takes arrays as they are, which must fit together; `checkHalfEdgeMesh` looks whether they do. */
  constructor(arrays: HalfEdgeArrays) {
    this.origin = arrays.origin;
    this.destination = arrays.destination;
    this.next = arrays.next;
    this.previous = arrays.previous;
    this.twin = arrays.twin;
    this.face = arrays.face;
    this.halfEdgeOfVertex = arrays.halfEdgeOfVertex;
    this.halfEdgeOfFace = arrays.halfEdgeOfFace;
  }

  /**
   * Makes the connectivity of triangles, counterclockwise when seen from outside.
   * @param faces [faces, 3], vertices by their numbers from 0.
   * @throws MeshError that names the face, edge or vertex where they are not an oriented surface.
   */
  static fromFaces(vertexCount: number, faces: readonly (readonly number[])[] | Int32Array | Tensor): HalfEdgeMesh {
    return HalfEdgeMesh.fromHalfEdges(halfEdgesOf(vertexCount, cornersOf(faces)));
  }

  /** The mesh of host arrays, which are copied. */
  static fromHalfEdges(arrays: HalfEdges): HalfEdgeMesh {
    const tensor = (values: Int32Array): Tensor => np.array(values, "int32");
    return new HalfEdgeMesh({
      origin: tensor(arrays.origin),
      destination: tensor(arrays.destination),
      next: tensor(arrays.next),
      previous: tensor(arrays.previous),
      twin: tensor(arrays.twin),
      face: tensor(arrays.face),
      halfEdgeOfVertex: tensor(arrays.halfEdgeOfVertex),
      halfEdgeOfFace: tensor(arrays.halfEdgeOfFace),
    });
  }

  get vertexCount(): number {
    return this.halfEdgeOfVertex.shape.at(-1) as number;
  }

  get halfEdgeCount(): number {
    return this.origin.shape.at(-1) as number;
  }

  get edgeCount(): number {
    return this.halfEdgeCount / 2;
  }

  get faceCount(): number {
    return this.halfEdgeOfFace.shape.at(-1) as number;
  }

  /** V - E + F: 1 for a disk, 2 for a sphere, 0 for a torus. */
  get eulerCharacteristic(): number {
    return this.vertexCount - this.edgeCount + this.faceCount;
  }

  /** [faces, 3]: vertices of each face, counterclockwise, from the origin of its half-edge. */
  get faces(): Tensor {
    const [first, second] = this.halfEdgesOfFaces;
    const corners = [np.take(this.origin, first), np.take(this.destination, first), np.take(this.destination, second)];
    return np.stack(corners, 1);
  }

  /** [halfEdges] bool: whether a half-edge runs along the boundary, with no face on its left. */
  get isBoundaryHalfEdge(): Tensor {
    return np.less(this.face, 0);
  }

  /** [halfEdges] bool: whether either half of the edge does. */
  get isBoundaryEdge(): Tensor {
    expectSingle(this);
    const own = this.isBoundaryHalfEdge;
    return np.logicalOr(own, np.take(own, this.twin));
  }

  /** [vertices] bool: whether the boundary goes through a vertex. */
  get isBoundaryVertex(): Tensor {
    expectSingle(this);
    const passes = this.isBoundaryHalfEdge.astype("int32");
    return np.greater(np.zeros([this.vertexCount], "int32").at(this.origin).add(passes), 0);
  }

  /** The arrays on the host, to be walked through. @throws TracedValueError inside of compiled code. */
  toHalfEdges(): HalfEdges {
    expectSingle(this);
    const host = (tensor: Tensor): Int32Array => Int32Array.from(tensor.data);
    return {
      origin: host(this.origin),
      destination: host(this.destination),
      next: host(this.next),
      previous: host(this.previous),
      twin: host(this.twin),
      face: host(this.face),
      halfEdgeOfVertex: host(this.halfEdgeOfVertex),
      halfEdgeOfFace: host(this.halfEdgeOfFace),
    };
  }

  toString(): string {
    const batch = this.origin.shape.slice(0, -1).map((extent) => `${extent} x `);
    return `${batch.join("")}HalfEdgeMesh(${this.vertexCount} vertices, ${this.halfEdgeCount} half-edges, ${this.faceCount} faces)`;
  }

  /** The three half-edges of each face: [faces] each, in order. */
  get halfEdgesOfFaces(): readonly [Tensor, Tensor, Tensor] {
    expectSingle(this);
    const first = this.halfEdgeOfFace;
    const second = np.take(this.next, first);
    return [first, second, np.take(this.next, second)];
  }
}

registerTree(HalfEdgeMesh, {
  isPlain: true,
  toTree: (mesh) => Object.fromEntries(arrayNames.map((name) => [name, mesh[name]])),
  fromTree: (children) => new HalfEdgeMesh(children as unknown as HalfEdgeArrays),
});

/** Vertices of all faces in one list. */
function cornersOf(faces: readonly (readonly number[])[] | Int32Array | Tensor): ArrayLike<number> {
  if (isTensor(faces)) return faces.data;
  if (faces instanceof Int32Array) return faces;
  if (!Array.isArray(faces)) {
    throw new ArgumentError({
      what: "HalfEdgeMesh.fromFaces: the faces are no list.",
      got: typeof faces,
      expected: "fromFaces(vertexCount, [[0, 1, 2], ...]), an int32 tensor of shape [faces, 3], or an Int32Array",
    });
  }
  const wrong = faces.findIndex((face: readonly number[]) => face.length !== 3);
  if (wrong === -1) return faces.flat();
  throw new MeshError(
    {
      what: "a face is no triangle.",
      got: `${(faces[wrong] as readonly number[]).length} vertices`,
      expected: "three vertices",
      fix: "cut polygons into triangles.",
    },
    { element: { kind: "face", index: wrong } },
  );
}

function expectSingle(mesh: HalfEdgeMesh): void {
  if (mesh.origin.ndim === 1) return;
  throw new ShapeError({
    what: "This is a batch of meshes, and the operation is for one.",
    got: `arrays of shape [${mesh.origin.shape.join(", ")}]`,
    expected: `[${mesh.halfEdgeCount}]`,
    fix: "map a function over the meshes with `vmap`, or take them apart with `tree.unstack`.",
  });
}
