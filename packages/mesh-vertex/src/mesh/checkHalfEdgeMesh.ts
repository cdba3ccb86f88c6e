import { MeshError, type MeshElement } from "./meshError.js";
import type { HalfEdgeMesh } from "./halfEdgeMesh.js";

/**
 * Looks whether the arrays of a mesh fit together, whatever the order of its edges: twins, next and previous undo
 * each other, faces are triangles, every vertex has one ring of half-edges, and the two ends of each edge differ.
 *
 * Whether two edges join the same two vertices is looked at as well: such a mesh is not one of triangles in space.
 * @throws MeshError that names the first element that is wrong.
 */
export function checkHalfEdgeMesh(mesh: HalfEdgeMesh): void {
  const { origin, destination, next, previous, twin, face, halfEdgeOfVertex, halfEdgeOfFace } = mesh.toHalfEdges();
  const count = origin.length;
  const [vertices, faces] = [halfEdgeOfVertex.length, halfEdgeOfFace.length];
  const edges = new Set<number>();
  const sizes = new Int32Array(faces);
  const leaving = new Int32Array(vertices);
  const within = (value: number | undefined, limit: number): boolean =>
    value !== undefined && value >= 0 && value < limit;

  for (let h = 0; h < count; h++) {
    const at: MeshElement = { kind: "halfEdge", index: h };
    const [n, p, t, f] = [next[h] as number, previous[h] as number, twin[h] as number, face[h] as number];
    const [from, to] = [origin[h] as number, destination[h] as number];
    if (!within(n, count) || !within(p, count) || !within(t, count))
      throw wrong("next, previous or twin is no half-edge", at);
    if (!within(from, vertices) || !within(to, vertices)) throw wrong("an end is no vertex", at);
    if (f < -1 || f >= faces) throw wrong(`there is no face ${f}`, at);
    if (from === to) throw wrong("both ends are the same vertex", at);
    if (t === h || twin[t] !== h) throw wrong("its twin's twin is another", at);
    if (origin[t] !== to || destination[t] !== from) throw wrong("its twin does not run back", at);
    if (previous[n] !== h) throw wrong("the previous one of its next is another", at);
    if (next[p] !== h) throw wrong("the next one of its previous is another", at);
    if (origin[n] !== to) throw wrong("its next one starts elsewhere", at);
    if (face[n] !== f) throw wrong("its next one has another face", at);
    if (f === -1 && face[t] === -1) throw wrong("neither half of the edge has a face", at);
    if (edges.has(from * vertices + to)) throw wrong("two edges join its vertices", at);
    edges.add(from * vertices + to);
    if (f !== -1) sizes[f] = (sizes[f] as number) + 1;
    leaving[from] = (leaving[from] as number) + 1;
  }
  halfEdgeOfFace.forEach((h, f) => {
    const at: MeshElement = { kind: "face", index: f };
    if (!within(h, count) || face[h] !== f) throw wrong("its half-edge is that of another", at);
    if (sizes[f] !== 3 || next[next[next[h] as number] as number] !== h) throw wrong("it is no triangle", at);
  });
  halfEdgeOfVertex.forEach((first, v) => {
    const at: MeshElement = { kind: "vertex", index: v };
    if (!within(first, count) || origin[first] !== v) throw wrong("its half-edge leaves another", at);
    let met = 0;
    let h = first;
    do {
      met++;
      h = twin[previous[h] as number] as number;
    } while (h !== first && met <= (leaving[v] as number));
    if (met !== leaving[v]) throw wrong("a way round it does not meet all its half-edges", at);
  });
}

function wrong(what: string, element: MeshElement): MeshError {
  return new MeshError({ what: `the half-edges do not fit together: ${what}.` }, { element });
}
