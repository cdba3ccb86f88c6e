import type { Units } from "@simgrad/core";

/**
 * Units of all simulators of meshes: pure numbers. Lengths, energies and times are in units of the user's choice, as
 * is usual for models of tissues; nothing here depends on them.
 */
export const meshUnits: Units = { time: "1", params: "1", state: "1", output: "1", records: "1" };
