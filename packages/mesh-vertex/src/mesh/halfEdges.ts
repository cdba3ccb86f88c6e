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
 * Order: edges are sorted by their smaller, then their larger vertex. Half-edge i of the first E goes from the smaller to the larger
 * vertex of edge i; i + E is its twin. A half-edge without a face (its `face` is -1) runs along the boundary, and `next` follows the
 * loop. `halfEdgeOfVertex` and `halfEdgeOfFace` are the smallest that leave the vertex, or lie in the face.
 *
 * @param faces vertices of each triangle, three numbers a face, in the order that gives its orientation.
 * @throws MeshError where the triangles are not an oriented surface: a face that repeats a vertex, a vertex that is in no face, an edge with
 *   three faces, neighbours of opposite orientation, a vertex where several fans of faces meet.
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
  for (let f = 0; f < faceCount; f++) {
    const own = [0, 1, 2].map((k) => {
      const corner = 3 * f + k;
      const from = faces[corner] as number;
      const edge = edgeOf[corner] as number;
      return from === low[edge] ? edge : edge + edgeCount;
    });
    own.forEach((halfEdge, k) => {
      if (face[halfEdge] !== -1) throw takenTwice(faces, face, origin, destination, halfEdge, f);
      face[halfEdge] = f;
      next[halfEdge] = own[(k + 1) % 3] as number;
      previous[halfEdge] = own[(k + 2) % 3] as number;
    });
    halfEdgeOfFace[f] = Math.min(...own);
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
  const keys = new Float64Array(corners);
  for (let corner = 0; corner < corners; corner++) {
    const from = faces[corner] as number;
    const to = faces[corner % 3 === 2 ? corner - 2 : corner + 1] as number;
    // exact: a product of two counts of vertices is far below 2^53
    keys[corner] = Math.min(from, to) * vertexCount + Math.max(from, to);
  }
  const unique = [...new Set(keys)].sort((a, b) => a - b);
  const numbers = new Map(unique.map((key, e) => [key, e]));
  return {
    low: Int32Array.from(unique, (key) => Math.floor(key / vertexCount)),
    high: Int32Array.from(unique, (key) => key % vertexCount),
    edgeOf: Int32Array.from(keys, (key) => numbers.get(key) as number),
  };
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
  for (const vertex of origin) leaving[vertex] = (leaving[vertex] as number) + 1;
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
