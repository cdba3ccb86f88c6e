export { bicgstab } from "./bicgstab.js";
export { cg } from "./cg.js";
export { gmres, type GmresOptions } from "./gmres.js";
export { minres } from "./minres.js";
export type { IterativeOptions, IterativeResult, LinearMap } from "./problem.js";
export { solveStatuses, solveStatusOf, type SolveStatus } from "./status.js";
