import { halfEdgesOf } from "../mesh/halfEdges.js";

/** Way from one point of the plane to another, which may be a shorter one through the sides of a box. */
export type Displacement = (fromX: number, fromY: number, toX: number, toY: number) => readonly [number, number];

/** The straight way. */
export const straight: Displacement = (fromX, fromY, toX, toY) => [toX - fromX, toY - fromY];

/** The shortest way in a periodic box. */
export function shortest([width, height]: readonly [number, number]): Displacement {
  const least = (x: number, extent: number): number => x - extent * Math.round(x / extent);
  return (fromX, fromY, toX, toY) => [least(toX - fromX, width), least(toY - fromY, height)];
}

/**
 * One round of Lloyd's relaxation (IEEE Trans. Inf. Theory 28, 129, 1982): the centroids of the Voronoi cells of the
 * vertices inside. Those of the boundary stay.
 *
 * @param flat x0, y0, x1, y1, ...
 * @param triangles Delaunay triangles, counterclockwise
 * @param confine where a corner of a cell is put, so that cells do not reach beyond the boundary
 */
export function lloydStep(
  flat: Float64Array,
  triangles: Int32Array,
  displacement: Displacement = straight,
  confine: (x: number, y: number) => readonly [number, number] = (x, y) => [x, y],
): Float64Array {
  const count = flat.length / 2;
  const { origin, destination, face, twin, previous, halfEdgeOfVertex } = halfEdgesOf(count, triangles);
  const isBoundary = new Uint8Array(count);
  face.forEach((f, h) => {
    if (f === -1) isBoundary[origin[h] as number] = 1;
  });
  const moved = flat.slice();
  for (let v = 0; v < count; v++) {
    if (isBoundary[v] === 1) continue;
    const [x, y] = [flat[2 * v] as number, flat[2 * v + 1] as number];
    const to = (h: number): readonly [number, number] => {
      const end = destination[h] as number;
      return displacement(x, y, flat[2 * end] as number, flat[2 * end + 1] as number);
    };
    const corners: (readonly [number, number])[] = [];
    const first = halfEdgeOfVertex[v] as number;
    let h = first;
    do {
      const after = twin[previous[h] as number] as number;
      const [cx, cy] = circumcenter(to(h), to(after));
      const [px, py] = confine(x + cx, y + cy);
      corners.push([px - x, py - y]);
      h = after;
    } while (h !== first);
    const [dx, dy] = centroid(corners);
    moved[2 * v] = x + dx;
    moved[2 * v + 1] = y + dy;
  }
  return moved;
}

/** Point with equal distances from the origin, b and c. */
function circumcenter(b: readonly [number, number], c: readonly [number, number]): readonly [number, number] {
  const twice = 2 * (b[0] * c[1] - b[1] * c[0]);
  const [bb, cc] = [b[0] * b[0] + b[1] * b[1], c[0] * c[0] + c[1] * c[1]];
  return [(c[1] * bb - b[1] * cc) / twice, (b[0] * cc - c[0] * bb) / twice];
}

function centroid(corners: readonly (readonly [number, number])[]): readonly [number, number] {
  let [area, x, y] = [0, 0, 0];
  corners.forEach(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length] as readonly [number, number];
    const cross = ax * by - ay * bx;
    area += 3 * cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  });
  return [x / area, y / area];
}
