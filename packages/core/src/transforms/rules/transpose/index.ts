import type { TransposeRules } from "../rule.js";
import { arrayTranspose } from "./arrays.js";
import { controlTranspose } from "./control.js";
import { customTranspose } from "./custom.js";
import { elementwiseTranspose } from "./elementwise.js";

/** The transpose rule of each operation. */
export const transposeRules: TransposeRules = {
  ...elementwiseTranspose,
  ...arrayTranspose,
  ...controlTranspose,
  ...customTranspose,
};
