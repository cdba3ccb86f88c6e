import { definePlugin, type Plugin } from "@simgrad/core";
import { heatRod, heatRodUnits } from "./heatRod.js";

/** What this package offers, by name. */
export const plugin: Plugin<{ readonly heatRod: typeof heatRod }> = definePlugin({
  name: "simgrad-plugin-template",
  apiVersion: 1,
  units: { heatRod: heatRodUnits },
  simulators: { heatRod },
});
