import { describe, expect, it } from "@jest/globals";
import { np } from "@simgrad/core";
import { DataError } from "../dataError.js";
import { fromBase64, readGolden, toNumber } from "../testdata/golden.js";
import { formatNpy } from "./formatNpy.js";
import { parseNpy } from "./parseNpy.js";

const golden = readGolden();
const bytesOf = (name: string): Uint8Array => fromBase64(golden.arrays[name]?.npy ?? "");

const dtypes: Readonly<Record<string, string>> = {
  float64: "float64",
  float64Big: "float64",
  float32: "float32",
  float32Big: "float32",
  float16: "float32",
  int32: "int32",
  int32Big: "int32",
  uint32: "uint32",
  bool: "bool",
  int8: "int32",
  uint8: "uint32",
  int16Big: "int32",
  uint16: "uint32",
  int64: "int32",
  int64Big: "int32",
  uint64: "uint32",
  matrix: "float64",
  fortran: "float64",
  fortranCube: "int32",
  scalar: "float64",
  empty: "float64",
  one: "float64",
};

/** An .npy file of format 1.0 with any header and any bytes behind it. */
function npyOf(header: string, data: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  return Uint8Array.from([
    0x93,
    78,
    85,
    77,
    80,
    89,
    1,
    0,
    text.length & 255,
    text.length >> 8,
    ...text,
    ...Array.from(data),
  ]);
}

function errorOf(run: () => unknown): DataError {
  try {
    run();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new RangeError("nothing was thrown");
}

describe("parseNpy on bytes that NumPy wrote", () => {
  it("has a dtype for each golden array", () => {
    expect(Object.keys(golden.arrays)).toEqual(Object.keys(dtypes));
  });

  it.each(Object.keys(dtypes))("%s: shape, dtype and every element are NumPy's", (name) => {
    const tensor = parseNpy(bytesOf(name));
    const expected = golden.arrays[name];
    expect(tensor.shape).toEqual(expected?.shape);
    expect(tensor.dtype).toBe(dtypes[name]);
    expect([...tensor.data]).toEqual(expected?.elements.map(toNumber));
  });

  it.each(Object.keys(golden.versions))("reads format %s", (version) => {
    const tensor = parseNpy(fromBase64(golden.versions[version] ?? ""));
    expect([...tensor.data]).toEqual([...parseNpy(bytesOf("matrix")).data]);
  });

  it("reads bytes that begin anywhere in their buffer", () => {
    const bytes = bytesOf("matrix");
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect([...parseNpy(shifted.subarray(3)).data]).toEqual([...parseNpy(bytes).data]);
  });

  it("converts exactly to a dtype that is asked for", () => {
    expect(parseNpy(bytesOf("int64"), { dtype: "float64" }).dtype).toBe("float64");
    expect([...parseNpy(bytesOf("int64"), { dtype: "float64" }).data]).toEqual([-(2 ** 31), 5, 2 ** 31 - 1]);
    expect([...parseNpy(fromBase64(golden.refused["int64Sparse"] ?? ""), { dtype: "float64" }).data]).toEqual([
      1,
      2 ** 53 + 2,
    ]);
    expect([...parseNpy(bytesOf("bool"), { dtype: "int32" }).data]).toEqual([1, 0, 0, 1]);
  });
});

describe("formatNpy", () => {
  it.each(
    Object.entries(golden.arrays).filter(([, { descr, fortran }]) => !fortran && /^(<[fiu]4|<f8|\|b1)$/.test(descr)),
  )("%s: the bytes are those that np.save writes", (name) => {
    const bytes = bytesOf(name);
    const written = formatNpy(parseNpy(bytes));
    expect(Buffer.from(written).equals(Buffer.from(bytes))).toBe(true);
  });

  it("keeps -0, infinities, subnormal numbers and NaN", () => {
    const values = [-0, NaN, Infinity, -Infinity, 5e-324, 0.1, -1.7976931348623157e308];
    expect([...parseNpy(formatNpy(values)).data]).toEqual(values);
  });
});

describe("parseNpy refuses", () => {
  it.each([
    ["int64Beyond", "9007199254740993", "element [1]"],
    ["uint64Beyond", "18446744073709551615", "element [1, 0]"],
  ])("%s: an integer that no tensor holds", (name, got, element) => {
    const error = errorOf(() => parseNpy(fromBase64(golden.refused[name] ?? ""), { dtype: "float64", file: "a.npy" }));
    expect(error.message).toContain(`a.npy, ${element}: `);
    expect(error.message).toContain(`Got: ${got}.`);
  });

  it("an int64 beyond int32, unless float64 is asked for", () => {
    const error = errorOf(() => parseNpy(fromBase64(golden.refused["int64Sparse"] ?? "")));
    expect(error.message).toContain('dtype: "float64"');
    expect(error.data["element"]).toEqual([1]);
  });

  it("a -0 or a fraction where integers are asked for", () => {
    expect(errorOf(() => parseNpy(formatNpy([1, -0]), { dtype: "int32" })).message).toContain("Got: -0.");
    expect(errorOf(() => parseNpy(formatNpy([0.5]), { dtype: "uint32" })).message).toContain("Got: 0.5.");
    expect(errorOf(() => parseNpy(formatNpy([0.1]), { dtype: "float32" })).message).toContain(".astype");
  });

  it("names the element of an array in Fortran order", () => {
    const header = "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }";
    // in this order the fourth element is [1, 1]
    const error = errorOf(() => parseNpy(npyOf(header, [1, 0, 1, 0, 1, 0, 255, 255, 1, 0, 1, 0]), { dtype: "uint32" }));
    expect(error.data["element"]).toEqual([1, 1]);
  });

  it.each([
    ["complex", "complex numbers"],
    ["text", "text"],
    ["bytes", "text"],
    ["date", "dates or durations"],
    ["object", "Python objects (a pickle)"],
    ["structured", "raw or structured records"],
  ])("%s, by name", (name, kind) => {
    expect(errorOf(() => parseNpy(fromBase64(golden.refused[name] ?? ""))).message).toContain(
      `the .npy data hold ${kind}.`,
    );
  });

  it("every truncation of a file", () => {
    const bytes = bytesOf("matrix");
    for (let length = 0; length < bytes.length; length++) {
      expect(() => parseNpy(bytes.subarray(0, length), { file: "cut.npy" })).toThrow(DataError);
    }
    expect(errorOf(() => parseNpy(bytes.subarray(0, 7))).message).toContain("end within the version");
    expect(errorOf(() => parseNpy(bytes.subarray(0, 9))).message).toContain("the length of the header");
    expect(errorOf(() => parseNpy(bytes.subarray(0, 100))).message).toContain("end within the header");
    expect(errorOf(() => parseNpy(bytes.subarray(0, -1))).message).toContain("Got: 223 bytes. Expected: 224 bytes");
  });

  it("bytes behind the last element", () => {
    expect(errorOf(() => parseNpy(Uint8Array.from([...bytesOf("matrix"), 0]))).message).toContain("something follows");
  });

  it("a wrong beginning and an unknown version", () => {
    expect(errorOf(() => parseNpy(new TextEncoder().encode("t,x\n1,2\n"))).message).toContain(
      "this is not an .npy file",
    );
    expect(errorOf(() => parseNpy(fromBase64(golden.npz))).message).toContain("read it as .npz.");
    const later = bytesOf("matrix");
    later[6] = 4;
    expect(errorOf(() => parseNpy(later)).message).toContain("version 4.0");
  });

  it("a bool that is neither 0 nor 1", () => {
    const bytes = bytesOf("bool");
    bytes[bytes.length - 1] = 2;
    expect(errorOf(() => parseNpy(bytes)).data["element"]).toEqual([1, 1]);
  });

  it.each([
    ["", "there is no value"],
    ["[1]", "it is not a dict"],
    ["{'descr': '<f8'}", "the key 'fortran_order' is missing"],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}", "the key 'more' is not known"],
    ["{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", "the key 'descr' stands twice"],
    ["{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}", "'fortran_order' is neither"],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': 1}", "'shape' is not a tuple"],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", "'shape' holds something"],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (9007199254740991, 2)}", "more elements than can be counted"],
    ["{'descr': 'f8', 'fortran_order': False, 'shape': (1,)}", "no byte order"],
    ["{'descr': 8, 'fortran_order': False, 'shape': (1,)}", "'descr' is not a string"],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x", "something follows"],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (1,", "there is no value"],
  ])("the header %s", (header, problem) => {
    expect(errorOf(() => parseNpy(npyOf(header, new Uint8Array(8)))).message).toContain(problem);
  });

  it("a size that the bytes do not have, before it is allocated", () => {
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }";
    expect(errorOf(() => parseNpy(npyOf(header))).message).toContain("end before the last element");
  });

  it("nothing that the engine cannot use: what was read computes", () => {
    expect(np.sum(parseNpy(bytesOf("fortran"))).item()).toBeCloseTo(66 / 7, 12);
  });
});
