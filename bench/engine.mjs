/**
 * Question: how fast are whole simulations and their derivatives, from a thousand cells to four species, against JAX (and
 * diffrax, where steps are adaptive) on the CPU?
 *
 * - W1: the wave of wave.mjs. Its gradient twice, each time with the exact inverse or with blocks on our side.
 * - W2: gradient descent on a disk of triangles, x - 0.01 grad E, 20,000 steps, E = mean over half-edges of (l / l0 - 1)^2 plus
 *   mean over faces of (A / a0 - 1)^2, a0 = sqrt(3) / 4 l0^2, A the oriented area, l0 = 0.4. `step` is all the steps of one mesh,
 *   `batch` three meshes at once, `derivative` d/dl0 of (mean l - 0.3)^2 at the end, in each mode.
 * - W3: y' = roll(k y, 1) - k y of four species, 500 steps of the classical Runge-Kutta method; the loss is the sum of
 *   (y - target)^2 at the end, the gradient is in k.
 * - W4: a wave over 400 x 400 cells on [-1, 1]^2, 500 steps of u2 = 2 u1 - u0 + (c / 2)^2 (five-point Laplacian), zeros outside; the
 *   loss is the sum of u^2 at the end, the gradient is in all 160,000 speeds.
 * - W5: x_i' = a / (1 + x_(i-1)^n) - x_i of three proteins, Tsit5, about 1,000 accepted steps; the loss is the sum of squares at
 *   the end, the gradient is in the start, a and n. Either side may take forward or reverse mode.
 * - W6: W3 for 1,000 sets of k.
 */

import { fileURLToPath } from "node:url";
import { norm, relativeDifference } from "./harness/compare.mjs";
import { ensureVenv } from "./harness/python.mjs";
import { DISK, readDisk } from "./engine/mesh.mjs";
import { chainLoss, descent, differences, planeWaveLoss, repressilatorLoss } from "./engine/plain.mjs";
import { bench as wave } from "./wave.mjs";

const DTYPES = ["float64"];
/** Highest ratio of first calls aimed at, in every row. */
const FIRST = 0.15;

const disk = readDisk();
if (disk === undefined) console.error(`... W2 is left out: there is no ${DISK}`);

const mesh = { ...disk, restLength: 0.4, meanLength: 0.3, rate: 0.01, steps: 20_000 };
const meshes = [1, 1.01, 0.99].map((scale) => (disk?.vertices ?? []).flat().map((value) => scale * value));
const chain = { rates: [1, 0.5, 0.3, 0.2], start: [1, 0, 0, 0], target: [0.1, 0.2, 0.3, 0.4], h: 0.02, steps: 500 };
const plane = { cells: 400, steps: 500, speed: Array.from({ length: 160_000 }, () => 0.9) };
/** The end is where either side has taken about 1,000 steps. */
const repressilator = { start: [1, 2, 3], params: [10, 4], end: 65, tolerance: 1e-8, maxSteps: 4096 };
/** Sets of k from 0 to 1, spread by the golden ratio. */
const sets = Array.from({ length: 4000 }, (_, i) => ((i + 1) * ((Math.sqrt(5) - 1) / 2)) % 1);

/**
 * The rows by name: input, goals against the rival, and ours and its variants. `memory` is the highest ratio of the peaks.
 * @type {readonly import("./harness/measure.mjs").Work[]}
 */
const works = [
  waveWork("W1 forward", 0, { ratio: 0.75 }),
  waveWork("W1 gradient blocks", 1, { ratio: 0.45 }),
  waveWork("W1 gradient inverse", 1, { ratio: 0.35 }),
  ...(disk === undefined
    ? []
    : [
        // 20,000 steps carry the roundings of two orders of summation to their end; the descent contracts them.
        work("W2 step", { ...mesh, meshes: meshes.slice(0, 1) }, { ratio: 0.25 }, 1e-9, descentChecks(1)),
        work("W2 batch", { ...mesh, meshes }, { ratio: 0.25 }, 1e-9, descentChecks(3)),
        work("W2 derivative forward", { ...mesh, meshes: meshes.slice(0, 1) }, { ratio: 0.2 }, 1e-9, derivativeCheck),
        work(
          "W2 derivative reverse",
          { ...mesh, meshes: meshes.slice(0, 1) },
          { ratio: 0.25, memory: 0.1 },
          1e-9,
          derivativeCheck,
        ),
      ]),
  work("W3 forward", chain, { ratio: 0.6 }, 1e-11, chainChecks),
  work("W3 gradient reverse", chain, { ratio: 0.06 }, 1e-11, chainChecks),
  work("W3 gradient forward", chain, { ratio: 0.2 }, 1e-11, chainChecks),
  work("W4 forward", plane, { ratio: 0.8 }, 1e-11, planeChecks),
  work("W4 gradient", plane, { ratio: 0.5 }, 1e-11, planeChecks),
  // Both sides choose their own steps, so that they agree only as far as the tolerance of the steps, 1e-8, is carried on.
  work("W5 gradient", repressilator, { ratio: 0.2 }, 1e-4, repressilatorChecks, "diffrax"),
  work("W6 forward", { ...chain, sets }, { ratio: 0.9 }, 1e-11, setChecks),
  work("W6 gradient", { ...chain, sets }, { ratio: 0.5 }, 1e-11, setChecks),
];

const WAVE_GRADIENT = variants("stored", "checkpoint a step", "blocks of 50");
const MESH = variants("fori_loop", "scan", "fori_loop, columns");
const CHAIN = variants("fori_loop", "scan");

/**
 * The bench, as the harness takes it.
 * @type {import("./harness/measure.mjs").Bench}
 */
export const bench = {
  name: "engine",
  question: "six simulations and their derivatives, whole: waves, a mesh, and differential equations",
  works,
  contenders: [
    {
      name: "ours",
      prepare: () => ({
        file: process.execPath,
        args: ["--expose-gc", path("harness/nodeWorker.mjs"), path("ours/engine.mjs")],
      }),
      variants: {
        ...Object.fromEntries(works.map(({ name }) => [name, variants("default")])),
        "W1 gradient blocks": variants("blocks of 50"),
        "W1 gradient inverse": variants("inverse"),
        "W5 gradient": variants("default", "forward mode"),
      },
    },
    {
      name: "jax",
      prepare: python,
      variants: {
        "W1 forward": variants("fori_loop", "scan"),
        "W1 gradient blocks": WAVE_GRADIENT,
        "W1 gradient inverse": WAVE_GRADIENT,
        "W2 step": MESH,
        "W2 batch": MESH,
        "W2 derivative forward": MESH,
        "W2 derivative reverse": variants("stored", "checkpoint a step", "blocks of 125", "stored, columns"),
        "W3 forward": CHAIN,
        "W3 gradient reverse": variants("stored", "checkpoint a step", "blocks of 20"),
        "W3 gradient forward": CHAIN,
        "W4 forward": variants("fori_loop, pad", "fori_loop, concatenate", "scan, pad"),
        "W4 gradient": variants("stored, pad", "stored, concatenate", "checkpoint a step, pad", "blocks of 20, pad"),
        "W6 forward": variants("fori_loop", "scan", "fori_loop, sets last"),
        "W6 gradient": variants("stored", "checkpoint a step", "blocks of 20", "stored, sets last"),
      },
    },
    {
      name: "diffrax",
      prepare: python,
      variants: {
        "W5 gradient": variants("recursive checkpoint", "direct", "forward mode"),
      },
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
 * Command of the Python rivals.
 * @param {(line: string) => void} log
 * @returns {import("./harness/worker.mjs").Command}
 */
function python(log) {
  return {
    file: ensureVenv(path("../.cache/bench-venv"), path("peers/requirements.txt"), log),
    args: [path("peers/jax_engine.py")],
    env: { JAX_PLATFORMS: "cpu", JAX_ENABLE_COMPILATION_CACHE: "false" },
  };
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
 * A work in float64.
 * @param {string} name
 * @param {object} input
 * @param {import("./harness/measure.mjs").Goal} goal
 * @param {number} tolerance Relative, between the two sides.
 * @param {import("./harness/measure.mjs").Work["checks"]} checks
 * @param {string} [rival]
 * @returns {import("./harness/measure.mjs").Work}
 */
function work(name, input, goal, tolerance, checks, rival = "jax") {
  const goals = { [rival]: { first: FIRST, ...goal } };
  return { name, dtypes: DTYPES, input: () => input, tolerance: { float64: tolerance }, checks, goals };
}

/**
 * A work of the wave bench, with a goal of its own.
 * @param {string} name
 * @param {number} index Of the work in that bench.
 * @param {import("./harness/measure.mjs").Goal} goal
 * @returns {import("./harness/measure.mjs").Work}
 */
function waveWork(name, index, goal) {
  return { ...wave.works[index], name, dtypes: DTYPES, goals: { jax: { first: FIRST, ...goal } } };
}

/**
 * Remembers what a function without arguments gives: plain programs take a second.
 * @template T
 * @param {() => T} make
 * @returns {() => T}
 */
function once(make) {
  let made;
  return () => (made ??= { value: make() }).value;
}

/**
 * Checks of the coordinates after the descent, against the plain program.
 * @param {number} count Meshes.
 * @returns {import("./harness/measure.mjs").Work["checks"]}
 */
function descentChecks(count) {
  const expected = once(() => meshes.slice(0, count).flatMap((start) => descent(mesh, start)));
  return ({ x }) => [
    {
      name: "relative difference to the plain program",
      got: relativeDifference({ x }, { x: expected() }),
      expected: 0,
      tolerance: 1e-9,
    },
  ];
}

/**
 * The derivative was found by independent programs, forward and in reverse.
 * @param {import("./harness/compare.mjs").Result} result
 * @returns {readonly import("./harness/measure.mjs").Check[]}
 */
function derivativeCheck({ derivative }) {
  return [{ name: "derivative", got: derivative, expected: 0.15417081, tolerance: 1e-8 }];
}

/**
 * Loss and gradient were found by independent programs.
 * @param {import("./harness/compare.mjs").Result} result
 * @returns {readonly import("./harness/measure.mjs").Check[]}
 */
function chainChecks({ loss, gradient = [] }) {
  const expected = [0.00360811, 0.0317651, 0.01625935, -0.13201958];
  return [
    ...(loss === undefined ? [] : [{ name: "loss", got: loss, expected: 0.0032990999, tolerance: 1e-10 }]),
    ...gradient.map((got, i) => ({ name: `gradient in k${i}`, got, expected: expected[i], tolerance: 1e-8 })),
  ];
}

const planeTruth = once(() => ({
  loss: planeWaveLoss(plane, 0.9),
  slope: differences(([c]) => planeWaveLoss(plane, c), [0.9])[0],
}));

/**
 * The speeds are equal, so the sum of the gradient is the derivative in all at once.
 * @param {import("./harness/compare.mjs").Result} result
 * @returns {readonly import("./harness/measure.mjs").Check[]}
 */
function planeChecks({ loss, gradient }) {
  const truth = planeTruth();
  const sum = gradient?.reduce((total, value) => total + value, 0);
  return [
    { name: "loss", got: loss, expected: truth.loss, tolerance: 1e-9 * truth.loss },
    ...(sum === undefined
      ? []
      : [{ name: "sum of the gradient", got: sum, expected: truth.slope, tolerance: 1e-5 * Math.abs(truth.slope) }]),
  ];
}

const repressilatorTruth = once(() => {
  const at = [...repressilator.start, ...repressilator.params];
  const loss = (z) => repressilatorLoss(repressilator, z);
  return { loss: loss(at), gradient: differences(loss, at) };
});

/**
 * Against small steps of one size, and differences of them.
 * @param {import("./harness/compare.mjs").Result} result
 * @returns {readonly import("./harness/measure.mjs").Check[]}
 */
function repressilatorChecks({ loss, gradient }) {
  const truth = repressilatorTruth();
  return [
    { name: "loss", got: loss, expected: truth.loss, tolerance: 1e-5 * truth.loss },
    {
      name: "relative difference of the gradient to differences",
      got: relativeDifference({ gradient }, { gradient: truth.gradient }),
      expected: 0,
      tolerance: 1e-4,
    },
  ];
}

const setTruth = once(() => ({
  losses: Array.from({ length: 1000 }, (_, i) => chainLoss(chain, sets.slice(4 * i, 4 * i + 4))),
  last: differences((k) => chainLoss(chain, k), sets.slice(-4)),
}));

/**
 * All losses against the plain program, and the last set's gradient against its differences.
 * @param {import("./harness/compare.mjs").Result} result
 * @returns {readonly import("./harness/measure.mjs").Check[]}
 */
function setChecks({ loss, gradient }) {
  const truth = setTruth();
  const last = gradient?.slice(-4);
  return [
    {
      name: "relative difference of the losses to the plain program",
      got: relativeDifference({ loss }, { loss: truth.losses }),
      expected: 0,
      tolerance: 1e-11,
    },
    ...(last === undefined
      ? []
      : [
          {
            name: "difference of the last gradient to differences",
            got: norm(last.map((value, i) => value - truth.last[i])),
            expected: 0,
            tolerance: 1e-6,
          },
        ]),
  ];
}
