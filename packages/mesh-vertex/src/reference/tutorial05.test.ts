import { describe, expect, it } from "@jest/globals";
import { grad, np, type Tensor } from "@simgrad/core";
import { totalArea } from "../geometry/areas.js";
import { cotangentWeights } from "../geometry/cotangents.js";
import { meanCurvatureVectors } from "../geometry/curvature.js";
import { vertexNormals } from "../geometry/normals.js";
import { dotProduct, vectorLength } from "../geometry/vectors.js";
import { mixedAreas } from "../geometry/vertexAreas.js";
import { weightedLaplacian } from "../operators/laplacian.js";
import { seedMesh, sharedFile } from "./seedMesh.js";

// The numbers are those of the reference library's tutorial on membranes, recomputed by an independent NumPy program;
// left out where there is no shared data. Those of its spheres, which are not published,
// are in energies/energies.test.ts, of a sphere of our own.
const meshText = sharedFile("data/meshes/disk.obj");

(meshText === undefined ? describe.skip : describe)("the reference's minimal surface", () => {
  const { geometry, topology } = seedMesh(meshText ?? "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
  const rim = topology.isBoundaryVertex;
  const [x, y] = [geometry.positions.slice(null, 0), geometry.positions.slice(null, 1)];
  const lifted = np.where(rim, np.sin(np.arctan2(y, x).mul(2)).mul(0.5), 0);
  const start = np.stack([x, y, lifted], 1);
  const inner = rim.logicalNot();

  /** Moves the inside to where it is harmonic on the surface as it is (Pinkall and Polthier 1993). */
  const harmonic = (positions: Tensor): Tensor => {
    const weights = cotangentWeights(positions, topology);
    const apply = (values: Tensor): Tensor => weightedLaplacian(values, weights, topology);
    const count = topology.vertexCount;
    const matrix = np.where(rim.expandDims(1), np.eye(count), apply(np.eye(count)));
    return np.linalg.solve(matrix, np.where(rim.expandDims(1), positions, 0));
  };
  const innerMean = (values: Tensor): number =>
    np.where(inner, values, 0).sum().item() / inner.astype("int32").sum().item();
  const slopeSize = (positions: Tensor): number =>
    innerMean(vectorLength(grad((p: Tensor) => totalArea(p, topology))(positions)));

  it("has its areas, gradients and mean curvature before and after ten steps", () => {
    let positions: Tensor = start;
    for (let step = 0; step < 10; step++) positions = harmonic(positions);
    expect(totalArea(start, topology).item()).toBeCloseTo(4.364956640394809, 12);
    expect(totalArea(positions, topology).item()).toBeCloseTo(3.798112309842929, 12);
    expect(slopeSize(start)).toBeCloseTo(0.06015605, 8);
    expect(slopeSize(positions)).toBeCloseTo(0.00068703, 8);
    // The source counts the pull on the rim as curvature, and weights normals by areas.
    const along = dotProduct(meanCurvatureVectors(positions, topology), vertexNormals(positions, topology, "area"));
    expect(
      np
        .abs(along.div(mixedAreas(positions, topology)))
        .mean()
        .item(),
    ).toBeCloseTo(0.06962044, 8);
  });
});
