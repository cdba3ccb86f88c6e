import { definePlugin, type Plugin } from "@simgrad/core";
import { fire } from "./simulators/fire.js";
import { gradientDescent } from "./simulators/gradientDescent.js";
import { overdamped } from "./simulators/overdamped.js";
import { selfPropelledVoronoi } from "./simulators/selfPropelledVoronoi.js";
import { meshUnits } from "./simulators/units.js";
import { voronoiRelaxation } from "./simulators/voronoiRelaxation.js";

/** Simulators of this package by name. */
export interface MeshVertexSimulators {
  readonly [name: string]:
    typeof fire | typeof gradientDescent | typeof overdamped | typeof selfPropelledVoronoi | typeof voronoiRelaxation;
  readonly fire: typeof fire;
  readonly gradientDescent: typeof gradientDescent;
  readonly overdamped: typeof overdamped;
  readonly selfPropelledVoronoi: typeof selfPropelledVoronoi;
  readonly voronoiRelaxation: typeof voronoiRelaxation;
}

/** What this package offers to a registry of plugins. */
export const meshVertexPlugin: Plugin<MeshVertexSimulators> = definePlugin({
  name: "@simgrad/mesh-vertex",
  apiVersion: 1,
  units: {
    fire: meshUnits,
    gradientDescent: meshUnits,
    overdamped: meshUnits,
    selfPropelledVoronoi: meshUnits,
    voronoiRelaxation: meshUnits,
  },
  simulators: { fire, gradientDescent, overdamped, selfPropelledVoronoi, voronoiRelaxation },
});
