import { describe, expect, it } from "@jest/globals";
import type { DType } from "../util/dtype.js";
import { DTypeError, InternalError, ShapeError } from "../util/errors.js";
import { graphBuilder } from "./builder.js";
import { infer } from "./infer.js";
import { arrayType, showType } from "./types.js";
import type { ArrayType, Graph, HistoryType, OpName, Params, Type } from "./types.js";

const f64 = (...shape: number[]): ArrayType => arrayType("float64", shape);
const i32 = (...shape: number[]): ArrayType => arrayType("int32", shape);
const bool = (...shape: number[]): ArrayType => arrayType("bool", shape);
const history = (of: ArrayType): HistoryType => ({ kind: "history", of });

function show<K extends OpName>(op: K, params: Params[K], inputs: readonly Type[]): string {
  return infer(op, params, inputs).map(showType).join(", ");
}

function caught(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new InternalError("nothing was thrown");
}

/** A Graph that returns some of its inputs. */
function pick(types: readonly Type[], ...outputs: number[]): Graph {
  const b = graphBuilder();
  const inputs = types.map((type) => b.input(type));
  return b.build(outputs.map((i) => inputs[i] as (typeof inputs)[number]));
}

describe("infer", () => {
  it("names both shapes and roles where operands differ", () => {
    const error = caught(() => infer("add", {}, [f64(3), f64(4)]));
    expect(error).toBeInstanceOf(ShapeError);
    expect(error.message).toContain("add");
    expect(error.message).toContain("a float64[3] and b float64[4]");
  });

  it("names both dtypes where they are mixed", () => {
    const error = caught(() => infer("mul", {}, [f64(3), i32(3)]));
    expect(error).toBeInstanceOf(DTypeError);
    expect(error.message).toContain("a float64[3] and b int32[3]");
  });

  it.each<[OpName, readonly DType[]]>([
    ["neg", ["float64", "float32", "int32", "uint32"]],
    ["abs", ["float64", "float32", "int32"]],
    ["sign", ["float64", "float32", "int32"]],
    ["floor", ["float64", "float32"]],
    ["sqrt", ["float64", "float32"]],
    ["tanh", ["float64", "float32"]],
    ["not", ["bool"]],
    ["isFinite", ["float64", "float32"]],
    ["add", ["float64", "float32", "int32", "uint32"]],
    ["div", ["float64", "float32"]],
    ["pow", ["float64", "float32"]],
    ["max", ["float64", "float32", "int32", "uint32"]],
    ["xor", ["int32", "uint32", "bool"]],
    ["shiftLeft", ["uint32"]],
    ["shiftRight", ["uint32"]],
  ])("%s takes %p only", (op, allowed) => {
    const arity = ["add", "div", "pow", "max", "xor", "shiftLeft", "shiftRight"].includes(op) ? 2 : 1;
    for (const dtype of ["float64", "float32", "int32", "uint32", "bool"] as const) {
      const run = (): unknown => infer(op, {}, new Array<Type>(arity).fill(arrayType(dtype, [2])));
      if (allowed.includes(dtype)) expect(run()).toHaveLength(1);
      else expect(run).toThrow(DTypeError);
    }
  });

  it("empty arrays are legal", () => {
    expect(show("add", {}, [f64(0), f64(0)])).toBe("float64[0]");
    expect(show("reduceSum", { axes: [0] }, [f64(0, 3)])).toBe("float64[3]");
    expect(show("reduceMax", { axes: [1] }, [f64(0, 3)])).toBe("float64[0]");
    expect(show("dot", { batch: 0 }, [f64(2, 0), f64(0, 3)])).toBe("float64[2,3]");
    expect(show("pad", { low: [0], high: [0], interior: [3], value: 0 }, [f64(0)])).toBe("float64[0]");
    expect(show("gather", { batch: 0, mode: "drop" }, [f64(0), i32(2)])).toBe("float64[2]");
    expect(show("gather", { batch: 0, mode: "clip" }, [f64(0), i32(0)])).toBe("float64[0]");
  });

  it.each<[string, () => unknown]>([
    ["a maximum over an empty axis", () => infer("reduceMax", { axes: [0] }, [f64(0)])],
    ["a clamped index into an empty axis", () => infer("gather", { batch: 0, mode: "clip" }, [f64(0), i32(2)])],
    ["a reshape to another size", () => infer("reshape", { shape: [4] }, [f64(3)])],
    ["a negative extent", () => infer("reshape", { shape: [-1] }, [f64(1)])],
    ["a repeated axis", () => infer("transpose", { permutation: [0, 0] }, [f64(2, 2)])],
    ["a permutation of the wrong length", () => infer("transpose", { permutation: [0] }, [f64(2, 2)])],
    ["a broadcast of another extent", () => infer("broadcast", { shape: [3, 4], axes: [1] }, [f64(3)])],
    ["descending axes", () => infer("broadcast", { shape: [3, 4], axes: [1, 0] }, [f64(4, 3)])],
    ["a slice beyond the end", () => infer("slice", { start: [1], limit: [4], stride: [1] }, [f64(3)])],
    ["a slice backwards", () => infer("slice", { start: [2], limit: [1], stride: [1] }, [f64(3)])],
    ["a stride of 0", () => infer("slice", { start: [0], limit: [1], stride: [0] }, [f64(3)])],
    ["negative padding", () => infer("pad", { low: [-1], high: [0], interior: [0], value: 0 }, [f64(3)])],
    ["a concatenation of other extents", () => infer("concatenate", { axis: 0 }, [f64(1, 2), f64(1, 3)])],
    ["an axis outside", () => infer("cumsum", { axis: 1, reverse: false }, [f64(3)])],
    ["an axis of a scalar", () => infer("cumsum", { axis: 0, reverse: false }, [f64()])],
    ["a product of other inner extents", () => infer("dot", { batch: 0 }, [f64(2, 3), f64(4, 2)])],
    ["a product of other batches", () => infer("dot", { batch: 1 }, [f64(2, 1, 1), f64(3, 1, 1)])],
    ["a product of vectors", () => infer("dot", { batch: 0 }, [f64(3), f64(3)])],
    ["indices of another batch", () => infer("gather", { batch: 1, mode: "clip" }, [f64(2, 3), i32(3, 1)])],
    [
      "columns of unequal length",
      () => infer("scatterAdd", { batch: 0, mode: "drop" }, [f64(3), i32(4), f64(4), i32(2), f64(2)]),
    ],
    ["updates of another row", () => infer("scatterAdd", { batch: 0, mode: "drop" }, [f64(3, 2), i32(4), f64(4, 3)])],
    ["a slice larger than its operand", () => infer("dynamicSlice", { batch: 0, sizes: [4] }, [f64(3), i32(1)])],
    ["too few starts", () => infer("dynamicSlice", { batch: 0, sizes: [1, 1] }, [f64(3, 3), i32(1)])],
    ["an update that does not fit", () => infer("dynamicUpdate", { batch: 0 }, [f64(3), f64(4), i32(1)])],
    ["an axis of iota outside", () => infer("iota", { type: i32(3), axis: 1 }, [])],
    ["an array as History", () => infer("historyAdd", {}, [f64(2), f64(2)])],
    ["a History as array", () => infer("neg", {}, [history(f64(2))])],
    ["Histories of other entries", () => infer("historyAdd", {}, [history(f64(2)), history(f64(3))])],
    ["a check of an array", () => infer("check", { message: "" }, [bool(2)])],
  ])("%s is a ShapeError", (_, run) => {
    expect(run).toThrow(ShapeError);
  });

  it.each<[string, () => unknown]>([
    ["a literal that the dtype cannot hold", () => infer("literal", { type: i32(), value: 0.5 }, [])],
    ["a literal out of range", () => infer("literal", { type: arrayType("uint32", []), value: -1 }, [])],
    [
      "padding with what the dtype cannot hold",
      () => infer("pad", { low: [], high: [], interior: [], value: 2 }, [bool()]),
    ],
    ["iota of bools", () => infer("iota", { type: bool(3), axis: 0 }, [])],
    ["float indices", () => infer("gather", { batch: 0, mode: "clip" }, [f64(3), f64(1)])],
    ["unsigned starts", () => infer("dynamicSlice", { batch: 0, sizes: [1] }, [f64(3), arrayType("uint32", [1])])],
    ["a numeric condition", () => infer("select", {}, [i32(), f64(), f64()])],
    ["a sum of bools", () => infer("reduceSum", { axes: [] }, [bool()])],
    ["a numeric check", () => infer("check", { message: "" }, [i32()])],
  ])("%s is a DTypeError", (_, run) => {
    expect(run).toThrow(DTypeError);
  });

  it("pieces of a view lie in the result and in their operands, and are disjoint", () => {
    const piece = (lo: number, hi: number, offset: number, stride = 1): Params["view"]["pieces"][number] => {
      return { box: [[lo, hi]], input: 0, index: [{ axis: 0, stride, offset }] };
    };
    const view = (...pieces: Params["view"]["pieces"]): string => show("view", { shape: [4], pieces }, [f64(3)]);
    expect(view(piece(0, 3, 0), piece(3, 4, -3))).toBe("float64[4]");
    expect(view(piece(1, 4, 3, -1))).toBe("float64[4]");
    expect(view(piece(2, 2, 99))).toBe("float64[4]");
    expect(() => view(piece(0, 4, 0))).toThrow("reads outside");
    expect(() => view(piece(0, 2, -1))).toThrow("reads outside");
    expect(() => view(piece(0, 2, 0), piece(1, 3, 0))).toThrow("overlap");
    expect(() => view(piece(3, 5, -3))).toThrow("does not lie in the result");
  });

  it("a mapped call takes rows and stacks what comes out", () => {
    const body = pick([f64(2), history(f64()), f64()], 0, 1, 2);
    const map = { size: 3, mapped: [true, true, false] };
    const ragged = { kind: "ragged", size: 3, of: history(f64()) } as const;
    expect(show("call", { body, map }, [f64(3, 2), ragged, f64()])).toBe(
      "float64[3,2], ragged(3) history float64[], float64[3]",
    );
    expect(show("call", { body, map: null }, [f64(2), history(f64()), f64()])).toBe(
      "float64[2], history float64[], float64[]",
    );
    expect(() => infer("call", { body, map }, [f64(4, 2), ragged, f64()])).toThrow("operand 0");
    expect(() => infer("call", { body, map }, [f64(3, 2), history(f64()), f64()])).toThrow("no rows");
  });

  it("both branches of cond take the operands and give the same types, without Histories", () => {
    const same = pick([f64(2), i32()], 0);
    expect(show("cond", { branches: [same, same] }, [bool(), f64(2), i32()])).toBe("float64[2]");
    const other = pick([f64(2), i32()], 1);
    expect(() => infer("cond", { branches: [same, other] }, [bool(), f64(2), i32()])).toThrow("the branch for false");
    expect(() => infer("cond", { branches: [same, same] }, [bool(), f64(3), i32()])).toThrow("operand 0");
    expect(() => infer("cond", { branches: [same, same] }, [f64(), f64(2), i32()])).toThrow("predicate");
    const withHistory = pick([history(f64())], 0);
    expect(() => infer("cond", { branches: [withHistory, withHistory] }, [bool(), history(f64())])).toThrow(ShapeError);
  });

  describe("scan", () => {
    const body = pick([f64(2), f64(), i32()], 1, 0, 2);
    const params: Params["scan"] = {
      length: 5,
      reverse: false,
      nConst: 1,
      nCarry: 1,
      yHistory: [false, true],
      body,
      keep: { kind: "auto" },
    };

    it("stacks ys or records them", () => {
      expect(show("scan", params, [f64(2), f64(), i32(5)])).toBe("float64[], float64[5,2], history int32[]");
      expect(show("scan", params, [f64(2), f64(), history(i32())])).toBe("float64[], float64[5,2], history int32[]");
    });

    it("with run-time length has Histories only", () => {
      const dynamic = { ...params, length: null, yHistory: [true, true] };
      expect(show("scan", dynamic, [i32(), f64(2), f64(), history(i32())])).toBe(
        "float64[], history float64[2], history int32[]",
      );
      expect(() => infer("scan", dynamic, [i32(), f64(2), f64(), i32(5)])).toThrow("only known at run time");
      expect(() =>
        infer("scan", { ...dynamic, yHistory: [false, true] }, [i32(), f64(2), f64(), history(i32())]),
      ).toThrow("only known at run time");
      expect(() => infer("scan", dynamic, [f64(), f64(2), f64(), history(i32())])).toThrow("number of trips");
    });

    it("says which operand does not fit", () => {
      expect(() => infer("scan", params, [f64(3), f64(), i32(5)])).toThrow("constant 0");
      expect(() => infer("scan", params, [f64(2), f64(1), i32(5)])).toThrow("carry 0");
      expect(() => infer("scan", params, [f64(2), f64(), i32(4)])).toThrow("x 0");
      expect(() => infer("scan", params, [history(f64(2)), f64(), i32(5)])).toThrow("constant 0 must be an array");
      const unstable = { ...params, body: pick([f64(2), f64(), i32()], 0, 0, 2) };
      expect(() => infer("scan", unstable, [f64(2), f64(), i32(5)])).toThrow("carry 0 after the body");
    });

    it("an inverse takes what the body takes and gives the carry", () => {
      const inverse = (output: number): Params["scan"] => ({
        ...params,
        keep: { kind: "inverse", body: pick([f64(2), f64(), i32()], output), tolerance: 1e-9 },
      });
      expect(infer("scan", inverse(1), [f64(2), f64(), i32(5)])).toHaveLength(3);
      expect(() => infer("scan", inverse(0), [f64(2), f64(), i32(5)])).toThrow("output 0 of the inverse");
      const blocks = { ...params, keep: { kind: "blocks", size: 0 } } as const;
      expect(() => infer("scan", blocks, [f64(2), f64(), i32(5)])).toThrow("size of a block");
    });
  });

  it("while gives its carry, its trips and a History for each record", () => {
    const cond = pick([bool(), f64(2)], 0);
    const body = pick([i32(), f64(2)], 1, 0, 1);
    const params: Params["while"] = { nCondConst: 1, nConst: 1, nCarry: 1, cond, body, keep: { kind: "auto" } };
    expect(show("while", params, [bool(), i32(), f64(2)])).toBe(
      "float64[2], int32[], history int32[], history float64[2]",
    );
    expect(() => infer("while", params, [i32(), i32(), f64(2)])).toThrow("constant 0 of the condition");
    expect(() => infer("while", params, [bool(), i32(1), f64(2)])).toThrow("constant 0 of the body");
    expect(() => infer("while", params, [bool(), i32(), f64(3)])).toThrow("carry 0");
    const numeric = { ...params, cond: pick([bool(), f64(2)], 1) };
    expect(() => infer("while", numeric, [bool(), i32(), f64(2)])).toThrow("condition's result");
  });
});
