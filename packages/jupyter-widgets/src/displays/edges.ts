/**
 * The edges of triangles, each once, in the order in which they are met.
 *
 * @param faces - [faces, 3], row-major
 * @returns [edges, 2], row-major
 */
export function edgesOf(faces: ArrayLike<number>): Uint32Array {
  const seen = new Set<number>();
  const edges: number[] = [];
  for (let corner = 0; corner < faces.length; corner++) {
    const from = faces[corner] as number;
    const to = faces[corner % 3 === 2 ? corner - 2 : corner + 1] as number;
    // Both are below 2^26 in any mesh that fits into memory, so that the pair is one exact number.
    const key = Math.min(from, to) * 2 ** 26 + Math.max(from, to);
    if (seen.has(key)) continue;
    seen.add(key);
    edges.push(from, to);
  }
  return Uint32Array.from(edges);
}
