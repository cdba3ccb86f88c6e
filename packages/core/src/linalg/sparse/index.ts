export { csr, csrFromDense, csrFromEntries, type CsrMatrix } from "./csr.js";
export type { OrderingName } from "./ordering.js";
export { sparsePattern, type HostIntegers, type PatternParts, type SparsePattern } from "./pattern.js";
export { sparseLu, type SparseLu, type SparseLuOptions } from "./sparseLu.js";
