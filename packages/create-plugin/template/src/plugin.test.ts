import { test } from "node:test";
import { pluginSuite } from "@simgrad/core/testing";
import { plugin } from "./plugin.js";

// A few cells and steps: each case is also interpreted, and differentiated twice. The limit of a is dx^2 / 2 dt = 0.25.
const options = { cells: 4, dt: 0.08 };
const params = { diffusivity: 0.2, leftEnd: 350 };

pluginSuite({
  test,
  plugin,
  cases: [
    {
      simulator: "heatRod",
      options,
      params,
      bad: [
        { name: "NaN", params: { ...params, leftEnd: NaN }, code: "ARGUMENT", message: "params.leftEnd" },
        {
          name: "a diffusivity for each cell",
          params: { ...params, diffusivity: Float64Array.of(0.2, 0.2, 0.2, 0.2) },
          code: "SHAPE",
          message: "params.diffusivity is not one number",
        },
        { name: "no end", params: { diffusivity: 0.2 }, code: "ARGUMENT", message: "params.leftEnd is missing" },
        {
          name: "a negative diffusivity",
          params: { ...params, diffusivity: -0.2 },
          code: "ARGUMENT",
          message: "params.diffusivity = -0.2",
        },
        { name: "0 K", params: { ...params, leftEnd: 0 }, code: "ARGUMENT", message: "a positive number (K)" },
        {
          name: "unstable steps",
          params: { ...params, diffusivity: 0.3 },
          code: "ARGUMENT",
          message: /params\.diffusivity = 0\.3.*at most 0\.25.*shorter dt/,
        },
      ],
    },
  ],
});
