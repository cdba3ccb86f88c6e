import { describe, expect, it } from "@jest/globals";
import { np, random, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import type { Mesh } from "../mesh/mesh.js";
import { sumAroundFaces, sumOutgoing } from "../operators/adjacency.js";
import { grid, saddle } from "../shapes/grid.js";
import { ellipsoid, icosphere } from "../shapes/icosphere.js";
import { torus } from "../shapes/torus.js";
import { cornerAngles } from "./cornerAngles.js";
import { angleDefects } from "./curvature.js";
import { edgeVectors } from "./lengths.js";
import { faceTangentBases, vertexTangentBases } from "./tangentBases.js";
import { halfEdgeDirections, scaledCornerAngles, transportAcross, transportAlong } from "./transport.js";
import { crossProduct, dotProduct } from "./vectors.js";

function jittered({ topology, geometry }: Mesh): Mesh {
  const { positions } = geometry;
  const noise = random.normal(random.key(3), [...positions.shape]).mul(0.01);
  return { topology, geometry: geometry.with({ positions: positions.add(noise) }) };
}

const shapes: readonly (readonly [string, Mesh])[] = [
  ["a sphere of 42 vertices", icosphere(1)],
  ["a sphere of 162 vertices", icosphere(2)],
  ["a sphere of 642 vertices", icosphere(3)],
  ["a jittered ellipsoid", jittered(ellipsoid(2))],
  ["a jittered torus", jittered(torus(16, 10))],
  ["a jittered saddle", jittered(saddle(6))],
];
const largest = (x: Tensor): number => np.max(np.abs(x)).item();
/** Distance from the nearest whole number of turns. */
const apart = (a: Tensor, b: Tensor): Tensor => {
  const difference = a.sub(b);
  return difference.sub(np.round(difference.div(2 * Math.PI)).mul(2 * Math.PI));
};
const twin = (values: Tensor, topology: HalfEdgeMesh): Tensor => np.take(values, topology.twin);

describe.each(shapes)("on %s", (_, { topology, geometry }) => {
  const x = geometry.positions;

  it("bases are orthonormal and right-handed", () => {
    for (const { x: first, y: second, normal } of [faceTangentBases(x, topology), vertexTangentBases(x, topology)]) {
      expect(largest(crossProduct(first, second).sub(normal))).toBeLessThan(1e-14);
      expect(largest(dotProduct(first, second))).toBeLessThan(1e-14);
      expect(largest(dotProduct(first, first).sub(1))).toBeLessThan(1e-14);
    }
  });

  it("twins transport back, to the bit", () => {
    for (const transport of [transportAcross(x, topology), transportAlong(x, topology)]) {
      expect(largest(transport.add(twin(transport, topology)))).toBe(0);
      expect(largest(transport)).toBeLessThanOrEqual(Math.PI);
    }
  });

  it("transport round a vertex turns by its angle defect, to 1e-12", () => {
    const inwards = twin(transportAcross(x, topology), topology);
    const turn = apart(sumOutgoing(inwards, topology), angleDefects(x, topology));
    expect(largest(np.where(topology.isBoundaryVertex, 0, turn))).toBeLessThan(1e-12);
  });

  it("transport round a face turns by the excess of its scaled angles, to 1e-12", () => {
    const excess = scaledCornerAngles(x, topology).sum({ axis: 1 }).sub(Math.PI);
    const turn = sumAroundFaces(transportAlong(x, topology), topology);
    expect(largest(apart(turn, excess))).toBeLessThan(1e-12);
  });

  it("transport across an edge is that of the unfolded faces", () => {
    const { x: first, y: second } = faceTangentBases(x, topology);
    const along = edgeVectors(x, topology);
    const angle = (face: Tensor): Tensor => {
      const own = np.maximum(face, 0);
      return np.arctan2(dotProduct(along, np.take(second, own)), dotProduct(along, np.take(first, own)));
    };
    const expected = angle(twin(topology.face, topology)).sub(angle(topology.face));
    const error = apart(transportAcross(x, topology), expected);
    expect(largest(np.where(topology.isBoundaryEdge, 0, error))).toBeLessThan(1e-12);
  });
});

describe("directions of half-edges", () => {
  it("start at the half-edge of their vertex and ascend counterclockwise by the scaled angles", () => {
    const { topology, geometry } = icosphere(1);
    const x = geometry.positions;
    const directions = halfEdgeDirections(x, topology).data;
    const scaled = scaledCornerAngles(x, topology).sum().item();
    expect(scaled).toBeCloseTo(2 * Math.PI * topology.vertexCount, 10);
    const { halfEdgeOfVertex, twin: twins, previous } = topology.toHalfEdges();
    halfEdgeOfVertex.forEach((first) => {
      expect(directions[first]).toBe(0);
      let [h, last] = [twins[previous[first] as number] as number, 0];
      for (; h !== first; h = twins[previous[h] as number] as number) {
        expect(directions[h]).toBeGreaterThan(last);
        last = directions[h] as number;
      }
      expect(last).toBeLessThan(2 * Math.PI);
    });
  });

  it("are those of the plane where the surface is flat, at its boundary too", () => {
    const { topology, geometry } = grid(4, 3);
    const flat = np.concatenate([geometry.positions, np.zeros([topology.vertexCount, 1])], 1);
    const along = edgeVectors(geometry.positions, topology);
    const absolute = np.arctan2(along.slice(null, 1), along.slice(null, 0));
    const first = np.take(np.take(absolute, topology.halfEdgeOfVertex), topology.origin);
    const directions = halfEdgeDirections(flat, topology);
    expect(largest(apart(directions, absolute.sub(first)))).toBeLessThan(1e-13);
    expect(largest(scaledCornerAngles(flat, topology).sub(cornerAngles(flat, topology)))).toBeLessThan(1e-13);
    // Transport in the plane keeps absolute directions.
    const there = np.take(np.take(absolute, topology.halfEdgeOfVertex), topology.destination);
    expect(largest(apart(transportAlong(flat, topology), first.sub(there)))).toBeLessThan(1e-13);
  });
});
