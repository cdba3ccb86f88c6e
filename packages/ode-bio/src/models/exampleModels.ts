import type { FileUrl } from "@simgrad/core";

/** Where the models of this package are: see `models/README.md`. */
export interface ExampleModels {
  /** Calcium oscillations after stimulation by ATP (Wang et al. 2007). */
  readonly calciumWang2007: FileUrl;
  /** Three genes that repress each other in a ring (Elowitz and Leibler 2000). */
  readonly repressilator: FileUrl;
  /** Three species with rate constants over nine orders of magnitude (Robertson 1966). */
  readonly robertson: FileUrl;
}

/**
 * Models of this package, as SBML files.
 *
 * @example
 * const model = await sbmlModel(exampleModels.calciumWang2007);
 */
export const exampleModels: ExampleModels = {
  calciumWang2007: new URL("../../models/calciumWang2007.xml", import.meta.url),
  repressilator: new URL("../../models/repressilator.xml", import.meta.url),
  robertson: new URL("../../models/robertson.xml", import.meta.url),
};
