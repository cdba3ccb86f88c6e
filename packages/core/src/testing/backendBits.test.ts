import { describe, expect, it } from "@jest/globals";
import { jsBackend } from "../backends/js/jsBackend.js";
import { wasmBackend } from "../backends/wasm/wasmBackend.js";
import { interpret } from "../ir/interpret.js";
import type { Graph } from "../ir/types.js";
import { sameBits, type ArrayValue } from "../ir/values.js";
import { interpretProgram } from "../lowering/interpretProgram.js";
import type { LoopProgram } from "../lowering/loopProgram.js";
import { lower } from "../lowering/lower.js";
import { scalarise, type Cuts } from "../lowering/scalarise.js";
import { verifyProgram } from "../lowering/verifyProgram.js";
import { runPasses } from "../transforms/pass.js";
import { afterDifferentiation, beforeDifferentiation } from "../transforms/pipelines.js";
import { vjp } from "../transforms/vjp.js";
import type { TypedArray } from "../util/dtype.js";
import { asArray } from "./arrays.js";
import { randomArray, seededRandom } from "./random.js";
import { randomProgram } from "./randomPrograms.js";

const programs = 100;
const share = 20;

/** Holds every way to run a Graph against its interpreter. The loops themselves are slow to interpret: a few are. */
function agree(graph: Graph, inputs: readonly ArrayValue[], what: string, withLoops: boolean, cuts?: Cuts): void {
  const expected = interpret(graph, inputs).map(asArray);
  const arrays = lower(graph);
  verifyProgram(arrays);
  const program = scalarise(arrays, cuts);
  verifyProgram(program);
  const operands = inputs.map(({ data }) => data);
  const ways = {
    js: () => jsBackend.compile(program).call(operands),
    wasm: () => wasmBackend.compile(program).call(operands),
    ...(withLoops ? slowWays(arrays, program, operands) : {}),
  };
  for (const [name, run] of Object.entries(ways)) {
    const got = run();
    const wrong = expected.findIndex((value, k) => !sameBits(value, { ...value, data: got[k] as ArrayValue["data"] }));
    expect([what, name, wrong]).toEqual([what, name, -1]);
  }
}

function slowWays(
  arrays: LoopProgram,
  program: LoopProgram,
  operands: readonly TypedArray[],
): Readonly<Record<string, () => TypedArray[]>> {
  return {
    loops: () => interpretProgram(program, operands),
    "loops of arrays": () => interpretProgram(arrays, operands),
    "js of arrays": () => jsBackend.compile(arrays).call(operands),
    "wasm of arrays": () => wasmBackend.compile(arrays).call(operands),
  };
}

describe("on random programs", () => {
  it.each(Array.from({ length: programs / share }, (_, k) => k * share))(
    "js and wasm give the interpreter's bits, forward and reverse, from seed %i on",
    (start) => {
      for (let seed = start; seed < start + share; seed++) {
        const { graph, inputs } = randomProgram(seed);
        // Every third program's steps are cut into short parts.
        const cuts = seed % 3 === 0 ? { uncut: 0, part: 8 } : undefined;
        agree(graph, inputs, `program ${seed}`, seed % 5 === 0, cuts);
        const ready = runPasses(beforeDifferentiation, graph);
        const active = graph.inputs.map(({ type }) => type.kind === "array" && type.dtype === "float64");
        const gradient = runPasses(afterDifferentiation({ historyLimitBytes: 64 }), vjp(ready, active).graph);
        const random = seededRandom(seed);
        const cotangents = gradient.inputs
          .slice(inputs.length)
          .map(({ type }) => randomArray(random, type as Extract<typeof type, { kind: "array" }>));
        agree(gradient, [...inputs, ...cotangents], `gradient of program ${seed}`, seed % 10 === 0, cuts);
      }
    },
    120_000,
  );
});
