import { describe, expect, it } from "@jest/globals";
import { foriLoop, grad, jit, jvp, np, random, scan, tree, vmap, type Tensor } from "@simgrad/core";
import { edgeLengths } from "../geometry/lengths.js";
import { checkHalfEdgeMesh } from "../mesh/checkHalfEdgeMesh.js";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { hexagon } from "../shapes/disk.js";
import { octahedron, tetrahedron } from "../shapes/polyhedra.js";
import { canFlip, flipEdge } from "./flip.js";

const square = HalfEdgeMesh.fromFaces(4, [
  [0, 1, 2],
  [0, 2, 3],
]);
const numbers = (tensor: Tensor): number[] => Array.from(tensor.data);
const arraysOf = (mesh: HalfEdgeMesh): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(mesh.toHalfEdges()).map(([name, values]) => [name, Array.from(values as Int32Array)]),
  );

describe("flipEdge", () => {
  it("gives the half-edges of the field's reference", () => {
    const { topology, flipped } = flipEdge(square, 1);
    expect(flipped.item()).toBe(1);
    expect(topology.faces.toArray()).toEqual([
      [1, 2, 3],
      [3, 0, 1],
    ]);
    expect(numbers(topology.halfEdgeOfFace)).toEqual([3, 7]);
    expect(numbers(topology.twin)).toEqual(numbers(square.twin));
    expect([topology.origin.data[1], topology.destination.data[1]]).toEqual([1, 3]);
    expect([topology.face.data[1], topology.face.data[6]]).toEqual([1, 0]);
    checkHalfEdgeMesh(topology);
  });

  it("comes back to the same faces after four flips", () => {
    let mesh = square;
    for (let k = 0; k < 4; k++) {
      mesh = flipEdge(mesh, 1).topology;
      checkHalfEdgeMesh(mesh);
    }
    expect([mesh.origin.data[1], mesh.destination.data[1]]).toEqual([0, 2]);
    expect(arraysOf(mesh)["face"]).toEqual(arraysOf(square)["face"]);
  });

  it("flips either half alike", () => {
    const [first, second] = [flipEdge(square, 1).topology, flipEdge(square, 6).topology];
    expect(arraysOf(first)).toEqual(arraysOf(second));
  });

  it("leaves the mesh as it is at the boundary, and says so", () => {
    for (const h of [0, 2, 3, 4, 5, 7, 8, 9]) {
      const { topology, flipped } = flipEdge(square, h);
      expect(flipped.item()).toBe(0);
      expect(canFlip(square, h).item()).toBe(0);
      expect(arraysOf(topology)).toEqual(arraysOf(square));
    }
  });

  it("gives the same in compiled code, in a loop, and for a batch of meshes", () => {
    const mesh = hexagon(2).topology;
    const halfEdges = numbers(np.floor(random.uniform(random.key(4), [40]).mul(mesh.halfEdgeCount)));
    let one = mesh;
    let count = 0;
    for (const h of halfEdges) {
      const { topology, flipped } = flipEdge(one, h);
      one = topology;
      count += flipped.item();
    }
    const all = (topology: HalfEdgeMesh, list: Tensor): [HalfEdgeMesh, Tensor] =>
      foriLoop(
        0,
        halfEdges.length,
        (i, [now, flips]: [HalfEdgeMesh, Tensor]): [HalfEdgeMesh, Tensor] => {
          const result = flipEdge(now, np.take(list, i));
          return [result.topology, flips.add(result.flipped.astype("int32"))];
        },
        [topology, np.array(0, "int32")],
      );
    const list = np.array(halfEdges, "int32");
    const [looped, flips] = jit(all)(mesh, list);
    expect(arraysOf(looped)).toEqual(arraysOf(one));
    expect(flips.item()).toBe(count);
    expect(count).toBeGreaterThan(10);

    const other = flipEdge(mesh, 30).topology;
    const batch = tree.map((a: Tensor, b: Tensor) => np.stack([a, b]), mesh, other) as HalfEdgeMesh;
    const [batched] = jit(vmap((m: HalfEdgeMesh) => all(m, list)))(batch);
    [mesh, other].forEach((start, i) => {
      const row = tree.map((x: Tensor) => x.slice(i), batched) as HalfEdgeMesh;
      expect(arraysOf(row)).toEqual(arraysOf(jit(all)(start, list)[0]));
    });
  });

  it("is traced with the index, so that one program flips any edge", () => {
    const flip = jit(flipEdge);
    const mesh = hexagon(1).topology;
    for (let h = 0; h < mesh.halfEdgeCount; h++) {
      const { topology, flipped } = flip(mesh, np.array(h, "int32"));
      checkHalfEdgeMesh(topology);
      expect(flipped.item()).toBe(canFlip(mesh, h).item());
    }
  });
});

describe("defects of the reference", () => {
  it("a flip never makes an edge that is there already: all edges of a tetrahedron stay", () => {
    const { topology } = tetrahedron();
    for (let h = 0; h < topology.halfEdgeCount; h++) expect(canFlip(topology, h).item()).toBe(0);
  });

  it("a vertex with three neighbours keeps them", () => {
    const mesh = HalfEdgeMesh.fromFaces(4, [
      [0, 1, 3],
      [1, 2, 3],
      [2, 0, 3],
    ]);
    const { origin } = mesh.toHalfEdges();
    origin.forEach((vertex, h) => {
      if (vertex === 3) expect(flipEdge(mesh, h).flipped.item()).toBe(0);
    });
  });

  it("what is legal is judged on the mesh as it is: of a coarse closed mesh not all edges are flipped one after another", () => {
    const { topology } = octahedron();
    let mesh = topology;
    const done: number[] = [];
    for (let h = 0; h < topology.edgeCount; h++) {
      expect(canFlip(topology, h).item()).toBe(1);
      const { topology: after, flipped } = flipEdge(mesh, h);
      done.push(flipped.item());
      mesh = after;
      checkHalfEdgeMesh(mesh);
    }
    expect(done).toContain(0);
  });
});

describe("derivatives", () => {
  const { topology, geometry } = hexagon(2);
  const list = np.array([3, 17, 30, 5, 41, 22], "int32");
  const energy = (x: Tensor): Tensor => {
    const [, energies] = scan(
      ([y, mesh]: [Tensor, HalfEdgeMesh], h: Tensor) => {
        const after = flipEdge(mesh, h).topology;
        const stretch = (z: Tensor): Tensor => edgeLengths(z, after).sub(0.4).square().sum();
        return [[y.sub(grad(stretch)(y).mul(0.05)), after] as [Tensor, HalfEdgeMesh], stretch(y)] as const;
      },
      [x, topology] as [Tensor, HalfEdgeMesh],
      { xs: list },
    );
    return energies.sum();
  };

  it("go through loops that carry and change a topology, in reverse and forward mode", () => {
    const x = geometry.positions.add(random.normal(random.key(2), [19, 2]).mul(0.03));
    const direction = random.normal(random.key(5), [19, 2]);
    const gradient = jit(grad(energy))(x);
    const [, slope] = jit((y: Tensor, v: Tensor) => jvp(energy, [y], [v]))(x, direction);
    const h = 1e-5;
    const at = (s: number): number => energy(x.add(direction.mul(s))).item();
    const expected = (at(h) - at(-h)) / (2 * h);
    expect(slope.item()).toBeCloseTo(gradient.mul(direction).sum().item(), 10);
    expect(Math.abs(slope.item() - expected)).toBeLessThan(1e-7 * Math.abs(expected));
  });
});
