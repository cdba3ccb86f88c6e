import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { help, runCommand } from "./command.js";

describe("create-plugin", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "simgrad-create-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("makes a package, and says how to go on", () => {
    const dir = path.join(folder, "my rod");
    const text = runCommand(["my-rod", "--dir", dir]);
    expect(text).toContain(`Made my-rod in ${dir}:`);
    expect(text).toContain("  src/heatRod.ts\n");
    expect(text).toContain(`cd ${JSON.stringify(dir)}\n  npm install\n  npm test`);
    expect(fs.existsSync(path.join(dir, "package.json"))).toBe(true);
    expect(runCommand([`--dir=${path.join(folder, "-rod")}`, "my-rod"])).toContain("Made my-rod");
  });

  it("shows its help, and then makes nothing", () => {
    expect(runCommand(["--help"])).toBe(help);
    expect(runCommand(["my-rod", "--dir", path.join(folder, "rod"), "-h"])).toBe(help);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it.each([
    [[], /No name is given.*npm create @simgrad\/plugin heat-rod/],
    [["a", "b"], /More than one name.*a b/],
    [["a", "--folder", "x"], /no such option.*--folder.*--dir DIR or --help/],
    [["a", "-x"], /no such option.*-x/],
    [["a", "--dir"], /--dir names no folder.*nothing/],
    [["a", "--dir", "--help"], /--dir names no folder.*--help/],
    [["a", "--dir="], /--dir names no folder/],
  ])("does not understand %j, by name", (args, message) => {
    expect(() => runCommand(args)).toThrow(message);
  });
});
