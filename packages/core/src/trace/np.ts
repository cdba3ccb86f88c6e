import "./methods.js";

/** Array functions, named as in NumPy, in camelCase. */
export * as np from "./np/index.js";
