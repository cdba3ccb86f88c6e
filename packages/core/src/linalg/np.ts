import "../trace/methods.js";

/** Array functions, named as in NumPy, in camelCase; `np.linalg` has those of linear algebra. */
export * as np from "./np/index.js";
