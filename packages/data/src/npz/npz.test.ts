import { describe, expect, it } from "@jest/globals";
import { np } from "@simgrad/core";
import { zipSync } from "fflate";
import { DataError } from "../dataError.js";
import { formatNpy } from "../npy/formatNpy.js";
import { fromBase64, readGolden } from "../testdata/golden.js";
import { formatNpz } from "./formatNpz.js";
import { nest } from "./nest.js";
import { parseNpz } from "./parseNpz.js";

const golden = readGolden();
const archive = fromBase64(golden.npz);

function errorOf(run: () => unknown): DataError {
  try {
    run();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new RangeError("nothing was thrown");
}

describe("parseNpz on bytes that NumPy wrote", () => {
  it.each(["npz", "npzCompressed"] as const)("%s: every array by its name", (name) => {
    const arrays = parseNpz(fromBase64(golden[name]));
    expect(Object.keys(arrays)).toEqual(["times", "traces", "layer/mask"]);
    expect([...(arrays["times"]?.data ?? [])]).toEqual([0, 0.5, 1]);
    expect(arrays["traces"]?.toArray()).toEqual(np.reshape(np.arange(12), [3, 4]).div(7).toArray());
    expect(arrays["layer/mask"]?.dtype).toBe("bool");
  });

  it("reads the names that are asked for, in the dtype that is asked for", () => {
    const { times, "layer/mask": mask } = parseNpz(archive, {
      names: ["times", "layer/mask"],
      dtype: { "layer/mask": "int32" },
    });
    expect(times.shape).toEqual([3]);
    expect(mask.dtype).toBe("int32");
  });

  it("nest makes a tree of the names", () => {
    expect(Object.keys(nest(parseNpz(archive)))).toEqual(["times", "traces", "layer"]);
  });
});

describe("formatNpz", () => {
  const tree = {
    times: np.linspace(0, 1, 5),
    layer: {
      weight: np.array([
        [1, -0],
        [NaN, 0.1],
      ]),
      steps: np.array([1, 2], "int32"),
    },
    plain: 2.5,
  };

  it("keeps bits, dtypes, shapes and nesting", () => {
    const back = nest(parseNpz(formatNpz(tree))) as unknown as typeof tree;
    expect(back.layer.weight.toArray()).toEqual([
      [1, -0],
      [NaN, 0.1],
    ]);
    expect(back.layer.steps.dtype).toBe("int32");
    expect(Object.keys(back)).toEqual(["times", "layer", "plain"]);
  });

  it("gives the same bytes for the same tree", () => {
    expect(Buffer.from(formatNpz(tree)).equals(Buffer.from(formatNpz(tree)))).toBe(true);
  });

  it.each(["", "a/b", "a\\b", "__proto__"])("refuses the name %j", (name) => {
    const bad: Record<string, number> = {};
    Object.defineProperty(bad, name, { value: 1, enumerable: true });
    expect(() => formatNpz(bad)).toThrow("cannot have this name");
  });
});

describe("nest", () => {
  it("refuses a name that is a tensor and a folder", () => {
    const x = np.array([1]);
    expect(() => nest({ a: x, "a/b": x })).toThrow("name of another tensor");
    expect(() => nest({ "a/b": x, a: x })).toThrow("name of another tensor");
  });
});

describe("parseNpz refuses", () => {
  it("every truncation of an archive", () => {
    for (let length = 0; length < archive.length; length++) {
      expect(() => parseNpz(archive.subarray(0, length))).toThrow(DataError);
    }
    expect(errorOf(() => parseNpz(archive.subarray(0, 200), { file: "a.npz" })).message).toContain(
      "a.npz: the .npz archive",
    );
    expect(errorOf(() => parseNpz(archive.subarray(0, 200))).message).toContain("it is truncated");
  });

  it.each(["npz", "npzCompressed"] as const)("%s: a changed byte of an array, or reads the same arrays", (name) => {
    const bytes = fromBase64(golden[name]);
    const whole = JSON.stringify(parseNpz(bytes));
    for (let at = 0; at < bytes.length; at += 3) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      let read: string;
      try {
        read = JSON.stringify(parseNpz(damaged, { names: ["times", "traces", "layer/mask"] }));
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        continue;
      }
      // a date or an attribute: nothing that is read
      expect(read).toBe(whole);
    }
  });

  it("a checksum that does not agree, naming the array", () => {
    const at = Buffer.from(archive).indexOf(Buffer.from(formatNpy([0, 0.5, 1])));
    const damaged = archive.slice();
    damaged[at + 140] = (damaged[at + 140] ?? 0) ^ 1;
    const error = errorOf(() => parseNpz(damaged, { file: "a.npz" }));
    expect(error.member).toBe("times.npy");
    expect(error.message).toContain("do not agree with their checksum");
  });

  it("a pickle, naming its array, even beside good arrays", () => {
    const error = errorOf(() => parseNpz(fromBase64(golden.npzPickle)));
    expect(error.member).toBe("bad");
    expect(error.message).toContain("Python objects (a pickle)");
  });

  it("two arrays of one name", () => {
    const bytes = zipSync({ "a.npy": formatNpy([1]), "b.npy": formatNpy([2]) }, { level: 0 });
    for (let at = 0; at < bytes.length - 4; at++) {
      if (bytes[at] === 98 && bytes[at + 1] === 46 && bytes[at + 2] === 110 && bytes[at + 3] === 112) bytes[at] = 97;
    }
    expect(errorOf(() => parseNpz(bytes)).message).toContain("two files of this name");
  });

  it("a file that is no array, and one that is no archive", () => {
    expect(errorOf(() => parseNpz(zipSync({ "a.txt": new Uint8Array(3) }))).message).toContain("not an array");
    expect(errorOf(() => parseNpz(formatNpy([1]))).message).toContain("read it as .npy.");
    expect(errorOf(() => parseNpz(new Uint8Array(0))).message).toContain("it is empty");
  });

  it("a name that is not there, saying which are", () => {
    const error = errorOf(() => parseNpz(archive, { names: ["speed"] }));
    expect(error.message).toContain("Got: the arrays times, traces, layer/mask. Expected: speed.");
    expect(() => parseNpz(archive, { dtype: { speed: "int32" } })).toThrow(DataError);
  });
});
