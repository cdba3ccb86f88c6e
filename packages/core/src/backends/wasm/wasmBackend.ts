import type { Backend } from "../backend.js";
import { wasmExecutable } from "./executable.js";

/** WebAssembly with SIMD128: the whole program, loops included, in one module. */
export const wasmBackend: Backend = {
  name: "wasm",
  compile: wasmExecutable,
};
