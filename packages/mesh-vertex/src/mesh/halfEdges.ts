import { MeshError } from "./meshError.js";

/** The half-edges of a triangulated surface, as arrays on the host. */
export interface HalfEdges {
  readonly origin: Int32Array;
  readonly destination: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly twin: Int32Array;
  readonly face: Int32Array;
  readonly halfEdgeOfVertex: Int32Array;
  readonly halfEdgeOfFace: Int32Array;
}

/**
 * Finds the half-edges of triangles.
 *
 * Order: edges are sorted by their smaller, then their larger vertex. Half-edge i of the first E goes from the
 * smaller to the larger vertex of edge i; i + E is its twin. A half-edge without a face (its `face` is -1) runs along
 * the boundary, and `next` follows the loop. `halfEdgeOfVertex` and `halfEdgeOfFace` are the smallest that leave the
 * vertex, or lie in the face.
 *
 * @param faces vertices of each triangle, three numbers a face, in the order that gives its orientation.
 * @throws MeshError where the triangles are not an oriented surface: a face that repeats a vertex, a vertex that is
 *   in no face, an edge with three faces, neighbours of opposite orientation, a vertex where several fans of faces
 *   meet.
 */
export function halfEdgesOf(vertexCount: number, faces: ArrayLike<number>): HalfEdges {
  expectTriangles(vertexCount, faces);
  const faceCount = faces.length / 3;
  const { low, high, edgeOf } = sortedEdges(vertexCount, faces);
  const edgeCount = low.length;
  const count = 2 * edgeCount;

  const origin = new Int32Array(count);
  const destination = new Int32Array(count);
  const twin = new Int32Array(count);
  const next = new Int32Array(count).fill(-1);
  const previous = new Int32Array(count).fill(-1);
  const face = new Int32Array(count).fill(-1);
  for (let e = 0; e < edgeCount; e++) {
    origin[e] = destination[e + edgeCount] = low[e] as number;
    destination[e] = origin[e + edgeCount] = high[e] as number;
    twin[e] = e + edgeCount;
    twin[e + edgeCount] = e;
  }
  const halfEdgeOfFace = new Int32Array(faceCount);
  const own = [0, 0, 0];
  for (let f = 0; f < faceCount; f++) {
    for (let k = 0; k < 3; k++) {
      const edge = edgeOf[3 * f + k] as number;
      own[k] = faces[3 * f + k] === low[edge] ? edge : edge + edgeCount;
    }
    for (let k = 0; k < 3; k++) {
      const halfEdge = own[k] as number;
      if (face[halfEdge] !== -1) throw takenTwice(faces, face, origin, destination, halfEdge, f);
      face[halfEdge] = f;
      next[halfEdge] = own[(k + 1) % 3] as number;
      previous[halfEdge] = own[(k + 2) % 3] as number;
    }
    halfEdgeOfFace[f] = Math.min(own[0] as number, own[1] as number, own[2] as number);
  }
  const halfEdgeOfVertex = new Int32Array(vertexCount).fill(-1);
  for (let h = count - 1; h >= 0; h--) halfEdgeOfVertex[origin[h] as number] = h;
  linkBoundary({ origin, destination, face, next, previous });
  const mesh = { origin, destination, next, previous, twin, face, halfEdgeOfVertex, halfEdgeOfFace };
  expectOneFan(mesh);
  return mesh;
}

function expectTriangles(vertexCount: number, faces: ArrayLike<number>): void {
  if (!Number.isInteger(vertexCount) || vertexCount < 0) {
    throw new MeshError({ what: "The number of vertices is not a count.", got: String(vertexCount) });
  }
  if (faces.length % 3 !== 0) {
    throw new MeshError({ what: "Triangles have three vertices each.", got: `${faces.length} vertices in all` });
  }
  const isUsed = new Uint8Array(vertexCount);
  for (let i = 0; i < faces.length; i++) {
    const vertex = faces[i] as number;
    const f = Math.floor(i / 3);
    if (!Number.isInteger(vertex) || vertex < 0 || vertex >= vertexCount) {
      throw new MeshError(
        { what: "a face has a vertex that is not there.", got: String(vertex), expected: `0 to ${vertexCount - 1}` },
        { element: { kind: "face", index: f } },
      );
    }
    isUsed[vertex] = 1;
  }
  for (let f = 0; 3 * f < faces.length; f++) {
    const [a, b, c] = [faces[3 * f], faces[3 * f + 1], faces[3 * f + 2]];
    if (a === b || b === c || c === a) {
      throw new MeshError(
        { what: "a face repeats a vertex, so that it has no area.", got: `${a} ${b} ${c}`, fix: "remove the face." },
        { element: { kind: "face", index: f } },
      );
    }
  }
  const lonely = isUsed.indexOf(0);
  if (lonely !== -1) {
    throw new MeshError(
      { what: "a vertex belongs to no face.", fix: "remove the vertices that no face uses." },
      { element: { kind: "vertex", index: lonely } },
    );
  }
}

/** Unique edges in lexical order, and the edge of each corner (from it to the next corner of its face). */
function sortedEdges(
  vertexCount: number,
  faces: ArrayLike<number>,
): { readonly low: Int32Array; readonly high: Int32Array; readonly edgeOf: Int32Array } {
  const corners = faces.length;
  const [lower, higher] = [new Int32Array(corners), new Int32Array(corners)];
  // Corners in groups of equal lower ends; a group is as small as a vertex has neighbours.
  const starts = new Int32Array(vertexCount + 1);
  for (let corner = 0; corner < corners; corner++) {
    const from = faces[corner] as number;
    const to = faces[corner % 3 === 2 ? corner - 2 : corner + 1] as number;
    lower[corner] = Math.min(from, to);
    higher[corner] = Math.max(from, to);
    addOne(starts, Math.min(from, to) + 1);
  }
  for (let v = 0; v < vertexCount; v++) starts[v + 1] = (starts[v + 1] as number) + (starts[v] as number);
  const filled = starts.slice(0, vertexCount);
  const grouped = new Int32Array(corners);
  for (let corner = 0; corner < corners; corner++) grouped[addOne(filled, lower[corner] as number)] = corner;

  const [low, high]: [number[], number[]] = [[], []];
  const edgeOf = new Int32Array(corners);
  for (let v = 0; v < vertexCount; v++) {
    const group = grouped.subarray(starts[v], starts[v + 1]);
    sortBy(group, higher);
    let last = -1;
    for (const corner of group) {
      const to = higher[corner] as number;
      if (to !== last) {
        low.push(v);
        high.push(to);
        last = to;
      }
      edgeOf[corner] = low.length - 1;
    }
  }
  return { low: Int32Array.from(low), high: Int32Array.from(high), edgeOf };
}

/** Two faces run along an edge in the same direction: more than two of them meet there, or one is turned round. */
function takenTwice(
  faces: ArrayLike<number>,
  face: Int32Array,
  origin: Int32Array,
  destination: Int32Array,
  halfEdge: number,
  second: number,
): MeshError {
  const [from, to] = [origin[halfEdge] as number, destination[halfEdge] as number];
  const own: number[] = [];
  for (let f = 0; 3 * f < faces.length; f++) {
    const corners = [faces[3 * f], faces[3 * f + 1], faces[3 * f + 2]];
    if (corners.includes(from) && corners.includes(to)) own.push(f);
  }
  const place = { element: { kind: "face", index: second } } as const;
  const between = `the vertices ${Math.min(from, to)} and ${Math.max(from, to)}`;
  const [first] = own.filter((f) => f === face[halfEdge]);
  if (own.length > 2) {
    return new MeshError(
      {
        what: `more than two faces share the edge between ${between}.`,
        got: `the faces ${own.join(", ")}`,
        expected: "one or two faces at each edge",
        fix: "remove the surplus faces, or duplicate the vertices where sheets meet.",
      },
      place,
    );
  }
  const isSame = [0, 1, 2].every((k) =>
    [0, 1, 2].some((j) => faces[3 * second + k] === faces[3 * (first as number) + j]),
  );
  return new MeshError(
    isSame
      ? { what: `the face is there twice.`, got: `the faces ${own.join(" and ")}`, fix: "remove one of them." }
      : {
          what: `neighbouring faces have opposite orientations.`,
          got: `the faces ${own.join(" and ")} both run from vertex ${from} to ${to}`,
          expected: "neighbours that run along their edge in opposite directions",
          fix: "reverse one of them; where no choice fits all faces, the surface has one side only.",
        },
    place,
  );
}

/** Joins half-edges without faces to loops. */
function linkBoundary({
  origin,
  destination,
  face,
  next,
  previous,
}: Pick<HalfEdges, "origin" | "destination" | "face" | "next" | "previous">): void {
  const leaving = new Map<number, number>();
  for (let h = 0; h < origin.length; h++) {
    if (face[h] !== -1) continue;
    const from = origin[h] as number;
    if (leaving.has(from)) throw pinched(from);
    leaving.set(from, h);
  }
  for (const h of leaving.values()) {
    const after = leaving.get(destination[h] as number);
    // Every vertex has as many half-edges in as out, with faces and in all: so also without faces.
    if (after === undefined) throw pinched(destination[h] as number);
    next[h] = after;
    previous[after] = h;
  }
}

/** Going round each vertex once, from its half-edge, must meet all half-edges that leave it. */
function expectOneFan({ origin, twin, previous, halfEdgeOfVertex }: HalfEdges): void {
  const leaving = new Int32Array(halfEdgeOfVertex.length);
  for (const vertex of origin) addOne(leaving, vertex);
  halfEdgeOfVertex.forEach((first, vertex) => {
    let met = 0;
    let h = first;
    do {
      met++;
      h = twin[previous[h] as number] as number;
    } while (h !== first && met <= (leaving[vertex] as number));
    if (met !== leaving[vertex]) throw pinched(vertex);
  });
}

function pinched(vertex: number): MeshError {
  return new MeshError(
    {
      what: "several fans of faces meet in one vertex, so that there is no way round it.",
      expected: "one fan, or one ring, of faces at each vertex",
      fix: "give each fan a vertex of its own at the same position.",
    },
    { element: { kind: "vertex", index: vertex } },
  );
}

/** Counts an entry up by one; what it was before. */
function addOne(counts: Int32Array, at: number): number {
  const before = counts[at] as number;
  counts[at] = before + 1;
  return before;
}

/** Most items that are sorted by insertion. */
const few = 32;

/** Sorts numbers by their keys, in place; most often they are as few as a vertex has neighbours. */
function sortBy(items: Int32Array, keys: Int32Array): void {
  if (items.length > few) {
    items.sort((a, b) => (keys[a] as number) - (keys[b] as number));
    return;
  }
  for (let i = 1; i < items.length; i++) {
    const item = items[i] as number;
    const key = keys[item] as number;
    let at = i;
    while (at > 0 && (keys[items[at - 1] as number] as number) > key) {
      items[at] = items[at - 1] as number;
      at--;
    }
    items[at] = item;
  }
}
