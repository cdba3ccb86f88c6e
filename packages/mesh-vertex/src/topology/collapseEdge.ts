import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { MeshError } from "../mesh/meshError.js";
import { draftOf, expectHalfEdge, finishDraft, leavingFrom, link, pair, type Draft } from "./draft.js";
import type { EditResult } from "./meshMap.js";

/** A mesh after several collapses. */
export interface CollapseResult extends EditResult {
  /** The half-edges that were collapsed, by their old numbers, in order. */
  readonly collapsed: readonly number[];
}

/** Options of `collapseEdges`. */
export interface CollapseOptions {
  /**
   * What becomes of an edge that cannot be collapsed on the mesh as it is by then: an error, by default, or nothing.
   */
  readonly illegal?: "refuse" | "skip";
}

/**
 * Draws the two ends of an edge together: its destination is merged into its origin, and the faces at the edge go.
 * The map's rule "mean" puts the vertex into the middle, "first" leaves it where the origin was.
 *
 * @throws MeshError where the result were no mesh: see `whyNoCollapse`.
 */
export function collapseEdge(topology: HalfEdgeMesh, halfEdge: number): EditResult {
  const { topology: after, map } = collapseEdges(topology, [halfEdge]);
  return { topology: after, map };
}

/**
 * Collapses several edges one after another, each checked on the mesh as it is by then, and numbers all elements once
 * at the end.
 */
export function collapseEdges(
  topology: HalfEdgeMesh,
  halfEdges: readonly number[],
  options: CollapseOptions = {},
): CollapseResult {
  const draft = draftOf(topology);
  const collapsed: number[] = [];
  const maySkip = options.illegal === "skip";
  for (const halfEdge of halfEdges) {
    if (maySkip && !draft.halfEdges.isThere(halfEdge)) continue;
    expectHalfEdge(draft, halfEdge);
    const reason = obstacle(draft, halfEdge);
    if (reason !== null && maySkip) continue;
    if (reason !== null) {
      throw new MeshError(
        {
          what: `the edge cannot be collapsed: ${reason}.`,
          fix: `choose another edge, or pass { illegal: "skip" } to \`collapseEdges\`.`,
        },
        { element: { kind: "edge", index: [draft.origin[halfEdge] as number, draft.destination[halfEdge] as number] } },
      );
    }
    collapseDraftEdge(draft, halfEdge);
    collapsed.push(halfEdge);
  }
  return { ...finishDraft(draft), collapsed };
}

/**
 * Tells why an edge cannot be collapsed, null if it can: the ends must have no common neighbours but the corners
 * opposite to the edge (the link condition); both may lie on the boundary only if the edge does; no face at the edge
 * may have nothing beyond its two other edges; and a tetrahedron stays one.
 *
 * Source: Dey et al. 1999, "Topology preserving edge contraction".
 */
export function whyNoCollapse(topology: HalfEdgeMesh, halfEdge: number): string | null {
  const draft = draftOf(topology);
  expectHalfEdge(draft, halfEdge);
  return obstacle(draft, halfEdge);
}

function obstacle(draft: Draft, h: number): string | null {
  const { twin, destination, face, previous, next } = draft;
  const t = twin[h] as number;
  const [leavingOrigin, leavingDestination] = [leavingFrom(draft, h), leavingFrom(draft, t)];
  const isAtBoundary = (ring: readonly number[]): boolean => ring.some((g) => face[g] === -1);
  const sides = [h, t].filter((side) => face[side] !== -1);
  if (sides.length === 2 && isAtBoundary(leavingOrigin) && isAtBoundary(leavingDestination)) {
    return "both ends lie on the boundary, and the edge does not, so that the surface would be pinched";
  }
  for (const side of sides) {
    const [after, before] = [next[side] as number, previous[side] as number];
    const corner = destination[after] as number;
    if (face[twin[after] as number] === -1 && face[twin[before] as number] === -1) {
      return `its face at vertex ${corner} has no other neighbour, so that an edge without faces would be left`;
    }
    const ring = leavingFrom(draft, before);
    if (ring.length === 3 && !isAtBoundary(ring)) {
      // Beyond the link condition this is the tetrahedron alone; elsewhere the third neighbour is common to both ends.
      return `vertex ${corner} would be left with two neighbours`;
    }
  }
  const neighbors = new Set(leavingOrigin.map((g) => destination[g] as number));
  const common = leavingDestination.map((g) => destination[g] as number).filter((vertex) => neighbors.has(vertex));
  const corners = sides.map((side) => destination[next[side] as number] as number);
  const other = common.find((vertex) => !corners.includes(vertex));
  if (other !== undefined) return `both ends are joined to vertex ${other}, which is in no face with the edge`;
  return null;
}

function collapseDraftEdge(draft: Draft, h: number): void {
  const { origin, destination, twin, face, next, previous, halfEdgeOfVertex } = draft;
  const t = twin[h] as number;
  const [kept, removed] = [origin[h] as number, destination[h] as number];
  const moved = leavingFrom(draft, t);
  const staying = leavingFrom(draft, h).concat(moved);
  for (const g of moved) {
    origin[g] = kept;
    destination[twin[g] as number] = kept;
  }
  for (const side of [h, t]) {
    const [after, before] = [next[side] as number, previous[side] as number];
    draft.halfEdges.remove(side);
    if (face[side] === -1) {
      link(draft, before, after);
      continue;
    }
    // Of the face's two other edges one is left, made of their outer halves; each is merged with the inner half that
    // runs the same way.
    const corner = destination[after] as number;
    const [outerAfter, outerBefore] = [twin[after] as number, twin[before] as number];
    pair(draft, outerAfter, outerBefore);
    draft.halfEdges.merge(before, outerAfter);
    draft.halfEdges.merge(after, outerBefore);
    draft.faces.remove(face[side] as number);
    if (halfEdgeOfVertex[corner] === before) halfEdgeOfVertex[corner] = outerAfter;
  }
  draft.vertices.merge(removed, kept);
  if (!draft.halfEdges.isThere(halfEdgeOfVertex[kept] as number)) {
    halfEdgeOfVertex[kept] = staying.find((g) => draft.halfEdges.isThere(g)) as number;
  }
}
