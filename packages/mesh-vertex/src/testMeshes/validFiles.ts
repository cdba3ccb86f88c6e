import { np, random } from "@simgrad/core";
import { formatObj } from "../io/formatObj.js";
import { formatPly } from "../io/formatPly.js";
import { formatOff } from "../io/off.js";
import type { Mesh } from "../mesh/mesh.js";
import { hexagon } from "../shapes/disk.js";
import { grid, saddle } from "../shapes/grid.js";
import { pants } from "../shapes/holes.js";
import { ellipsoid, icosphere } from "../shapes/icosphere.js";
import { octahedron, tetrahedron } from "../shapes/polyhedra.js";
import { randomDisk, randomFlatTorus } from "../shapes/randomDisk.js";
import { flatTorus, torus } from "../shapes/torus.js";
import { annulus, catenoid, cylinder, schwarzLantern } from "../shapes/tubes.js";
import { doubleTorus } from "../shapes/voxels.js";
import { poorSphere } from "./poorSphere.js";
import type { ValidFile } from "./testMesh.js";

const flat = { dimension: 2 } as const;
const ply = (mesh: Mesh): string => new TextDecoder().decode(formatPly(mesh, { format: "text" }));

/** The files of test_meshes/ that are read, in the order of its README. */
export function validFiles(): ValidFile[] {
  const diskA = randomDisk(131, { boundary: 36, seed: 1 });
  const jittered = flatTorus(24, 24, { jitter: 0.15, seed: 3 });
  return [
    file("two_triangles.obj", "a square of two triangles", formatObj(square()), [4, 2, 1, 1], flat),
    file(
      "square_cloth.obj",
      "16 by 16 squares with a diagonal each, from 0 to 1",
      formatObj(grid(16)),
      [289, 512, 1, 1],
      flat,
    ),
    file(
      "disk_a.obj",
      "random points of the unit disk, relaxed by Lloyd's method; 36 of them on the circle",
      formatObj(diskA),
      [131, 224, 1, 1],
      flat,
    ),
    file(
      "disk_a_obtuse.obj",
      "disk_a with its inner vertices moved, so that some edges are not Delaunay",
      formatObj(obtuse(diskA)),
      [131, 224, 1, 1],
      flat,
    ),
    file(
      "disk_fine.obj",
      "as disk_a, finer",
      formatObj(randomDisk(1200, { boundary: 112, seed: 2 })),
      [1200, 2286, 1, 1],
      flat,
    ),
    file(
      "hexpatch.off",
      "hexagonal patch of the lattice of equilateral triangles: Voronoi cells inside are regular hexagons",
      formatOff(hexagon(5)),
      [91, 150, 1, 1],
      flat,
    ),
    file("annulus.obj", "unit disk with a hole of radius 0.5", formatObj(annulus(24, 4)), [120, 192, 0, 2], flat),
    file("pants.obj", "unit disk with two hexagonal holes", formatObj(pants(8)), [215, 372, -1, 3], flat),
    file(
      "torus2d_periodic.off",
      "24 by 24 lattice with noise, in a periodic box of 1 by 1",
      formatOff(jittered),
      [576, 1152, 0, 0],
      flat,
    ),
    file(
      "torus2d_sheared.off",
      "the same in a sheared box: x + 0.3 y for x, so a step through its top moves x by 0.3",
      formatOff(sheared(jittered)),
      [576, 1152, 0, 0],
      flat,
    ),
    file(
      "poisson_periodic.off",
      "200 random points in a periodic box of 1 by 1, and their Delaunay triangles",
      formatOff(randomFlatTorus(200, { rounds: 0, seed: 5 })),
      [200, 400, 0, 0],
      flat,
    ),
    ...[1, 2, 3, 4].map((n) => {
      const [vertices, faces] = [10 * 4 ** n + 2, 20 * 4 ** n];
      const about = `unit sphere: icosahedron, cut in four ${n} time${n === 1 ? "" : "s"}`;
      return file(`icosphere_${vertices}.off`, about, formatOff(icosphere(n)), [vertices, faces, 2, 0]);
    }),
    file(
      "sphere_poor.off",
      "unit sphere of bad triangles: random flips and noise",
      formatOff(poorSphere()),
      [642, 1280, 2, 0],
    ),
    file("ellipsoid.off", "half-axes 1, 0.8, 0.6", formatOff(ellipsoid(3)), [642, 1280, 2, 0]),
    file(
      "uv_torus.obj",
      "radii 1 and 0.5, with texture coordinates that have seams",
      formatObj(textured(24, 12)),
      [288, 576, 0, 0],
    ),
    file(
      "genus2.off",
      "surface of 13 unit cubes with two holes through them",
      formatOff(doubleTorus()),
      [48, 100, -2, 0],
    ),
    file("saddle.obj", "z = (x^2 - y^2) / 2 above the square from -1 to 1", formatObj(saddle(16)), [289, 512, 1, 1]),
    file(
      "catenoid.off",
      "r = cosh z from z = -0.5 to 0.5, a minimal surface",
      formatOff(catenoid(32, 12)),
      [416, 768, 0, 2],
    ),
    file("cylinder.off", "radius 1, height 1, open", formatOff(cylinder(32, 8)), [288, 512, 0, 2]),
    file(
      "schwarz_lantern.off",
      "inscribed in the cylinder of radius 1 and height 1, but its area is far too large",
      formatOff(schwarzLantern(12, 72)),
      [876, 1728, 0, 2],
    ),
    file("tetrahedron.off", "regular, corners on the unit sphere", formatOff(tetrahedron()), [4, 4, 2, 0]),
    file(
      "octahedron.ply",
      "regular, corners on the unit sphere; with attributes of vertices and faces",
      ply(withAttributes(octahedron())),
      [6, 8, 2, 0],
    ),
    ...writtenOtherwise(),
  ];
}

/** Meshes that other programs write in other ways than ours. */
function writtenOtherwise(): ValidFile[] {
  const corners = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n";
  const counts = [4, 2, 1, 1] as const;
  return [
    file(
      "negative_indices.obj",
      "two triangles, by indices that count back",
      `${corners}f -4 -3 -2\nf -4 -2 -1\n`,
      counts,
      flat,
    ),
    file(
      "crlf.obj",
      "two triangles, lines that end in CR LF, names and comments",
      `# two triangles\no square\n${corners}s off\nf 1 2 3 # first\nf 1 3 4\n`.replace(/\n/g, "\r\n"),
      counts,
      flat,
    ),
    file(
      "normals.obj",
      "two triangles with corners v//vn",
      `${corners}vn 0 0 1\nf 1//1 2//1 3//1\nf 1//1 3//1 4//1\n`,
      counts,
    ),
    file(
      "texture_and_normals.obj",
      "two triangles with corners v/vt/vn",
      `${corners}vt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nvn 0 0 1\nf 1/1/1 2/2/1 3/3/1\nf 1/1/1 3/3/1 4/4/1\n`,
      counts,
    ),
    file("polygon.obj", 'a pentagon, to be cut into a fan: `polygons: "fan"`', pentagon, [5, 3, 1, 1], {
      dimension: 2,
      polygons: "fan",
    }),
  ];
}

/** A pentagon in OBJ. */
export const pentagon = "v 0 0 0\nv 2 0 0\nv 3 2 0\nv 1 3 0\nv -1 2 0\nf 1 2 3 4 5\n";

function file(
  name: string,
  about: string,
  contents: string,
  counts: ValidFile["counts"],
  options: ValidFile["options"] = {},
): ValidFile {
  return { name, about, contents, options, counts };
}

function square(): Mesh {
  return grid(1);
}

/** Moves inner vertices by normal noise. */
function obtuse(mesh: Mesh): Mesh {
  const { positions } = mesh.geometry;
  const isInner = np.logicalNot(mesh.topology.isBoundaryVertex).astype("float64").reshape([-1, 1]);
  const noise = random
    .normal(random.key(7), [...positions.shape])
    .mul(0.02)
    .mul(isInner);
  return { ...mesh, geometry: mesh.geometry.with({ positions: positions.add(noise) }) };
}

function sheared(mesh: Mesh): Mesh {
  const { positions } = mesh.geometry;
  const [x, y] = [positions.slice(null, 0), positions.slice(null, 1)];
  return { ...mesh, geometry: mesh.geometry.with({ positions: np.stack([x.add(y.mul(0.3)), y], 1) }) };
}

function withAttributes(mesh: Mesh): Mesh {
  const { positions } = mesh.geometry;
  return {
    ...mesh,
    geometry: mesh.geometry.with({
      vertexAttributes: { velocity: positions.mul(0.25), charge: np.arange(6).div(8) },
      faceAttributes: { kind: np.arange(8).astype("int32") },
    }),
  };
}

/** A torus whose texture coordinates go from 0 to 1 in both directions: at its seams a vertex has several of them. */
function textured(columns: number, rows: number): Mesh {
  const mesh = torus(columns, rows);
  const { origin, destination, next, face } = mesh.topology.toHalfEdges();
  const texture: number[] = [];
  origin.forEach((v, h) => {
    const corners = face[h] === -1 ? [v] : [v, destination[h] as number, destination[next[h] as number] as number];
    const along = (of: (vertex: number) => number, count: number): number => {
      const own = corners.map(of);
      const wraps = Math.max(...own) - Math.min(...own) > 1;
      return (wraps && own[0] === 0 ? count : (own[0] as number)) / count;
    };
    texture.push(along((w) => w % columns, columns), along((w) => Math.floor(w / columns), rows)); // prettier-ignore
  });
  const values = np.array(Float64Array.from(texture)).reshape([origin.length, 2]);
  return { ...mesh, geometry: mesh.geometry.with({ halfEdgeAttributes: { texture: values } }) };
}
