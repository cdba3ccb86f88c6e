import { ArgumentError, ShapeError, type Tensor } from "@simgrad/core";
import { incircle, orient2d } from "robust-predicates";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { draftOf, finishDraft, leavingFrom, pair, setEnds, setFace, type Draft } from "./draft.js";

/** Options of `delaunayRepair`. */
export interface DelaunayRepairOptions {
  /** Most flips. Default 50 for each edge; in the plane the square of the number of edges, which is never needed. */
  readonly maxFlips?: number;
  /** In space: how far the sine of the opposite angles' sum may be below 0. Default 1e-12. */
  readonly tolerance?: number;
}

/** A mesh after Delaunay repair. */
export interface DelaunayRepairResult {
  readonly topology: HalfEdgeMesh;
  /** Number of flips. */
  readonly flips: number;
  /**
   * Edges that are still not locally Delaunay, by one half-edge each: where no flip is possible, or after `maxFlips`.
   */
  readonly remaining: readonly number[];
}

/**
 * Flips edges until all are locally Delaunay, each checked on the mesh as it is by then. In the plane the test is
 * exact, so that it ends by itself, with the Delaunay triangulation of what the mesh covers if no face is turned
 * over; faces that are turned over are left alone. In space the edges of a surface are turned likewise, which moves
 * the surface between its vertices.
 *
 * Source: Lawson 1977, "Software for C1 surface interpolation".
 *
 * @param positions [vertices, 2 or 3], not traced.
 */
export function delaunayRepair(
  topology: HalfEdgeMesh,
  positions: Tensor,
  options: DelaunayRepairOptions = {},
): DelaunayRepairResult {
  const dimension = positions.shape[1];
  if (positions.ndim !== 2 || positions.shape[0] !== topology.vertexCount || (dimension !== 2 && dimension !== 3)) {
    throw new ShapeError({
      what: "delaunayRepair wants a position for each vertex.",
      got: `[${positions.shape.join(", ")}]`,
      expected: `[${topology.vertexCount}, 2] or [${topology.vertexCount}, 3]`,
    });
  }
  const { maxFlips = dimension === 2 ? topology.edgeCount ** 2 : 50 * topology.edgeCount, tolerance = 1e-12 } = options;
  if (!(maxFlips >= 0)) throw new ArgumentError({ what: "maxFlips is no count.", got: String(maxFlips) });
  const draft = draftOf(topology);
  const coordinates = Float64Array.from(positions.data);
  const isWanted = (h: number): boolean =>
    dimension === 2 ? isInCircle(draft, h, coordinates) : hasWideAngles(draft, h, coordinates, tolerance);

  const queue: number[] = draft.origin.flatMap((_, h) => (h < (draft.twin[h] as number) ? [h] : []));
  const isQueued = new Uint8Array(draft.origin.length);
  for (const h of queue) isQueued[h] = 1;
  let flips = 0;
  for (let first = 0; first < queue.length && flips < maxFlips; first++) {
    const h = queue[first] as number;
    isQueued[h] = 0;
    if (!isDraftFlippable(draft, h) || !isWanted(h)) continue;
    flipDraftEdge(draft, h);
    flips++;
    for (const side of [h, draft.twin[h] as number]) {
      for (const neighbor of [draft.next[side] as number, draft.previous[side] as number]) {
        const edge = Math.min(neighbor, draft.twin[neighbor] as number);
        if (isQueued[edge] === 1) continue;
        isQueued[edge] = 1;
        queue.push(edge);
      }
    }
  }
  const isOpen = (h: number): boolean => h < (draft.twin[h] as number) && isInterior(draft, h) && isWanted(h);
  return {
    topology: flips === 0 ? topology : finishDraft(draft).topology,
    flips,
    remaining: draft.origin.flatMap((_, h) => (isOpen(h) ? [h] : [])),
  };
}

function isInterior(draft: Draft, h: number): boolean {
  return draft.face[h] !== -1 && draft.face[draft.twin[h] as number] !== -1;
}

/** The two ends of an edge, and the corners on its left and right. */
function corners(draft: Draft, h: number): readonly [a: number, b: number, c: number, d: number] {
  const { origin, destination, previous, twin } = draft;
  return [
    origin[h] as number,
    destination[h] as number,
    origin[previous[h] as number] as number,
    origin[previous[twin[h] as number] as number] as number,
  ];
}

function isDraftFlippable(draft: Draft, h: number): boolean {
  if (!isInterior(draft, h)) return false;
  const [, , c, d] = corners(draft, h);
  return c !== d && leavingFrom(draft, draft.previous[h] as number).every((g) => draft.destination[g] !== d);
}

/** As `flipEdge`, on the host. */
function flipDraftEdge(draft: Draft, h: number): void {
  const { twin, next, previous, face, halfEdgeOfVertex, halfEdgeOfFace } = draft;
  const t = twin[h] as number;
  const [a, b, c, d] = corners(draft, h);
  const [left, right] = [face[h] as number, face[t] as number];
  const [toC, toA, toD, toB] = [next[h], previous[h], next[t], previous[t]] as [number, number, number, number];
  setEnds(draft, h, d, c);
  setEnds(draft, t, c, d);
  pair(draft, h, t);
  setFace(draft, left, [h, toA, toD]);
  setFace(draft, right, [t, toB, toC]);
  halfEdgeOfFace[left] = toA;
  halfEdgeOfFace[right] = toB;
  if (halfEdgeOfVertex[a] === h) halfEdgeOfVertex[a] = toD;
  if (halfEdgeOfVertex[b] === t) halfEdgeOfVertex[b] = toC;
}

/**
 * In the plane: whether both faces run counterclockwise and the corner on the right lies in the circle of the left
 * face.
 */
function isInCircle(draft: Draft, h: number, x: Float64Array): boolean {
  const [a, b, c, d] = corners(draft, h).flatMap((v) => [{ x: x[2 * v] as number, y: x[2 * v + 1] as number }]) as [
    Point,
    Point,
    Point,
    Point,
  ];
  // orient2d is negative for counterclockwise points where y points up
  const isLeftTurn = (p: Point, q: Point, r: Point): boolean => orient2d(p.x, p.y, q.x, q.y, r.x, r.y) < 0;
  return isLeftTurn(a, b, c) && isLeftTurn(b, a, d) && incircle(a.x, a.y, b.x, b.y, c.x, c.y, d.x, d.y) * inside > 0;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The sign of `incircle` for a point inside of counterclockwise points. */
const inside = Math.sign(incircle(0, 0, 1, 0, 0, 1, 0.25, 0.25));

/** In space: whether the angles opposite to the edge sum to more than pi, by the sine of their sum. */
function hasWideAngles(draft: Draft, h: number, x: Float64Array, tolerance: number): boolean {
  const [a, b, c, d] = corners(draft, h);
  const [left, right] = [angleAt(x, c, a, b), angleAt(x, d, a, b)];
  return left.sine * right.cosine + left.cosine * right.sine < -tolerance;
}

function angleAt(x: Float64Array, apex: number, first: number, second: number): { sine: number; cosine: number } {
  const span = (v: number): [number, number, number] =>
    [0, 1, 2].map((k) => (x[3 * v + k] as number) - (x[3 * apex + k] as number)) as [number, number, number];
  const [p, q] = [span(first), span(second)];
  const dot = p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
  const cross = Math.hypot(p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]);
  const size = Math.hypot(dot, cross);
  return size === 0 ? { sine: 0, cosine: 1 } : { sine: cross / size, cosine: dot / size };
}
