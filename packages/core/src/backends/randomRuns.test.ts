import { describe, expect, it } from "@jest/globals";
import { interpretProgram } from "../lowering/interpretProgram.js";
import type { Id, LoopProgram, Statement } from "../lowering/loopProgram.js";
import type { TypedArray } from "../util/dtype.js";
import { jsBackend } from "./js/jsBackend.js";
import { assign, axis, fixed, loop, nest, programBuilder, store } from "./programBuilder.js";
import { wasmBackend } from "./wasm/wasmBackend.js";

/** A program of nested loops, whiles and branches over eight small buffers, whose result depends on the order of everything. */
function randomProgram(seed: number): { program: LoopProgram; inputs: readonly TypedArray[] } {
  let state = seed * 7919 + 1;
  const random = (): number => {
    state = (Math.imul(state ^ (state >>> 13), 1274126177) + 2654435769) >>> 0;
    return state / 2 ** 32;
  };
  const whole = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const p = programBuilder();
  const n = whole(1, 7);
  const buffers = Array.from({ length: 8 }, (_, k) => p.buffer(`b${k}`, "float64", [n]));
  const counts = [0, 1, 2, 3].map((k) => p.buffer(`count${k}`, "int32", []));
  const any = (): Id => buffers[whole(0, 7)] as Id;
  // A buffer rotates in one loop only.
  const unrotated = [...buffers];

  const update = (loops: readonly Id[]): Statement => {
    const [to, from] = [any(), any()];
    const step =
      loops.length > 0 && random() < 0.6
        ? p.convert("float64", p.step(loops[whole(0, loops.length - 1)] as Id))
        : p.constant("float64", whole(1, 3));
    const value = p.binary(
      "add",
      p.binary("mul", p.at(to), p.constant("float64", 0.75)),
      p.binary("mul", p.at(from), p.constant("float64", 0.125)),
    );
    return nest([n], store(to, [axis(0)], p.binary("add", value, step)));
  };
  const flag = (): [Id, Statement] => {
    const target = p.buffer("flag", "bool", []);
    return [target, assign(target, p.compare("lt", p.load(any(), [fixed(0)]), p.constant("float64", whole(0, 12))))];
  };
  const statements = (depth: number, loops: readonly Id[]): Statement[] =>
    Array.from({ length: whole(1, 3) }, () => statement(depth, loops)).flat();
  const statement = (depth: number, loops: readonly Id[]): Statement[] => {
    const kind = random();
    if (depth === 0 || kind < 0.35) return [update(loops)];
    if (kind < 0.5) {
      const [predicate, decide] = flag();
      return [
        decide,
        {
          kind: "if",
          predicate,
          then: statements(depth - 1, loops),
          else: random() < 0.5 ? [] : statements(depth - 1, loops),
        },
      ];
    }
    const id = p.loopId();
    const length = [0, 2, 2, 3, 5][whole(0, 4)] as number;
    const cycle = random() < 0.7 ? unrotated.splice(0, Math.min(length, unrotated.length)) : [];
    const rotation = cycle.map((name, i) => [name, cycle[(i + 1) % cycle.length] as Id] as const);
    const trips = random() < 0.3 ? p.buffer("trips", "int32", []) : null;
    const body = statements(depth - 1, [...loops, id]);
    if (kind < 0.65) {
      const go = p.buffer("go", "bool", []);
      const first = random() < 0.3 ? statements(depth - 1, [...loops, id]) : [];
      const below = p.compare("lt", p.step(id), p.constant("int32", whole(0, 4)));
      const condition = { body: [...first, assign(go, below)], predicate: go };
      return [loop(id, null, body, { condition, rotation, trips })];
    }
    const count = random() < 0.5 ? whole(0, 4) : { buffer: counts[whole(0, 3)] as Id };
    return [loop(id, count, body, { rotation, trips, reverse: random() < 0.4 })];
  };

  const body = [...statements(3, []), ...statements(2, [])];
  const inputs = [...buffers, ...counts];
  return {
    program: p.build({ inputs, outputs: buffers, body }),
    inputs: [
      ...buffers.map((_, k) => Float64Array.from({ length: n }, (__, i) => k + i / 8)),
      ...counts.map((_, k) => Int32Array.of([3, 1, -2, 4][k] as number)),
    ],
  };
}

describe("random programs of loops", () => {
  it.each(Array.from({ length: 6 }, (_, block) => block))(
    "block %s: whole and sliced runs give the interpreter's bits",
    (block) => {
      for (let seed = block * 15; seed < (block + 1) * 15; seed++) {
        const { program, inputs } = randomProgram(seed);
        const expected = interpretProgram(program, inputs).map((data) => Array.from(data));
        for (const backend of [jsBackend, wasmBackend]) {
          const executable = backend.compile(program);
          const got = executable.call(inputs).map((data) => Array.from(data));
          expect([seed, backend.name, got]).toEqual([seed, backend.name, expected]);
          for (const fuel of [1, 4, 23]) {
            const run = executable.start(inputs);
            let slices = 0;
            while (!run.advance(fuel)) expect(slices++).toBeLessThan(1_000_000);
            const sliced = run.outputs().map((data) => Array.from(data));
            expect([seed, backend.name, fuel, sliced]).toEqual([seed, backend.name, fuel, expected]);
            run.dispose();
          }
        }
      }
    },
  );
});
