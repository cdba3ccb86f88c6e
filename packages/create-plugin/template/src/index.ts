export { heatRod, heatRodUnits } from "./heatRod.js";
export type { HeatRod, HeatRodOptions, HeatRodParams, HeatRodState } from "./heatRod.js";
export { plugin } from "./plugin.js";
