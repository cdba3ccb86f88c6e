import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { typeScriptBlocks } from "./consumer.mjs";
import { packages } from "./packages.mjs";
import { root } from "./paths.mjs";
import { capture, captureNode } from "./run.mjs";

const command = path.join(root, "packages", "create-plugin", "dist", "cli.js");

/**
 * Makes a package as `npm create @simgrad/plugin` does, in a folder of its own with nothing around it; then does what its README
 * says: `npm test`, the example, and the notebook (as a program: what it shows is printed).
 *
 * @returns {Promise<{status: number, output: string}>}
 */
export const checkCreatedPlugin = async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "simgrad-plugin-"));
  const plugin = path.join(folder, "heat");
  try {
    const made = await captureNode(command, ["@someone/heat", "--dir", plugin]);
    if (made.status !== 0) return made;
    linkDependencies(plugin);
    const programs = writePrograms(plugin);
    const tests = await npm(["test"], plugin);
    if (tests.status !== 0) return tests;
    const passed = Number(/^\S+ pass (\d+)$/m.exec(tests.output)?.[1] ?? 0);
    if (passed < 2) return { status: 1, output: `npm test found no tests:\n${tests.output}` };
    return await runPrograms(plugin, programs);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
};

/** In the place of `npm install`: links to what is here. A dependency that is not here is one that nobody could install. */
const linkDependencies = (plugin) => {
  const manifest = JSON.parse(fs.readFileSync(path.join(plugin, "package.json"), "utf8"));
  const own = new Map(packages().map((one) => [one.manifest.name, one.folder]));
  for (const name of Object.keys({ ...manifest.peerDependencies, ...manifest.devDependencies })) {
    const link = path.join(plugin, "node_modules", name);
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(fs.realpathSync(own.get(name) ?? path.join(root, "node_modules", name)), link, "junction");
  }
};

/** Writes the README's blocks and the notebooks beside the sources, to be compiled with them. */
const writePrograms = (plugin) => {
  const blocks = typeScriptBlocks(path.join(plugin, "README.md")).map(({ line, code }) => ({
    name: `readme${line}`,
    code,
    from: `README.md, line ${line}`,
    // What stands behind `console.log(...); //`.
    promised: [...code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text).join("\n"),
  }));
  const notebooks = fs.readdirSync(path.join(plugin, "notebooks")).map((file) => ({
    name: path.basename(file, ".ipynb"),
    // A notebook imports what the last build has made of the sources, which are here.
    code: `${cellsOf(path.join(plugin, "notebooks", file)).replaceAll("../dist/", "./")}\nexport {};\n`,
    from: `notebooks/${file}`,
  }));
  const programs = [...blocks, ...notebooks];
  for (const { name, code } of programs) fs.writeFileSync(path.join(plugin, "src", `${name}.ts`), code);
  return programs;
};

const cellsOf = (file) =>
  JSON.parse(fs.readFileSync(file, "utf8"))
    .cells.filter((cell) => cell.cell_type === "code")
    .map((cell) => cell.source.join(""))
    .join("\n");

const runPrograms = async (plugin, programs) => {
  let output = "";
  for (const { name, from, promised } of programs) {
    const result = await captureNode(path.join(plugin, "dist", `${name}.js`), [], { cwd: plugin });
    const printed = result.output.trimEnd();
    if (result.status !== 0) output += `${from}, fails:\n${printed}\n`;
    else if (promised !== undefined && printed !== promised) {
      output += `${from}, says that it prints\n${promised}\nand prints\n${printed}\n`;
    }
  }
  return { status: output === "" ? 0 : 1, output };
};

const npm = (args, cwd) => {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith("npm-cli.js")) return captureNode(cli, args, { cwd });
  return capture(process.platform === "win32" ? "npm.cmd" : "npm", args, { cwd });
};
