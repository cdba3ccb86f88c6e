import { describe, expect, it } from "@jest/globals";
import { icosphere } from "../shapes/icosphere.js";
import { GeometricMesh } from "./geometricMesh.js";
import { HalfEdgeMesh } from "./halfEdgeMesh.js";
import { meshOf } from "./mesh.js";
import { validateMesh } from "./validateMesh.js";

describe("validateMesh", () => {
  const { topology, geometry } = icosphere(1);
  const { positions } = geometry;

  it("takes a mesh that is one, of any size", () => {
    for (const scale of [1e-300, 1, 1e150]) {
      validateMesh(topology, new GeometricMesh({ positions: positions.mul(scale) }));
    }
  });

  it.each([
    [
      "a coordinate that is not finite",
      positions.at(4, 1).set(NaN),
      "vertex 4: a coordinate of the vertex is not finite",
    ],
    [
      "two vertices in one place",
      positions.at(9).set(positions.at(3).get()),
      "vertex 9: the vertex is where vertex 3 is",
    ],
    ["rows that are missing", positions.slice([0, 41]), "positions has not one row for each"],
  ])("refuses %s", (_, moved, message) => {
    expect(() => validateMesh(topology, new GeometricMesh({ positions: moved }))).toThrow(message);
  });

  it("refuses a face without area, in the plane and in space, and half-edges that do not fit", () => {
    const line = [[0.1, 0.3], [0.2, 0.6], [0.4, 1.2], [1, 0]]; // prettier-ignore
    const faces = [[0, 1, 3], [1, 2, 3], [0, 2, 1]]; // prettier-ignore
    for (const points of [line, line.map(([x, y]) => [x!, y!, x!])]) {
      const mesh = meshOf(points, faces);
      expect(() => validateMesh(mesh.topology, mesh.geometry)).toThrow("face 2: the face has no area");
    }
    const bent = new HalfEdgeMesh({ ...topology, next: topology.previous });
    expect(() => validateMesh(bent, geometry)).toThrow("do not fit together");
  });
});
