import type { Tensor } from "@simgrad/core";

/** Two successive fields of the leapfrog scheme, each `[cells]`, or `[shots, cells]`; m. */
export interface WaveState {
  readonly previous: Tensor;
  readonly current: Tensor;
}
