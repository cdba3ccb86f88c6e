import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { draftOf, expectHalfEdge, finishDraft, link, pair, setEnds, setFace, type Draft } from "./draft.js";
import type { EditResult } from "./meshMap.js";

/**
 * Puts a vertex into an edge, and joins it to the opposite corners. The half-edge ends there afterwards; new elements
 * have the last numbers. The map's rule "mean" puts the vertex into the middle.
 *
 * @param halfEdge either half of the edge, which may lie on the boundary.
 * @throws MeshError where there is no such half-edge; TracedValueError inside of compiled code.
 *
 * @example
 * const { topology, map } = splitEdge(square, 1);
 * const positions = map.vertices.carry(geometry.positions, "mean");
 */
export function splitEdge(topology: HalfEdgeMesh, halfEdge: number): EditResult {
  return splitEdges(topology, [halfEdge]);
}

/**
 * Splits several edges, each once, and numbers all elements once at the end. New vertices are in the order of the
 * edges.
 */
export function splitEdges(topology: HalfEdgeMesh, halfEdges: readonly number[]): EditResult {
  const draft = draftOf(topology);
  const done = new Set<number>();
  for (const halfEdge of halfEdges) {
    expectHalfEdge(draft, halfEdge);
    const edge = Math.min(halfEdge, draft.twin[halfEdge] as number);
    if (!done.has(edge)) splitDraftEdge(draft, halfEdge);
    done.add(edge);
  }
  return finishDraft(draft);
}

function splitDraftEdge(draft: Draft, h: number): void {
  const t = draft.twin[h] as number;
  const [a, b] = [draft.origin[h] as number, draft.destination[h] as number];
  const middle = draft.vertices.addBetween([a, b]);
  const [onward, back] = [draft.halfEdges.addPartOf(h), draft.halfEdges.addPartOf(t)];
  setEnds(draft, h, a, middle);
  setEnds(draft, t, middle, a);
  setEnds(draft, onward, middle, b);
  setEnds(draft, back, b, middle);
  pair(draft, onward, back);
  draft.halfEdgeOfVertex[middle] = onward;
  if (draft.halfEdgeOfVertex[b] === t) draft.halfEdgeOfVertex[b] = back;

  // h, then onward, are on the left; back, then t, on the right
  splitSide(draft, h, onward, middle);
  splitSide(draft, back, t, middle);
}

/**
 * Splits what lies on the left of a half-edge that has become two: one of these is as it was but for its ends, the
 * other new.
 */
function splitSide(draft: Draft, first: number, second: number, middle: number): void {
  const isFirstOld = first < second;
  const old = isFirstOld ? first : second;
  const [after, before] = [draft.next[old] as number, draft.previous[old] as number];
  const face = draft.face[old] as number;
  if (face === -1) {
    draft.face[first] = draft.face[second] = -1;
    link(draft, before, first);
    link(draft, first, second);
    link(draft, second, after);
    return;
  }
  const corner = draft.origin[before] as number;
  const [toCorner, fromCorner] = [draft.halfEdges.add(), draft.halfEdges.add()];
  const added = draft.faces.addPartOf(face);
  setEnds(draft, toCorner, middle, corner);
  setEnds(draft, fromCorner, corner, middle);
  pair(draft, toCorner, fromCorner);
  setFace(draft, isFirstOld ? face : added, [first, toCorner, before]);
  setFace(draft, isFirstOld ? added : face, [second, after, fromCorner]);
}
