/** Dense linear algebra, named as in NumPy, in camelCase. All functions take batches along leading axes, and are differentiable. */
export * as linalg from "./index.js";
