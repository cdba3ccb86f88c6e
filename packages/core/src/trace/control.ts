export { cond, switchCase } from "./control/cond.js";
export { foriLoop, type ForiOptions } from "./control/fori.js";
export type { KeepOption } from "./control/keep.js";
export { scan, type ScanOptions, type ScanUntilOptions, type StepResult } from "./control/scan.js";
export { whileLoop, type WhileOptions } from "./control/while.js";
