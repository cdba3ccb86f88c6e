/** Counter-based random numbers, named as in JAX, in camelCase: the same keys, bits and uniform numbers. */
export * as random from "./index.js";
