import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { help, runCommand } from "./commands.js";
import { kernelsFolder } from "./folders.js";

describe("jupyter-kernel", () => {
  let prefix: string;
  beforeEach(() => {
    prefix = fs.mkdtempSync(path.join(os.tmpdir(), "simgrad-prefix-"));
  });
  afterEach(() => fs.rmSync(prefix, { recursive: true, force: true }));

  it("installs a kernelspec that is stopped by messages, and takes it away", () => {
    const folder = path.join(prefix, "share", "jupyter", "kernels", "simgrad");
    expect(runCommand(["install", "--prefix", prefix])).toContain(folder);
    const spec = JSON.parse(fs.readFileSync(path.join(folder, "kernel.json"), "utf8")) as Record<string, unknown>;
    expect(spec).toMatchObject({
      display_name: "TypeScript (simgrad)",
      language: "typescript",
      interrupt_mode: "message",
    });
    expect(spec["argv"]).toContain("{connection_file}");
    runCommand(["uninstall", "--prefix", prefix]);
    expect(fs.existsSync(folder)).toBe(false);
  });

  it("installs over an earlier copy", () => {
    runCommand(["install", "--prefix", prefix]);
    expect(runCommand(["install", "--prefix", prefix])).toContain("installed in");
  });

  it("says what there is, and what it does not understand", () => {
    expect(runCommand(["--help"])).toBe(help);
    expect(() => runCommand([])).toThrow("no command");
    expect(() => runCommand(["instal"])).toThrow(/got instal.*--help/);
    expect(() => runCommand(["install", "--user", "--sys-prefix"])).toThrow("several places");
    expect(() => runCommand(["install", "--global"])).toThrow("--global");
    expect(() => runCommand(["uninstall", "--prefix", prefix])).toThrow("not installed there");
  });

  it("follows Jupyter's own variables", () => {
    expect(kernelsFolder({ kind: "user" }, { JUPYTER_DATA_DIR: "/data" })).toBe(path.join("/data", "kernels"));
    expect(kernelsFolder({ kind: "sys-prefix" }, { VIRTUAL_ENV: "/env" })).toBe(
      path.join("/env", "share", "jupyter", "kernels"),
    );
  });
});
