import { describe, expect, it } from "@jest/globals";
import { np, random, type Tensor } from "@simgrad/core";
import { meshQuality } from "../geometry/meshQuality.js";
import { dualLengths, voronoiAreas } from "../geometry/voronoi.js";
import { coordinationNumbers } from "../operators/adjacency.js";
import { cotangentLaplacian, cotangentLaplacianMatrix } from "../operators/laplacian.js";
import { lumpedMass } from "../operators/mass.js";
import { seedMesh, sharedFile } from "./seedMesh.js";

// The numbers are those of the reference library's notebooks on its functions, recomputed by an independent NumPy
// program.
const meshText = sharedFile("data/meshes/disk.obj");

(meshText === undefined ? describe.skip : describe)("the disk of the reference's notebooks", () => {
  const { geometry, topology } = seedMesh(meshText ?? "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
  const { positions } = geometry;
  const at = (values: Tensor, index: number): number => values.at(index).get().item();
  const numbers = (values: Tensor): number[] => Array.from(values.data);

  it("has its Voronoi areas, the first ten vertices'", () => {
    const expected = [
      0.01225838, 0.02388455, 0.02437098, 0.02871522, 0.0299997, 0.02824959, 0.01938853, 0.02515057, 0.02536109,
      0.01070723,
    ];
    const areas = voronoiAreas(positions, topology);
    expected.forEach((area, v) => expect(at(areas, v)).toBeCloseTo(area, 8));
  });

  it("has its half-edges, and neighbours in order around a vertex", () => {
    expect([at(topology.origin, 187), at(topology.destination, 187), at(topology.face, 187)]).toEqual([58, 70, -1]);
    expect(at(topology.face, 541)).toBe(145);
    const { destination, twin, previous, halfEdgeOfVertex } = topology.toHalfEdges();
    const around: number[] = [];
    let h = halfEdgeOfVertex[69] as number;
    do {
      around.push(destination[h] as number);
      h = twin[previous[h] as number] as number;
    } while (h !== halfEdgeOfVertex[69] && around.length < 20);
    const first = around.indexOf(80);
    expect([0, 1, 2, 3].map((k) => around[(first + k) % around.length])).toEqual([80, 68, 56, 46]);
    expect(np.mean(coordinationNumbers(topology).astype("float64")).item()).toBeCloseTo(5.40458015, 8);
  });

  it("has four negative dual edges", () => {
    const negative = numbers(np.less(dualLengths(positions, topology), 0)).flatMap((is, i) => (is === 1 ? [i] : []));
    const inner = numbers(topology.isBoundaryEdge);
    expect(negative.filter((i) => inner[i] === 0)).toEqual([9, 185, 191, 335, 363, 539, 545, 689]);
  });

  it("has its quality, with noise as well", () => {
    const { area, angle, nonDelaunayEdges } = meshQuality(positions, topology);
    expect(area.min.item()).toBeCloseTo(0.00615, 5);
    expect(area.max.item()).toBeCloseTo(0.0218, 4);
    expect(area.cv.item()).toBeCloseTo(0.18788, 5);
    expect(angle.min.item()).toBeCloseTo(31.15478, 5);
    expect(angle.max.item()).toBeCloseTo(106.60695, 5);
    expect(angle.std.item()).toBeCloseTo(13.73223, 5);
    expect(nonDelaunayEdges.item()).toBe(4);

    const noise = random.normal(random.key(42), positions.shape).mul(0.025);
    const noisy = meshQuality(positions.add(noise), topology);
    expect(noisy.nonDelaunayEdges.item()).toBe(15);
    expect(noisy.area.cv.item()).toBeCloseTo(0.32373, 5);
    expect([noisy.angle.min.item(), noisy.angle.max.item()].map((x) => x.toFixed(5))).toEqual(["9.82493", "126.89138"]);
  });

  it("has its quality where inner vertices are moved further", () => {
    const noise = random.normal(random.key(0), positions.shape).mul(0.05);
    const inner = topology.isBoundaryVertex.logicalNot().expandDims(1);
    const { area, angle } = meshQuality(np.where(inner, positions.add(noise), positions), topology);
    expect(area.cv.item()).toBeCloseTo(0.56271, 5);
    expect([angle.min.item(), angle.max.item()].map((x) => x.toFixed(5))).toEqual(["0.47529", "178.81132"]);
  });

  it("has its heat after one implicit step of 0.01", () => {
    const start = random.normal(random.key(7), [topology.vertexCount]);
    const mass = lumpedMass(positions, topology);
    const columns = cotangentLaplacian(np.eye(topology.vertexCount), positions, topology);
    const end = np.linalg.solve(np.diag(mass).add(columns.mul(0.01)), mass.mul(start));
    expect(np.norm(end).item()).toBeCloseTo(5.586351266552912, 12);
  });

  it("has its cotangent matrix, of 839 entries, symmetric, with constants in its kernel", () => {
    const matrix = cotangentLaplacianMatrix(positions, topology);
    expect(matrix.pattern.nnz).toBe(839);
    expect(np.max(matrix.matvec(np.ones([131])).abs()).item()).toBeLessThan(1e-13);
    const values = random.normal(random.key(1), [131]);
    expect(matrix.matvec(values).sub(matrix.transposeMatvec(values)).abs().max().item()).toBeLessThan(1e-13);
    expect(values.mul(matrix.matvec(values)).sum().item()).toBeGreaterThan(0);
  });
});
