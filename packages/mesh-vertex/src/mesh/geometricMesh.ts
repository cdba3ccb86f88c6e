import { np, registerTree, ShapeError, type Tensor, type TensorLike } from "@simgrad/core";
import type { HalfEdgeMesh } from "./halfEdgeMesh.js";

/** Values by name, one row for each element. */
export type Attributes = Readonly<Record<string, Tensor>>;

/** What a `GeometricMesh` is made of. */
export interface GeometricMeshParts {
  /** [vertices, dimension]: dimension 2 or 3. */
  readonly positions: TensorLike;
  /** [vertices, ...] each. */
  readonly vertexAttributes?: Readonly<Record<string, TensorLike>>;
  /** [half-edges, ...] each. */
  readonly halfEdgeAttributes?: Readonly<Record<string, TensorLike>>;
  /** [faces, ...] each. */
  readonly faceAttributes?: Readonly<Record<string, TensorLike>>;
}

/**
 * Positions of a mesh's vertices, and named values at its vertices, half-edges and faces; how they are connected is
 * told by a `HalfEdgeMesh`. It is immutable, and a tree: the gradient with respect to one is one, and a batch of them
 * is `vmap`'s.
 *
 * @example
 * const triangle = new GeometricMesh({ positions: [[0, 0], [1, 0], [0, 1]], faceAttributes: { stiffness: [2] } });
 * triangle.with({ positions: triangle.positions.mul(2) });
 */
export class GeometricMesh {
  readonly isTree = true;
  readonly positions: Tensor;
  readonly vertexAttributes: Attributes;
  readonly halfEdgeAttributes: Attributes;
  readonly faceAttributes: Attributes;

  /**
   * Takes numbers for tensors.
   * @throws ShapeError where the positions are no rows.
   */
  constructor(parts: GeometricMeshParts) {
    this.positions = np.asarray(parts.positions);
    if (this.positions.ndim < 2) {
      throw new ShapeError({
        what: "The positions of a mesh have one row for each vertex.",
        got: `[${this.positions.shape.join(", ")}]`,
        expected: "[vertices, 2] or [vertices, 3]",
      });
    }
    this.vertexAttributes = tensors(parts.vertexAttributes);
    this.halfEdgeAttributes = tensors(parts.halfEdgeAttributes);
    this.faceAttributes = tensors(parts.faceAttributes);
  }

  /** The same mesh with other positions, or other sets of attributes. */
  with(parts: Partial<GeometricMeshParts>): GeometricMesh {
    return new GeometricMesh({ ...partsOf(this), ...parts });
  }

  get vertexCount(): number {
    return this.positions.shape.at(-2) as number;
  }

  /** 2 or 3. */
  get dimension(): number {
    return this.positions.shape.at(-1) as number;
  }

  /**
   * Demands that positions and attributes have a row for each element.
   * @throws ShapeError that names the first that has not.
   */
  expectFits(topology: HalfEdgeMesh): void {
    expectRows("positions", this.positions, topology.vertexCount, "vertices");
    expectAllRows("vertexAttributes", this.vertexAttributes, topology.vertexCount, "vertices");
    expectAllRows("halfEdgeAttributes", this.halfEdgeAttributes, topology.halfEdgeCount, "half-edges");
    expectAllRows("faceAttributes", this.faceAttributes, topology.faceCount, "faces");
  }

  toString(): string {
    const names = [this.vertexAttributes, this.halfEdgeAttributes, this.faceAttributes].flatMap(Object.keys);
    const attributes = names.length === 0 ? "" : `, ${names.join(", ")}`;
    return `GeometricMesh(${this.vertexCount} vertices in ${this.dimension} dimensions${attributes})`;
  }
}

registerTree(GeometricMesh, {
  toTree: partsOf,
  isPlain: true,
  fromTree: (children) => {
    const mesh = Object.create(GeometricMesh.prototype) as object;
    return Object.assign(mesh, { isTree: true }, children) as unknown as GeometricMesh;
  },
});

function partsOf(mesh: GeometricMesh): Record<string, unknown> & GeometricMeshParts {
  const { positions, vertexAttributes, halfEdgeAttributes, faceAttributes } = mesh;
  return { positions, vertexAttributes, halfEdgeAttributes, faceAttributes };
}

function tensors(attributes: Readonly<Record<string, TensorLike>> = {}): Attributes {
  return Object.freeze(
    Object.fromEntries(Object.entries(attributes).map(([name, values]) => [name, np.asarray(values)])),
  );
}

function expectAllRows(place: string, attributes: Attributes, count: number, of: string): void {
  for (const [name, values] of Object.entries(attributes)) expectRows(`${place}.${name}`, values, count, of);
}

function expectRows(place: string, values: Tensor, count: number, of: string): void {
  if (values.shape[0] === count) return;
  throw new ShapeError({
    what: `The mesh's ${place} has not one row for each of its ${of}.`,
    got: `[${values.shape.join(", ")}]`,
    expected: `[${count}, ...]`,
  });
}
