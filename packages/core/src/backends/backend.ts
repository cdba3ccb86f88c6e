import type { DType, TypedArray } from "../util/dtype.js";
import type { LoopProgram } from "../lowering/loopProgram.js";

/** Turns LoopProgram into something that runs. */
export interface Backend {
  readonly name: string;
  compile(program: LoopProgram): Executable;
}

/**
 * A compiled program. Inputs and outputs are flat row-major arrays in the order of the program's. Inputs are copied in, outputs are
 * fresh copies that belong to the caller.
 */
export interface Executable {
  /**
   * Runs to the end.
   * @throws NumericalError where a `check` of the program did not hold.
   */
  call(inputs: readonly TypedArray[]): TypedArray[];
  /** Begins a run that goes on in slices; it owns its memory until `dispose`. */
  start(inputs: readonly TypedArray[]): Run;
  /** Size of the code in bytes (wasm) or characters (js). */
  readonly codeSize: number;
  /** The code in a readable form. */
  text(): string;
  /** The program as data, which another thread can run without the compiler; not of every backend. */
  readonly portable?: PortableProgram;
}

/** A WebAssembly program as data: a module, and what lies where in its memory. All addresses are in bytes. */
export interface PortableProgram {
  /** A WebAssembly.Module, which threads share. */
  readonly module: object;
  readonly inputs: readonly PortableArray[];
  readonly outputs: readonly PortableArray[];
  /** From 0 up to here the memory is zeroed before a run. */
  readonly stateEnd: number;
  /** Where the number of the first failed check plus one lies, that of the heap's top, and the top of a fresh instance. */
  readonly failureAddress: number;
  readonly heapTopAddress: number;
  readonly heapStart: number;
  /** Where the rows of growable buffers are counted. */
  readonly growableRows: readonly number[];
  /** Where the steps of the first outermost loop are counted, or null where there is none. */
  readonly steps: { readonly done: number; readonly total: number } | null;
  /** Messages of checks. */
  readonly messages: readonly string[];
}

/** An argument or result of a portable program. */
export interface PortableArray {
  readonly dtype: DType;
  readonly address: number;
  readonly length: number;
}

/** A run in slices. */
export interface Run {
  /** Runs on for about `fuel` points of nests (never less than one step of an innermost loop); true when the program has ended. */
  advance(fuel: number): boolean;
  /** Part of the outermost loops' steps that is done, 0 to 1. */
  progress(): number;
  /**
   * The outputs, once `advance` returned true.
   * @throws NumericalError where a `check` of the program did not hold.
   */
  outputs(): TypedArray[];
  /** Gives the instance back to the pool. */
  dispose(): void;
}
