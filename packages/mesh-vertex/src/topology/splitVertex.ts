import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { MeshError } from "../mesh/meshError.js";
import { draftOf, expectHalfEdge, finishDraft, leavingFrom, pair, setEnds, setFace, type Draft } from "./draft.js";
import type { EditResult } from "./meshMap.js";

/**
 * Splits a vertex into two that are joined by an edge, and two of its edges into triangles. The new vertex, with the
 * last number, gets what lies counterclockwise from the first half-edge to the second; the new edge is that of the
 * half-edges 2E (from the new vertex) and 2E + 1 (to it), E being the number of edges before. Collapsing half-edge 2E
 * + 1 undoes it.
 *
 * @param first half-edge that leaves the vertex; on the boundary as well.
 * @param second another one that leaves it.
 * @throws MeshError where these do not leave the vertex, or are the same.
 */
export function splitVertex(topology: HalfEdgeMesh, vertex: number, first: number, second: number): EditResult {
  const draft = draftOf(topology);
  for (const halfEdge of [first, second]) {
    expectHalfEdge(draft, halfEdge);
    if (draft.origin[halfEdge] === vertex) continue;
    throw new MeshError(
      {
        what: "a vertex is split at half-edges that leave it.",
        got: `half-edge ${halfEdge}, which leaves vertex ${String(draft.origin[halfEdge])}`,
        expected: `one that leaves vertex ${vertex}`,
        fix:
          draft.destination[halfEdge] === vertex
            ? `use its twin, ${String(draft.twin[halfEdge])}.`
            : "name another half-edge.",
      },
      { element: { kind: "vertex", index: vertex } },
    );
  }
  if (first === second) {
    throw new MeshError(
      { what: "a vertex is split at two different half-edges.", got: `half-edge ${first} twice` },
      { element: { kind: "vertex", index: vertex } },
    );
  }
  splitDraftVertex(draft, vertex, first, second);
  return finishDraft(draft);
}

function splitDraftVertex(draft: Draft, v: number, first: number, second: number): void {
  const { origin, destination, twin } = draft;
  const ring = leavingFrom(draft, first);
  const moved = ring.slice(0, ring.indexOf(second));
  const [firstTwin, secondTwin] = [twin[first] as number, twin[second] as number];
  const [x, y] = [destination[first] as number, destination[second] as number];
  const [besideFirst, besideSecond] = [first, secondTwin].map((h) => facesOfEdge(draft, h));

  const w = draft.vertices.addPartOf(v);
  const [toOld, toNew] = [draft.halfEdges.add(), draft.halfEdges.add()];
  const [toX, fromX] = [draft.halfEdges.addPartOf(first), draft.halfEdges.addPartOf(firstTwin)];
  const [toY, fromY] = [draft.halfEdges.addPartOf(second), draft.halfEdges.addPartOf(secondTwin)];
  for (const h of moved) {
    origin[h] = w;
    if (h !== first) destination[twin[h] as number] = w;
  }
  destination[secondTwin] = w;
  setEnds(draft, toOld, w, v);
  setEnds(draft, toNew, v, w);
  setEnds(draft, toX, v, x);
  setEnds(draft, fromX, x, w);
  setEnds(draft, toY, w, y);
  setEnds(draft, fromY, y, v);
  pair(draft, toOld, toNew);
  pair(draft, toX, firstTwin);
  pair(draft, fromX, first);
  pair(draft, toY, secondTwin);
  pair(draft, fromY, second);
  setFace(draft, draft.faces.addBetween(besideFirst as readonly number[]), [toOld, toX, fromX]);
  setFace(draft, draft.faces.addBetween(besideSecond as readonly number[]), [toNew, toY, fromY]);
  draft.halfEdgeOfVertex[w] = first;
  if (moved.includes(draft.halfEdgeOfVertex[v] as number)) draft.halfEdgeOfVertex[v] = second;
}

function facesOfEdge(draft: Draft, halfEdge: number): readonly number[] {
  return [halfEdge, draft.twin[halfEdge] as number].map((h) => draft.face[h] as number).filter((face) => face !== -1);
}
