import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { sumOutgoing } from "../operators/adjacency.js";
import { oppositeCotangents } from "./cotangents.js";
import { faceCorners, faceSpans, type Displacement } from "./displacement.js";
import { edgeVectors } from "./lengths.js";
import { circumcenterOffset } from "./triangle.js";
import { guardedRoot } from "./vectors.js";

/**
 * Circumcenters of the faces, [faces, dimension]: corners of the vertices' Voronoi cells. In a periodic box they lie
 * near the first corner of their face, perhaps outside of the box.
 */
export function circumcenters(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  const [first] = faceCorners(positions, topology);
  const [second, third] = faceSpans(positions, topology, displacement);
  return first.add(circumcenterOffset(second, third));
}

/**
 * Lengths of the dual edges, [halfEdges]: from the circumcenter on the right of an edge to that on its left, the same
 * on both halves. They are negative where the circumcenters are in the wrong order, that is where the edge is not
 * Delaunay. A dual edge of the boundary ends at the middle of its edge.
 */
export function dualLengths(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  const { squares, cotangents } = halves(positions, topology, displacement);
  const half = cotangents.mul(guardedRoot(squares));
  return half.add(np.take(half, topology.twin)).mul(0.5);
}

/**
 * Parts of the faces that belong to their corners, [faces, 3] in the order of `topology.faces`: what lies nearest to
 * a corner as seen from the circumcenter. They sum to the area of the face; in an obtuse face those of the acute
 * corners may be negative.
 *
 * Source: Meyer et al. 2003, "Discrete differential-geometry operators for triangulated 2-manifolds", section 3.3.
 */
export function voronoiCornerAreas(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  const { squares, cotangents } = halves(positions, topology, displacement);
  const eighths = squares.mul(cotangents).mul(0.125);
  const [first, second, third] = topology.halfEdgesOfFaces.map((h) => np.take(eighths, h)) as [Tensor, Tensor, Tensor];
  return np.stack([third.add(first), first.add(second), second.add(third)], 1);
}

/**
 * Areas of the vertices' Voronoi cells, [vertices]. At the boundary that is the part of the cell that lies in the
 * mesh.
 */
export function voronoiAreas(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  return voronoiCells(positions, topology, displacement).areas;
}

/**
 * Perimeters of the vertices' Voronoi cells, [vertices]: sums of the lengths of their dual edges, with sign. At the
 * boundary they do not include the edges of the boundary itself.
 */
export function voronoiPerimeters(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  return voronoiCells(positions, topology, displacement).perimeters;
}

/** Areas and perimeters of the Voronoi cells, [vertices] each, and the dual lengths, [halfEdges]: computed together. */
export function voronoiCells(
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement?: Displacement,
): { readonly areas: Tensor; readonly perimeters: Tensor; readonly dualLengths: Tensor } {
  const { squares, cotangents } = halves(positions, topology, displacement);
  const lengths = guardedRoot(squares);
  const half = cotangents.mul(lengths);
  const dual = half.add(np.take(half, topology.twin)).mul(0.5);
  // The cell consists of triangles from the vertex to its dual edges, whose heights are half the edges.
  return {
    areas: sumOutgoing(dual.mul(lengths).mul(0.25), topology),
    perimeters: sumOutgoing(dual, topology),
    dualLengths: dual,
  };
}

/** Lengths and cotangents of half-edges, from which all Voronoi quantities follow. */
function halves(
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement?: Displacement,
): { readonly squares: Tensor; readonly cotangents: Tensor } {
  return {
    squares: edgeVectors(positions, topology, displacement).square().sum({ axis: -1 }),
    cotangents: oppositeCotangents(positions, topology, displacement),
  };
}
