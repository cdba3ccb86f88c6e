import { describe, expect, it } from "@jest/globals";
import { interpretProgram } from "../lowering/interpretProgram.js";
import type { Id, LoopProgram, Statement } from "../lowering/loopProgram.js";
import type { TypedArray } from "../util/dtype.js";
import { NumericalError, ShapeError, UnsupportedError } from "../util/errors.js";
import type { Backend } from "./backend.js";
import { jsBackend } from "./js/jsBackend.js";
import {
  assign,
  axis,
  cells,
  dynamic,
  fixed,
  loop,
  nest,
  programBuilder,
  shift,
  stepOf,
  store,
} from "./programBuilder.js";
import type { ProgramBuilder } from "./programBuilder.js";
import { wasmBackend } from "./wasm/wasmBackend.js";

const backends: readonly Backend[] = [jsBackend, wasmBackend];

interface Case {
  readonly program: LoopProgram;
  readonly inputs: readonly TypedArray[];
}

const plain = (arrays: readonly TypedArray[]): number[][] => arrays.map((data) => Array.from(data));

/** Runs a case whole, then in slices of every size in `fuels`, and expects what the interpreter computes. */
function expectSame({ program, inputs }: Case, fuels: readonly number[] = [1, 2, 3, 5, 7, 11, 30, 100]): void {
  const expected = plain(interpretProgram(program, inputs));
  for (const backend of backends) {
    const executable = backend.compile(program);
    expect([backend.name, plain(executable.call(inputs))]).toEqual([backend.name, expected]);
    for (const fuel of fuels) {
      const run = executable.start(inputs);
      let progress = 0;
      let slices = 0;
      while (!run.advance(fuel)) {
        expect(run.progress()).toBeGreaterThanOrEqual(progress);
        progress = run.progress();
        expect(slices++).toBeLessThan(100_000);
      }
      expect(run.progress()).toBe(1);
      expect([backend.name, fuel, plain(run.outputs())]).toEqual([backend.name, fuel, expected]);
      run.dispose();
    }
    expect([backend.name, plain(executable.call(inputs))]).toEqual([backend.name, expected]);
  }
}

/** x = 0.9 x + k + step, elementwise: a step whose order matters. */
function mix(p: ProgramBuilder, x: Id, n: number, id: Id, k = 1): Statement {
  const step = p.convert("float64", p.step(id));
  const value = p.binary(
    "add",
    p.binary("mul", p.at(x), p.constant("float64", 0.9)),
    p.binary("add", step, p.constant("float64", k)),
  );
  return nest([n], store(x, [axis(0)], value));
}

const ramp = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => Math.sin(i + 1));

describe("loops give the same bits in one run and in slices", () => {
  it.each([0, 1, 2, 3, 7])("a leapfrog of %s steps, with storage that rotates", (steps) => {
    const n = 11;
    const p = programBuilder();
    const [a, b] = [p.buffer("a", "float64", [n]), p.buffer("b", "float64", [n])];
    const [x, quarter] = [p.at(b), p.constant("float64", 0.25)];
    const edge = (low: number, high: number, by: number) =>
      ({ box: [[low, high]], outputs: [store(a, [axis(0)], p.binary("sub", shift(x, by), p.at(a)))] }) as const;
    const inner = p.binary("sub", p.binary("mul", quarter, p.binary("add", shift(x, -1), shift(x, 1))), p.at(a));
    const id = p.loopId();
    const step = cells(
      [n],
      edge(0, 1, 1),
      { box: [[1, n - 1]], outputs: [store(a, [axis(0)], inner)] },
      edge(n - 1, n, -1),
    );
    const program = p.build({
      inputs: [a, b],
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
    expectSame({ program, inputs: [ramp(n), ramp(n + 1).slice(1)] });
  });

  it.each([
    [
      "2 and 3",
      [
        [0, 1],
        [2, 3, 4],
      ],
    ],
    ["3", [[0, 2, 1]]],
    ["4", [[3, 0, 1, 2]]],
    ["5", [[0, 1, 2, 3, 4]]],
    [
      "2 and 4",
      [
        [0, 5],
        [1, 2, 3, 4],
      ],
    ],
  ] as const)("rotations with cycles of %s", (_, cycles) => {
    for (const steps of [0, 1, 2, 3, 4, 5, 6, 7, 12, 13]) {
      const p = programBuilder();
      const n = 5;
      const names = [0, 1, 2, 3, 4, 5].map((k) => p.buffer(`b${k}`, "float64", [n]));
      const count = p.buffer("count", "int32", []);
      const id = p.loopId();
      const name = (k: number): Id => names[k] as Id;
      const rotation = cycles.flatMap((cycle) =>
        cycle.map((k, i) => [name(k), name(cycle[(i + 1) % cycle.length] as number)] as const),
      );
      const first = name(cycles[0][0]);
      const body = [
        mix(p, first, n, id),
        nest([n], store(name(5), [axis(0)], p.binary("sub", p.at(name(5)), p.at(first)))),
      ];
      for (const trips of [steps, { buffer: count }]) {
        const program = p.build({
          inputs: [count, ...names],
          outputs: names,
          body: [loop(id, trips, body, { rotation })],
        });
        const inputs = [Int32Array.of(steps), ...names.map((k) => ramp(n).map((x) => x + k))];
        expectSame({ program, inputs }, [1, 5, 9]);
      }
    }
  });

  it("loops backwards, and a count that is negative", () => {
    for (const count of [5, 1, 0, -3]) {
      const p = programBuilder();
      const [x, rows, trips, given] = [
        p.buffer("x", "float64", [4]),
        p.buffer("rows", "float64", [6, 4]),
        p.buffer("trips", "int32", []),
        p.buffer("given", "int32", []),
      ];
      const id = p.loopId();
      const record = nest([4], store(rows, [stepOf(id), axis(0)], p.at(x)));
      const program = p.build({
        inputs: [x, rows, given],
        outputs: [x, rows, trips],
        body: [loop(id, { buffer: given }, [mix(p, x, 4, id), record], { reverse: true, trips })],
      });
      expectSame({ program, inputs: [ramp(4), ramp(24), Int32Array.of(count)] });
    }
  });

  it("reads rows at the step before, whose offset is negative", () => {
    const p = programBuilder();
    const rows = p.buffer("rows", "float64", [9, 3]);
    const id = p.loopId();
    const previous = p.load(rows, [{ axis: null, stride: 0, offset: -1, loop: id, dynamic: null }, axis(0)]);
    const guard = p.buffer("guard", "bool", []);
    const body: Statement[] = [
      assign(guard, p.compare("gt", p.step(id), p.constant("int32", 0))),
      {
        kind: "if",
        predicate: guard,
        then: [nest([3], store(rows, [stepOf(id), axis(0)], p.binary("mul", previous, previous)))],
        else: [],
      },
    ];
    const program = p.build({ inputs: [rows], outputs: [rows], body: [loop(id, 9, body)] });
    expectSame({ program, inputs: [ramp(27)] });
  });

  it("a while with a condition that computes, and rotation", () => {
    for (const limit of [0, 3, 50, 400]) {
      const p = programBuilder();
      const n = 3;
      const [a, b] = [p.buffer("a", "float64", [n]), p.buffer("b", "float64", [n])];
      const [total, go, bound, trips] = [
        p.buffer("total", "float64", []),
        p.buffer("go", "bool", []),
        p.buffer("bound", "float64", []),
        p.buffer("trips", "int32", []),
      ];
      const id = p.loopId();
      const condition = {
        body: [
          nest([n], {
            mode: "reduce",
            combine: "sum",
            axes: 1,
            lanes: 8,
            buffer: total,
            index: [],
            value: p.at(a),
          } as const),
          assign(go, p.compare("lt", p.load(total), p.load(bound))),
        ],
        predicate: go,
      };
      const program = p.build({
        inputs: [a, b, bound],
        outputs: [a, b, total, trips],
        body: [
          loop(id, null, [mix(p, b, n, id)], {
            condition,
            trips,
            rotation: [
              [a, b],
              [b, a],
            ],
          }),
        ],
      });
      expectSame({ program, inputs: [ramp(n), ramp(n), Float64Array.of(limit)] });
    }
  });

  it("nested loops, with statements before, between and after, and rotations at both levels", () => {
    const p = programBuilder();
    const n = 4;
    const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map((name) => p.buffer(name, "float64", [n])) as [
      Id,
      Id,
      Id,
      Id,
      Id,
    ];
    const [outer, first, second, deep] = [p.loopId(), p.loopId(), p.loopId(), p.loopId()];
    const add = (to: Id, from: Id): Statement => nest([n], store(to, [axis(0)], p.binary("add", p.at(to), p.at(from))));
    const body: Statement[] = [
      mix(p, a, n, outer),
      loop(first, 3, [mix(p, c, n, first), mix(p, c, n, outer), add(d, a)], {
        rotation: [
          [c, d],
          [d, c],
        ],
      }),
      add(e, c),
      add(a, e),
      loop(second, 2, [
        loop(deep, 2, [mix(p, e, n, deep), mix(p, e, n, second), add(e, b)], { reverse: true }),
        mix(p, b, n, second),
      ]),
      add(b, e),
    ];
    for (const count of [0, 1, 2, 5]) {
      const program = p.build({
        inputs: [a, b, c, d, e],
        outputs: [a, b, c, d, e],
        body: [
          add(a, b),
          loop(outer, count, body, {
            rotation: [
              [a, b],
              [b, a],
            ],
          }),
          add(c, a),
        ],
      });
      expectSame(
        { program, inputs: [1, 2, 3, 4, 5].map((k) => ramp(n).map((x) => x * k)) },
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 17, 40],
      );
    }
  });

  it("a while around a loop, and a loop in its condition", () => {
    const p = programBuilder();
    const [x, limit, go] = [
      p.buffer("x", "float64", [2]),
      p.buffer("limit", "float64", []),
      p.buffer("go", "bool", []),
    ];
    const [outer, inner, tested] = [p.loopId(), p.loopId(), p.loopId()];
    const y = p.buffer("y", "float64", [2]);
    const condition = {
      body: [
        loop(tested, 3, [mix(p, y, 2, tested, -1)]),
        assign(go, p.compare("lt", p.load(x, [fixed(1)]), p.load(limit))),
      ],
      predicate: go,
    };
    const program = p.build({
      inputs: [x, y, limit],
      outputs: [x, y],
      body: [loop(outer, null, [loop(inner, 4, [mix(p, x, 2, inner), mix(p, x, 2, outer)])], { condition })],
    });
    expectSame({ program, inputs: [ramp(2), ramp(2), Float64Array.of(30)] });
  });

  it("branches, with and without loops in them", () => {
    const p = programBuilder();
    const [x, odd, small] = [p.buffer("x", "float64", [3]), p.buffer("odd", "bool", []), p.buffer("small", "bool", [])];
    const [outer, left, right] = [p.loopId(), p.loopId(), p.loopId()];
    const isOdd = p.compare("eq", p.binary("and", p.step(outer), p.constant("int32", 1)), p.constant("int32", 1));
    const body: Statement[] = [
      assign(odd, isOdd),
      assign(small, p.compare("lt", p.load(x, [fixed(0)]), p.constant("float64", 4))),
      {
        kind: "if",
        predicate: odd,
        then: [loop(left, 3, [mix(p, x, 3, left)]), mix(p, x, 3, outer)],
        else: [mix(p, x, 3, outer, 5), loop(right, 2, [mix(p, x, 3, right, 2)])],
      },
      { kind: "if", predicate: small, then: [mix(p, x, 3, outer, -2)], else: [] },
    ];
    const program = p.build({ inputs: [x], outputs: [x], body: [loop(outer, 5, body)] });
    expectSame({ program, inputs: [ramp(3)] });
    const flat = p.build({
      inputs: [x],
      outputs: [x],
      body: [
        loop(outer, 4, [
          assign(odd, isOdd),
          { kind: "if", predicate: odd, then: [mix(p, x, 3, outer)], else: [mix(p, x, 3, outer, 7)] },
        ]),
      ],
    });
    expectSame({ program: flat, inputs: [ramp(3)] });
  });

  it("growable buffers grow by whole rows, keep their contents, and are read back", () => {
    const p = programBuilder();
    const n = 5;
    const [x, sum, count] = [
      p.buffer("x", "float64", [n]),
      p.buffer("sum", "float64", [n]),
      p.buffer("count", "int32", []),
    ];
    const [rows, ints] = [
      p.buffer("rows", "float64", [n], { growable: true }),
      p.buffer("ints", "int32", [], { growable: true }),
    ];
    const [ahead, back] = [p.loopId(), p.loopId()];
    const next = p.binary("add", p.step(ahead), p.constant("int32", 1));
    const record: Statement[] = [
      { kind: "reserve", buffer: rows, rows: next },
      { kind: "reserve", buffer: ints, rows: next },
      nest([n], store(rows, [stepOf(ahead), axis(0)], p.at(x))),
      nest([], store(ints, [stepOf(ahead)], p.binary("mul", p.step(ahead), p.step(ahead)))),
      mix(p, x, n, ahead),
    ];
    const replay = nest(
      [n],
      store(
        sum,
        [axis(0)],
        p.binary("add", p.binary("mul", p.at(sum), p.constant("float64", 0.5)), p.load(rows, [stepOf(back), axis(0)])),
      ),
    );
    const program = p.build({
      inputs: [x, sum, count],
      outputs: [x, sum, rows, ints],
      body: [loop(ahead, { buffer: count }, record), loop(back, { buffer: count }, [replay], { reverse: true })],
    });
    for (const steps of [3, 0, 40, 7])
      expectSame({ program, inputs: [ramp(n), ramp(n), Int32Array.of(steps)] }, [1, 9, 64]);
  });

  it("growable buffers that grow in turn outgrow the memory they began with", () => {
    const p = programBuilder();
    const n = 700;
    const [x, count] = [p.buffer("x", "float64", [n]), p.buffer("count", "int32", [])];
    const histories = ["a", "b", "c"].map((name) => p.buffer(name, "float64", [n], { growable: true }));
    const id = p.loopId();
    const rows = p.binary("add", p.step(id), p.constant("int32", 1));
    const body = histories.flatMap((history, k): Statement[] => [
      { kind: "reserve", buffer: history, rows },
      nest([n], store(history, [stepOf(id), axis(0)], p.binary("mul", p.at(x), p.constant("float64", k)))),
      mix(p, x, n, id, k),
    ]);
    const program = p.build({
      inputs: [x, count],
      outputs: [x, ...histories],
      body: [loop(id, { buffer: count }, body)],
    });
    for (const steps of [1, 25]) expectSame({ program, inputs: [ramp(n), Int32Array.of(steps)] }, [n, 7 * n]);
  });

  it("growable buffers rotate, and may be arguments", () => {
    const p = programBuilder();
    const [a, b] = [
      p.buffer("a", "float64", [2], { growable: true }),
      p.buffer("b", "float64", [2], { growable: true }),
    ];
    const [x, id] = [p.buffer("x", "float64", [2]), p.loopId()];
    const add = nest(
      [2],
      store(
        x,
        [axis(0)],
        p.binary("add", p.binary("mul", p.at(x), p.constant("float64", 3)), p.load(a, [fixed(1), axis(0)])),
      ),
    );
    for (const steps of [2, 3]) {
      const program = p.build({
        inputs: [a, b, x],
        outputs: [x, a, b],
        body: [
          loop(id, steps, [add], {
            rotation: [
              [a, b],
              [b, a],
            ],
          }),
        ],
      });
      expectSame({ program, inputs: [ramp(4), ramp(8), ramp(2)] }, [1, 3]);
    }
  });

  it("a dynamic row of a history", () => {
    const p = programBuilder();
    const [rows, pick, out] = [
      p.buffer("rows", "float64", [8, 6]),
      p.buffer("pick", "int32", [7]),
      p.buffer("out", "float64", [6]),
    ];
    const id = p.loopId();
    const row = p.load(rows, [dynamic(p.load(pick, [stepOf(id)])), axis(0)]);
    const value = p.binary("sub", p.binary("mul", p.at(out), p.constant("float64", 0.5)), row);
    const program = p.build({
      inputs: [rows, pick, out],
      outputs: [out],
      body: [loop(id, 7, [nest([6], store(out, [axis(0)], value))])],
    });
    expectSame({ program, inputs: [ramp(48), Int32Array.of(3, 7, 0, 0, 5, 6, 2), ramp(6)] });
  });
});

describe("the wasm backend", () => {
  it("says what to do where the memory does not suffice", () => {
    const p = programBuilder();
    const [rows, x] = [p.buffer("rows", "float64", [1000], { growable: true }), p.buffer("x", "float64", [])];
    const reserve: Statement = { kind: "reserve", buffer: rows, rows: p.constant("int32", 2 ** 29) };
    const executable = wasmBackend.compile(p.build({ inputs: [x], outputs: [x], body: [reserve] }));
    for (const _ of [1, 2]) expect(() => executable.call([Float64Array.of(1)])).toThrow(UnsupportedError);
    const huge = programBuilder();
    const out = huge.buffer("out", "float64", [30_000, 30_000]);
    expect(() => wasmBackend.compile(huge.build({ inputs: [], outputs: [out], body: [] }))).toThrow(UnsupportedError);
  });
});

describe.each(backends.map((backend) => [backend.name, backend] as const))("executables of %s", (_, backend) => {
  /** out = x after `steps` steps; fails where an element passes the bound. */
  function checked(n: number, steps: number): LoopProgram {
    const p = programBuilder();
    const [x, fine, also] = [p.buffer("x", "float64", [n]), p.buffer("fine", "bool", []), p.buffer("also", "bool", [])];
    const id = p.loopId();
    const first = p.load(x, [fixed(0)]);
    const body: Statement[] = [
      mix(p, x, n, id),
      assign(fine, p.compare("lt", first, p.constant("float64", 20))),
      assign(also, p.compare("lt", first, p.constant("float64", 10))),
      { kind: "check", predicate: fine, message: "x[0] passed 20" },
      { kind: "check", predicate: also, message: "x[0] passed 10" },
    ];
    return p.build({ inputs: [x], outputs: [x], body: [loop(id, steps, body)] });
  }

  it("throws the first failure at the end, and runs again", () => {
    const executable = backend.compile(checked(3, 9));
    expect(executable.call([Float64Array.of(-90, 1, 1)])).toHaveLength(1);
    expect(() => executable.call([Float64Array.of(5, 1, 1)])).toThrow(new NumericalError({ what: "x[0] passed 10" }));
    expect(() => executable.call([Float64Array.of(50, 1, 1)])).toThrow(new NumericalError({ what: "x[0] passed 20" }));
    expect(executable.call([Float64Array.of(-90, 1, 1)])).toHaveLength(1);
    const run = executable.start([Float64Array.of(5, 1, 1)]);
    while (!run.advance(4)) expect(run.progress()).toBeLessThan(1);
    expect(() => run.outputs()).toThrow(NumericalError);
    run.dispose();
  });

  it("interleaves runs and calls, each with a memory of its own", () => {
    const executable = backend.compile(checked(4, 6));
    const starts = [1, 2, 3, 4, 5, 6].map((k) => Float64Array.of(-40, k, 2 * k, -k));
    const expected = starts.map((start) => plain(executable.call([start])));
    const runs = starts.map((start) => executable.start([start]));
    const ended = runs.map(() => false);
    for (let round = 0; ended.includes(false); round++) {
      runs.forEach((run, k) => {
        if (round % (k + 1) === 0) ended[k] = run.advance(5);
      });
      expect(plain(executable.call([starts[0] as Float64Array]))).toEqual(expected[0]);
    }
    runs.forEach((run, k) => {
      expect(plain(run.outputs())).toEqual(expected[k]);
      run.dispose();
      run.dispose();
    });
  });

  it("a run given up half way leaves nothing behind", () => {
    const executable = backend.compile(checked(4, 6));
    const start = Float64Array.of(-40, 1, 2, 3);
    const expected = plain(executable.call([start]));
    const run = executable.start([Float64Array.of(90, 1, 2, 3)]);
    run.advance(7);
    run.dispose();
    expect(plain(executable.call([start]))).toEqual(expected);
  });

  it("outputs belong to the caller", () => {
    const executable = backend.compile(checked(2, 1));
    const [first] = executable.call([Float64Array.of(1, 2)]) as [Float64Array];
    const kept = Array.from(first);
    executable.call([Float64Array.of(3, 4)]);
    expect(Array.from(first)).toEqual(kept);
  });

  it("refuses arguments that do not fit", () => {
    const executable = backend.compile(checked(3, 1));
    expect(() => executable.call([])).toThrow(ShapeError);
    expect(() => executable.call([new Float64Array(4)])).toThrow(ShapeError);
  });

  it("a slice does about as much as its fuel says", () => {
    const p = programBuilder();
    const [x, id] = [p.buffer("x", "float64", [100]), p.loopId()];
    const executable = backend.compile(
      p.build({ inputs: [x], outputs: [x], body: [loop(id, 1000, [mix(p, x, 100, id)])] }),
    );
    const run = executable.start([new Float64Array(100)]);
    expect(run.advance(20_000)).toBe(false);
    expect(run.progress()).toBeCloseTo(0.2, 10);
    run.dispose();
  });

  it("a large argument of unknown length makes room for itself", () => {
    const p = programBuilder();
    const [rows, sum, count, id] = [
      p.buffer("rows", "float64", [], { growable: true }),
      p.buffer("sum", "float64", []),
      p.buffer("count", "int32", []),
      p.loopId(),
    ];
    const add = assign(sum, p.binary("add", p.load(sum), p.load(rows, [stepOf(id)])));
    const executable = backend.compile(
      p.build({ inputs: [rows, sum, count], outputs: [sum], body: [loop(id, { buffer: count }, [add])] }),
    );
    for (const length of [10, 100_000, 50]) {
      const data = new Float64Array(length).map((_, i) => i);
      expect(plain(executable.call([data, Float64Array.of(0), Int32Array.of(length)]))).toEqual([
        [(length * (length - 1)) / 2],
      ]);
    }
  });

  it("shows its code", () => {
    const executable = backend.compile(checked(3, 2));
    expect(executable.text()).toContain("loop");
    expect(executable.text()).not.toContain("unknown");
    expect(executable.codeSize).toBeGreaterThan(100);
  });
});
