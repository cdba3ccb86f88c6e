import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { MeshError } from "../mesh/meshError.js";
import { lineage, type Lineage } from "./lineage.js";
import { meshMap, type EditResult } from "./meshMap.js";

/**
 * A mesh that is being edited, on the host: elements keep their numbers, new ones are appended, removed ones only
 * marked, until `finishDraft` numbers what is there once.
 */
export interface Draft {
  readonly origin: number[];
  readonly destination: number[];
  readonly next: number[];
  readonly previous: number[];
  readonly twin: number[];
  readonly face: number[];
  readonly halfEdgeOfVertex: number[];
  readonly halfEdgeOfFace: number[];
  readonly vertices: Lineage;
  readonly halfEdges: Lineage;
  readonly faces: Lineage;
}

/** Starts to edit a mesh, which itself stays as it is. @throws TracedValueError inside of compiled code. */
export function draftOf(topology: HalfEdgeMesh): Draft {
  const arrays = topology.toHalfEdges();
  return {
    origin: Array.from(arrays.origin),
    destination: Array.from(arrays.destination),
    next: Array.from(arrays.next),
    previous: Array.from(arrays.previous),
    twin: Array.from(arrays.twin),
    face: Array.from(arrays.face),
    halfEdgeOfVertex: Array.from(arrays.halfEdgeOfVertex),
    halfEdgeOfFace: Array.from(arrays.halfEdgeOfFace),
    vertices: lineage(topology.vertexCount),
    halfEdges: lineage(topology.halfEdgeCount),
    faces: lineage(topology.faceCount),
  };
}

/** Numbers the elements anew, and tells how. */
export function finishDraft(draft: Draft): EditResult {
  const [vertices, halfEdges, faces] = [draft.vertices.finish(), draft.halfEdges.finish(), draft.faces.finish()];
  const pick = (values: readonly number[], of: Finished, numberOf: Int32Array): Int32Array => {
    const numbers = new Int32Array(of.kept.length);
    of.kept.forEach((element, i) => {
      const value = values[element] as number;
      numbers[i] = value < 0 ? -1 : (numberOf[value] as number);
    });
    return numbers;
  };
  const topology = HalfEdgeMesh.fromHalfEdges({
    origin: pick(draft.origin, halfEdges, vertices.numberOf),
    destination: pick(draft.destination, halfEdges, vertices.numberOf),
    next: pick(draft.next, halfEdges, halfEdges.numberOf),
    previous: pick(draft.previous, halfEdges, halfEdges.numberOf),
    twin: pick(draft.twin, halfEdges, halfEdges.numberOf),
    face: pick(draft.face, halfEdges, faces.numberOf),
    halfEdgeOfVertex: pick(draft.halfEdgeOfVertex, vertices, halfEdges.numberOf),
    halfEdgeOfFace: pick(draft.halfEdgeOfFace, faces, halfEdges.numberOf),
  });
  return { topology, map: meshMap(vertices.map, halfEdges.map, faces.map) };
}

type Finished = ReturnType<Lineage["finish"]>;

/** Writes the ends of a half-edge. */
export function setEnds(draft: Draft, halfEdge: number, from: number, to: number): void {
  draft.origin[halfEdge] = from;
  draft.destination[halfEdge] = to;
}

/** Makes two half-edges the halves of one edge. */
export function pair(draft: Draft, first: number, second: number): void {
  draft.twin[first] = second;
  draft.twin[second] = first;
}

/** Makes one half-edge follow another. */
export function link(draft: Draft, first: number, second: number): void {
  draft.next[first] = second;
  draft.previous[second] = first;
}

/** Makes three half-edges the way round a face, whose half-edge is the first if the present one is elsewhere. */
export function setFace(draft: Draft, face: number, halfEdges: readonly [number, number, number]): void {
  halfEdges.forEach((halfEdge, k) => {
    draft.face[halfEdge] = face;
    link(draft, halfEdge, halfEdges[(k + 1) % 3] as number);
  });
  const present = draft.halfEdgeOfFace[face];
  if (present === undefined || !halfEdges.includes(present)) draft.halfEdgeOfFace[face] = halfEdges[0];
}

/** The half-edges that leave a vertex, counterclockwise, beginning with the given one. */
export function leavingFrom(draft: Draft, halfEdge: number): readonly number[] {
  const all: number[] = [];
  let h = halfEdge;
  do {
    all.push(h);
    h = draft.twin[draft.previous[h] as number] as number;
  } while (h !== halfEdge);
  return all;
}

/** Demands the number of a half-edge that was in the mesh and has not been removed. */
export function expectHalfEdge(draft: Draft, halfEdge: number): void {
  const element = { kind: "halfEdge", index: halfEdge } as const;
  if (!Number.isInteger(halfEdge) || halfEdge < 0 || halfEdge >= draft.origin.length) {
    throw new MeshError({
      what: "the mesh has no such half-edge.",
      got: String(halfEdge),
      expected: `0 to ${draft.origin.length - 1}`,
    });
  }
  if (!draft.halfEdges.isThere(halfEdge)) {
    throw new MeshError({ what: "an earlier edit has removed the half-edge." }, { element });
  }
}
