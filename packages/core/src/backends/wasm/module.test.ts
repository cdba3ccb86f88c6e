import { describe, expect, it } from "@jest/globals";
import wabt from "wabt";
import { interpretProgram } from "../../lowering/interpretProgram.js";
import type { Id, LoopProgram, Output, Ref, Statement } from "../../lowering/loopProgram.js";
import { jsBackend } from "../js/jsBackend.js";
import { axis, dynamic, loop, nest, programBuilder, shift, stepOf, store } from "../programBuilder.js";
import type { ProgramBuilder } from "../programBuilder.js";
import { emitProgram } from "./emitProgram.js";
import { wasmBackend } from "./wasmBackend.js";

const tools = await wabt();

/** Validates the module by an implementation that is not the engine's, and returns its text. */
function validated(program: LoopProgram): string {
  const module = tools.readWasm(emitProgram(program).bytes, {
    simd: true,
    sat_float_to_int: true,
    bulk_memory: true,
    sign_extension: true,
  });
  module.validate();
  const text = module.toText({});
  module.destroy();
  return text;
}

/** A generator of numbers in [0, 1). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) >>> 0;
    return state / 2 ** 32;
  };
}

/** A leapfrog of `n` cells with fixed ends. */
function wave(n: number, steps: number): LoopProgram {
  const p = programBuilder();
  const [c, a, b] = [p.buffer("c", "float64", [n]), p.buffer("a", "float64", [n]), p.buffer("b", "float64", [n])];
  const x = p.at(b);
  const twice = p.binary("mul", p.constant("float64", 2), x);
  const value = p.binary(
    "add",
    p.binary("sub", twice, p.at(a)),
    p.binary("mul", p.at(c), p.binary("sub", p.binary("add", shift(x, -1), shift(x, 1)), twice)),
  );
  const id = p.loopId();
  const step: Statement = {
    kind: "nest",
    extents: [n],
    cells: [{ box: [[1, n - 1]], outputs: [store(a, [axis(0)], value)] }],
  };
  return p.build({
    inputs: [c, a, b],
    outputs: [a, b],
    body: [
      loop(id, steps, [step], {
        rotation: [
          [a, b],
          [b, a],
        ],
      }),
    ],
  });
}

describe("modules", () => {
  it("a stencil is straight SIMD code: one load per vector and operand, the one at the border kept from before", () => {
    const text = validated(wave(1000, 10));
    const step = text.split("(func").find((part) => part.includes("f64x2")) ?? "";
    const main = step.slice(step.indexOf("loop"), step.indexOf("br_if"));
    // Four vectors: four of a, four of c, nine of b less the one that is rolled over.
    expect(main.match(/v128\.load/g)).toHaveLength(16);
    expect(main.match(/v128\.store/g)).toHaveLength(4);
    expect(main.match(/i32\.add/g)).toHaveLength(1);
    expect(text.length).toBeLessThan(30_000);
  });

  it("every numeric construct is valid", () => {
    const p = programBuilder();
    const n = 19;
    const [x, single] = [p.buffer("x", "float64", [n]), p.buffer("single", "float32", [n])];
    const rows = p.buffer("rows", "float64", [n], { growable: true });
    const id = p.loopId();
    const names = ["sin", "cos", "tan", "exp", "expm1", "log", "log1p", "atan", "tanh", "sign", "round"] as const;
    const chain = (start: Ref): Ref => names.reduce((a, name) => p.unary(name, a), start);
    const program = p.build({
      inputs: [x, single],
      outputs: [x, single],
      body: [
        loop(id, 3, [
          { kind: "reserve", buffer: rows, rows: p.binary("add", p.step(id), p.constant("int32", 1)) },
          nest([n], store(rows, [stepOf(id), axis(0)], chain(p.at(x)))),
          nest([n], store(single, [axis(0)], p.binary("pow", chain(p.at(single)), p.at(single)))),
          nest([n], store(x, [axis(0, -1, n - 1)], p.binary("pow", p.load(rows, [stepOf(id), axis(0)]), p.at(x)))),
        ]),
      ],
    });
    validated(program);
  });

  it("a long step is emitted in parts", () => {
    const p = programBuilder();
    const x = p.buffer("x", "float64", [64]);
    const body = Array.from({ length: 500 }, (_, i) =>
      nest([64], store(x, [axis(0)], p.binary("add", p.at(x), p.constant("float64", i)))),
    );
    const program = p.build({ inputs: [x], outputs: [x], body: [loop(p.loopId(), 2, body)] });
    validated(program);
    const inputs = [new Float64Array(64).fill(1)];
    expect(wasmBackend.compile(program).call(inputs)).toEqual(interpretProgram(program, inputs));
  });

  it("a deep expression is computed", () => {
    const p = programBuilder();
    const x = p.buffer("x", "float64", [9]);
    let value = p.at(x);
    for (let i = 0; i < 2000; i++)
      value = p.binary("mul", p.binary("add", value, shift(p.at(x), 0)), p.constant("float64", 0.5));
    const program = p.build({ inputs: [x], outputs: [x], body: [nest([9], store(x, [axis(0)], value))] });
    validated(program);
    const start = Float64Array.from({ length: 9 }, (_, i) => i / 3);
    const expected = start.map((x) => {
      let y = x;
      for (let i = 0; i < 2000; i++) y = (y + x) * 0.5;
      return y;
    });
    for (const backend of [jsBackend, wasmBackend]) expect(backend.compile(program).call([start])).toEqual([expected]);
  });
});

/** A nest with random expressions over random boundaries, shifts, ranks and outputs. */
function randomProgram(seed: number): { program: LoopProgram; inputs: (Float64Array | Float32Array | Int32Array)[] } {
  const random = generator(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const whole = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const p: ProgramBuilder = programBuilder();
  const dtype = pick(["float64", "float64", "float32"] as const);
  const rank = whole(1, 3);
  const extents = Array.from({ length: rank }, (_, k) =>
    k === rank - 1 ? pick([1, 2, 3, 4, 6, 9, 16, 27, 35]) : whole(1, 4),
  );
  const margin = 3;
  const padded = extents.map((extent) => extent + 2 * margin);
  const fields = ["a", "b", "c"].map((name) => p.buffer(name, dtype, padded));
  const row = p.buffer("row", dtype, [padded[0] as number]);
  const scalar = p.buffer("scalar", dtype, []);
  const table = p.buffer("table", "int32", [padded[0] as number]);
  const outs = ["u", "v"].map((name) => p.buffer(name, dtype, extents));
  const sum = p.buffer("sum", dtype, extents.slice(0, -1));
  const inner = rank - 1;

  const leaf = (): Ref => {
    const kind = random();
    if (kind < 0.1) return p.constant(dtype, pick([0, -0, 2, 0.5, -1]));
    if (kind < 0.2) return p.load(scalar);
    if (kind < 0.3) return p.load(row, [axis(0, 1, margin + (rank > 1 ? whole(-1, 1) : 0))]);
    if (kind < 0.36 && rank > 1) {
      const at = p.load(table, [axis(0, 1, margin)]);
      return p.load(fields[0] as Id, [dynamic(at), ...extents.slice(1).map((_, k) => axis(k + 1, 1, margin))]);
    }
    if (kind < 0.4) return p.convert(dtype, p.index(whole(0, inner)));
    const offsets = extents.map((_, k) => (k === inner ? 0 : whole(-1, 1)));
    return shift(
      p.load(
        pick(fields),
        offsets.map((offset, k) => axis(k, 1, margin + offset)),
      ),
      whole(-margin, margin),
    );
  };
  // Values move as a whole: their loads stay within the margin because only leaves are shifted.
  const pool: Ref[] = [leaf(), leaf(), leaf()];
  const count = whole(2, 14);
  for (let i = 0; i < count; i++) {
    const [a, b] = [random() < 0.4 ? leaf() : pick(pool), pick(pool)];
    pool.push(
      pick([
        () => p.binary(pick(["add", "sub", "mul", "max", "min"] as const), a, b),
        () => p.binary(pick(["add", "sub", "mul"] as const), b, a),
        () => p.unary(pick(["neg", "abs", "sqrt", "floor", "sign"] as const), a),
        () => p.select(p.compare(pick(["lt", "ge", "ne"] as const), a, b), b, a),
        () => p.convert(dtype, p.binary("or", p.isFinite(a), p.compare("gt", a, b))),
      ])(),
    );
  }
  const value = (): Ref => pool[pool.length - 1 - whole(0, 1)] as Ref;
  const point = extents.map((_, k) => axis(k));
  const own = p.load(outs[0] as Id, point);
  const modes: (() => Output[])[] = [
    () => [store(outs[0] as Id, point, value())],
    () => [
      store(outs[0] as Id, point, p.binary("sub", value(), own)),
      store(outs[1] as Id, point, p.binary("add", own, value())),
    ],
    () => [
      {
        mode: "reduce",
        combine: pick(["sum", "max"] as const),
        axes: 1,
        lanes: pick([1, 8] as const),
        buffer: sum,
        index: point.slice(0, -1),
        value: value(),
      },
    ],
    () => [{ mode: "reduce", combine: "sum", axes: rank, lanes: 8, buffer: scalar, index: [], value: value() }],
    () => [
      {
        mode: "accumulate",
        combine: "sum",
        buffer: sum,
        index: point.slice(0, -1).map((_, k) => axis(k)),
        value: value(),
      },
    ],
    () => [{ mode: "prefix", buffer: outs[1] as Id, index: point, value: value() }],
  ];
  const outputs = modes[whole(0, modes.length - 1)]?.() ?? [];
  // Accumulation along the inner axis needs points that differ along it: only where the result has none is that not so.
  const program = p.build({
    inputs: [...fields, row, scalar, table, ...outs, sum],
    outputs: [...outs, sum, scalar],
    body: [
      nest(
        extents,
        ...outputs.map((output): Output =>
          output.mode === "accumulate" ? { ...output, mode: "scatter", combine: "add", when: null } : output,
        ),
      ),
    ],
  });
  const numbers = (length: number): Float64Array | Float32Array => {
    const data = dtype === "float64" ? new Float64Array(length) : new Float32Array(length);
    return data.map(() => (random() < 0.1 ? pick([0, -0, NaN, Infinity, 1]) : random() * 4 - 2));
  };
  const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  return {
    program,
    inputs: [
      ...fields.map(() => numbers(size(padded))),
      numbers(padded[0] as number),
      numbers(1),
      Int32Array.from({ length: padded[0] as number }, () => whole(0, (padded[0] as number) - 1)),
      ...outs.map(() => numbers(size(extents))),
      numbers(size(extents.slice(0, -1))),
    ],
  };
}

describe("random nests", () => {
  it.each(Array.from({ length: 12 }, (_, block) => block))(
    "block %s: js and wasm give the interpreter's bits",
    (block) => {
      for (let seed = block * 25; seed < (block + 1) * 25; seed++) {
        const { program, inputs } = randomProgram(seed + 1);
        const expected = interpretProgram(program, inputs).map((data) => Array.from(data));
        for (const backend of [jsBackend, wasmBackend]) {
          const got = backend
            .compile(program)
            .call(inputs)
            .map((data) => Array.from(data));
          expect([seed, backend.name, got]).toEqual([seed, backend.name, expected]);
        }
      }
    },
  );
});
