import type { VectorizeRules } from "../rule.js";
import { arrayVectorize } from "./arrays.js";
import { controlVectorize } from "./control.js";
import { customVectorize } from "./custom.js";
import { elementwiseVectorize } from "./elementwise.js";

/** The vectorize rule of each operation. */
export const vectorizeRules: VectorizeRules = {
  ...elementwiseVectorize,
  ...arrayVectorize,
  ...controlVectorize,
  ...customVectorize,
};
