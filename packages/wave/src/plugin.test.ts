import { describe, test } from "@jest/globals";
import { np } from "@simgrad/core";
import { pluginSuite, type BadParams } from "@simgrad/core/testing";
import { ricker } from "./acoustic1d/sources.js";
import { wavePlugin } from "./plugin.js";

// Eight cells, so that the pulse has room; Courant numbers up to 0.8, so that moving a speed by 2 % keeps it stable.
const grid = { cells: 8, length: 0.7, dt: 0.08 };
const speed = Float64Array.of(0.9, 0.95, 1, 0.9, 0.85, 0.8, 0.9, 1);
const wavelet = ricker({ frequency: 2 });

const bad: readonly BadParams[] = [
  {
    name: "NaN",
    params: { speed: speed.map((c, i) => (i === 3 ? NaN : c)) },
    code: "ARGUMENT",
    message: "NaN in params.speed at entry 3",
  },
  {
    name: "too few cells",
    params: { speed: speed.slice(1) },
    code: "SHAPE",
    message: /params\.speed of shape \[7\].*\[8\]/,
  },
  { name: "no speed", params: {}, code: "ARGUMENT", message: "must be a tensor" },
  { name: "a negative speed", params: { speed: -1 }, code: "ARGUMENT", message: "params.speed = -1" },
  { name: "a speed beyond the stable one", params: { speed: 1.3 }, code: "CFL", message: "use dt <= " },
  { name: "a series without sources", params: { speed, series: 1 }, code: "SHAPE", message: "params.series" },
];

describe("the contract of plugins", () => {
  pluginSuite({
    test,
    plugin: wavePlugin,
    cases: [
      {
        simulator: "acousticWave1d",
        name: "a pulse between fixed ends",
        options: { ...grid, steps: 6 },
        params: { speed },
        bad,
      },
      {
        simulator: "acousticWave1d",
        name: "absorbing ends",
        options: { ...grid, steps: 6, boundaries: "absorbing" },
        params: { speed: 0.9 },
      },
      {
        simulator: "acousticWave1d",
        name: "sources and receivers",
        options: {
          ...grid,
          steps: 6,
          sources: [{ cell: 2, series: wavelet }],
          receivers: { cells: [1, 5] },
        },
        params: { speed, series: np.array([[1], [2], [-1], [0.5], [0.2], [0.1]]) },
      },
      {
        simulator: "acousticWave1d",
        name: "shots",
        options: {
          ...grid,
          steps: 6,
          shots: [[{ cell: 2, series: wavelet }], [{ cell: 6, series: wavelet }]],
          receivers: { cells: [4] },
        },
        params: { speed },
      },
    ],
  });
});
