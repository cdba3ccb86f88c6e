import { describe, expect, it } from "@jest/globals";
import { jit, np, random, type Tensor } from "@simgrad/core";
import { orientedAreas, totalArea } from "../geometry/areas.js";
import { checkHalfEdgeMesh } from "../mesh/checkHalfEdgeMesh.js";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { grid } from "../shapes/grid.js";
import { icosphere } from "../shapes/icosphere.js";
import { tetrahedron } from "../shapes/polyhedra.js";
import { delaunayRepair } from "./delaunayRepair.js";
import { flipEdge } from "./flip.js";
import { isLocallyDelaunay } from "./isLocallyDelaunay.js";

const bad = (positions: Tensor, topology: HalfEdgeMesh): number =>
  np.logicalNot(isLocallyDelaunay(positions, topology)).sum().item() / 2;

describe("delaunayRepair", () => {
  it("makes any triangulation of a planar patch the Delaunay one", () => {
    const { topology, geometry } = grid(9, 7);
    const x = geometry.positions.add(random.uniform(random.key(7), [80, 2], { low: -0.02, high: 0.02 }));
    const halfEdges = random.uniform(random.key(8), [200]).data;
    const flipInside = jit((mesh: HalfEdgeMesh, h: Tensor) => {
      const { topology: after } = flipEdge(mesh, h);
      return { after, area: orientedAreas(x, after).min() };
    });
    let mesh = topology;
    for (const u of halfEdges) {
      const { after, area } = flipInside(mesh, np.array(Math.floor(u * mesh.halfEdgeCount), "int32"));
      if (area.item() > 0) mesh = after;
    }
    expect(bad(x, mesh)).toBeGreaterThan(40);
    const { topology: repaired, flips, remaining } = delaunayRepair(mesh, x);
    checkHalfEdgeMesh(repaired);
    expect(flips).toBeGreaterThan(40);
    expect(remaining).toEqual([]);
    expect(bad(x, repaired)).toBe(0);
    expect(orientedAreas(x, repaired).min().item()).toBeGreaterThan(0);
    expect(totalArea(x, repaired).item()).toBeCloseTo(totalArea(x, topology).item(), 12);
    // the Delaunay triangulation of points in general position is one only
    const sorted = (m: HalfEdgeMesh): string[] =>
      (m.faces.toArray() as number[][]).map((f) => [...f].sort((a, b) => a - b).join(" ")).sort();
    expect(sorted(delaunayRepair(topology, x).topology)).toEqual(sorted(repaired));
  });

  it("leaves corners on one circle alone", () => {
    const { topology, geometry } = grid(6);
    expect(delaunayRepair(topology, geometry.positions).flips).toBe(0);
    expect(bad(geometry.positions, topology)).toBe(0);
  });

  it("repairs a surface in space, and ends", () => {
    const { topology, geometry } = icosphere(2);
    let mesh = topology;
    for (const u of random.uniform(random.key(9), [60]).data) {
      mesh = flipEdge(mesh, Math.floor(u * mesh.halfEdgeCount)).topology;
    }
    const before = bad(geometry.positions, mesh);
    const { topology: repaired, remaining } = delaunayRepair(mesh, geometry.positions);
    checkHalfEdgeMesh(repaired);
    expect(before).toBeGreaterThan(30);
    expect(remaining).toEqual([]);
    expect(bad(geometry.positions, repaired)).toBe(0);
  });

  it("stops after maxFlips and names what remains", () => {
    const mesh = HalfEdgeMesh.fromFaces(4, [
      [0, 1, 2],
      [0, 2, 3],
    ]);
    const flat = np.array([
      [-2, 0],
      [0, -0.3],
      [2, 0],
      [0, 0.3],
    ]);
    expect(delaunayRepair(mesh, flat, { maxFlips: 0 })).toMatchObject({ flips: 0, remaining: [1] });
    expect(delaunayRepair(mesh, flat)).toMatchObject({ flips: 1, remaining: [] });
    expect(() => delaunayRepair(mesh, flat.slice([0, 3]))).toThrow("a position for each vertex");
  });

  it("never leaves the surfaces of triangles, which the reference does: a flat tetrahedron stays one", () => {
    const { topology } = tetrahedron();
    const flat = np.array([
      [-1, 0, 0],
      [1, 0, 0],
      [0, 0.1, 0.01],
      [0, -0.1, 0.01],
    ]);
    const { topology: after, flips, remaining } = delaunayRepair(topology, flat);
    expect(flips).toBe(0);
    expect(remaining.length).toBeGreaterThan(0);
    checkHalfEdgeMesh(after);
  });
});
