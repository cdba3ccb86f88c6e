/**
 * Question: how fast are tissues and meshes through @simgrad/mesh-vertex, against JAX and triangulax on the CPU?
 *
 * - descent: gradient descent on a disk of 131 vertices, x - 0.01 grad E, 20,000 steps; E = mean over half-edges of (l / l0 - 1)^2 plus mean over
 *   faces of (A / a0 - 1)^2, a0 = sqrt(3) / 4 l0^2, A the oriented area, l0 = 0.4. A batch of three; and d/dl0 of (mean l - 0.3)^2 at the
 *   end, in each mode. Ours through `gradientDescent`, which also gives the energy of each step; JAX by hand-written functions.
 * - descent of 100,000 vertices: 20 steps on a disk of our own; the cost a vertex is beside that of the small disk.
 * - tissue with flips: Voronoi cells with preferred areas and perimeters on the same disk, 2,000 steps of descent, after each of which at most ten
 *   edges whose dual edge is turned over are flipped; a flipped edge rests 5 steps. Against triangulax 0.1.0.
 * - construction: half-edges of a disk of 10,000 vertices. Against triangulax.
 */

import { fileURLToPath } from "node:url";
import { disk as makeDisk } from "@simgrad/mesh-vertex";
import { relativeDifference } from "./harness/compare.mjs";
import { ensureVenv } from "./harness/python.mjs";
import { DISK, readDisk } from "./engine/mesh.mjs";
import { descent } from "./engine/plain.mjs";

/** Highest ratio aimed at, in every row but where another is written. */
const GOAL = 0.35;

const small = readDisk();
if (small === undefined) console.error(`... all but the large meshes are left out: there is no ${DISK}`);

const given = { restLength: 0.4, meanLength: 0.3, rate: 0.01, steps: 20_000 };
const scaled = [1, 1.01, 0.99].map((scale) => (small?.vertices ?? []).flat().map((value) => scale * value));
const single = { ...small, ...given, meshes: scaled.slice(0, 1) };

/** Rings of a disk with about so many vertices. */
const ringsFor = (vertices) => Math.round(Math.sqrt(vertices / 3));
const large = diskOf(ringsFor(100_000));
const medium = diskOf(ringsFor(10_000));
const largeDescent = { ...large, ...given, restLength: 0.004, rate: 1e-6, steps: 20, meshes: [large.vertices.flat()] };

const restArea = 0.02756258;
const tissue = {
  ...small,
  restArea,
  restPerimeter: 3 * Math.sqrt(restArea),
  stepSize: 0.02,
  steps: 2000,
  restSteps: 5,
};

/**
 * The rows by name.
 * @type {readonly import("./harness/measure.mjs").Work[]}
 */
const works = [
  ...(small === undefined
    ? []
    : [
        work("descent", single, "jax", { ratio: GOAL }, 1e-9, descentCheck(1)),
        work("descent of a batch", { ...single, meshes: scaled }, "jax", { ratio: GOAL }, 1e-9, descentCheck(3)),
        work("derivative forward", single, "jax", { ratio: GOAL }, 1e-9, derivativeCheck),
        work("derivative reverse", single, "jax", { ratio: 0.3, memory: 0.1 }, 1e-9, derivativeCheck),
        work("tissue with flips", tissue, "triangulax", { ratio: GOAL }, 1e-6, () => []),
      ]),
  work("descent of 100,000 vertices", largeDescent, "jax", { ratio: GOAL }, 1e-9, () => []),
  work(
    "construction",
    { vertexCount: medium.vertices.length, faces: medium.faces },
    "triangulax",
    { ratio: GOAL },
    0,
    () => [],
  ),
];

/**
 * The bench, as the harness takes it.
 * @type {import("./harness/measure.mjs").Bench}
 */
export const bench = {
  name: "mesh",
  question: "meshes and tissues through the package, and derivatives through their descent",
  works,
  contenders: [
    {
      name: "ours",
      prepare: () => ({
        file: process.execPath,
        args: ["--expose-gc", path("harness/nodeWorker.mjs"), path("ours/mesh.mjs")],
      }),
      variants: Object.fromEntries(works.map(({ name }) => [name, variants("default")])),
    },
    {
      name: "jax",
      prepare: python("peers/jax_mesh.py"),
      variants: {
        descent: variants("fori_loop", "scan", "fori_loop, columns"),
        "descent of a batch": variants("fori_loop", "scan", "fori_loop, columns"),
        "derivative forward": variants("fori_loop", "scan", "fori_loop, columns"),
        "derivative reverse": variants("stored", "checkpoint a step", "blocks of 125", "stored, columns"),
        "descent of 100,000 vertices": variants("fori_loop", "fori_loop, columns"),
      },
    },
    {
      name: "triangulax",
      prepare: python("peers/triangulax_mesh.py"),
      variants: { "tissue with flips": variants("default"), construction: variants("default") },
    },
  ],
};

/**
 * Variants that may all stand in a row.
 * @param {...string} names
 * @returns {readonly import("./harness/measure.mjs").Variant[]}
 */
function variants(...names) {
  return names.map((name) => ({ name }));
}

/**
 * Command of a Python rival.
 * @param {string} script
 * @returns {(log: (line: string) => void) => import("./harness/worker.mjs").Command}
 */
function python(script) {
  return (log) => ({
    file: ensureVenv(path("../.cache/mesh-venv"), path("peers/mesh_requirements.txt"), log),
    args: [path(script)],
    env: { JAX_PLATFORMS: "cpu", JAX_ENABLE_COMPILATION_CACHE: "false" },
  });
}

/**
 * Path of something beside this file.
 * @param {string} relative
 * @returns {string}
 */
function path(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/**
 * A work in float64 with one rival.
 * @param {string} name
 * @param {object} input
 * @param {string} rival
 * @param {import("./harness/measure.mjs").Goal} goal
 * @param {number} tolerance Relative, between the two sides.
 * @param {import("./harness/measure.mjs").Work["checks"]} checks
 * @returns {import("./harness/measure.mjs").Work}
 */
function work(name, input, rival, goal, tolerance, checks) {
  const goals = { [rival]: { first: GOAL, ...goal } };
  return { name, dtypes: ["float64"], input: () => input, tolerance: { float64: tolerance }, checks, goals };
}

/**
 * A disk of our own, with its half-edges for the rival.
 * @param {number} rings
 * @returns {import("./engine/mesh.mjs").Mesh}
 */
function diskOf(rings) {
  const { topology, geometry } = makeDisk(rings);
  return {
    vertices: geometry.positions.toArray(),
    faces: topology.faces.toArray(),
    from: Array.from(topology.origin.data),
    to: Array.from(topology.destination.data),
  };
}

/**
 * Checks of the coordinates after the descent, against the plain program.
 * @param {number} count Meshes.
 * @returns {import("./harness/measure.mjs").Work["checks"]}
 */
function descentCheck(count) {
  let expected;
  return ({ x }) => {
    expected ??= scaled.slice(0, count).flatMap((start) => descent(single, start));
    const got = relativeDifference({ x }, { x: expected });
    return [{ name: "relative difference to the plain program", got, expected: 0, tolerance: 1e-9 }];
  };
}

/**
 * The derivative was found by independent programs, forward and in reverse.
 * @param {import("./harness/compare.mjs").Result} result
 * @returns {readonly import("./harness/measure.mjs").Check[]}
 */
function derivativeCheck({ derivative }) {
  return [{ name: "derivative", got: derivative, expected: 0.15417081, tolerance: 1e-8 }];
}
