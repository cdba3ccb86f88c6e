import { describe, expect, it } from "@jest/globals";
import { isTensor, np } from "@simgrad/core";
import { DataError } from "../dataError.js";
import { formatSnapshot } from "./formatSnapshot.js";
import { parseSnapshot } from "./parseSnapshot.js";

function errorOf(run: () => unknown): DataError {
  try {
    run();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new RangeError("nothing was thrown");
}

const special = [0.1, -0, NaN, Infinity, -Infinity, 5e-324, 1.7976931348623157e308, 1 / 3];
const again = (value: unknown): unknown => parseSnapshot(formatSnapshot(value));
const snapshotOf = (tree: string): string => `{"format": "simgrad-snapshot", "version": 1, "tree": ${tree}}`;

describe("snapshots", () => {
  it("keep every float64 to the bit", () => {
    const { x } = parseSnapshot(formatSnapshot({ x: np.array(special) }), { like: { x: np.zeros(8) } });
    expect([...x.data]).toEqual(special);
    const bits = Float64Array.from({ length: 2000 }, (_, i) => Math.sin(i + 1) * 10 ** ((i % 600) - 300));
    const { y } = parseSnapshot(formatSnapshot({ y: bits }), { like: { y: bits } });
    expect(y).toEqual(bits);
  });

  it("keep dtypes and shapes", () => {
    for (const tensor of [
      np.array(
        [
          [1.5, -0],
          [NaN, 0.1],
        ],
        "float32",
      ),
      np.array([[[1], [-2]]], "int32"),
      np.array([4294967295], "uint32"),
      np.array([true, false]),
      np.array(2.5),
      np.zeros([0, 3]),
    ]) {
      const back = again(tensor);
      if (!isTensor(back)) throw new RangeError("no tensor");
      expect([back.dtype, back.shape, [...back.data]]).toEqual([tensor.dtype, tensor.shape, [...tensor.data]]);
    }
  });

  it("keep trees with whatever else stands in them", () => {
    const tree = {
      layers: [{ w: Float64Array.of(1, -0), n: Int32Array.of(-1) }, null, undefined, []],
      numbers: [1.5, -0, NaN, Infinity],
      name: "run \u2028 1",
      ok: true,
      $tensor: { $$: 1 },
    };
    expect(again(tree)).toEqual(tree);
    const strange = JSON.parse('{"__proto__": 1, "constructor": 2}') as object;
    expect(Object.keys(again(strange) as object)).toEqual(["__proto__", "constructor"]);
  });

  it("say what they are and of which version", () => {
    expect(formatSnapshot({ x: np.array([1, -0]) })).toBe(
      '{\n"format": "simgrad-snapshot",\n"version": 1,\n"tree": {"x":{"$tensor":"float64","shape":[2],"data":[1,"-0"]}}\n}\n',
    );
  });

  it("cannot hold instances, functions and circles", () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => formatSnapshot({ a: [new Map()] })).toThrow("tree.a[0]. Got: an instance of Map");
    expect(() => formatSnapshot({ a: () => 1 })).toThrow("a function");
    expect(() => formatSnapshot({ a: 1n })).toThrow("a bigint");
    expect(() => formatSnapshot(circle)).toThrow("contains itself");
  });

  it("hold the same object twice", () => {
    const x = np.array([1]);
    expect(() => formatSnapshot({ a: x, b: x })).not.toThrow();
  });
});

describe("parseSnapshot refuses", () => {
  it("every truncation", () => {
    const text = formatSnapshot({ speed: np.array([0.5, NaN]), n: 3 }).trimEnd();
    for (let length = 0; length < text.length; length++) {
      expect(() => parseSnapshot(text.slice(0, length))).toThrow(DataError);
    }
    expect(errorOf(() => parseSnapshot(text.slice(0, -5), { file: "s.json" }))).toMatchObject({
      file: "s.json",
      line: 4,
    });
    expect(errorOf(() => parseSnapshot(text.slice(0, -5))).message).toContain("it is truncated");
  });

  it("text that is not JSON, with its line", () => {
    expect(errorOf(() => parseSnapshot('{\n"format": simgrad}')).line).toBe(2);
  });

  it("JSON that is something else, or of a later version", () => {
    expect(errorOf(() => parseSnapshot('{"a": 1}')).message).toContain("not a snapshot");
    expect(errorOf(() => parseSnapshot("[1]")).message).toContain("an array");
    expect(errorOf(() => parseSnapshot(snapshotOf("1").replace("1,", "2,"))).message).toContain("update @simgrad/data");
    expect(errorOf(() => parseSnapshot(snapshotOf("1").replace("1,", '"1",'))).message).toContain(
      "version of the snapshot",
    );
    expect(errorOf(() => parseSnapshot('{"format": "simgrad-snapshot", "version": 1}')).message).toContain("tree");
  });

  it("a key that stands twice, with its line", () => {
    expect(errorOf(() => parseSnapshot(snapshotOf('{"a": 1,\n"b": {"a": 1}, "\\u0061": 2}')))).toMatchObject({
      line: 2,
    });
  });

  it.each([
    ['{"x": {"$tensor": "float64", "shape": [2], "data": [1]}}', "there are 1 elements for the shape [2]"],
    ['{"x": {"$tensor": "float16", "shape": [1], "data": [1]}}', 'the dtype "float16" is not known'],
    ['{"x": {"$tensor": "float64", "shape": [-1], "data": [1]}}', "the shape is [-1]"],
    ['{"x": {"$tensor": "float64", "shape": [1]}}', "$tensor stands beside the keys shape"],
    ['{"x": {"$tensor": "float64", "shape": [1], "data": 1}}', "the elements are a number"],
    ['{"x": {"$tensor": "float64", "shape": [1, 1], "data": ["fast"]}}', "element [0, 0], tree.x: an element"],
    ['{"x": {"$tensor": "float64", "shape": [1], "data": [1e999]}}', "an element of the snapshot is wrong"],
    ['{"x": {"$tensor": "int32", "shape": [1], "data": [1.5]}}', "Got: 1.5. Expected: an integer"],
    ['{"x": {"$tensor": "float32", "shape": [1], "data": [0.1]}}', "float32 holds exactly"],
    ['{"x": {"$typedArray": "Uint8Array", "data": [256]}}', "a Uint8Array holds exactly"],
    ['{"x": {"$typedArray": "Map", "data": []}}', "is not known"],
    ['{"x": {"$number": "one"}}', '$number is "one"'],
    ['{"x": {"$date": 1}}', "the kind $date is not known"],
  ])("%s", (tree, message) => {
    const error = errorOf(() => parseSnapshot(snapshotOf(tree)));
    expect(error.message).toContain(message);
    expect(error.data["path"]).toBe(".x");
  });

  it("a tree that is not built as `like`, naming the place", () => {
    const text = formatSnapshot({ a: { speed: np.zeros([3]) }, n: [1, 2] });
    const like = (a: unknown, n: unknown): unknown => parseSnapshot(text, { like: { a, n } });
    expect(errorOf(() => like({ speed: np.zeros([4]) }, [1, 2])).message).toContain("tree.a.speed: ");
    expect(errorOf(() => like({ speed: np.zeros([3], "float32") }, [1, 2])).message).toContain("dtype float32");
    expect(errorOf(() => like({ velocity: np.zeros([3]) }, [1, 2])).message).toContain("the keys velocity");
    expect(errorOf(() => like({ speed: np.zeros([3]) }, [1])).message).toContain("an array of 1");
    expect(errorOf(() => like({ speed: np.zeros([3]) }, [1, "2"])).message).toContain("tree.n[1]");
  });
});
