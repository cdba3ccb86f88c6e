export { cond, switchCase } from "./control/cond.js";
export { foriLoop, type ForiOptions } from "./control/fori.js";
export { scan, type KeepOption, type ScanOptions, type StepResult } from "./control/scan.js";
export { whileLoop, type WhileOptions } from "./control/while.js";
