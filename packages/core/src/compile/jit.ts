import { AbortedError, UnsupportedError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import type { TypedArray } from "../util/dtype.js";
import { unflatten } from "../util/tree.js";
import { currentFrame, elementsOf, emit, setGraphExecutor } from "../trace/frame.js";
import { fromNumbers } from "../trace/host.js";
import { argumentTensors, leafKey, readArguments, type ArgumentTree } from "../trace/leaves.js";
import type { Tensor } from "../trace/tensor.js";
import { traceFunction, type AnyFunction, type Traced } from "../trace/traceFunction.js";
import type { LiftableArguments, Tensors } from "../trace/treeTypes.js";
import type { Executable } from "../backends/backend.js";
import { expectFinite } from "./expectFinite.js";
import { lruMap, type LruMap } from "./lru.js";
import { optionsKey, withOptions, type CompileOptions } from "./options.js";
import { compileProgram, resultTensors } from "./program.js";
import { runInSlices, type RunOptions } from "./run.js";

/** A function that is compiled when it is first called with arguments of some structure, shapes and dtypes. */
export interface Compiled<A extends readonly unknown[], R> {
  (...args: LiftableArguments<A>): Tensors<R>;
  /**
   * The same, without blocking: the event loop goes on between slices of a few milliseconds.
   * @throws AbortedError where `signal` was aborted.
   */
  run(args: LiftableArguments<A>, options?: RunOptions): Promise<Tensors<R>>;
}

/** What a compiled function does: `whole` is traced as a program of its own, `inside` is called in a running trace. */
export interface Implementation {
  /** What messages call it: "jit(f)". */
  readonly label: string;
  readonly whole: AnyFunction;
  readonly inside: (args: readonly unknown[]) => unknown;
}

interface Program {
  readonly executable: Executable;
  readonly traced: Traced;
}

/** How many programs of one function are kept. */
const limit = 64;

const implementations = new WeakMap<
  object,
  { readonly implementation: Implementation; readonly options: CompileOptions }
>();

/**
 * Compiles a function of trees of tensors. It is traced once for each structure, shapes and dtypes of its arguments; variables
 * that it captures are read at that time. A 0-d tensor or a number among the arguments is an input, not a constant.
 *
 * @example
 * const norm = jit((x: Tensor) => x.square().sum().sqrt());
 * norm(np.array([3, 4])).item(); // 5
 */
export function jit<A extends unknown[], R>(f: (...args: A) => R, options: CompileOptions = {}): Compiled<A, R> {
  const plain = f as unknown as AnyFunction;
  const label = `jit(${nameOf(plain)})`;
  return compiled<A, R>({ label, whole: plain, inside: (args) => callShared(plain, args, label) }, options);
}

/** A function that compiles itself when called outside of a trace. */
export function compiled<A extends readonly unknown[], R>(
  implementation: Implementation,
  options: CompileOptions = {},
): Compiled<A, R> {
  const programs = lruMap<Program>(limit);
  const call = (...args: readonly unknown[]): unknown => {
    if (currentFrame() !== null) return implementation.inside(args);
    const tree = readArguments(args, `arguments of ${implementation.label}: `);
    const { executable, traced } = programOf(implementation, options, programs, tree);
    return finish(executable.call(inputsOf(tree, traced)), traced, tree);
  };
  const run = (args: readonly unknown[], runOptions: RunOptions = {}): Promise<unknown> => {
    // thrown, not rejected: nobody awaits a Promise in a function that is traced
    if (currentFrame() === null) return runFree(args, runOptions);
    throw new UnsupportedError({
      what: `${implementation.label}.run is called in a function that is traced, and would return a Promise there.`,
      fix: "call the function itself; the whole program can be run without blocking by `.run` of the outermost function.",
    });
  };
  const runFree = async (args: readonly unknown[], runOptions: RunOptions): Promise<unknown> => {
    if (runOptions.signal?.aborted === true)
      throw new AbortedError({ what: `${implementation.label} was aborted before it began.` });
    const tree = readArguments(args, `arguments of ${implementation.label}: `);
    const { executable, traced } = programOf(implementation, options, programs, tree);
    const results = await runInSlices(implementation.label, executable.start(inputsOf(tree, traced)), runOptions);
    return finish(results, traced, tree);
  };
  const finish = (results: readonly TypedArray[], traced: Traced, tree: ArgumentTree): unknown => {
    if (options.checkFinite === true) expectFinite(results, traced, tree, implementation, inputsOf);
    return unflatten(traced.structure, resultTensors(traced.graph, results));
  };
  const result = Object.assign(call, { run });
  implementations.set(result, { implementation, options });
  return result as unknown as Compiled<A, R>;
}

/** What a function does and how it is compiled; a plain function as `jit` takes it. */
export function implementationOf(f: AnyFunction): {
  readonly implementation: Implementation;
  readonly options: CompileOptions;
} {
  const known = implementations.get(f);
  if (known !== undefined) return known;
  const label = nameOf(f);
  return { implementation: { label, whole: f, inside: (args) => callShared(f, args, label) }, options: {} };
}

/** Applies a function inside a trace as a call of its Graph, which is shared with other calls of it. */
export function callShared(f: AnyFunction, args: readonly unknown[], label: string): unknown {
  const tree = readArguments(args, `arguments of ${label}: `);
  const traced = traceFunction(f, tree, label);
  const outputs = emit("call", { body: traced.graph, map: null }, [
    ...argumentTensors(tree, traced.types),
    ...traced.captured,
  ]);
  return unflatten(traced.structure, outputs);
}

/** Name of a function for messages. */
export function nameOf(f: AnyFunction): string {
  const known = implementations.get(f);
  const name = known?.implementation.label ?? (f as { readonly name?: unknown }).name;
  return typeof name === "string" && name !== "" ? name : "function";
}

function programOf(
  implementation: Implementation,
  options: CompileOptions,
  programs: LruMap<Program>,
  tree: ArgumentTree,
): Program {
  const key = `${optionsKey(options)}|${tree.structure.key}|${tree.leaves.map(leafKey).join(";")}`;
  const known = programs.get(key);
  if (known !== undefined) return known;
  const traced = withOptions(options, () => traceFunction(implementation.whole, tree, implementation.label));
  const program = { executable: compileProgram(traced.graph, options), traced };
  programs.set(key, program);
  return program;
}

function inputsOf(tree: ArgumentTree, traced: Traced): readonly TypedArray[] {
  const args = tree.leaves.map((leaf, i): Tensor => {
    const { dtype } = present(traced.types[i], "type of an argument");
    if (leaf.number === null || dtype === leaf.type.dtype) return leaf.tensor;
    return fromNumbers({ shape: [], values: [leaf.number], integers: true, booleans: false }, dtype, "an argument");
  });
  return [...args, ...traced.captured].map(elementsOf);
}

// Loops outside of every trace are compiled as well.
setGraphExecutor((graph, inputs) => compileProgram(graph, {}).call(inputs));
