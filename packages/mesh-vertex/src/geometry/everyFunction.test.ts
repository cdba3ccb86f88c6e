import { describe, expect, it } from "@jest/globals";
import { grad, jit, np, random, type Tensor } from "@simgrad/core";
import { checkGrads } from "@simgrad/core/testing";
import * as mesh from "../index.js";
import type { Displacement, HalfEdgeMesh, Mesh } from "../index.js";

type Of = (positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement) => Tensor;

/** Number of rows of a result. */
type Rows = "vertices" | "halfEdges" | "faces" | "one";

/** Each function of positions, the dimensions that it takes, and the rows of its result. */
const everywhere: readonly (readonly [Rows, Of])[] = [
  ["halfEdges", mesh.edgeVectors],
  ["halfEdges", mesh.edgeLengths],
  ["halfEdges", mesh.edgeMidpoints],
  ["faces", mesh.faceAreas],
  ["one", mesh.totalArea],
  ["faces", mesh.faceCentroids],
  ["faces", mesh.cornerAngles],
  ["halfEdges", mesh.originAngles],
  ["vertices", mesh.angleSums],
  ["halfEdges", mesh.oppositeCotangents],
  ["halfEdges", mesh.cotangentWeights],
  ["faces", mesh.circumcenters],
  ["halfEdges", mesh.dualLengths],
  ["faces", mesh.voronoiCornerAreas],
  ["vertices", mesh.voronoiAreas],
  ["vertices", mesh.voronoiPerimeters],
  ["vertices", mesh.mixedAreas],
  ["vertices", mesh.barycentricAreas],
  ["vertices", mesh.angleDefects],
  ["vertices", named("gaussianCurvature", (x, topology) => mesh.gaussianCurvature(x, topology))],
];
const inPlane: readonly (readonly [Rows, Of])[] = [
  ["faces", mesh.orientedAreas],
  ["vertices", named("cellAreas", (x, t, d) => mesh.cellAreas(mesh.faceCentroids(x, t, d), x, t, d))],
  ["vertices", named("cellPerimeters", (x, t, d) => mesh.cellPerimeters(mesh.faceCentroids(x, t, d), x, t, d))],
];
const inSpace: readonly (readonly [Rows, Of])[] = [
  ["faces", mesh.areaVectors],
  ["faces", mesh.faceNormals],
  ["vertices", named("vertexNormals by angle", (x, topology) => mesh.vertexNormals(x, topology))],
  ["vertices", named("vertexNormals by area", (x, topology) => mesh.vertexNormals(x, topology, "area"))],
  ["halfEdges", mesh.edgeNormals],
  ["halfEdges", mesh.dihedralAngles],
  ["one", mesh.enclosedVolume],
  ["vertices", mesh.integratedMeanCurvature],
  ["vertices", named("meanCurvatureDihedral", (x, topology) => mesh.meanCurvatureDihedral(x, topology))],
  ["vertices", named("meanCurvatureLaplace", (x, topology) => mesh.meanCurvatureLaplace(x, topology))],
  ["vertices", mesh.meanCurvatureVectors],
  ["faces", named("faceTangentBases", (x, topology) => mesh.faceTangentBases(x, topology).y)],
  ["vertices", named("vertexTangentBases", (x, topology) => mesh.vertexTangentBases(x, topology).y)],
  ["faces", mesh.scaledCornerAngles],
  ["halfEdges", mesh.halfEdgeDirections],
  ["halfEdges", mesh.transportAcross],
  ["halfEdges", mesh.transportAlong],
];
// Angle defects, and what is made of them, take no displacement: they are of surfaces.
const ofSurfaces = new Set(["angleDefects", "gaussianCurvature"]);

function named(name: string, f: Of): Of {
  Object.defineProperty(f, "name", { value: name });
  return f;
}

function jittered({ topology, geometry }: Mesh, amount: number, seed: number): readonly [Tensor, HalfEdgeMesh] {
  const { positions } = geometry;
  const noise = random.normal(random.key(seed), [...positions.shape]).mul(amount);
  return [positions.add(noise), topology];
}

const sheet = jittered(mesh.grid(3, 2, { width: 3, height: 2 }), 0.12, 1);
const bent: readonly [Tensor, HalfEdgeMesh] = jittered(mesh.saddle(2), 0.1, 2);
const closed = jittered(mesh.octahedron(), 0.1, 3);
const rows = (topology: HalfEdgeMesh, of: Rows): number | undefined =>
  of === "one" ? undefined : topology[`${of === "vertices" ? "vertex" : of === "faces" ? "face" : "halfEdge"}Count`];

const cases = [
  ...[...everywhere, ...inPlane].map(([of, f]) => ["in the plane", f.name, of, f, sheet] as const),
  ...[...everywhere, ...inSpace].map(([of, f]) => ["of a bent sheet", f.name, of, f, bent] as const),
  ...[...everywhere, ...inSpace].map(([of, f]) => ["of a closed surface", f.name, of, f, closed] as const),
];

// Derivatives on closed surfaces differ from those on bent sheets only where a boundary vertex is asked for.
const open = cases.filter(([where]) => where !== "of a closed surface");

describe("every function of positions", () => {
  it.each(cases)("%s: %s has a row for each element, in float32 as in float64, compiled or not", (_, __, of, f, at) => {
    const [positions, topology] = at;
    const value = f(positions, topology);
    expect(value.shape[0]).toBe(rows(topology, of));
    expect(value.data.every(Number.isFinite)).toBe(true);
    const single = f(positions.astype("float32"), topology);
    expect(single.dtype).toBe("float32");
    expect(np.max(np.abs(single.astype("float64").sub(value))).item()).toBeLessThan(3e-4);
    const compiled = jit((x: Tensor, t: HalfEdgeMesh) => f(x, t))(positions, topology);
    expect(np.max(np.abs(compiled.sub(value))).item()).toBeLessThan(1e-12);
  });

  it.each(open)("%s: the derivatives of %s are those of differences", (_, __, ___, f, [positions, topology]) => {
    const weights = random.normal(random.key(9), [...f(positions, topology).shape]);
    checkGrads((x: Tensor) => f(x, topology).mul(weights).sum(), [positions], { order: 1 });
  });

  it.each([...everywhere.filter(([, f]) => !ofSurfaces.has(f.name)), ...inPlane].map(([, f]) => [f.name, f] as const))(
    "%s is differentiable in a box and its shear",
    (_, f) => {
      const torus = mesh.flatTorus(4, 3, { box: [4, 3], jitter: 0.05 });
      const { topology, geometry, box } = torus;
      const size = [...f(geometry.positions, topology).shape];
      const weights = random.normal(random.key(9), size);
      checkGrads(
        (x: Tensor, extents: Tensor, shear: Tensor) =>
          f(x, topology, mesh.shearedDisplacement({ box: extents, shear }))
            .mul(weights)
            .sum(),
        [geometry.positions, box, np.array(0.1)],
        { order: 1 },
      );
    },
  );

  it("has second derivatives", () => {
    const energy = (x: Tensor, topology: HalfEdgeMesh): Tensor => {
      const { areas, perimeters } = mesh.voronoiCells(x, topology);
      return areas.square().sum().add(perimeters.square().sum());
    };
    checkGrads((x: Tensor) => energy(x, sheet[1]), [sheet[0]]);
    checkGrads(
      (x: Tensor) => {
        const bending = mesh.dihedralAngles(x, closed[1]).square().sum();
        return bending.add(mesh.meanCurvatureLaplace(x, closed[1]).square().sum());
      },
      [closed[0]],
      { tolerance: 1e-5 },
    );
  });

  it.each(open)("%s: %s and its gradient are finite where faces and edges vanish", (_, __, ___, f, at) => {
    const [positions, topology] = at;
    // The first face is a point.
    const corners = topology.faces.slice(0).data;
    const moved = [...corners].reduce((x, v) => x.at(v).set(0.25), positions);
    expect(f(moved, topology).data.every(Number.isFinite)).toBe(true);
    const gradient = grad((x: Tensor) => f(x, topology).sum())(moved);
    expect(gradient.data.every(Number.isFinite)).toBe(true);
  });
});
