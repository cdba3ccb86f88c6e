import { definePlugin, type Plugin } from "@simgrad/core";
import { networkSimulator, networkUnits } from "./simulate/networkSimulator.js";

/** Simulators of this package by name. */
export interface OdeBioSimulators {
  readonly [name: string]: typeof networkSimulator;
  readonly networkSimulator: typeof networkSimulator;
}

/** What this package offers to a registry of plugins. */
export const odeBioPlugin: Plugin<OdeBioSimulators> = definePlugin({
  name: "@simgrad/ode-bio",
  apiVersion: 1,
  units: { networkSimulator: networkUnits },
  simulators: { networkSimulator },
});
