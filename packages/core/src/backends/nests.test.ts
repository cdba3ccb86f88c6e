import { describe, expect, it } from "@jest/globals";
import { interpretProgram } from "../lowering/interpretProgram.js";
import type { LoopProgram, Ref } from "../lowering/loopProgram.js";
import type { BinaryName, Relation, UnaryName } from "../ir/types.js";
import { allocate, roundTo } from "../util/dtype.js";
import type { DType, TypedArray } from "../util/dtype.js";
import { jsBackend } from "./js/jsBackend.js";
import { axis, dynamic, fixed, nest, programBuilder, shift, store } from "./programBuilder.js";
import type { ProgramBuilder } from "./programBuilder.js";
import { wasmBackend } from "./wasm/wasmBackend.js";

const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  NaN,
  Infinity,
  -Infinity,
  1e-310,
  2147483648,
  -3e9,
  5e9,
  1e300,
  -2.5,
  255,
  3,
];

/** Values of a dtype, with special ones among them. */
function samples(dtype: DType, length: number, seed: number): TypedArray {
  const data = allocate(dtype, length);
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let i = 0; i < length; i++) {
    const pick = next();
    const value = pick < 0.3 ? (special[Math.floor(next() * special.length)] as number) : (next() - 0.5) * 8;
    data[i] =
      dtype === "bool"
        ? Number(pick < 0.5)
        : dtype === "int32" || dtype === "uint32"
          ? Math.floor(next() * 2 ** 32) >> (pick < 0.5 ? 0 : 28)
          : roundTo(dtype, value);
  }
  return data;
}

/** Runs a program on the interpreter and both backends, and expects the same bits. */
function expectSame(program: LoopProgram, inputs: readonly TypedArray[]): void {
  const expected = interpretProgram(program, inputs).map((data) => Array.from(data));
  for (const backend of [jsBackend, wasmBackend]) {
    const executable = backend.compile(program);
    expect([backend.name, executable.call(inputs).map((data) => Array.from(data))]).toEqual([backend.name, expected]);
  }
}

/** A nest over 23 points that computes one value from loads of `dtypes`, SIMD where the backend can. */
function expectSameValue(
  dtypes: readonly DType[],
  value: (p: ProgramBuilder, loads: readonly Ref[]) => Ref,
  seed = 1,
): void {
  const n = 23;
  const p = programBuilder();
  const inputs = dtypes.map((dtype, k) => p.buffer(`x${k}`, dtype, [n]));
  const made = value(p, inputs.map(p.at));
  const out = p.buffer("out", p.dtypeOf(made), [n]);
  const program = p.build({ inputs, outputs: [out], body: [nest([n], store(out, [axis(0)], made))] });
  expectSame(
    program,
    dtypes.map((dtype, k) => samples(dtype, n, seed + k)),
  );
}

const floats: readonly DType[] = ["float64", "float32"];
const integers: readonly DType[] = ["int32", "uint32"];
const all: readonly DType[] = [...floats, ...integers, "bool"];

describe("operations are equal to the bit on interpreter, js and wasm", () => {
  const unary: UnaryName[] = [
    "neg",
    "abs",
    "sign",
    "floor",
    "ceil",
    "round",
    "sqrt",
    "exp",
    "expm1",
    "log",
    "log1p",
    "sin",
    "cos",
    "tan",
    "atan",
    "tanh",
  ];
  it.each(floats.flatMap((dtype) => unary.map((name) => [name, dtype] as const)))("%s of %s", (name, dtype) => {
    for (const seed of [1, 2, 3]) expectSameValue([dtype], (p, [x]) => p.unary(name, x as Ref), seed);
  });
  it.each([
    ["neg", "int32"],
    ["abs", "int32"],
    ["sign", "int32"],
    ["neg", "uint32"],
  ] as const)("%s of %s", (name, dtype) => {
    expectSameValue([dtype], (p, [x]) => p.unary(name, x as Ref));
  });
  it("not of bool", () => {
    expectSameValue(["bool"], (p, [x]) => p.unary("not", x as Ref));
  });
  const binary: BinaryName[] = ["add", "sub", "mul", "div", "pow", "max", "min"];
  it.each([
    ...floats.flatMap((dtype) => binary.map((name) => [name, dtype] as const)),
    ...integers.flatMap((dtype) =>
      (["add", "sub", "mul", "max", "min"] as const).map((name) => [name, dtype] as const),
    ),
    ...([...integers, "bool"] as const).flatMap((dtype) =>
      (["and", "or", "xor"] as const).map((name) => [name, dtype] as const),
    ),
    ["shiftLeft", "uint32"] as const,
    ["shiftRight", "uint32"] as const,
  ])("%s of %s", (name, dtype) => {
    for (const seed of [1, 7, 9])
      expectSameValue([dtype, dtype], (p, [x, y]) => p.binary(name, x as Ref, y as Ref), seed);
  });
  const relations: Relation[] = ["eq", "ne", "lt", "le", "gt", "ge"];
  it.each(all.flatMap((dtype) => relations.map((relation) => [relation, dtype] as const)))(
    "%s of %s, as data and as mask",
    (relation, dtype) => {
      expectSameValue([dtype, dtype], (p, [x, y]) => p.compare(relation, x as Ref, y as Ref));
      expectSameValue([dtype, dtype], (p, [x, y]) =>
        p.select(p.compare(relation, x as Ref, y as Ref), y as Ref, x as Ref),
      );
    },
  );
  it.each(floats)("masks within an expression of %s", (dtype) => {
    expectSameValue([dtype, dtype], (p, [x, y]) => {
      const zero = p.constant(dtype, 0);
      const one = p.compare("gt", x as Ref, zero);
      const two = p.compare("le", y as Ref, x as Ref);
      const masks = relations.map((relation) => p.compare(relation, one, two));
      const mixed = masks.reduce((a, b) =>
        p.binary("xor", a, p.binary("and", b, p.unary("not", p.isFinite(y as Ref)))),
      );
      const also = p.binary("or", mixed, p.convert("bool", y as Ref));
      return p.binary("add", p.convert(dtype, also), p.select(mixed, x as Ref, p.unary("neg", y as Ref)));
    });
  });
  it.each(floats)("isFinite of %s", (dtype) => {
    expectSameValue([dtype], (p, [x]) => p.isFinite(x as Ref));
    expectSameValue([dtype], (p, [x]) => p.select(p.isFinite(x as Ref), x as Ref, p.constant(dtype, -0)));
  });
  it.each(all.flatMap((from) => all.map((to) => [from, to] as const)))("convert %s to %s", (from, to) => {
    expectSameValue([from], (p, [x]) => p.convert(to, x as Ref));
  });
  it.each(all)("select of %s", (dtype) => {
    expectSameValue(["bool", dtype, dtype], (p, [c, x, y]) => p.select(c as Ref, x as Ref, y as Ref));
  });
  it.each(floats)("the index as %s", (dtype) => {
    expectSameValue([dtype], (p, [x]) => p.binary("mul", p.convert(dtype, shift(p.index(0), 3)), x as Ref));
  });
  it("constants -0, NaN, Infinity", () => {
    for (const value of [-0, NaN, Infinity, -Infinity]) {
      for (const dtype of floats)
        expectSameValue([dtype], (p, [x]) => p.binary("mul", x as Ref, p.constant(dtype, value)));
    }
  });
});

describe("nests", () => {
  it.each([1, 2, 3, 4, 5, 8, 9, 17, 33, 40])("stencils of %s points, interior and edges as cells", (n) => {
    for (const dtype of floats) {
      const p = programBuilder();
      const [u, out] = [p.buffer("u", dtype, [n + 2]), p.buffer("out", dtype, [n + 2])];
      const [x, half] = [p.at(u), p.constant(dtype, 0.5)];
      const inner = p.binary(
        "add",
        p.binary("mul", half, p.binary("add", shift(x, -1), shift(x, 1))),
        p.binary("mul", p.unary("sqrt", p.unary("abs", shift(x, 1))), x),
      );
      const program = p.build({
        inputs: [u],
        outputs: [out],
        body: [
          {
            kind: "nest",
            extents: [n + 2],
            cells: [
              { box: [[0, 1]], outputs: [store(out, [axis(0)], shift(x, 1))] },
              { box: [[1, n + 1]], outputs: [store(out, [axis(0)], inner)] },
              { box: [[n + 1, n + 2]], outputs: [store(out, [axis(0)], shift(x, -1))] },
            ],
          },
        ],
      });
      expectSame(program, [samples(dtype, n + 2, n)]);
    }
  });

  it("stencils in two dimensions with row coefficients", () => {
    for (const [rows, columns] of [
      [5, 4],
      [3, 19],
      [6, 2],
      [7, 3],
      [2, 1],
      [1, 6],
    ] as const) {
      for (const dtype of floats) {
        const p = programBuilder();
        const u = p.buffer("u", dtype, [rows + 2, columns + 2]);
        const c = p.buffer("c", dtype, [rows + 2]);
        const out = p.buffer("out", dtype, [rows, columns]);
        const at = (di: number, dj: number): Ref => p.load(u, [axis(0, 1, 1 + di), axis(1, 1, 1 + dj)]);
        const sum = [at(0, -1), at(-1, 0), at(1, 0), at(0, 1)].reduce((a, b) => p.binary("add", a, b));
        const value = p.binary("mul", p.binary("mul", p.load(c, [axis(0, 1, 1)]), p.load(c, [axis(0)])), sum);
        const program = p.build({
          inputs: [u, c],
          outputs: [out],
          body: [nest([rows, columns], store(out, [axis(0), axis(1)], value))],
        });
        expectSame(program, [samples(dtype, (rows + 2) * (columns + 2), 3), samples(dtype, rows + 2, 4)]);
      }
    }
  });

  it("reversed, strided and transposed accesses", () => {
    const p = programBuilder();
    const a = p.buffer("a", "float64", [6, 14]);
    const [b, c] = [p.buffer("b", "float64", [7, 6]), p.buffer("c", "float64", [6, 7])];
    const value = p.binary("sub", p.load(a, [axis(1), axis(0, 2)]), p.load(a, [axis(1, -1, 5), axis(0, -2, 13)]));
    const program = p.build({
      inputs: [a],
      outputs: [b, c],
      body: [
        nest([7, 6], store(b, [axis(0), axis(1, -1, 5)], value)),
        nest(
          [6, 7],
          store(
            c,
            [axis(0, -1, 5), axis(1)],
            p.binary("add", p.load(b, [axis(1), axis(0)]), p.load(a, [axis(0), axis(1, -1, 13)])),
          ),
        ),
      ],
    });
    expectSame(program, [samples("float64", 84, 5)]);
  });

  it.each(all)("in-place updates, several outputs and swaps of %s", (dtype) => {
    const n = 21;
    const p = programBuilder();
    const [a, b] = [p.buffer("a", dtype, [n]), p.buffer("b", dtype, [n])];
    const name = dtype === "bool" ? "xor" : "sub";
    const program = p.build({
      inputs: [a, b],
      outputs: [a, b],
      body: [
        nest([n], store(a, [axis(0)], p.at(b)), store(b, [axis(0)], p.binary(name, p.at(a), p.at(b)))),
        nest([], store(a, [fixed(0)], p.load(b, [fixed(2)])), store(b, [fixed(2)], p.load(a, [fixed(0)]))),
      ],
    });
    expectSame(program, [samples(dtype, n, 1), samples(dtype, n, 2)]);
  });

  it.each(["sum", "max", "min"] as const)("reductions by %s in eight lanes and in one", (combine) => {
    for (const dtype of [...floats, ...integers]) {
      for (const lanes of [1, 8] as const) {
        for (const [rows, columns, low] of [
          [1, 1, 0],
          [4, 3, 0],
          [5, 8, 0],
          [3, 29, 0],
          [2, 30, 3],
          [2, 40, 5],
          [3, 4, 0],
          [2, 2, 0],
        ] as const) {
          const p = programBuilder();
          const a = p.buffer("a", dtype, [rows, columns]);
          const [row, total] = [p.buffer("row", dtype, [rows]), p.buffer("total", dtype, [])];
          const box = [
            [0, rows],
            [low, columns],
          ] as const;
          const value = p.at(a);
          const squares = p.binary("mul", value, value);
          const program = p.build({
            inputs: [a],
            outputs: [row, total],
            body: [
              {
                kind: "nest",
                extents: [rows, columns],
                cells: [
                  {
                    box,
                    outputs: [
                      { mode: "reduce", combine, axes: 1, lanes, buffer: row, index: [axis(0)], value: squares },
                    ],
                  },
                ],
              },
              {
                kind: "nest",
                extents: [rows, columns],
                cells: [
                  { box, outputs: [{ mode: "reduce", combine, axes: 2, lanes, buffer: total, index: [], value }] },
                ],
              },
            ],
          });
          expectSame(program, [
            dtype === "float64" || dtype === "float32"
              ? samples(dtype, rows * columns, 11).map((x) => (Number.isNaN(x) ? -0 : x))
              : samples(dtype, rows * columns, 12),
          ]);
        }
      }
    }
  });

  it("reductions of nothing", () => {
    const p = programBuilder();
    const a = p.buffer("a", "float64", [3, 0]);
    const [row, total] = [p.buffer("row", "float64", [3]), p.buffer("total", "float64", [])];
    const reduce = { mode: "reduce", combine: "sum", lanes: 8, value: p.at(a) } as const;
    const program = p.build({
      inputs: [a, row],
      outputs: [row, total],
      body: [
        nest([3, 0], { ...reduce, axes: 1, buffer: row, index: [axis(0)] }),
        nest([3, 0], { ...reduce, axes: 2, buffer: total, index: [] }),
      ],
    });
    expectSame(program, [new Float64Array(0), Float64Array.of(1, 2, 3)]);
  });

  it.each(["sum", "max", "min"] as const)("accumulation by %s over repeated outer indices", (combine) => {
    for (const dtype of [...floats, "int32"] as const) {
      for (const columns of [1, 2, 4, 13, 40]) {
        const p = programBuilder();
        const [a, sums] = [p.buffer("a", dtype, [5, columns]), p.buffer("sums", dtype, [columns])];
        const program = p.build({
          inputs: [a, sums],
          outputs: [sums],
          body: [nest([5, columns], { mode: "accumulate", combine, buffer: sums, index: [axis(1)], value: p.at(a) })],
        });
        expectSame(program, [samples(dtype, 5 * columns, 5), samples(dtype, columns, 6)]);
      }
    }
  });

  it.each(["add", "set"] as const)("scatters (%s) at repeated indices, some skipped", (combine) => {
    for (const dtype of [...floats, "uint32"] as const) {
      for (const columns of [1, 2, 3, 4, 9]) {
        const p = programBuilder();
        const n = 12;
        const [table, keep] = [p.buffer("table", "int32", [n, 2]), p.buffer("keep", "bool", [n])];
        const [values, out] = [p.buffer("values", dtype, [n, columns]), p.buffer("out", dtype, [5, columns])];
        const column = (k: number): Ref => p.load(table, [axis(0), fixed(k)]);
        const scatter = (k: number, value: Ref) =>
          ({
            mode: "scatter",
            combine,
            buffer: out,
            index: [dynamic(column(k)), axis(1)],
            value,
            when: k === 0 ? null : p.load(keep, [axis(0)]),
          }) as const;
        const read = p.at(values);
        const program = p.build({
          inputs: [table, keep, values, out],
          outputs: [out],
          body: [nest([n, columns], scatter(0, read), scatter(1, p.binary("mul", read, read)))],
        });
        const indices = Int32Array.from({ length: 2 * n }, (_, i) => (7 * i + (i >> 2)) % 5);
        expectSame(program, [
          indices,
          samples("bool", n, 3),
          samples(dtype, n * columns, 7),
          samples(dtype, 5 * columns, 8),
        ]);
      }
    }
  });

  it("scatters along the inner axis itself", () => {
    const p = programBuilder();
    const [table, values, out] = [
      p.buffer("table", "int32", [30]),
      p.buffer("values", "float64", [30]),
      p.buffer("out", "float64", [4]),
    ];
    const program = p.build({
      inputs: [table, values, out],
      outputs: [out],
      body: [
        nest([30], {
          mode: "scatter",
          combine: "add",
          buffer: out,
          index: [dynamic(p.at(table))],
          value: p.at(values),
          when: p.compare("gt", p.at(values), p.constant("float64", -1)),
        }),
      ],
    });
    expectSame(program, [
      Int32Array.from({ length: 30 }, (_, i) => (i * i) % 4),
      samples("float64", 30, 5),
      samples("float64", 4, 6),
    ]);
  });

  it("gathers rows of a trailing axis", () => {
    for (const dtype of floats) {
      for (const columns of [1, 2, 3, 4, 6]) {
        const p = programBuilder();
        const [table, x, out] = [
          p.buffer("table", "int32", [9, 2]),
          p.buffer("x", dtype, [6, columns]),
          p.buffer("out", dtype, [9, columns]),
        ];
        const row = (k: number, offset: number): Ref =>
          p.load(x, [dynamic(p.load(table, [axis(0), fixed(k)]), offset), axis(1)]);
        const scale = p.convert(dtype, p.binary("mul", p.index(0), p.load(table, [axis(0), fixed(1)])));
        const program = p.build({
          inputs: [table, x],
          outputs: [out],
          body: [
            nest(
              [9, columns],
              store(out, [axis(0), axis(1)], p.binary("mul", scale, p.binary("sub", row(0, 1), row(1, 0)))),
            ),
          ],
        });
        expectSame(program, [
          Int32Array.from({ length: 18 }, (_, i) => ((5 * i) % 6) - (i % 2 === 0 ? 1 : 0))
            .map((i) => Math.max(i, -1))
            .map((i, k) => (k % 2 === 1 ? Math.max(i, 0) : i)),
          samples(dtype, 6 * columns, 2),
        ]);
      }
    }
  });

  it("dynamic starts, negative ones with an offset among them", () => {
    for (const dtype of ["float64", "float32", "int32"] as const) {
      const p = programBuilder();
      const [start, x, out] = [
        p.buffer("start", "int32", []),
        p.buffer("x", dtype, [40]),
        p.buffer("out", dtype, [30]),
      ];
      const from = p.load(start);
      const slice = (offset: number): Ref => p.load(x, [{ axis: 0, stride: 1, offset, loop: null, dynamic: from }]);
      const value = p.binary("add", p.binary("mul", slice(2), slice(3)), shift(slice(3), 1));
      const program = p.build({ inputs: [start, x], outputs: [out], body: [nest([30], store(out, [axis(0)], value))] });
      for (const first of [-2, 0, 4]) expectSame(program, [Int32Array.of(first), samples(dtype, 40, 5)]);
    }
  });

  it("prefix sums in both directions", () => {
    for (const dtype of [...floats, "int32"] as const) {
      for (const columns of [1, 3, 4, 11]) {
        const p = programBuilder();
        const [a, out, back] = [
          p.buffer("a", dtype, [3, columns]),
          p.buffer("out", dtype, [3, columns]),
          p.buffer("back", dtype, [3, columns]),
        ];
        const reversed = [axis(0), axis(1, -1, columns - 1)];
        const program = p.build({
          inputs: [a],
          outputs: [out, back],
          body: [
            nest([3, columns], { mode: "prefix", buffer: out, index: [axis(0), axis(1)], value: p.at(a) }),
            nest([3, columns], { mode: "prefix", buffer: back, index: reversed, value: p.load(a, reversed) }),
          ],
        });
        expectSame(program, [samples(dtype, 3 * columns, 9)]);
      }
    }
  });

  it("an alias is the same storage in another shape", () => {
    const p = programBuilder();
    const a = p.buffer("a", "float64", [4, 6]);
    const flat = p.buffer("flat", "float64", [24], { alias: a });
    const program = p.build({
      inputs: [a],
      outputs: [flat],
      body: [
        nest([24], store(flat, [axis(0)], p.binary("mul", p.at(flat), p.at(flat)))),
        nest([4, 6], store(a, [axis(0), axis(1)], p.unary("neg", p.at(a)))),
      ],
    });
    expectSame(program, [samples("float64", 24, 1)]);
  });
});
