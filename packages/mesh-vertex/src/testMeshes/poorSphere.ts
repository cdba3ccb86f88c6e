import { np, random } from "@simgrad/core";
import { meshOf, type Mesh } from "../mesh/mesh.js";
import { icosphere } from "../shapes/icosphere.js";

/**
 * A unit sphere with bad triangles: vertices of an icosphere moved by noise, and every tenth edge turned, where that
 * is possible.
 */
export function poorSphere(): Mesh {
  const { topology, geometry } = icosphere(3);
  const noise = random.normal(random.key(11), [topology.vertexCount, 3]).mul(0.02);
  const moved = geometry.positions.add(noise);
  const positions = moved.div(np.sqrt(moved.square().sum({ axis: 1, keepDims: true })));
  const faces = topology.faces.toArray() as number[][];
  const draws = random.uniform(random.key(12), [faces.length]).data;
  faces.forEach((face, f) => {
    if ((draws[f] as number) < 0.1) turnEdge(faces, f, face[0] as number, face[1] as number);
  });
  return meshOf(positions.toArray() as number[][], faces);
}

/** Puts the edge between the other corners of two faces in place of the one between a and b, unless it is there. */
function turnEdge(faces: number[][], f: number, a: number, b: number): void {
  const other = faces.findIndex((face, g) => g !== f && face.includes(a) && face.includes(b));
  const apex = (face: readonly number[]): number => face.find((v) => v !== a && v !== b) as number;
  const [c, d] = [apex(faces[f] as number[]), apex(faces[other] as number[])];
  const degree = (v: number): number => faces.filter((face) => face.includes(v)).length;
  if (faces.some((face) => face.includes(c) && face.includes(d)) || degree(a) < 5 || degree(b) < 5) return;
  faces[f] = [c, a, d];
  faces[other] = [d, b, c];
}
