import type { TypedArray } from "../util/dtype.js";
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
