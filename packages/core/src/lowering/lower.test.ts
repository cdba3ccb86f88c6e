import { describe, expect, it } from "@jest/globals";
import { graphBuilder, type Builder } from "../ir/builder.js";
import { interpret } from "../ir/interpret.js";
import { arrayType, sizeOf, type Graph, type Var } from "../ir/types.js";
import { arrayValue, type ArrayValue } from "../ir/values.js";
import { allocate } from "../util/dtype.js";
import { interpretProgram } from "./interpretProgram.js";
import { lower } from "./lower.js";
import { printProgram } from "./printProgram.js";
import { verifyProgram } from "./verifyProgram.js";

const f64 = (...shape: number[]) => arrayType("float64", shape);
const i32 = (...shape: number[]) => arrayType("int32", shape);

/** Shift with zeros moved in, as a view. */
function shift(b: Builder, x: Var, by: number): Var {
  const n = (x.type as { shape: readonly number[] }).shape[0] as number;
  const box: [number, number] = by > 0 ? [by, n] : [0, n + by];
  return b.one(
    "view",
    { shape: [n], pieces: [{ box: [box], input: 0, index: [{ axis: 0, stride: 1, offset: -by }] }] },
    [x],
  );
}

function waveStep(b: Builder, c: Var, u0: Var, u1: Var): Var {
  const two = b.literal("float64", [8], 2);
  const twice = b.one("mul", {}, [two, u1]);
  const lap = b.one("add", {}, [b.one("sub", {}, [shift(b, u1, 1), twice]), shift(b, u1, -1)]);
  return b.one("add", {}, [b.one("sub", {}, [twice, u0]), b.one("mul", {}, [c, lap])]);
}

function body(inputs: Parameters<Builder["input"]>[0][], make: (b: Builder, ...vars: Var[]) => Var[]): Graph {
  const b = graphBuilder();
  const vars = inputs.map((type) => b.input(type));
  return b.build(make(b, ...vars));
}

const plain = { reverse: false, keep: { kind: "auto" } } as const;

/** Pseudo-random values in [-1, 1), or small integers. */
function values(graph: Graph): ArrayValue[] {
  let state = 12345;
  const random = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) / 2 ** 32;
  return graph.inputs.map((input) => {
    if (input.type.kind !== "array") throw new TypeError("an input is no array");
    const { dtype, shape } = input.type;
    const data = allocate(dtype, sizeOf(shape));
    data.forEach(
      (_, k) =>
        (data[k] =
          dtype === "float64"
            ? 2 * random() - 1
            : dtype === "bool"
              ? Number(random() < 0.5)
              : Math.floor(random() * 7) - 2),
    );
    return arrayValue(dtype, shape, data);
  });
}

function agrees(graph: Graph): void {
  const inputs = values(graph);
  const expected = interpret(graph, inputs).map((value) => (value as ArrayValue).data);
  const program = lower(graph);
  verifyProgram(program);
  expect(
    interpretProgram(
      program,
      inputs.map((value) => value.data),
    ),
  ).toEqual(expected);
}

describe("lower", () => {
  it("makes one nest of a leapfrog step, in two rotating slots", () => {
    const step = body([f64(8), f64(8), f64(8)], (b, c, u0, u1) => [u1, waveStep(b, c, u0, u1)] as Var[]);
    const graph = body([f64(8), f64(8), f64(8)], (b, ...inputs) =>
      b.emit("scan", { ...plain, length: 5, nConst: 1, nCarry: 2, yHistory: [], body: step }, inputs).slice(),
    );
    expect(printProgram(lower(graph))).toMatchInlineSnapshot(`
      "buffer input0#0: float64[8]
      buffer input1#1: float64[8]
      buffer input2#2: float64[8]
      buffer carry#3: float64[8]
      buffer carry#4: float64[8]
      inputs input0#0 input1#1 input2#2
      nest [8]
        cell [0,8)
          carry#3[i0] = input1#1[i0]
          carry#4[i0] = input2#2[i0]
      loop 0 for 5
        nest [8]
          cell [0,1)
            carry#3[i0] = add(sub(mul(2, carry#4[i0]), carry#3[i0]), mul(input0#0[i0], add(sub(0, mul(2, carry#4[i0])), carry#4[i0]@1)))
          cell [1,7)
            carry#3[i0] = add(sub(mul(2, carry#4[i0]), carry#3[i0]), mul(input0#0[i0], add(sub(carry#4[i0]@-1, mul(2, carry#4[i0])), carry#4[i0]@1)))
          cell [7,8)
            carry#3[i0] = add(sub(mul(2, carry#4[i0]), carry#3[i0]), mul(input0#0[i0], add(sub(carry#4[i0]@-1, mul(2, carry#4[i0])), 0)))
        rotate carry#3<-carry#4 carry#4<-carry#3
      outputs carry#3 carry#4"
    `);
    agrees(graph);
  });

  it("computes what the interpreter computes: elementwise, views, reductions", () => {
    agrees(
      body([f64(3, 4), f64(4)], (b, x, y) => {
        const wide = b.one("broadcast", { shape: [3, 4], axes: [1] }, [y as Var]);
        const sum = b.one("add", {}, [x as Var, wide]);
        const flipped = b.one("reverse", { axes: [1] }, [sum]);
        const turned = b.one("transpose", { permutation: [1, 0] }, [flipped]);
        const part = b.one("slice", { start: [0, 1], limit: [4, 3], stride: [2, 1] }, [turned]);
        const padded = b.one("pad", { low: [1, 0], high: [0, 2], interior: [1, 0], value: 7 }, [part]);
        const joined = b.one("concatenate", { axis: 0 }, [part, b.one("exp", {}, [part])]);
        return [
          sum,
          b.one("reduceSum", { axes: [1] }, [flipped]),
          b.one("reduceSum", { axes: [0] }, [b.one("sin", {}, [flipped])]),
          b.one("reduceMax", { axes: [0, 1] }, [joined]),
          b.one("cumsum", { axis: 0, reverse: true }, [sum]),
          padded,
          b.one("reshape", { shape: [8] }, [joined]),
          b.one("dot", { batch: 0 }, [sum, turned]),
        ];
      }),
    );
  });

  it("computes what the interpreter computes: gather, scatter, dynamic slices", () => {
    agrees(
      body([f64(5, 2), i32(3), f64(3, 2), i32(2)], (b, x, at, add, starts) => [
        b.one("gather", { batch: 0, mode: "clip" }, [x as Var, at as Var]),
        b.one("gather", { batch: 0, mode: "drop" }, [x as Var, at as Var]),
        b.one("scatterAdd", { batch: 0, mode: "drop" }, [x as Var, at as Var, add as Var]),
        b.one("scatterSet", { batch: 0, mode: "clip" }, [x as Var, at as Var, add as Var]),
        b.one("dynamicSlice", { batch: 0, sizes: [2, 1] }, [x as Var, starts as Var]),
        b.one("dynamicUpdate", { batch: 0 }, [
          x as Var,
          b.one("slice", { start: [0, 0], limit: [2, 2], stride: [1, 1] }, [add as Var]),
          starts as Var,
        ]),
      ]),
    );
  });

  it("computes what the interpreter computes: a recorded loop read backwards", () => {
    const forward = body([f64(4), f64(4)], (b, c, x) => {
      const y = b.one("mul", {}, [b.one("sin", {}, [x as Var]), c as Var]);
      return [y, x as Var];
    });
    const backward = body([f64(4), f64(4), f64(4)], (b, c, ct, x) => [
      b.one("mul", {}, [ct as Var, b.one("mul", {}, [b.one("cos", {}, [x as Var]), c as Var])]),
    ]);
    agrees(
      body([f64(4), f64(4)], (b, c, x) => {
        const [end, history] = b.emit(
          "scan",
          { ...plain, length: 6, nConst: 1, nCarry: 1, yHistory: [true], body: forward },
          [c as Var, x as Var],
        );
        const [ct] = b.emit(
          "scan",
          { ...plain, length: 6, reverse: true, nConst: 1, nCarry: 1, yHistory: [], body: backward },
          [c as Var, end as Var, history as Var],
        );
        return [end as Var, ct as Var];
      }),
    );
  });

  it("computes what the interpreter computes: while with a History, in a map, read by a loop of run-time length", () => {
    const cond = body([f64(), f64()], (b, limit, x) => [
      b.one("compare", { relation: "lt" }, [x as Var, limit as Var]),
    ]);
    const step = body([f64()], (b, x) => [b.one("add", {}, [x as Var, b.literal("float64", [], 0.25)]), x as Var]);
    const read = body([f64(), f64()], (b, sum, x) => [
      b.one("add", {}, [b.one("mul", {}, [sum as Var, x as Var]), x as Var]),
    ]);
    const run = (b: Builder, limit: Var, x: Var): readonly Var[] =>
      b.emit("while", { nCondConst: 1, nConst: 0, nCarry: 1, cond, body: step, keep: { kind: "auto" } }, [limit, x]);
    const fold = (b: Builder, trips: Var, history: Var, start: Var): Var =>
      b.one("scan", { ...plain, length: null, reverse: true, nConst: 0, nCarry: 1, yHistory: [], body: read }, [
        trips,
        start,
        history,
      ]);
    agrees(
      body([f64(), f64()], (b, limit, x) => {
        const [end, trips, history] = run(b, limit as Var, x as Var) as [Var, Var, Var];
        return [end, trips, fold(b, trips, b.one("historyAdd", {}, [history, history]), x as Var)];
      }),
    );
    const inner = body([f64(), f64()], (b, limit, x) => run(b, limit as Var, x as Var).slice());
    const consume = body([i32(), { kind: "history", of: f64() }, f64()], (b, trips, history, start) => [
      fold(b, trips as Var, history as Var, start as Var),
    ]);
    agrees(
      body([f64(3), f64()], (b, limits, x) => {
        const [ends, trips, ragged] = b.emit("call", { body: inner, map: { size: 3, mapped: [true, false] } }, [
          limits as Var,
          x as Var,
        ]);
        const sums = b.one("call", { body: consume, map: { size: 3, mapped: [true, true, false] } }, [
          trips as Var,
          ragged as Var,
          x as Var,
        ]);
        return [ends as Var, sums];
      }),
    );
  });

  it("updates a carry in place: scatter, then the very slice that is read", () => {
    const step = body([f64(3), i32(2), f64(5), f64(5)], (b, add, at, x, y) => {
      const sum = b.one("reduceSum", { axes: [0] }, [x as Var]);
      const scattered = b.one("scatterAdd", { batch: 0, mode: "clip" }, [
        x as Var,
        b.one("concatenate", { axis: 0 }, [
          at as Var,
          b.one("slice", { start: [0], limit: [1], stride: [1] }, [at as Var]),
        ]),
        add as Var,
      ]);
      const start = b.one("slice", { start: [1], limit: [2], stride: [1] }, [at as Var]);
      const old = b.one("dynamicSlice", { batch: 0, sizes: [3] }, [scattered, start]);
      const updated = b.one("dynamicUpdate", { batch: 0 }, [scattered, b.one("mul", {}, [old, add as Var]), start]);
      return [updated, b.one("add", {}, [y as Var, b.one("sin", {}, [y as Var])]), sum];
    });
    const graph = body([f64(3), i32(2), f64(5), f64(5)], (b, ...inputs) =>
      b.emit("scan", { ...plain, length: 4, nConst: 2, nCarry: 2, yHistory: [false], body: step }, inputs).slice(),
    );
    agrees(graph);
    const inLoop = printProgram(lower(graph)).split("loop 0")[1] ?? "";
    expect(inLoop).not.toContain("rotate");
    expect(inLoop).toMatchInlineSnapshot(`
      " for 4
        nest [5]
          cell [0,5)
            scan#6[step0] = sum over last 1 axes, 8 lanes, of carry#4[i0]
        nest [3]
          cell [0,2)
            concatenate#7[i0] = input1#1[i0]
          cell [2,3)
            concatenate#7[i0] = input1#1[i0]@-2
        nest [3]
          cell [0,3)
            carry#4[min(max(concatenate#7[i0], 0), 4)] scatter-add= input0#0[i0]
        nest [3]
          cell [0,3)
            carry#4[i0+min(max(input1#1[1], 0), 2)] = mul(carry#4[i0+min(max(input1#1[1], 0), 2)], input0#0[i0])
        nest [5]
          cell [0,5)
            carry#5[i0] = add(carry#5[i0], sin(carry#5[i0]))
      outputs carry#4 carry#5 scan#6"
    `);
  });

  it("updates a carry in place where the other operand is read in reverse: their shifts cancel", () => {
    const step = body([f64(3), f64(3)], (b, x, y) => [
      b.one("sub", {}, [b.one("reverse", { axes: [0] }, [x as Var]), y as Var]),
      x as Var,
    ]);
    agrees(
      body([f64(3), f64(3)], (b, ...inputs) =>
        b.emit("scan", { ...plain, length: 2, nConst: 0, nCarry: 2, yHistory: [], body: step }, inputs).slice(),
      ),
    );
  });

  it("computes what the interpreter computes: cond, swapped and shared carries", () => {
    const yes = body([f64(2), f64(2)], (b, x, y) => [b.one("add", {}, [x as Var, y as Var]), x as Var]);
    const no = body([f64(2), f64(2)], (b, x, y) => [y as Var, b.one("mul", {}, [x as Var, x as Var])]);
    const step = body([f64(2), f64(2), f64(2), f64(2)], (b, k, x, y, z) => {
      const p = b.one("compare", { relation: "gt" }, [
        b.one("reduceSum", { axes: [0] }, [x as Var]),
        b.literal("float64", [], 0),
      ]);
      const [u, v] = b.emit("cond", { branches: [yes, no] }, [p, x as Var, y as Var]) as [Var, Var];
      return [z as Var, z as Var, b.one("add", {}, [u, b.one("mul", {}, [v, k as Var])]), u, y as Var];
    });
    agrees(
      body([f64(2), f64(2), f64(2), f64(2)], (b, ...inputs) =>
        b
          .emit("scan", { ...plain, length: 5, nConst: 1, nCarry: 3, yHistory: [false, false], body: step }, inputs)
          .slice(),
      ),
    );
  });
});
