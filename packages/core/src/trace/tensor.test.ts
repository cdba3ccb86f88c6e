import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { LeakedTracerError, TracedValueError } from "../util/errors.js";
import { foriLoop, scan } from "./control.js";
import { np } from "./np.js";
import { isTensor, isTraced, type Tensor } from "./tensor.js";

/** Runs `read` on a traced 0-d tensor. */
function inTrace(read: (x: Tensor) => unknown): () => unknown {
  return () => scan((x) => [x, (read(x), null)], 1, { length: 1 });
}

describe("a tensor", () => {
  it("has shape, dtype and elements", () => {
    const x = np.array([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect([x.shape, x.dtype, x.ndim, x.size]).toEqual([[2, 3], "float64", 2, 6]);
    expect(Array.from(x.data)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(x.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(np.array(7).item()).toBe(7);
    expect(JSON.stringify({ x })).toBe('{"x":[[1,2,3],[4,5,6]]}');
    expect(isTensor(x) && !isTraced(x)).toBe(true);
    expect(x.T.toArray()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });

  it("owns its elements", () => {
    const source = Float64Array.of(1, 2);
    const x = np.array(source);
    source[0] = 9;
    expect(x.toArray()).toEqual([1, 2]);
    expect(Object.isFrozen(x) && Object.isFrozen(x.shape)).toBe(true);
  });

  it("takes its dtype from typed arrays", () => {
    const made = [Float64Array.of(1), Float32Array.of(1), Int32Array.of(1), Uint32Array.of(1), Uint8Array.of(1)].map(
      (each) => np.array(each).dtype,
    );
    expect(made).toEqual(["float64", "float32", "int32", "uint32", "bool"]);
    expect(() => np.array(Uint8Array.of(3))).toThrow(/neither 0 nor 1.*Int32Array/);
    expect(() => np.array(Int16Array.of(3) as unknown as Int32Array)).toThrow(/no dtype/);
  });

  it("equals another one of the same type and elements in a deep comparison", () => {
    expect(np.array([1, 2])).toEqual(np.array([1, 2]));
    expect(np.array([1, 2])).not.toEqual(np.array([1, 3]));
    expect(np.array([1, 2])).not.toEqual(np.array([1, 2], "float32"));
  });

  it("is a number where it has one element, and an error in arithmetic where it has several", () => {
    expect(Number(np.array(3)) + 1).toBe(4);
    expect((np.array([2]) as unknown as number) > 1).toBe(true);
    expect(() => Number(np.array([1, 2]))).toThrow(/several elements.*\[2\]/);
    expect(() => np.array([1, 2]).item()).toThrow(/only element.*\[2\].*`x.at\(0\)/);
  });

  it("prints its type and elements, abbreviated", () => {
    expect(String(np.array([1.5, -0]))).toBe("Tensor float64[2] [1.5, -0]");
    expect(inspect(np.array(true))).toBe("Tensor bool[] true");
    expect(String(np.arange(100, { dtype: "int32" }))).toBe("Tensor int32[100] [0, 1, 2, 3, ..., 96, 97, 98, 99]");
    expect(String(np.zeros([2, 2]))).toBe("Tensor float64[2, 2]\n[[0, 0],\n [0, 0]]");
  });
});

describe("a traced tensor", () => {
  it.each<[string, (x: Tensor) => unknown]>([
    [".item()", (x) => x.item()],
    [".data", (x) => x.data],
    [".toArray()", (x) => x.toArray()],
    ["JSON", (x) => JSON.stringify(x)],
    ["a comparison", (x) => (x as unknown as number) > 0],
    ["an if", (x) => ((x as unknown as number) > 0 ? 1 : 2)],
    ["arithmetic", (x) => (x as unknown as number) * 2],
    // eslint-disable-next-line eqeqeq -- the loose comparison is what is tested
    ["==", (x) => (x as unknown) == 0],
    ["an index", (x) => [1, 2][x as unknown as number]],
    ["a template string", (x) => `${String(x.valueOf())}`],
    ["Math", (x) => Math.sin(x as unknown as number)],
  ])("refuses to be read by %s, and names what to use", (_, read) => {
    expect(inTrace(read)).toThrow(TracedValueError);
    expect(inTrace(read)).toThrow(/np\.where.*cond.*whileLoop/);
    expect(inTrace(read)).toThrow(/the body of scan/);
  });

  it("prints its type", () => {
    inTrace((x) => expect(x.toString()).toBe("Tensor float64[] (traced)"))();
    inTrace((x) => expect(inspect(x)).toBe("Tensor float64[] (traced)"))();
    inTrace((x) => expect(isTraced(x)).toBe(true))();
  });

  it("cannot be used after its trace has ended", () => {
    const leaked: Tensor[] = [];
    foriLoop(0, 2, (i, x) => (leaked.push(x), x.add(i)), 0);
    const [x] = leaked as [Tensor];
    for (const use of [() => x.add(1), () => x.item(), () => Number(x), () => foriLoop(0, 2, (_, y) => y.add(x), 0)]) {
      expect(use).toThrow(LeakedTracerError);
      expect(use).toThrow(/the body of foriLoop.*carry/);
    }
  });
});
