import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FileError } from "./errors.js";
import { pathName, readBytes, writeBytes } from "./files.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simgrad-files-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a file", () => {
  it("holds what was written, by path or URL, and nothing else is left in its folder", async () => {
    const path = join(folder, "a.bin");
    await writeBytes(path, Uint8Array.of(1, 2));
    await writeBytes(pathToFileURL(path), "three");
    expect(new TextDecoder().decode(await readBytes(path))).toBe("three");
    expect(await readBytes(pathToFileURL(path))).toBeInstanceOf(Uint8Array);
    expect(await readdir(folder)).toEqual(["a.bin"]);
    expect(pathName(pathToFileURL(path))).toBe(`file://${path}`);
  });

  it("that is not there, or is a folder, is named with the reason", async () => {
    const missing = join(folder, "none", "a.bin");
    await expect(readBytes(missing)).rejects.toThrow(
      `${missing}: the file cannot be read. Got: there is no such file or folder (ENOENT)`,
    );
    await expect(writeBytes(missing, "")).rejects.toThrow("what was there before is still there");
    const error = (await readBytes(folder).catch((e: unknown) => e)) as FileError;
    expect(error).toBeInstanceOf(FileError);
    expect([error.code, error.file, error.parts.got]).toEqual(["FILE", folder, "it is a folder (EISDIR)"]);
  });
});
