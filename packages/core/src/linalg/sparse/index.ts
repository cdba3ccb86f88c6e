export { columnColoring, type Coloring } from "./coloring.js";
export { csr, csrFromDense, csrFromEntries, type CsrMatrix } from "./csr.js";
export type { OrderingName } from "./ordering.js";
export { sparsePattern, type HostIntegers, type PatternParts, type SparsePattern } from "./pattern.js";
export { ilu0Preconditioner, jacobiPreconditioner, type Preconditioner } from "./preconditioners.js";
export { sparseJacobian } from "./sparseJacobian.js";
export { incompleteLu, sparseLu, type SparseLu, type SparseLuOptions } from "./sparseLu.js";
export { sparseSolve, type SparseSolveOptions } from "./sparseSolve.js";
