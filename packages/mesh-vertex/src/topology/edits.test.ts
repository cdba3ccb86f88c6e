import { describe, expect, it } from "@jest/globals";
import { grad, np, type Tensor } from "@simgrad/core";
import { orientedAreas, totalArea } from "../geometry/areas.js";
import { checkHalfEdgeMesh } from "../mesh/checkHalfEdgeMesh.js";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { MeshError } from "../mesh/meshError.js";
import { hexagon } from "../shapes/disk.js";
import { grid } from "../shapes/grid.js";
import { octahedron, tetrahedron } from "../shapes/polyhedra.js";
import { annulus } from "../shapes/tubes.js";
import { collapseEdge, collapseEdges, whyNoCollapse } from "./collapseEdge.js";
import { splitEdge, splitEdges } from "./splitEdge.js";
import { splitVertex } from "./splitVertex.js";

const square = HalfEdgeMesh.fromFaces(4, [
  [0, 1, 2],
  [0, 2, 3],
]);
const numbers = (values: ArrayLike<number>): number[] => Array.from(values);
const countsOf = (mesh: HalfEdgeMesh): number[] => [mesh.vertexCount, mesh.halfEdgeCount, mesh.faceCount];
const between = (mesh: HalfEdgeMesh, from: number, to: number): number => {
  const { origin, destination } = mesh.toHalfEdges();
  return origin.findIndex((v, h) => v === from && destination[h] === to);
};

describe("splitEdge", () => {
  it("splits an interior edge into two, and both faces", () => {
    const { topology, map } = splitEdge(square, 1);
    checkHalfEdgeMesh(topology);
    expect(countsOf(topology)).toEqual([5, 16, 4]);
    expect(topology.faces.toArray()).toEqual([
      [0, 1, 4],
      [0, 4, 3],
      [4, 2, 3],
      [2, 4, 1],
    ]);
    expect(numbers(map.vertices.oldOf)).toEqual([0, 1, 2, 3, -1]);
    expect(numbers(map.faces.newOf)).toEqual([0, 1]);
  });

  it("splits an edge of the boundary, by either half", () => {
    for (const h of [0, 5]) {
      const { topology } = splitEdge(square, h);
      checkHalfEdgeMesh(topology);
      expect(countsOf(topology)).toEqual([5, 14, 3]);
      expect(topology.isBoundaryVertex.data[4]).toBe(1);
      expect(topology.destination.data[h]).toBe(4);
    }
  });

  it("splits all edges of a patch at once, each once, and keeps its area", () => {
    const { topology, geometry } = grid(4, 3);
    const all = Array.from({ length: topology.halfEdgeCount }, (_, h) => h);
    const { topology: fine, map } = splitEdges(topology, all);
    checkHalfEdgeMesh(fine);
    expect(fine.vertexCount).toBe(topology.vertexCount + topology.edgeCount);
    expect(fine.eulerCharacteristic).toBe(1);
    const { positions } = map.carry(geometry);
    expect(orientedAreas(positions, fine).min().item()).toBeGreaterThan(0);
    expect(totalArea(positions, fine).item()).toBeCloseTo(1, 12);
  });

  it("refuses what is no half-edge", () => {
    expect(() => splitEdge(square, 10)).toThrow(MeshError);
    expect(() => splitEdge(square, 1.5)).toThrow("no such half-edge");
  });
});

describe("collapseEdge", () => {
  it("merges the destination into the origin, inside and at the boundary", () => {
    const { topology } = hexagon(2);
    for (const [from, to, lost] of [
      [0, 1, 2],
      [1, 0, 2],
      [7, 8, 1],
      [1, 7, 2],
    ] as const) {
      const h = between(topology, from, to);
      expect(h).not.toBe(-1);
      const { topology: after, map } = collapseEdge(topology, h);
      checkHalfEdgeMesh(after);
      expect(topology.faceCount - after.faceCount).toBe(lost);
      expect(after.eulerCharacteristic).toBe(1);
      expect(map.vertices.newOf[to]).toBe(map.vertices.newOf[from]);
      expect(map.halfEdges.newOf[h]).toBe(-1);
    }
  });

  it("undoes a split of an edge, and of a vertex, also of one of the boundary", () => {
    const { topology, geometry } = hexagon(2);
    const facesOf = (mesh: HalfEdgeMesh): string => JSON.stringify(mesh.faces.toArray());
    const split = splitEdge(topology, 20);
    const onward = split.topology.halfEdgeCount - 6;
    // half-edge 20 ends at the new vertex; its other part begins there
    const origin = split.topology.origin.data[onward] as number;
    expect(origin).toBe(topology.vertexCount);
    const joined = collapseEdge(split.topology, split.topology.twin.data[onward] as number);
    checkHalfEdgeMesh(joined.topology);
    expect(countsOf(joined.topology)).toEqual(countsOf(topology));

    const { origin: origins } = topology.toHalfEdges();
    for (const vertex of [0, 1, 7, 12]) {
      const leaving = numbers([...origins.keys()]).filter((h) => origins[h] === vertex);
      for (const first of leaving) {
        for (const second of leaving) {
          if (first === second) continue;
          const { topology: more, map } = splitVertex(topology, vertex, first, second);
          checkHalfEdgeMesh(more);
          expect(more.eulerCharacteristic).toBe(1);
          const back = collapseEdge(more, topology.halfEdgeCount + 1);
          checkHalfEdgeMesh(back.topology);
          expect(facesOf(back.topology)).toBe(facesOf(topology));
          const positions = back.map.vertices.carry(map.vertices.carry(geometry.positions, "mean"), "mean");
          expect(positions.toArray()).toEqual(geometry.positions.toArray());
        }
      }
    }
  });

  it("refuses what would pinch the surface, join two edges, or leave an edge without faces", () => {
    expect(whyNoCollapse(square, 1)).toContain("both ends lie on the boundary");
    const triangle = HalfEdgeMesh.fromFaces(3, [[0, 1, 2]]);
    expect(whyNoCollapse(triangle, 0)).toContain("no other neighbour");
    expect(whyNoCollapse(tetrahedron().topology, 0)).toContain("two neighbours");
    expect(whyNoCollapse(octahedron().topology, 0)).toBeNull();
    const ring = annulus(3, 1).topology;
    const inner = Array.from({ length: ring.halfEdgeCount }, (_, h) => h).find(
      (h) => ring.face.data[h] === -1 && whyNoCollapse(ring, h)?.includes("joined to vertex"),
    );
    expect(inner).toBeDefined();
    expect(() => collapseEdge(square, 1)).toThrow("edge 0-2: the edge cannot be collapsed");
  });

  it("collapses many edges, each checked on the mesh as it is by then", () => {
    const { topology } = grid(6);
    const all = Array.from({ length: topology.edgeCount }, (_, h) => h);
    const { topology: small, collapsed, map } = collapseEdges(topology, all, { illegal: "skip" });
    checkHalfEdgeMesh(small);
    expect(topology.vertexCount - small.vertexCount).toBe(collapsed.length);
    expect(small.eulerCharacteristic).toBe(1);
    expect(Math.max(...map.vertices.newOf)).toBe(small.vertexCount - 1);
    expect(Math.min(...map.vertices.newOf)).toBe(0);
    const first = collapsed[0] as number;
    expect(() => collapseEdges(topology, [first, first])).toThrow("an earlier edit has removed the half-edge");
  });
});

describe("splitVertex", () => {
  it("refuses half-edges that do not leave the vertex", () => {
    expect(() => splitVertex(square, 0, 0, 3)).toThrow("half-edges that leave it");
    expect(() => splitVertex(square, 0, 0, 6)).toThrow("use its twin, 1");
    expect(() => splitVertex(square, 0, 0, 0)).toThrow("two different half-edges");
  });
});

describe("a map of elements", () => {
  const collapsed = collapseEdge(hexagon(1).topology, 0);
  const { map } = collapsed;

  it("carries means, shares and labels", () => {
    const values = np.array([1, 2, 3, 4, 5, 6, 7]);
    const [mean, share, first] = (["mean", "share", "first"] as const).map((rule) =>
      numbers(map.vertices.carry(values, rule).data),
    );
    expect(mean).toEqual([1.5, 3, 4, 5, 6, 7]);
    expect(share).toEqual([3, 3, 4, 5, 6, 7]);
    expect(first).toEqual([1, 3, 4, 5, 6, 7]);
    const split = splitEdge(square, 1).map;
    expect(numbers(split.faces.carry(np.array([4, 6]), "share").data)).toEqual([2, 3, 3, 2]);
    expect(numbers(split.faces.carry(np.array([4, 6], "int32"), "first").data)).toEqual([4, 6, 6, 4]);
    expect(numbers(split.vertices.carry(np.array([1, 2, 3, 4]), "mean").data)).toEqual([1, 2, 3, 4, 2]);
    expect(numbers(split.vertices.carry(np.array([1, 2, 3, 4]), "share", -1).data)).toEqual([1, 2, 3, 4, -1]);
    expect((split.halfEdges.carry(np.ones([10, 2]), "mean", 7).toArray() as number[][]).slice(12)).toEqual([
      [7, 7],
      [7, 7],
      [7, 7],
      [7, 7],
    ]);
  });

  it("gives the mean of all that several collapses merge", () => {
    const { topology } = hexagon(2);
    const { map: several, collapsed: done } = collapseEdges(
      topology,
      [between(topology, 0, 1), between(topology, 0, 3), between(topology, 0, 5)],
      { illegal: "skip" },
    );
    expect(done).toHaveLength(3);
    const values = np.arange(19).astype("float64");
    expect(several.vertices.carry(values, "mean").data[0]).toBeCloseTo((0 + 1 + 3 + 5) / 4, 14);
    expect(several.vertices.carry(values, "share").sum().item()).toBe((18 * 19) / 2);
  });

  it("lets derivatives through", () => {
    const weights = np.array([1, 2, 3, 4, 5, 6]);
    const gradient = grad((x: Tensor) => map.vertices.carry(x, "mean").mul(weights).sum())(np.ones([7]));
    expect(numbers(gradient.data)).toEqual([0.5, 0.5, 2, 3, 4, 5, 6]);
  });

  it("carries a geometry with all of its attributes", () => {
    const { topology, geometry } = hexagon(1);
    const rich = geometry.with({
      vertexAttributes: { label: np.arange(7).astype("int32") },
      halfEdgeAttributes: { rest: np.ones([topology.halfEdgeCount]) },
      faceAttributes: { stiffness: np.ones([6, 3]) },
    });
    const after = map.carry(rich, { positions: "first" });
    after.expectFits(collapsed.topology);
    expect(numbers(after.vertexAttributes["label"]?.data as Int32Array)).toEqual([0, 2, 3, 4, 5, 6]);
    expect(after.positions.slice(0).toArray()).toEqual(geometry.positions.slice(0).toArray());
  });

  it("refuses values that do not fit, and means of integers", () => {
    expect(() => map.vertices.carry(np.ones([6]), "mean")).toThrow("[7, ...]");
    expect(() => map.vertices.carry(np.ones([7], "int32"), "share")).toThrow("no share of integers");
  });
});
