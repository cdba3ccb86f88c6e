import { np, random, ShapeError, type TensorLike } from "@simgrad/core";
import { GeometricMesh } from "../mesh/geometricMesh.js";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { MeshError } from "../mesh/meshError.js";
import type { PeriodicMesh } from "../mesh/mesh.js";
import { delaunayTriangles, planarPoints } from "./delaunay.js";

/**
 * Triangulates points of a periodic box of the plane by Delaunay's rule: a torus of twice as many triangles as
 * points, counterclockwise. Where more than three points lie on a circle, as in a lattice, the choice among them is
 * that of points moved by 1e-9 of their distance.
 *
 * @param points [points, 2], within the box or not: positions are put into it
 * @param box [2]: its extents
 * @throws MeshError where points are not finite, coincide, or are too few for two of them to have one edge at most.
 */
export function periodicDelaunay(points: TensorLike, box: TensorLike): PeriodicMesh {
  const extents = np.asarray(box, "float64");
  const sizes = boxSizes(extents.shape, extents.data);
  const given = np.asarray(points, "float64");
  planarPoints("periodicDelaunay", given.shape, given.data);
  // Twice: the remainder of a small negative number rounds to the extent itself.
  const positions = np.mod(np.mod(given, extents), extents);
  const faces = periodicTriangles(planarPoints("periodicDelaunay", positions.shape, positions.data), sizes);
  return {
    topology: HalfEdgeMesh.fromFaces(positions.shape[0] as number, faces),
    geometry: new GeometricMesh({ positions }),
    box: extents,
  };
}

/** Vertices of the triangles, three a face. */
export function periodicTriangles(flat: Float64Array, box: readonly [number, number]): Int32Array {
  const count = flat.length / 2;
  const spacing = Math.sqrt((box[0] * box[1]) / count);
  const noise = 1e-9 * spacing;
  const moved = perturbed(flat, noise);
  const whole = Math.max(box[0], box[1]);
  for (let margin = Math.min(5 * spacing, whole); ; margin = Math.min(2 * margin, whole)) {
    const { points, origin, isCentral } = withCopies(moved, box, margin);
    const triangles = delaunayTriangles(points);
    const own: number[] = [];
    let reach = 0;
    for (let corner = 0; corner < triangles.length; corner += 3) {
      const [a, b, c] = triangles.subarray(corner, corner + 3) as unknown as [number, number, number];
      const ids = [origin[a] as number, origin[b] as number, origin[c] as number] as const;
      // Of a triangle's copies the one whose first vertex is not a copy: nothing is compared but whole numbers.
      const least = Math.min(...ids);
      if (!isCentral[[a, b, c][ids.indexOf(least)] as number]) continue;
      own.push(...ids);
      expectApart(points, [a, b, c], ids, 4 * noise);
      reach = Math.max(reach, 2 * circumradius(points, a, b, c));
    }
    if (reach > margin && margin < whole) continue;
    expectTorus(own, count);
    return Int32Array.from(own);
  }
}

/** The points, and their copies within `margin` of the box. */
function withCopies(
  flat: Float64Array,
  box: readonly [number, number],
  margin: number,
): { readonly points: Float64Array; readonly origin: number[]; readonly isCentral: boolean[] } {
  const points: number[] = [];
  const origin: number[] = [];
  const isCentral: boolean[] = [];
  for (const dy of [0, -1, 1]) {
    for (const dx of [0, -1, 1]) {
      for (let i = 0; 2 * i < flat.length; i++) {
        const [x, y] = [(flat[2 * i] as number) + dx * box[0], (flat[2 * i + 1] as number) + dy * box[1]];
        if (x < -margin || x > box[0] + margin || y < -margin || y > box[1] + margin) continue;
        points.push(x, y);
        origin.push(i);
        isCentral.push(dx === 0 && dy === 0);
      }
    }
  }
  return { points: Float64Array.from(points), origin, isCentral };
}

/**
 * Copies of a point are rounded differently; noise far above that makes the same choice for all where points lie on a
 * circle.
 */
function perturbed(flat: Float64Array, by: number): Float64Array {
  const noise = random.uniform(random.key(0), [flat.length], { low: -by, high: by }).data;
  return flat.map((x, i) => x + (noise[i] as number));
}

function circumradius(points: Float64Array, a: number, b: number, c: number): number {
  const at = (k: number): readonly [number, number] => [points[2 * k] as number, points[2 * k + 1] as number];
  const [[ax, ay], [bx, by], [cx, cy]] = [at(a), at(b), at(c)];
  const length = (x: number, y: number): number => Math.sqrt(x * x + y * y);
  const product = length(bx - ax, by - ay) * length(cx - bx, cy - by) * length(ax - cx, ay - cy);
  return product / Math.abs(2 * ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)));
}

/** Points that coincide, or are nearer than the noise can tell, have an edge between them. */
function expectApart(points: Float64Array, corners: readonly number[], ids: readonly number[], least: number): void {
  corners.forEach((a, k) => {
    const b = corners[(k + 1) % 3] as number;
    const x = (points[2 * b] as number) - (points[2 * a] as number);
    const y = (points[2 * b + 1] as number) - (points[2 * a + 1] as number);
    if (x * x + y * y < least * least) throw coincides(Math.max(ids[k] as number, ids[(k + 1) % 3] as number));
  });
}

function coincides(index: number): MeshError {
  return new MeshError(
    { what: "the point coincides with another one, or nearly so.", fix: "leave out points that are there twice." },
    { element: { kind: "vertex", index } },
  );
}

function expectTorus(own: readonly number[], count: number): void {
  const isUsed = new Uint8Array(count);
  for (const vertex of own) isUsed[vertex] = 1;
  const lonely = isUsed.indexOf(0);
  if (lonely !== -1) throw coincides(lonely);
  const edges = new Set<number>();
  let isSimple = own.length === 6 * count;
  for (let corner = 0; corner < own.length; corner++) {
    const [from, to] = [own[corner] as number, own[corner % 3 === 2 ? corner - 2 : corner + 1] as number];
    isSimple &&= from !== to && !edges.has(from * count + to);
    edges.add(from * count + to);
  }
  if (isSimple) return;
  throw new MeshError({
    what: "the points are too few for the box: two of them would be joined by two edges, one of them through its sides.",
    got: `${count} points`,
    fix: "give more points, spread over the box, or repeat the box.",
  });
}

function boxSizes(shape: readonly number[], data: ArrayLike<number>): readonly [number, number] {
  const [width, height] = [data[0] as number, data[1] as number];
  if (shape.length === 1 && shape[0] === 2 && width > 0 && height > 0 && width < Infinity && height < Infinity)
    return [width, height];
  throw new ShapeError({
    what: "periodicDelaunay: `box` is not that of a plane.",
    got: `[${Array.from(data).join(", ")}]`,
    expected: "two extents, finite and above 0",
  });
}
