import { describe, expect, it } from "@jest/globals";
import { np } from "@simgrad/core";
import { angleDefects, meanCurvatureVectors } from "../geometry/curvature.js";
import { cotangentLaplacian } from "../operators/laplacian.js";
import { faceGradients } from "../operators/gradient.js";
import { convergenceStudy } from "./convergence.js";
import { tiltedPlane } from "./surfaces.js";

describe("with the length of edges", () => {
  it("errors shrink as fast as the field expects: gradients and integrated curvatures with order 1, areas with order 2", () => {
    const least = {
      gradient: 0.9,
      area: 1.8,
      "Gaussian curvature": 0.9,
      "mean curvature, dihedral": 0.9,
      "mean curvature, Laplace": 0.9,
    };
    const rows = convergenceStudy(3);
    expect(rows).toHaveLength(20);
    for (const { quantity, rate } of rows) expect(rate).toBeGreaterThan(least[quantity]);
  });

  it("there are none on a plane, wherever its vertices are", () => {
    for (const level of [0, 1, 2]) {
      const { topology, geometry } = tiltedPlane(level);
      const x = geometry.positions;
      const slope = [0.3, -1.2, 0.7];
      const linear = np.matmul(x, np.array(slope));
      // The part of the slope that lies in the plane.
      const normal = [0, -0.6, 0.8];
      const out = slope.reduce((sum, s, k) => sum + s * (normal[k] as number), 0);
      const within = np.array(slope.map((s, k) => s - out * (normal[k] as number)));
      expect(np.max(faceGradients(linear, x, topology).sub(within).abs()).item()).toBeLessThan(1e-12);
      const inner = topology.isBoundaryVertex.logicalNot();
      expect(np.max(np.where(inner, cotangentLaplacian(linear, x, topology).abs(), 0)).item()).toBeLessThan(1e-12);
      expect(np.max(np.where(inner, angleDefects(x, topology).abs(), 0)).item()).toBeLessThan(1e-12);
      const bend = meanCurvatureVectors(x, topology).abs().max({ axis: 1 });
      expect(np.max(np.where(inner, bend, 0)).item()).toBeLessThan(1e-12);
    }
  });
});
