import { describe, expect, it } from "@jest/globals";
import { grad, jit, np, random, vmap, type Tensor } from "@simgrad/core";
import { checkHalfEdgeMesh } from "./checkHalfEdgeMesh.js";
import { GeometricMesh } from "./geometricMesh.js";
import { HalfEdgeMesh } from "./halfEdgeMesh.js";
import { MeshError } from "./meshError.js";

const square = [
  [0, 1, 2],
  [0, 2, 3],
];
const tetrahedron = [
  [0, 2, 1],
  [0, 1, 3],
  [1, 2, 3],
  [0, 3, 2],
];
const numbers = (tensor: Tensor): number[] => Array.from(tensor.data);

describe("HalfEdgeMesh", () => {
  it("has the half-edges of two triangles in the order of the field's reference", () => {
    const mesh = HalfEdgeMesh.fromFaces(4, square);
    expect(numbers(mesh.origin)).toEqual([0, 0, 0, 1, 2, 1, 2, 3, 2, 3]);
    expect(numbers(mesh.destination)).toEqual([1, 2, 3, 2, 3, 0, 0, 0, 1, 2]);
    expect(numbers(mesh.twin)).toEqual([5, 6, 7, 8, 9, 0, 1, 2, 3, 4]);
    expect(numbers(mesh.next)).toEqual([3, 4, 9, 6, 7, 2, 0, 1, 5, 8]);
    expect(numbers(mesh.previous)).toEqual([6, 7, 5, 0, 1, 8, 3, 4, 9, 2]);
    expect(numbers(mesh.face)).toEqual([0, 1, -1, 0, 1, -1, 0, 1, -1, -1]);
    expect(numbers(mesh.halfEdgeOfVertex)).toEqual([0, 3, 4, 7]);
    expect(numbers(mesh.halfEdgeOfFace)).toEqual([0, 1]);
    expect(mesh.faces.toArray()).toEqual(square);
    expect(mesh.eulerCharacteristic).toBe(1);
    checkHalfEdgeMesh(mesh);
  });

  it("takes a vertex that all faces share", () => {
    const faces = Array.from({ length: 100 }, (_, i) => [0, i + 1, ((i + 1) % 100) + 1]);
    const fan = HalfEdgeMesh.fromFaces(101, faces);
    checkHalfEdgeMesh(fan);
    expect(numbers(fan.destination).slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(fan.isBoundaryVertex.at(0).get().item()).toBe(0);
  });

  it("knows its boundary", () => {
    const mesh = HalfEdgeMesh.fromFaces(4, square);
    expect(numbers(mesh.isBoundaryHalfEdge)).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1, 1]);
    expect(numbers(mesh.isBoundaryEdge)).toEqual([1, 0, 1, 1, 1, 1, 0, 1, 1, 1]);
    expect(numbers(mesh.isBoundaryVertex)).toEqual([1, 1, 1, 1]);
    const closed = HalfEdgeMesh.fromFaces(4, tetrahedron);
    expect(numbers(closed.isBoundaryVertex)).toEqual([0, 0, 0, 0]);
    expect(closed.eulerCharacteristic).toBe(2);
    checkHalfEdgeMesh(closed);
  });

  it.each([
    ["a vertex that is not there", 3, [[0, 1, 3]], "face 0", "Got: 3"],
    ["a vertex that is no number", 3, [[0, 1, NaN]], "face 0", "Got: NaN"],
    [
      "a repeated vertex",
      3,
      [
        [0, 1, 1],
        [0, 1, 2],
      ],
      "face 0",
      "repeats a vertex",
    ],
    ["a vertex without a face", 4, [[0, 1, 2]], "vertex 3", "belongs to no face"],
    [
      "a face that is there twice",
      3,
      [
        [0, 1, 2],
        [1, 2, 0],
      ],
      "face 1",
      "there twice",
    ],
    [
      "neighbours turned against each other",
      4,
      [
        [0, 1, 2],
        [0, 3, 2],
        [1, 3, 2],
      ],
      "face 1",
      "opposite orientations",
    ],
    [
      "three faces at an edge",
      5,
      [
        [0, 1, 2],
        [1, 0, 3],
        [0, 1, 4],
      ],
      "face 2",
      "more than two faces",
    ],
    [
      "fans that meet in a vertex of the boundary",
      5,
      [
        [0, 1, 2],
        [0, 3, 4],
      ],
      "vertex 0",
      "several fans",
    ],
    [
      "tetrahedra that meet in a vertex",
      7,
      [...tetrahedron, ...tetrahedron.map((f) => f.map((v) => (v === 0 ? 0 : v + 3)))],
      "vertex 0",
      "several fans",
    ],
  ])("refuses %s", (_, vertices, faces, place, what) => {
    const make = (): HalfEdgeMesh => HalfEdgeMesh.fromFaces(vertices, faces);
    expect(make).toThrow(MeshError);
    expect(make).toThrow(place);
    expect(make).toThrow(what);
  });

  it("refuses to answer for a batch", () => {
    const mesh = HalfEdgeMesh.fromFaces(4, square);
    const batch = new HalfEdgeMesh(
      Object.fromEntries(
        Object.entries({ ...mesh }).map(([name, x]) => [name, np.stack([x as Tensor, x as Tensor])]),
      ) as never,
    );
    expect(batch.faceCount).toBe(2);
    expect(() => batch.faces).toThrow("vmap");
    expect(vmap((one: HalfEdgeMesh) => one.faces)(batch).toArray()).toEqual([square, square]);
  });
});

describe("a function of meshes", () => {
  const topology = HalfEdgeMesh.fromFaces(4, square);
  const geometry = new GeometricMesh({
    positions: random.normal(random.key(1), [4, 2]),
    halfEdgeAttributes: { length: np.ones([10]) },
  });
  const energy = (g: GeometricMesh, t: HalfEdgeMesh): Tensor => {
    const edges = np.take(g.positions, t.destination).sub(np.take(g.positions, t.origin));
    return edges
      .square()
      .sum({ axis: 1 })
      .sub(g.halfEdgeAttributes["length"] as Tensor)
      .square()
      .sum();
  };

  it("has a mesh as its gradient, and none in the topology", () => {
    const gradient: GeometricMesh = grad(energy)(geometry, topology);
    expect(gradient).toBeInstanceOf(GeometricMesh);
    const h = 1e-6;
    const moved = (by: number): number =>
      energy(geometry.with({ positions: geometry.positions.at(2, 1).add(by) }), topology).item();
    expect(gradient.positions.at(2, 1).get().item()).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 6);
    expect(gradient.halfEdgeAttributes["length"]?.shape).toEqual([10]);
    const [, ofTopology] = jit(grad(energy, { argnums: [0, 1] }))(geometry, topology);
    expect(ofTopology).toBeInstanceOf(HalfEdgeMesh);
    expect(numbers(ofTopology.next)).toEqual(numbers(topology.next));
  });

  it("finds attributes that do not fit", () => {
    geometry.expectFits(topology);
    const bad = geometry.with({ faceAttributes: { pressure: [1, 2, 3] } });
    expect(() => bad.expectFits(topology)).toThrow("faceAttributes.pressure");
  });
});
