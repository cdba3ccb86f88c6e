import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { createPlugin } from "./createPlugin.js";
import { CreatePluginError } from "./errors.js";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "simgrad-create-"));
});
afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

const inFolder = (...parts: string[]): string => path.join(folder, ...parts);
const read = (...parts: string[]): string => fs.readFileSync(inFolder(...parts), "utf8");

function errorOf(body: () => unknown): CreatePluginError {
  try {
    body();
  } catch (error) {
    if (error instanceof CreatePluginError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("createPlugin", () => {
  it("makes a package of the name, and nothing beside it", () => {
    const { dir, files } = createPlugin({ name: "@someone/my-rod", dir: inFolder("deep", "rod") });
    expect(dir).toBe(inFolder("deep", "rod"));
    expect(fs.readdirSync(inFolder("deep"))).toEqual(["rod"]);
    const found = fs
      .readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
    expect(found.sort()).toEqual([...files].sort());
    expect([...files].sort()).toEqual([
      ".github/workflows/ci.yml",
      ".gitignore",
      "LICENSE",
      "README.md",
      "notebooks/first-run.ipynb",
      "package.json",
      "src/heatRod.test.ts",
      "src/heatRod.ts",
      "src/index.ts",
      "src/plugin.test.ts",
      "src/plugin.ts",
      "tsconfig.json",
    ]);
  });

  it("puts the name wherever it belongs", () => {
    const { files } = createPlugin({ name: "@someone/my-rod", dir: inFolder("rod") });
    for (const file of files) expect(read("rod", file)).not.toContain("simgrad-plugin-template");
    expect(JSON.parse(read("rod", "package.json"))).toMatchObject({ name: "@someone/my-rod" });
    expect(read("rod", "src", "plugin.ts")).toContain('name: "@someone/my-rod"');
    expect(read("rod", "README.md")).toMatch(/^# @someone\/my-rod$/m);
    expect(read("rod", "LICENSE")).toContain("the authors of @someone/my-rod");
  });

  it("asks for the packages of its own version", () => {
    createPlugin({ name: "my-rod", dir: inFolder("rod") });
    const own = JSON.parse(fs.readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
    const { peerDependencies, devDependencies } = JSON.parse(read("rod", "package.json")) as Record<string, object>;
    expect(peerDependencies).toEqual({ "@simgrad/core": `^${own.version}` });
    expect(devDependencies).toMatchObject({
      "@simgrad/core": `^${own.version}`,
      "@simgrad/jupyter-kernel": `^${own.version}`,
      "@simgrad/jupyter-widgets": `^${own.version}`,
    });
  });

  it("takes the name without its scope as the folder in the working directory", () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(createPlugin({ name: "@someone/my-rod" }).dir).toBe(path.join(process.cwd(), "my-rod"));
    } finally {
      process.chdir(before);
    }
    expect(fs.existsSync(inFolder("my-rod", "package.json"))).toBe(true);
  });

  it("fills an empty folder, and that of a new repository, without replacing it", () => {
    fs.mkdirSync(inFolder("rod", ".git"), { recursive: true });
    const { ino } = fs.statSync(inFolder("rod"));
    createPlugin({ name: "my-rod", dir: inFolder("rod") });
    expect(fs.statSync(inFolder("rod")).ino).toBe(ino);
    expect(fs.existsSync(inFolder("rod", ".git"))).toBe(true);
    expect(fs.existsSync(inFolder("rod", "package.json"))).toBe(true);
  });

  it("refuses a folder that is not empty, and leaves it as it is", () => {
    fs.mkdirSync(inFolder("rod"));
    for (const name of ["a", "b", "c", "d"]) fs.writeFileSync(inFolder("rod", name), "");
    const error = errorOf(() => createPlugin({ name: "my-rod", dir: inFolder("rod") }));
    expect(error.code).toBe("FOLDER");
    expect(error.message).toContain(`${inFolder("rod")} is not free. Got: a, b, c, ....`);
    expect(fs.readdirSync(inFolder("rod"))).toEqual(["a", "b", "c", "d"]);
    fs.writeFileSync(inFolder("file"), "");
    expect(errorOf(() => createPlugin({ name: "my-rod", dir: inFolder("file") })).message).toContain(
      "a file of that name",
    );
  });

  it("refuses a bad name before anything is written", () => {
    expect(errorOf(() => createPlugin({ name: "My Rod", dir: inFolder("rod") })).code).toBe("NAME");
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["writing", "writeFileSync", 4],
    ["moving", "renameSync", 0],
  ] as const)("leaves nothing behind when %s fails", (_, method, after) => {
    failAfter(method, after);
    expect(() => createPlugin({ name: "my-rod", dir: inFolder("rod") })).toThrow("the disk is full");
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("takes back what it has moved into a folder when moving fails", () => {
    fs.mkdirSync(inFolder("rod"));
    failAfter("renameSync", 3);
    expect(() => createPlugin({ name: "my-rod", dir: inFolder("rod") })).toThrow("the disk is full");
    expect(fs.readdirSync(folder)).toEqual(["rod"]);
    expect(fs.readdirSync(inFolder("rod"))).toEqual([]);
  });
});

/** Lets a function of node:fs work some times, and then fail. */
function failAfter(method: "writeFileSync" | "renameSync", times: number): void {
  const works = fs[method] as (...args: unknown[]) => void;
  let calls = 0;
  jest.spyOn(fs, method).mockImplementation((...args: unknown[]) => {
    if (calls++ === times) throw new Error("the disk is full");
    works(...args);
  });
}
