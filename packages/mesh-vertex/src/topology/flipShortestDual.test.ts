import { describe, expect, it } from "@jest/globals";
import { grad, jit, jvp, np, random, scan, tree, vmap, type Tensor } from "@simgrad/core";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { orientedAreas } from "../geometry/areas.js";
import { dualLengths, voronoiCells } from "../geometry/voronoi.js";
import { checkHalfEdgeMesh } from "../mesh/checkHalfEdgeMesh.js";
import { GeometricMesh } from "../mesh/geometricMesh.js";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { hexagon } from "../shapes/disk.js";
import { tetrahedron } from "../shapes/polyhedra.js";
import { collapseEdge } from "./collapseEdge.js";
import { delaunayRepair } from "./delaunayRepair.js";
import { flipShortestDual } from "./flipShortestDual.js";
import { isLocallyDelaunay } from "./isLocallyDelaunay.js";
import { splitVertex } from "./splitVertex.js";

const zeros = (topology: HalfEdgeMesh): Tensor => np.zeros([topology.halfEdgeCount], "int32");
const flippedOf = (cooldown: Tensor, rest = 5): number[] =>
  Array.from(cooldown.data).flatMap((steps, h) => (steps === rest ? [h] : []));

/** Lengths of 1 but where they are given, on both halves. */
function lengthsOf(topology: HalfEdgeMesh, given: Readonly<Record<number, number>>): Tensor {
  const lengths = new Float64Array(topology.halfEdgeCount).fill(1);
  for (const [h, length] of Object.entries(given)) {
    lengths[Number(h)] = lengths[topology.twin.data[Number(h)] as number] = length;
  }
  return np.array(lengths);
}

describe("flipShortestDual", () => {
  const { topology } = hexagon(3);
  const { origin, twin, face } = topology.toHalfEdges();
  const interior = Array.from(origin.keys()).filter((h) => face[h] !== -1 && face[twin[h] as number] !== -1);
  /** Interior edges of which no two lie in one face. */
  const apart = interior.reduce<number[]>((list, h) => {
    const faces = new Set(list.flatMap((g) => [face[g], face[twin[g] as number]]));
    return faces.has(face[h]) || faces.has(face[twin[h] as number]) ? list : [...list, h];
  }, []);
  const step = jit(flipShortestDual);

  it("flips the edges of negative dual length, shortest first, at most so many", () => {
    const [a, b, c] = apart as [number, number, number];
    const lengths = lengthsOf(topology, { [a]: -1, [b]: -3, [c]: -2 });
    const all = step(topology, lengths, zeros(topology));
    checkHalfEdgeMesh(all.topology);
    expect(all.flips.item()).toBe(3);
    expect(flippedOf(all.cooldown)).toEqual([a, b, c].flatMap((h) => [h, twin[h] as number]).sort((p, q) => p - q));
    const two = jit((m: HalfEdgeMesh, l: Tensor, t: Tensor) => flipShortestDual(m, l, t, { maxFlips: 2 }));
    const some = two(topology, lengths, zeros(topology));
    expect(some.flips.item()).toBe(2);
    expect(flippedOf(some.cooldown)).toEqual([b, c].flatMap((h) => [h, twin[h] as number]).sort((p, q) => p - q));
  });

  it("lets a flipped edge rest for five steps", () => {
    const [a] = apart as [number];
    const lengths = lengthsOf(topology, { [a]: -1 });
    let state = { topology, cooldown: zeros(topology) };
    const flips: number[] = [];
    for (let k = 0; k < 13; k++) {
      const result = step(state.topology, lengths, state.cooldown);
      flips.push(result.flips.item());
      state = result;
    }
    expect(flips).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
  });

  it("leaves the boundary alone, and lengths that are no numbers", () => {
    const outer = Array.from(origin.keys()).find((h) => face[h] === -1) as number;
    const lengths = lengthsOf(topology, { [outer]: -1, [apart[0] as number]: NaN });
    const result = step(topology, lengths, zeros(topology));
    expect(result.flips.item()).toBe(0);
    expect(Array.from(result.topology.origin.data)).toEqual(Array.from(topology.origin.data));
  });

  it("is that of each mesh in a batch", () => {
    const [a, b] = apart as [number, number];
    const given = [{ [a]: -1 }, {}, { [a]: -1, [b]: -2 }].map((g) => lengthsOf(topology, g));
    const batch = tree.map((x: Tensor) => np.stack([x, x, x]), topology) as HalfEdgeMesh;
    const rested = np.zeros([3, topology.halfEdgeCount], "int32");
    const result = jit(vmap(flipShortestDual))(batch, np.stack(given), rested);
    expect(Array.from(result.flips.data)).toEqual([1, 0, 2]);
    given.forEach((lengths, i) => {
      const one = step(topology, lengths, zeros(topology));
      expect(result.topology.next.slice(i).toArray()).toEqual(one.topology.next.toArray());
      expect(result.cooldown.slice(i).toArray()).toEqual(one.cooldown.toArray());
    });
  });
});

describe("defects of the reference", () => {
  it("all flips of a sweep are not decided before the first: a neighbour of a flipped edge waits for its new length", () => {
    const { topology } = hexagon(2);
    const { face, twin, next } = topology.toHalfEdges();
    const isInterior = (h: number): boolean => face[h] !== -1 && face[twin[h] as number] !== -1;
    const h = Array.from(face.keys()).find((g) => isInterior(g) && isInterior(next[g] as number)) as number;
    const lengths = lengthsOf(topology, { [h]: -2, [next[h] as number]: -1 });
    const { topology: after, cooldown, flips } = flipShortestDual(topology, lengths, zeros(topology));
    expect(flips.item()).toBe(1);
    expect(flippedOf(cooldown)).toContain(h);
    checkHalfEdgeMesh(after);
  });

  it("each flip is checked: negative dual lengths cannot break a coarse closed mesh, nor vertices with three neighbours", () => {
    const { topology } = tetrahedron();
    const lengths = np.full([12], -1);
    expect(flipShortestDual(topology, lengths, zeros(topology)).flips.item()).toBe(0);

    const fan = HalfEdgeMesh.fromFaces(5, [
      [0, 1, 3],
      [1, 2, 3],
      [2, 0, 3],
      [1, 0, 4],
    ]);
    const { origin } = fan.toHalfEdges();
    const ofInner = Array.from(origin.keys()).filter((h) => origin[h] === 3);
    const spokes = lengthsOf(fan, Object.fromEntries(ofInner.map((h) => [h, -1])));
    expect(flipShortestDual(fan, spokes, zeros(fan)).flips.item()).toBe(0);
    // When the edge of the faces around 3 is flipped first, vertex 3 has four neighbours, and an edge to spare.
    const { topology: after, flips } = flipShortestDual(fan, np.full([fan.halfEdgeCount], -1), zeros(fan));
    checkHalfEdgeMesh(after);
    expect(flips.item()).toBe(2);
  });
});

interface Tissue {
  readonly geometry: GeometricMesh;
  readonly topology: HalfEdgeMesh;
  readonly cooldown: Tensor;
}

describe("a relaxing tissue of Voronoi cells", () => {
  const start = hexagon(3);
  const noise = random.normal(random.key(12), [start.topology.vertexCount, 2]).mul(0.07);
  const positions = start.geometry.positions.add(noise);
  const energy = (geometry: GeometricMesh, topology: HalfEdgeMesh, perimeter: Tensor): Tensor => {
    const { areas, perimeters } = voronoiCells(geometry.positions, topology);
    const whole = np.where(topology.isBoundaryVertex, 2, 1);
    const [a, p] = [areas.mul(whole).sub(0.09), perimeters.mul(whole).sub(perimeter)];
    return a.square().mul(20).add(p.square()).mean();
  };
  const relax = jit((x: Tensor, perimeter: Tensor) => {
    const first: Tissue = {
      geometry: new GeometricMesh({ positions: x }),
      topology: start.topology,
      cooldown: zeros(start.topology),
    };
    return scan(
      ({ geometry, topology, cooldown }: Tissue) => {
        const force: GeometricMesh = grad(energy)(geometry, topology, perimeter);
        const moved = geometry.with({ positions: geometry.positions.sub(force.positions.mul(0.1)) });
        const after = flipShortestDual(topology, dualLengths(moved.positions, topology), cooldown);
        const e = energy(moved, after.topology, perimeter);
        const next: Tissue = { geometry: moved, topology: after.topology, cooldown: after.cooldown };
        return [next, { e, flips: after.flips }] as const;
      },
      first,
      { length: 60 },
    );
  });

  it("flips edges, keeps a valid mesh, and is Delaunay where nothing rests", () => {
    const [{ geometry, topology }, { e, flips }] = relax(positions, np.array(1.1));
    checkHalfEdgeMesh(topology);
    const steps = Array.from(flips.data).flatMap((count, k) => (count > 0 ? [[k, count]] : []));
    expect(steps).toEqual([
      [0, 2],
      [6, 1],
      [13, 1],
      [18, 1],
    ]);
    expect(orientedAreas(geometry.positions, topology).min().item()).toBeGreaterThan(0);
    expect((e.data[59] as number) / (e.data[0] as number)).toBeLessThan(0.5);
    expect(isLocallyDelaunay(geometry.positions, topology).all().item()).toBe(1);
  });

  it("has the derivative of the taken branch, which is that of finite differences between flips", () => {
    const final = (x: Tensor, p: Tensor): Tensor => {
      const [tissue, { e }] = relax(x, p);
      return e.sum().add(tissue.geometry.positions.square().sum());
    };
    const p = np.array(1.1);
    const direction = random.normal(random.key(6), positions.shape);
    const [ofPositions, ofPerimeter] = jit(grad(final, { argnums: [0, 1] }))(positions, p);
    const [, slope] = jit((v: Tensor) => jvp(final, [positions, p], [v, np.array(0.5)]))(direction);
    expect(slope.item()).toBeCloseTo(ofPositions.mul(direction).sum().add(ofPerimeter.mul(0.5)).item(), 9);

    const h = 1e-6;
    const at = (s: number): readonly [number, number[]] => {
      const [x, q] = [positions.add(direction.mul(s)), p.add(0.5 * s)];
      return [final(x, q).item(), Array.from(relax(x, q)[1].flips.data)];
    };
    const [[up, flipsUp], [down, flipsDown]] = [at(h), at(-h)];
    // no flip is moved to another step between the two
    expect(flipsUp).toEqual(flipsDown);
    expect(flipsUp.filter((count) => count > 0).length).toBeGreaterThan(1);
    const expected = (up - down) / (2 * h);
    expect(Math.abs(slope.item() - expected)).toBeLessThan(1e-6 * Math.abs(expected));
  });
});

// The disk is no part of the repository; the numbers are those of the field's reference on it.
const shared = process.env["SIMGRAD_SHARED"] ?? fileURLToPath(new URL("../../../../../shared", import.meta.url));
const path = `${shared}/data/meshes/disk.obj`;

(existsSync(path) ? describe : describe.skip)("disk.obj of the reference, where it is present", () => {
  const rows = existsSync(path) ? readFileSync(path, "utf8").split(/\r?\n/) : [];
  const fields = (name: string): number[][] =>
    rows.filter((row) => row.startsWith(`${name} `)).map((row) => row.trim().split(/\s+/).slice(1).map(parseFloat));
  const positions = fields("v").map((row) => row.slice(0, 2));
  const topology = HalfEdgeMesh.fromFaces(
    positions.length,
    fields("f").map((row) => row.map((v) => v - 1)),
  );
  const x = np.array(positions);

  it("has four edges that are not Delaunay, which one step flips, and so does the repair", () => {
    const wrong = Array.from(isLocallyDelaunay(x, topology).data).flatMap((fits, h) => (fits === 0 ? [h] : []));
    expect(wrong).toEqual([9, 185, 191, 335, 363, 539, 545, 689]);
    const { cooldown, flips } = flipShortestDual(topology, dualLengths(x, topology), zeros(topology));
    expect(flips.item()).toBe(4);
    expect(flippedOf(cooldown)).toEqual(wrong);
    const repaired = delaunayRepair(topology, x);
    expect(repaired).toMatchObject({ flips: 4, remaining: [] });
    checkHalfEdgeMesh(repaired.topology);
    expect(isLocallyDelaunay(x, repaired.topology).all().item()).toBe(1);
  });

  it("has the reference's counts after a collapse and a split, and a collapse undoes the split", () => {
    const countsOf = (mesh: HalfEdgeMesh): number[] => [mesh.vertexCount, mesh.halfEdgeCount, mesh.faceCount];
    expect([topology.origin.data[42], topology.destination.data[42]]).toEqual([8, 129]);
    const collapsed = collapseEdge(topology, 42).topology;
    checkHalfEdgeMesh(collapsed);
    expect(countsOf(collapsed)).toEqual([130, 702, 222]);
    const split = splitVertex(topology, 13, 56, 407).topology;
    checkHalfEdgeMesh(split);
    expect(countsOf(split)).toEqual([132, 714, 226]);
    expect(collapseEdge(split, 709).topology.faces.toArray()).toEqual(topology.faces.toArray());
  });
});
