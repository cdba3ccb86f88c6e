import { print } from "../ir/print.js";
import { runPasses } from "../transforms/pass.js";
import { readArguments } from "../trace/leaves.js";
import { traceFunction, type AnyFunction } from "../trace/traceFunction.js";
import type { LiftableArguments } from "../trace/treeTypes.js";
import { compileFor, explainBackend } from "./backends.js";
import { implementationOf } from "./jit.js";
import { backendOf, isVerifying, withOptions } from "./options.js";
import { finalPasses } from "./pipeline.js";

/** One stage of a program on its way to the machine. */
export interface ExplainedStage {
  readonly name: string;
  /** The program after the stage, as text. */
  readonly text: string;
}

/** The stages of a program. `String(explained)` shows all of them. */
export interface Explained {
  readonly stages: readonly ExplainedStage[];
  /** Size of the code in bytes (wasm) or characters (js). */
  readonly codeSize: number;
  toString(): string;
}

/**
 * Shows what becomes of a function: the traced Graph, the Graph after each pass that changed it, the loop program, the code.
 *
 * @example
 * console.log(String(explain(grad(loss))(params)));
 */
export function explain<A extends unknown[]>(f: (...args: A) => unknown): (...args: LiftableArguments<A>) => Explained {
  const { implementation, options } = implementationOf(f as AnyFunction);
  return (...args) =>
    withOptions(options, () => {
      const tree = readArguments(args, `arguments of ${implementation.label}: `);
      const { graph } = traceFunction(implementation.whole, tree, implementation.label);
      const stages: ExplainedStage[] = [{ name: "trace", text: print(graph) }];
      let last = graph;
      const final = runPasses(finalPasses(options), graph, {
        verify: isVerifying(),
        onStage: (name, after) => {
          if (after !== last) stages.push({ name, text: print(after) });
          last = after;
        },
      });
      const backend = backendOf(options, graph);
      stages.push(...explainBackend(backend, final));
      const executable = compileFor(backend, final, isVerifying());
      stages.push({ name: `code (${backend})`, text: executable.text() });
      return {
        stages,
        codeSize: executable.codeSize,
        toString: () => stages.map(({ name, text }) => `== ${name}\n${text}`).join("\n"),
      };
    });
}
