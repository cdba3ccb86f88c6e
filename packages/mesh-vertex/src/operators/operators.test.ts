import { describe, expect, it } from "@jest/globals";
import { grad, jit, np, random, sparseSolve, type Tensor } from "@simgrad/core";
import { checkGrads } from "@simgrad/core/testing";
import { faceAreas, totalArea } from "../geometry/areas.js";
import { circumcenters, voronoiAreas } from "../geometry/voronoi.js";
import { edgeLengths } from "../geometry/lengths.js";
import { meanCurvatureVectors } from "../geometry/curvature.js";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import type { Mesh } from "../mesh/mesh.js";
import { periodicDisplacement } from "../periodic/periodicDisplacement.js";
import { disk } from "../shapes/disk.js";
import { grid, saddle } from "../shapes/grid.js";
import { icosphere } from "../shapes/icosphere.js";
import { flatTorus, torus } from "../shapes/torus.js";
import * as adjacency from "./adjacency.js";
import { divergence, edgeFlux, faceGradients, normalDerivative } from "./gradient.js";
import {
  cotangentLaplacian,
  cotangentLaplacianMatrix,
  uniformLaplacian,
  uniformLaplacianMatrix,
  weightedLaplacian,
} from "./laplacian.js";
import { inverseMassMatrix, lumpedMass, massMatrix, type MassKind } from "./mass.js";

const numbers = (x: Tensor): number[] => Array.from(x.data);
const largest = (x: Tensor): number => np.max(np.abs(x)).item();
const noise = (seed: number, shape: readonly number[]): Tensor => random.normal(random.key(seed), [...shape]);

const meshes: readonly (readonly [string, Mesh])[] = [
  ["a disk in the plane", disk(3)],
  ["a grid in the plane", grid(4, 3)],
  ["a saddle", saddle(4)],
  ["a sphere", icosphere(1)],
  ["a torus", torus(8, 5)],
];

describe("sums over neighbours", () => {
  const square = HalfEdgeMesh.fromFaces(4, [
    [0, 1, 2],
    [0, 2, 3],
  ]);
  const ofHalfEdges = np.arange(10);
  const ofFaces = np.array([10, 200]);

  it("are what their names say on two triangles", () => {
    // Half-edges by origin: 0: 0 1 2, 1: 3 5, 2: 4 6 8, 3: 7 9.
    expect(numbers(adjacency.sumOutgoing(ofHalfEdges, square))).toEqual([3, 8, 18, 16]);
    expect(numbers(adjacency.sumIncoming(ofHalfEdges, square))).toEqual([18, 8, 13, 6]);
    // Opposite: 0 has half-edge 3 (1 to 2) and 4 (2 to 3); 1 has 6; 2 has 0 and 7; 3 has 1.
    expect(numbers(adjacency.sumOpposite(ofHalfEdges, square))).toEqual([7, 6, 7, 1]);
    expect(numbers(adjacency.sumAroundFaces(ofHalfEdges, square))).toEqual([0 + 3 + 6, 1 + 4 + 7]);
    expect(numbers(adjacency.facesToHalfEdges(ofFaces, square))).toEqual([10, 200, 0, 10, 200, 0, 10, 200, 0, 0]);
    expect(numbers(adjacency.sumFacesToVertices(ofFaces, square))).toEqual([210, 10, 210, 200]);
    expect(numbers(adjacency.averageFacesToVertices(ofFaces, square))).toEqual([105, 10, 105, 200]);
    expect(numbers(adjacency.sumVerticesToFaces(np.array([1, 2, 3, 4]), square))).toEqual([6, 8]);
    expect(numbers(adjacency.averageVerticesToFaces(np.array([1, 2, 3, 5]), square))).toEqual([2, 3]);
    expect(numbers(adjacency.averageNeighbours(np.array([1, 2, 3, 4]), square))).toEqual([3, 2, 7 / 3, 2]);
    expect(numbers(adjacency.coordinationNumbers(square))).toEqual([3, 2, 3, 2]);
  });

  it("take rows of any shape, and other meshes under jit", () => {
    const rows = noise(1, [10, 2, 3]);
    const one = (k: number): Tensor => adjacency.sumOutgoing(rows.slice(null, 1, k), square);
    expect(adjacency.sumOutgoing(rows, square).slice(null, 1, 2).toArray()).toEqual(one(2).toArray());
    expect(adjacency.facesToHalfEdges(noise(2, [2, 3]), square).shape).toEqual([10, 3]);
    expect(adjacency.averageFacesToVertices(noise(2, [2, 3]), square).shape).toEqual([4, 3]);
    const compiled = jit((x: Tensor, t: HalfEdgeMesh) => adjacency.sumOpposite(x, t));
    expect(numbers(compiled(ofHalfEdges, square))).toEqual([7, 6, 7, 1]);
  });

  it.each(meshes)("have no circulation of a difference on %s", (_, { topology }) => {
    const u = noise(3, [topology.vertexCount]);
    const du = adjacency.exteriorDerivative(u, topology);
    expect(largest(adjacency.sumAroundFaces(du, topology))).toBeLessThan(1e-14);
    expect(largest(du.add(np.take(du, topology.twin)))).toBe(0);
  });
});

describe.each(meshes)("the Laplacian of %s", (_, { topology, geometry }) => {
  const x = geometry.positions;
  const u = noise(4, [topology.vertexCount]);

  it("is positive semidefinite, and 0 for constants", () => {
    for (const apply of [
      (v: Tensor) => uniformLaplacian(v, topology),
      (v: Tensor) => cotangentLaplacian(v, x, topology),
    ]) {
      expect(largest(apply(np.ones([topology.vertexCount])))).toBeLessThan(1e-13);
      const lowest = np.linalg.eigh(
        np.stack(
          Array.from({ length: topology.vertexCount }, (_, v) => apply(np.zeros([topology.vertexCount]).at(v).set(1))),
        ),
      ).eigenvalues;
      expect(np.min(lowest).item()).toBeGreaterThan(-1e-12);
    }
  });

  it("is the same as a matrix, which is symmetric", () => {
    for (const [matrix, applied] of [
      [uniformLaplacianMatrix(topology), uniformLaplacian(u, topology)],
      [cotangentLaplacianMatrix(x, topology), cotangentLaplacian(u, x, topology)],
    ] as const) {
      expect(matrix.pattern.nnz).toBe(topology.vertexCount + topology.halfEdgeCount);
      expect(largest(matrix.matvec(u).sub(applied))).toBeLessThan(1e-13);
      expect(largest(matrix.transposeMatvec(u).sub(applied))).toBeLessThan(1e-13);
    }
  });

  it("is minus the divergence of the gradient", () => {
    const flow = faceGradients(u, x, topology);
    expect(largest(divergence(flow, x, topology).add(cotangentLaplacian(u, x, topology)))).toBeLessThan(1e-12);
    const field = noise(5, [topology.faceCount, geometry.dimension]);
    const byParts = flow.mul(field).sum({ axis: 1 }).mul(faceAreas(x, topology)).sum();
    expect(
      u
        .mul(divergence(field, x, topology))
        .sum()
        .add(byParts)
        .item(),
    ).toBeCloseTo(0, 11);
  });

  it("is what flows through the sides: of faces, nothing; of what surrounds a vertex, all", () => {
    const flux = edgeFlux(u, x, topology);
    expect(largest(adjacency.sumAroundFaces(flux, topology))).toBeLessThan(1e-13);
    expect(largest(np.where(topology.isBoundaryHalfEdge, flux, 0))).toBe(0);
    // The flux out of a vertex's cell through a face is half of that out through the opposite side.
    const through = adjacency.sumOpposite(flux.mul(-0.5), topology);
    expect(largest(through.sub(cotangentLaplacian(u, x, topology)))).toBeLessThan(1e-12);
    const slope = normalDerivative(u, x, topology);
    expect(largest(slope.mul(edgeLengths(x, topology)).sub(flux))).toBeLessThan(1e-14);
  });

  it("differentiates", () => {
    checkGrads(
      (v: Tensor, y: Tensor) => {
        const energy = v.mul(cotangentLaplacian(v, y, topology)).sum();
        return energy.add(cotangentLaplacianMatrix(y, topology).matvec(v).square().sum());
      },
      [u, x],
      { order: 1, tolerance: 1e-5 },
    );
    checkGrads((v: Tensor, y: Tensor) => edgeFlux(v, y, topology).square().sum(), [u, x], {
      order: 1,
      tolerance: 1e-5,
    });
  });

  it("has masses that sum to the area, at vertices", () => {
    for (const kind of ["voronoi", "mixed", "barycentric"] satisfies MassKind[]) {
      const mass = lumpedMass(x, topology, kind);
      expect(mass.sum().sub(totalArea(x, topology)).item()).toBeCloseTo(0, 12);
      expect(massMatrix(x, topology, kind).matvec(u).toArray()).toEqual(mass.mul(u).toArray());
      const back = inverseMassMatrix(x, topology, kind).matvec(mass.mul(u));
      expect(largest(back.sub(u))).toBeLessThan(1e-14);
    }
  });
});

describe("operators", () => {
  it("give the gradient of a linear function, and no Laplacian inside", () => {
    const { topology, geometry } = disk(3);
    const u = geometry.positions.slice(null, 0).mul(3).sub(geometry.positions.slice(null, 1)).add(5);
    expect(largest(faceGradients(u, geometry.positions, topology).sub(np.array([3, -1])))).toBeLessThan(1e-13);
    const inner = np.logicalNot(topology.isBoundaryVertex);
    expect(largest(np.where(inner, cotangentLaplacian(u, geometry.positions, topology), 0))).toBeLessThan(1e-13);
    // The square has two triangles; out of its lower side (half-edge 0) flows minus the slope in y.
    const square = HalfEdgeMesh.fromFaces(4, [
      [0, 1, 2],
      [0, 2, 3],
    ]);
    const at = np.array([[0, 0], [2, 0], [2, 2], [0, 2]]); // prettier-ignore
    const rise = at.slice(null, 1).mul(7);
    expect(normalDerivative(rise, at, square).at(0).get().item()).toBe(-7);
    expect(edgeFlux(rise, at, square).at(0).get().item()).toBe(-14);
  });

  it("take vectors at vertices", () => {
    const { topology, geometry } = icosphere(1);
    const x = geometry.positions;
    const twice = weightedLaplacian(x, null, topology);
    expect(twice.shape).toEqual([topology.vertexCount, 3]);
    const gradient = grad((y: Tensor) => totalArea(y, topology))(x);
    expect(largest(cotangentLaplacian(x, x, topology).sub(gradient))).toBeLessThan(1e-14);
    expect(largest(meanCurvatureVectors(x, topology).mul(2).sub(gradient))).toBeLessThan(1e-14);
  });

  it("work in a periodic box as in the plane", () => {
    const { topology, geometry, box } = flatTorus(6, 5, { box: [3, 2.5], jitter: 0.1 });
    const displacement = periodicDisplacement(box);
    const x = geometry.positions;
    const u = noise(6, [topology.vertexCount]);
    const applied = cotangentLaplacian(u, x, topology, displacement);
    const flow = faceGradients(u, x, topology, displacement);
    expect(largest(divergence(flow, x, topology, displacement).add(applied))).toBeLessThan(1e-12);
    expect(applied.sum().item()).toBeCloseTo(0, 12);
    expect(largest(cotangentLaplacianMatrix(x, topology, displacement).matvec(u).sub(applied))).toBeLessThan(1e-12);
    expect(voronoiAreas(x, topology, displacement).sum().item()).toBeCloseTo(7.5, 12);
    expect(circumcenters(x, topology, displacement).shape).toEqual([topology.faceCount, 2]);
  });

  it("solve a heat equation implicitly, keeping the heat and its bounds", () => {
    const { topology, geometry } = torus(12, 8);
    const x = geometry.positions;
    const mass = lumpedMass(x, topology);
    const laplacian = cotangentLaplacianMatrix(x, topology);
    const places = Array.from(laplacian.pattern.rows, (row, e) => (row === laplacian.pattern.columns[e] ? row : -1));
    const diagonal = np.where(
      np.less(np.array(places, "int32"), 0),
      0,
      np.take(mass, np.maximum(np.array(places, "int32"), 0)),
    );
    const system = laplacian.withValues(laplacian.values.mul(0.01).add(diagonal));
    let u = np.zeros([topology.vertexCount]).at(0).set(1);
    const before = mass.mul(u).sum().item();
    for (let step = 0; step < 5; step++) u = sparseSolve(system, mass.mul(u));
    expect(mass.mul(u).sum().item()).toBeCloseTo(before, 13);
    expect(np.min(u).item()).toBeGreaterThan(-1e-15);
    expect(np.max(u).item()).toBeLessThan(1);
  });
});
