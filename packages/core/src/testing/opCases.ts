import type { OpName } from "../ir/types.js";
import { arrayOpCases } from "./opCases/arrays.js";
import type { OpCase } from "./opCases/case.js";
import { controlOpCases } from "./opCases/control.js";
import { customOpCases } from "./opCases/custom.js";
import { elementwiseOpCases } from "./opCases/elementwise.js";
import { indexingOpCases } from "./opCases/indexing.js";

/** Instances of each operation, at least two, with inputs: a new operation does not compile without its own. */
export const opCases: { readonly [K in OpName]: readonly [OpCase, OpCase, ...OpCase[]] } = {
  ...elementwiseOpCases,
  ...arrayOpCases,
  ...indexingOpCases,
  ...controlOpCases,
  ...customOpCases,
};
