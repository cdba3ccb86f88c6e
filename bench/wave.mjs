/**
 * Question: how fast are 5000 steps of the leapfrog wave over 1000 cells, and the gradient of a misfit in all 1000
 * speeds, against JAX on the CPU, plain TypeScript and C?
 *
 * Work W1: u(n+1) = 2 u(n) - u(n-1) + (c dt/dx)^2 (u(n) shifted right - 2 u(n) + u(n) shifted left), zeros shifted in;
 * u0 = exp(-(5 (x - 0.5))^2), u1 = exp(-(5 (x - 0.5 - c dt))^2); c from 0.85 to 1. Forward: the final field. Gradient: the
 * 2-norm of its difference to the field of c from 0.9 to 1, with the derivative in all c. Everybody gets the same numbers.
 */

import { fileURLToPath } from "node:url";
import { norm, relativeDifference } from "./harness/compare.mjs";
import { compileC } from "./harness/gcc.mjs";
import { ensureVenv } from "./harness/python.mjs";

const CELLS = 1000;
const STEPS = 5000;
const DT = 5e-4;
const DTYPES = ["float64", "float32"];
/**
 * Allowed relative difference by dtype.
 *
 * float64: compilers contract products and sums into one rounding or not, and 5000 steps carry that on (1e-12 seen).
 * float32: the scheme's own noise is 4e-4 to 8e-4 in the field and 2e-4 in the gradient.
 * @type {Readonly<Record<string, number>>}
 */
const TOLERANCE = { float64: 1e-9, float32: 2e-3 };

/**
 * What every contender gets.
 * @typedef {object} WaveInput
 * @property {number} cells
 * @property {number} steps
 * @property {number} dt
 * @property {readonly number[]} speed
 * @property {readonly number[]} target
 */

/**
 * The bench, as the harness takes it.
 * @type {import("./harness/measure.mjs").Bench}
 */
export const bench = {
  name: "wave",
  question: "5000 steps of a wave over 1000 cells, and the gradient through them in all speeds",
  works: [
    {
      name: "W1 forward",
      dtypes: DTYPES,
      input,
      tolerance: TOLERANCE,
      // Against the scheme's plain float64 program, at the end of this file.
      checks: (result, dtype) => [
        {
          name: "relative difference to the plain program",
          got: relativeDifference({ field: vector(result["field"]) }, { field: finalField(linspace(0.85, 1)) }),
          expected: 0,
          tolerance: TOLERANCE[dtype] ?? 0,
        },
      ],
      goals: { jax: { ratio: 0.8, first: 0.25 } },
    },
    {
      name: "W1 gradient",
      dtypes: DTYPES,
      input,
      tolerance: TOLERANCE,
      // Recomputed in float64 by independent C and NumPy programs; float32 variants scatter by 5e-4.
      checks: (result, dtype) => [
        { name: "loss", got: Number(result["loss"]), expected: 3.94472, tolerance: dtype === "float64" ? 1e-6 : 2e-3 },
        {
          name: "norm of the gradient",
          got: norm(vector(result["gradient"])),
          expected: 4.976304,
          tolerance: dtype === "float64" ? 1e-6 : 2e-3,
        },
      ],
      goals: { jax: { ratio: 0.4, first: 0.25 } },
    },
  ],
  contenders: [
    {
      name: "ours",
      prepare: () => nodeContender("ours/wave.mjs"),
      variants: {
        "W1 forward": [{ name: "default" }],
        "W1 gradient": [
          { name: "default" },
          { name: "inverse", aside: true },
          { name: "blocks of 50", aside: true },
          { name: "all", aside: true },
        ],
      },
    },
    {
      name: "jax",
      prepare: (log) => ({
        file: ensureVenv(path("../.cache/bench-venv"), path("peers/requirements.txt"), log),
        args: [path("peers/jax_wave.py")],
        env: { JAX_PLATFORMS: "cpu", JAX_ENABLE_COMPILATION_CACHE: "false" },
      }),
      variants: {
        // Unrolling by two saves XLA a copy of the state; it is the strongest form seen, and not what a notebook writes.
        "W1 forward": [{ name: "fori_loop" }, { name: "scan" }, { name: "unroll 2", aside: true }],
        "W1 gradient": [
          { name: "stored" },
          { name: "checkpoint a step" },
          { name: "blocks of 50" },
          { name: "blocks of 50, unroll 2", aside: true },
        ],
      },
    },
    {
      name: "typescript",
      prepare: () => nodeContender("peers/typescriptWave.mjs"),
      variants: { "W1 forward": [{ name: "loop" }], "W1 gradient": [{ name: "stored" }] },
    },
    {
      name: "c",
      prepare: () => {
        const program = path("../.cache/bench/wave");
        compileC(path("peers/wave.c"), program);
        return { file: program, args: [] };
      },
      variants: {
        "W1 forward": [{ name: "loop" }],
        "W1 gradient": [{ name: "stored" }, { name: "blocks of 50" }, { name: "exact inverse" }],
      },
    },
  ],
};

/**
 * Path of something beside this file.
 * @param {string} relative
 * @returns {string}
 */
function path(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/**
 * Command of a contender in Node.
 * @param {string} module
 * @returns {import("./harness/worker.mjs").Command}
 */
function nodeContender(module) {
  return { file: process.execPath, args: ["--expose-gc", path("harness/nodeWorker.mjs"), path(module)] };
}

/**
 * The numbers that every contender gets, rounded to the dtype.
 * @param {string} dtype
 * @returns {WaveInput}
 */
function input(dtype) {
  return {
    cells: CELLS,
    steps: STEPS,
    dt: DT,
    speed: linspace(0.85, 1).map((value) => rounded(value, dtype)),
    target: finalField(linspace(0.9, 1)).map((value) => rounded(value, dtype)),
  };
}

/**
 * A number as the dtype holds it.
 * @param {number} value
 * @param {string} dtype
 * @returns {number}
 */
function rounded(value, dtype) {
  return dtype === "float32" ? Math.fround(value) : value;
}

/**
 * Evenly spaced numbers, one a cell, both ends included.
 * @param {number} from
 * @param {number} to
 * @returns {number[]}
 */
function linspace(from, to) {
  return Array.from({ length: CELLS }, (_, i) => from + ((to - from) * i) / (CELLS - 1));
}

/**
 * The scheme as it stands in the header, in float64.
 * @param {readonly number[]} speed
 * @returns {number[]}
 */
function finalField(speed) {
  const dx = 1 / (CELLS - 1);
  let before = speed.map((_, i) => Math.exp(-((5 * (i * dx - 0.5)) ** 2)));
  let now = speed.map((c, i) => Math.exp(-((5 * (i * dx - 0.5 - c * DT)) ** 2)));
  const k = speed.map((c) => ((c * DT) / dx) ** 2);
  for (let step = 0; step < STEPS; step++) {
    const after = now.map((u, i) => {
      const laplacian = (now[i - 1] ?? 0) - 2 * u + (now[i + 1] ?? 0);
      return 2 * u - (before[i] ?? 0) + (k[i] ?? 0) * laplacian;
    });
    [before, now] = [now, after];
  }
  return now;
}

/**
 * A vector of a result.
 * @param {number | readonly number[] | undefined} value
 * @returns {readonly number[]}
 */
function vector(value) {
  return Array.isArray(value) ? value : [];
}
