import { definePlugin, type Plugin } from "@simgrad/core";
import { acousticWave1d } from "./acoustic1d/acousticWave1d.js";

/** What this package offers to a registry of plugins. */
export const wavePlugin: Plugin<{ readonly acousticWave1d: typeof acousticWave1d }> = definePlugin({
  name: "@simgrad/wave",
  apiVersion: 1,
  units: {
    acousticWave1d: {
      time: "s",
      params: { speed: "m/s", series: "1" },
      state: { previous: "m", current: "m" },
      output: "m",
      records: "m",
    },
  },
  simulators: { acousticWave1d },
});
