/**
 * The part of the WebAssembly interface that the backend uses. The project compiles without the DOM's declarations, and
 * must not add global ones to its users' programs.
 */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What the modules of this backend export. */
export interface WasmExports {
  readonly memory: WasmMemory;
  /** Runs on until about `fuel` points are done: 1 when suspended, 0 at the end. */
  run(fuel: number): number;
}

/** A compiled module; opaque. */
export interface WasmModule {
  readonly wasmModule?: never;
}

interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports?: object) => { readonly exports: WasmExports };
}

const api = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;

/** Compiles a module. */
export function compileModule(bytes: Uint8Array): WasmModule {
  return new api.Module(bytes);
}

/** A fresh instance with a memory of its own. */
export function instantiate(module: WasmModule): WasmExports {
  return new api.Instance(module).exports;
}
