import { describe, expect, it } from "@jest/globals";
import { interpretProgram } from "../lowering/interpretProgram.js";
import type { LoopProgram, Output, Ref } from "../lowering/loopProgram.js";
import { verifyProgram } from "../lowering/verifyProgram.js";
import { seededRandom } from "../testing/random.js";
import { allocate } from "../util/dtype.js";
import type { DType, TypedArray } from "../util/dtype.js";
import { jsBackend } from "./js/jsBackend.js";
import { axis, dynamic, fixed, nest, programBuilder, store } from "./programBuilder.js";
import { wasmBackend } from "./wasm/wasmBackend.js";

const special = [0, -0, 1, NaN, Infinity, -Infinity, 1e-310];

/** Values of a dtype; among floats also special ones. */
function samples(dtype: DType, length: number, seed: number): TypedArray {
  const random = seededRandom(seed);
  const isFloat = dtype === "float64" || dtype === "float32";
  const low = dtype === "uint32" || dtype === "bool" ? 0 : -9;
  return allocate(dtype, length).map(() => {
    if (!isFloat) return random.integer(low, dtype === "bool" ? 2 : 10);
    return random.chance(0.2) ? random.choice(special) : random.uniform(-4, 4);
  });
}

/** Checks a program, runs it on the interpreter and both backends, and expects the same bits. */
function expectSame(program: LoopProgram, inputs: readonly TypedArray[]): void {
  verifyProgram(program);
  const expected = interpretProgram(program, inputs).map((data) => Array.from(data));
  for (const backend of [jsBackend, wasmBackend]) {
    const executable = backend.compile(program);
    expect([backend.name, executable.call(inputs).map((data) => Array.from(data))]).toEqual([backend.name, expected]);
  }
}

describe("nests with a short inner axis", () => {
  it("lanes and packs of a short inner axis", () => {
    for (const dtype of ["float64", "float32", "int32", "uint32", "bool"] as const) {
      for (const lanes of [2, 3, 4]) {
        for (const rows of [1, 7]) {
          const p = programBuilder();
          const [x, y] = [p.buffer("x", dtype, [rows, lanes]), p.buffer("y", dtype, [rows, lanes])];
          const [turned, norms] = [p.buffer("turned", dtype, [rows, lanes]), p.buffer("norms", dtype, [rows, lanes])];
          const [a, b] = [p.at(x), p.at(y)];
          const both = dtype === "bool" ? p.binary("and", a, b) : p.binary("add", a, b);
          const of = Array.from({ length: lanes }, (_, k) => p.lane(both, lanes - 1 - k));
          const joined = of.reduce((sum, one) => p.binary(dtype === "bool" ? "xor" : "mul", sum, one));
          const packed = p.pack(...of.slice(1), p.constant(dtype, 1));
          const index = [axis(0), axis(1)];
          const program = p.build({
            inputs: [x, y],
            outputs: [turned, norms],
            body: [
              nest(
                [rows, lanes],
                store(turned, index, p.select(p.compare("lt", a, packed), b, packed)),
                store(norms, index, { ...joined, shift: null }),
              ),
            ],
          });
          expectSame(program, [samples(dtype, rows * lanes, 3), samples(dtype, rows * lanes, 4)]);
        }
      }
    }
  });

  it("values of rows, computed for two rows at once", () => {
    for (const dtype of ["float64", "float32"] as const) {
      for (const [planes, rows, lanes] of [
        [1, 8, 2],
        [2, 9, 3],
        [3, 5, 4],
      ] as const) {
        const p = programBuilder();
        const x = p.buffer("x", dtype, [planes, rows, lanes]);
        const [table, row, plane] = [
          p.buffer("table", "int32", [rows]),
          p.buffer("row", dtype, [rows]),
          p.buffer("plane", dtype, [planes]),
        ];
        const [out, sum] = [p.buffer("out", dtype, [planes, rows, lanes]), p.buffer("sum", dtype, [rows, lanes])];
        const flat = (ref: Ref): Ref => ({ ...ref, shift: null });
        const both = p.binary("sub", p.at(x), p.load(x, [axis(0), dynamic(flat(p.load(table, [axis(1)]))), axis(2)]));
        const squares = p.binary("mul", both, both);
        const parts = Array.from({ length: lanes }, (_, k) => p.lane(squares, k));
        const length = flat(
          p.unary(
            "sqrt",
            parts.reduce((a, b) => p.binary("add", a, b)),
          ),
        );
        const [ofRow, ofPlane] = [flat(p.load(row, [axis(1)])), flat(p.load(plane, [axis(0)]))];
        const isLong = flat(p.compare("gt", length, ofRow));
        const number = flat(p.convert(dtype, flat(p.index(1))));
        const weight = flat(
          p.select(isLong, flat(p.binary("div", ofPlane, length)), flat(p.binary("add", number, ofRow))),
        );
        const turned = p.pack(...parts.slice(1), flat(p.unary("neg", weight)));
        const add: Output = {
          mode: "scatter",
          combine: "add",
          buffer: sum,
          index: [dynamic(flat(p.load(table, [axis(1)]))), axis(2)],
          value: p.binary("mul", weight, both),
          when: isLong,
        };
        const program = p.build({
          inputs: [x, table, row, plane],
          outputs: [out, sum],
          body: [
            nest([rows, lanes], store(sum, [axis(0), axis(1)], p.constant(dtype, 0.5))),
            nest([planes, rows, lanes], store(out, [axis(0), axis(1), axis(2)], turned), add),
          ],
        });
        expectSame(program, [
          samples(dtype, planes * rows * lanes, 5),
          Int32Array.from({ length: rows }, (_, k) => (3 * k) % rows),
          samples(dtype, rows, 6),
          samples(dtype, planes, 7),
        ]);
      }
    }
  });

  it("scatters of one point that meet add up in order", () => {
    for (const lanes of [1, 2, 4]) {
      const p = programBuilder();
      const [table, u] = [p.buffer("table", "int32", [9, 2]), p.buffer("u", "float64", [9, lanes])];
      const sum = p.buffer("sum", "float64", [4, lanes]);
      const add = (column: number, value: Ref): Output => ({
        mode: "scatter",
        combine: "add",
        buffer: sum,
        index: [dynamic(p.load(table, [axis(0), fixed(column)])), axis(1)],
        value,
        when: null,
      });
      const program = p.build({
        inputs: [table, u],
        outputs: [sum],
        body: [
          nest([4, lanes], store(sum, [axis(0), axis(1)], p.constant("float64", 1e16))),
          nest([9, lanes], add(0, p.at(u)), add(1, p.unary("neg", p.at(u)))),
        ],
      });
      const indices = Int32Array.from({ length: 18 }, (_, k) => (k % 3 === 0 ? 1 : (k * 7) % 4));
      expectSame(program, [indices, Float64Array.from({ length: 9 * lanes }, (_, k) => Math.sin(k + 1))]);
    }
  });
});
