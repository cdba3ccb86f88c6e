import { ArgumentError } from "../util/errors.js";
import type { TypedArray } from "../util/dtype.js";
import { present } from "../util/invariant.js";
import type { Graph } from "../ir/types.js";
import { print } from "../ir/print.js";
import { lower } from "../lowering/lower.js";
import type { LoopProgram } from "../lowering/loopProgram.js";
import { scalarise } from "../lowering/scalarise.js";
import { printProgram } from "../lowering/printProgram.js";
import { verifyProgram } from "../lowering/verifyProgram.js";
import type { Executable } from "../backends/backend.js";
import { jsBackend } from "../backends/js/jsBackend.js";
import { wasmBackend } from "../backends/wasm/wasmBackend.js";
import { interpretGraph } from "../trace/frame.js";

/** What runs a compiled program: "wasm" (the default), "js" (its readable twin), or the Graph's interpreter. */
export type BackendName = "wasm" | "js" | "interpreter";

/** Names of the backends that are there, the default first. */
export const backendNames: readonly BackendName[] = ["wasm", "js", "interpreter"];

/**
 * Compiles a Graph for a backend; with `verify` the loop program is checked before code is made of it.
 * @throws ArgumentError where there is no such backend.
 */
export function compileFor(name: BackendName, graph: Graph, verify = false): Executable {
  switch (name) {
    case "wasm":
      return wasmBackend.compile(lowered(graph, verify));
    case "js":
      return jsBackend.compile(lowered(graph, verify));
    case "interpreter":
      return interpreterExecutable(graph);
    default:
      throw new ArgumentError({
        what: "There is no such backend.",
        got: String(name),
        expected: backendNames.join(", "),
      });
  }
}

/** What lies between the last Graph and the code of a backend, for `explain`. */
export function explainBackend(
  name: BackendName,
  graph: Graph,
): readonly { readonly name: string; readonly text: string }[] {
  return name === "interpreter" ? [] : [{ name: "loops", text: printProgram(scalarise(lower(graph))) }];
}

/** A Graph that is interpreted: slow, obviously right, and the same bits as every backend. */
export function interpreterExecutable(graph: Graph): Executable {
  const call = (inputs: readonly TypedArray[]): TypedArray[] =>
    interpretGraph(graph, inputs).map((data) => data.slice());
  return {
    call,
    start(inputs) {
      const own = inputs.map((data) => data.slice());
      let results: TypedArray[] | null = null;
      return {
        advance() {
          results ??= call(own);
          return true;
        },
        progress: () => (results === null ? 0 : 1),
        outputs: () => present(results, "results of a finished run"),
        dispose: () => undefined,
      };
    },
    codeSize: 0,
    text: () => print(graph),
  };
}

function lowered(graph: Graph, verify: boolean): LoopProgram {
  const program = scalarise(lower(graph));
  if (verify) verifyProgram(program);
  return program;
}
