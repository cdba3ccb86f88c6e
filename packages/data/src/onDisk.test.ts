import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { np } from "@simgrad/core";
import { DataError } from "./dataError.js";
import { readCsv, readNpy, readNpz, readSnapshot, writeCsv, writeNpy, writeNpz, writeSnapshot } from "./onDisk.js";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simgrad-data-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const values = [0.1, -0, NaN, 1 / 3];

describe("files", () => {
  it("come back as they were written", async () => {
    const x = np.array(values);
    const path = (name: string): string => join(folder, name);
    await writeNpy(path("a.npy"), x);
    await writeNpz(path("a.npz"), { x });
    await writeCsv(path("a.csv"), { columns: { x } });
    await writeSnapshot(path("a.json"), { x });
    const all = [
      await readNpy(path("a.npy")),
      (await readNpz(path("a.npz"), { names: ["x"] })).x,
      (await readCsv(path("a.csv"), { columns: ["x"] })).columns.x,
      (await readSnapshot(path("a.json"), { like: { x } })).x,
    ];
    for (const tensor of all) expect([...tensor.data]).toEqual(values);
    expect((await readdir(folder)).sort()).toEqual(["a.csv", "a.json", "a.npy", "a.npz"]);
  });

  it("are found by URL as well", async () => {
    const url = pathToFileURL(join(folder, "b.npy"));
    await writeNpy(url, [1]);
    expect((await readNpy(url)).item()).toBe(1);
  });

  it("are named by errors of their contents", async () => {
    const path = join(folder, "bad.csv");
    await writeFile(path, "t,x\n0,1\n1,fast\n");
    await expect(readCsv(path)).rejects.toMatchObject({ file: path, row: 2, column: "x", line: 3 });
    await expect(readNpy(path)).rejects.toMatchObject({ file: path });
    await expect(readNpz(path)).rejects.toMatchObject({ file: path });
    await expect(readSnapshot(path)).rejects.toMatchObject({ file: path });
  });

  it("that are not there, or are folders, are errors that say so", async () => {
    await expect(readNpy(join(folder, "none.npy"))).rejects.toThrow("there is no such file or folder (ENOENT)");
    await expect(readNpy(folder)).rejects.toThrow("it is a folder");
    await expect(writeNpy(join(folder, "none", "a.npy"), [1])).rejects.toThrow(DataError);
  });

  it("stay as they were where writing fails, with nothing left beside", async () => {
    const inside = join(folder, "inside");
    await mkdir(join(inside, "a.npy", "full"), { recursive: true });
    // a folder with contents cannot be replaced by a file: the rename at the end fails
    await expect(writeNpy(join(inside, "a.npy"), [1])).rejects.toThrow("what was there before is still there");
    expect(await readdir(inside)).toEqual(["a.npy"]);
    const kept = join(inside, "kept.json");
    await writeSnapshot(kept, { a: 1 });
    await expect(writeSnapshot(kept, { a: new Map() })).rejects.toThrow("an instance of Map");
    expect(await readFile(kept, "utf8")).toContain('"tree": {"a":1}');
  });
});
