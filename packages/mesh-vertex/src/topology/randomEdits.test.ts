import { describe, expect, it } from "@jest/globals";
import { jit, np, random, scan, type Tensor } from "@simgrad/core";
import { orientedAreas, totalArea } from "../geometry/areas.js";
import { checkHalfEdgeMesh } from "../mesh/checkHalfEdgeMesh.js";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import type { HalfEdges } from "../mesh/halfEdges.js";
import { MeshError } from "../mesh/meshError.js";
import { disk, hexagon } from "../shapes/disk.js";
import { grid } from "../shapes/grid.js";
import { pants } from "../shapes/holes.js";
import { icosphere } from "../shapes/icosphere.js";
import { octahedron, tetrahedron } from "../shapes/polyhedra.js";
import { torus } from "../shapes/torus.js";
import { annulus } from "../shapes/tubes.js";
import { collapseEdge } from "./collapseEdge.js";
import { flipEdge } from "./flip.js";
import type { EditResult } from "./meshMap.js";
import { splitEdge } from "./splitEdge.js";
import { splitVertex } from "./splitVertex.js";

const seed = 20240;
const starts: readonly HalfEdgeMesh[] = [
  disk(3),
  grid(5, 4),
  hexagon(3),
  annulus(8, 3),
  pants(8),
  icosphere(1),
  octahedron(),
  tetrahedron(),
  torus(6, 5),
].map(({ topology }) => topology);

/** Uniform whole numbers, counted by the place in one array of random numbers. */
function dice(key: number, count: number): (below: number) => number {
  const numbers = random.uniform(random.key(key), [count]).data;
  let used = 0;
  return (below) => Math.floor((numbers[used++ % count] as number) * below);
}

/**
 * Euler characteristic and number of boundary loops: with orientation, all that tells one connected surface from
 * another.
 */
function surfaceOf(topology: HalfEdgeMesh): readonly [number, number] {
  const { next, face } = topology.toHalfEdges();
  const seen = new Uint8Array(next.length);
  let loops = 0;
  face.forEach((f, first) => {
    if (f !== -1 || seen[first] === 1) return;
    loops++;
    for (let h = first; seen[h] === 0; h = next[h] as number) seen[h] = 1;
  });
  return [topology.eulerCharacteristic, loops];
}

const flipAll = jit((topology: HalfEdgeMesh, halfEdges: Tensor) =>
  scan(
    (mesh: HalfEdgeMesh, halfEdge: Tensor) => {
      const { topology: after, flipped } = flipEdge(mesh, halfEdge);
      return [after, { after, flipped }] as const;
    },
    topology,
    { xs: halfEdges },
  ),
);

/** One of the random changes of size; null where it is refused. */
function edited(topology: HalfEdgeMesh, roll: (below: number) => number): readonly [string, EditResult | null] {
  const halfEdge = roll(topology.halfEdgeCount);
  const isLarge = topology.faceCount > 180;
  const kind = isLarge ? 2 : topology.faceCount < 24 ? roll(2) : roll(4);
  const attempt = (edit: () => EditResult): EditResult | null => {
    try {
      return edit();
    } catch (error) {
      if (error instanceof MeshError) return null;
      throw error;
    }
  };
  if (kind === 0) return ["edge splits", attempt(() => splitEdge(topology, halfEdge))];
  if (kind > 1) return ["collapses", attempt(() => collapseEdge(topology, halfEdge))];
  const { origin } = topology.toHalfEdges();
  const vertex = origin[halfEdge] as number;
  const leaving = Array.from(origin.keys()).filter((h) => origin[h] === vertex);
  const second = leaving[roll(leaving.length)] as number;
  return ["vertex splits", attempt(() => splitVertex(topology, vertex, halfEdge, second))];
}

describe("10,000 random edits", () => {
  const rounds = 54;
  const [flipsEach, editsEach] = [80, 106];

  it(`keep valid meshes with their Euler characteristic and boundary loops (seed ${seed})`, () => {
    const roll = dice(seed, 60_000);
    const counts: Record<string, [tried: number, accepted: number]> = {};
    const count = (kind: string, accepted: boolean): void => {
      const now = (counts[kind] ??= [0, 0]);
      now[0]++;
      if (accepted) now[1]++;
    };
    const meshes = [...starts];
    const surfaces = starts.map(surfaceOf);
    const sizes = new Set<number>();
    for (let round = 0; round < rounds; round++) {
      const which = round % starts.length;
      let topology = meshes[which] as HalfEdgeMesh;
      const expectSame = (): void => {
        checkHalfEdgeMesh(topology);
        const [euler, loops] = surfaceOf(topology);
        if (euler !== surfaces[which]?.[0] || loops !== surfaces[which]?.[1])
          expect([euler, loops]).toEqual(surfaces[which]);
      };
      for (let k = 0; k < editsEach; k++) {
        const [kind, result] = edited(topology, roll);
        count(kind, result !== null);
        if (result === null) continue;
        topology = result.topology;
        sizes.add(topology.faceCount);
        expectSame();
      }
      const halfEdges = Array.from({ length: flipsEach }, () => roll(topology.halfEdgeCount));
      const [, { after, flipped }] = flipAll(topology, np.array(halfEdges, "int32"));
      const isFlipped = flipped.data;
      const names = Object.keys(topology.toHalfEdges()) as readonly (keyof HalfEdges)[];
      const data = Object.fromEntries(names.map((name) => [name, after[name].data])) as unknown as HalfEdges;
      const row = (name: keyof HalfEdges, k: number): Int32Array => {
        const extent = after[name].shape[1] as number;
        return data[name].subarray(k * extent, (k + 1) * extent);
      };
      halfEdges.forEach((_, k) => {
        count("flips", isFlipped[k] === 1);
        const arrays = Object.fromEntries(names.map((name) => [name, row(name, k)])) as unknown as HalfEdges;
        topology = HalfEdgeMesh.fromHalfEdges(arrays);
        expectSame();
      });
      meshes[which] = topology;
    }
    const total = Object.values(counts).reduce(([t, a], [tried, accepted]) => [t + tried, a + accepted], [0, 0]);
    expect({ ...counts, total, faces: [Math.min(...sizes), Math.max(...sizes)] }).toMatchInlineSnapshot(`
      {
        "collapses": [
          3026,
          2095,
        ],
        "edge splits": [
          1335,
          1335,
        ],
        "faces": [
          6,
          370,
        ],
        "flips": [
          4320,
          2935,
        ],
        "total": [
          10044,
          7476,
        ],
        "vertex splits": [
          1363,
          1111,
        ],
      }
    `);
    expect(total[0]).toBeGreaterThanOrEqual(10_000);
    expect(total[1]).toBeGreaterThan(total[0] / 3);
  });
});

describe("2,000 random flips of convex quadrilaterals and splits of edges in the plane", () => {
  it("keep all areas positive, and the total area", () => {
    const roll = dice(seed + 1, 10_000);
    const flip = jit(flipEdge);
    const smallest = jit((x: Tensor, mesh: HalfEdgeMesh) => orientedAreas(x, mesh).min());
    const start = grid(4, 4);
    const jitter = random.uniform(random.key(3), [25, 2], { low: -0.06, high: 0.06 });
    let geometry = start.geometry.with({ positions: start.geometry.positions.add(jitter) });
    let topology = start.topology;
    const area = totalArea(geometry.positions, topology).item();
    let [flips, splits] = [0, 0];
    for (let k = 0; k < 2_000; k++) {
      const h = roll(topology.halfEdgeCount);
      if (topology.faceCount < 60 && roll(10) === 0) {
        const { topology: after, map } = splitEdge(topology, h);
        [topology, geometry] = [after, map.carry(geometry)];
        splits++;
      } else {
        if (!isConvex(topology, geometry.positions.data as Float64Array, h)) continue;
        const { topology: after, flipped } = flip(topology, np.array(h, "int32"));
        if (flipped.item() === 0) continue;
        topology = after;
        flips++;
      }
      expect(smallest(geometry.positions, topology).item()).toBeGreaterThan(0);
    }
    checkHalfEdgeMesh(topology);
    expect(totalArea(geometry.positions, topology).item()).toBeCloseTo(area, 12);
    expect([flips, splits]).toMatchInlineSnapshot(`
      [
        793,
        14,
      ]
    `);
  });
});

/** Whether both diagonals of the two faces at an edge cross inside. */
function isConvex(topology: HalfEdgeMesh, x: Float64Array, h: number): boolean {
  const { origin, destination, next, twin, face } = topology.toHalfEdges();
  const t = twin[h] as number;
  if (face[h] === -1 || face[t] === -1) return false;
  const [a, b] = [origin[h] as number, destination[h] as number];
  const [c, d] = [destination[next[h] as number] as number, destination[next[t] as number] as number];
  const area = (p: number, q: number, r: number): number => {
    const [px, py] = [x[2 * p] as number, x[2 * p + 1] as number];
    return (
      ((x[2 * q] as number) - px) * ((x[2 * r + 1] as number) - py) -
      ((x[2 * q + 1] as number) - py) * ((x[2 * r] as number) - px)
    );
  };
  return area(d, c, a) > 1e-12 && area(c, d, b) > 1e-12;
}
