import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ArgumentError } from "@simgrad/core";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { installExtension, uninstallExtension } from "./install.js";
import { extensionsFolder, readCommand } from "./options.js";

describe("readCommand", () => {
  it("knows the three places", () => {
    expect(readCommand(["install"])).toEqual({ action: "install", target: "user" });
    expect(readCommand(["uninstall", "--sys-prefix"])).toEqual({ action: "uninstall", target: "sys-prefix" });
    const target = { prefix: path.resolve("x") };
    expect(readCommand(["install", "--prefix", "x"])).toEqual({ action: "install", target });
    expect(readCommand(["install", "--prefix=x"])).toEqual({ action: "install", target });
  });

  it("shows help where it is asked for, or nothing is", () => {
    expect(readCommand([]).action).toBe("help");
    expect(readCommand(["install", "--help"]).action).toBe("help");
  });

  it("refuses everything else", () => {
    for (const args of [["remove"], ["install", "--prefix"], ["install", "--user", "x"], ["install", "-x"]]) {
      expect(() => readCommand(args)).toThrow(ArgumentError);
    }
  });
});

describe("extensionsFolder", () => {
  it("is in the prefix, or where Jupyter's variable says", () => {
    expect(extensionsFolder({ prefix: "/p" })).toBe(path.join("/p", "share", "jupyter", "labextensions"));
    expect(extensionsFolder("user", { JUPYTER_DATA_DIR: "/d" })).toBe(path.join("/d", "labextensions"));
  });
});

describe("installExtension", () => {
  let folder = "";
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "simgrad-install-"));
    fs.mkdirSync(path.join(folder, "built"));
    fs.writeFileSync(path.join(folder, "built", "package.json"), "{}");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it("replaces an older one whole, leaves nothing beside it, and takes it away again", () => {
    const place = installExtension(folder, path.join(folder, "built"));
    fs.writeFileSync(path.join(place, "older"), "");
    expect(installExtension(folder, path.join(folder, "built"))).toBe(place);
    expect(fs.readdirSync(place)).toEqual(["package.json"]);
    expect(fs.readdirSync(path.dirname(place))).toEqual(["jupyter-lab-extension"]);
    expect(uninstallExtension(folder)).toBe(place);
    expect(uninstallExtension(folder)).toBeNull();
  });
});
