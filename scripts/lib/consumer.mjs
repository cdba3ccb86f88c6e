import fs from "node:fs";
import path from "node:path";
import { packages } from "./packages.mjs";
import { root, tsc, tslabTsc } from "./paths.mjs";
import { captureNode } from "./run.mjs";

const consumer = path.join(root, "consumer");
const generated = path.join(consumer, "generated");

/**
 * Compiles consumer/ against the packages' dist, with TypeScript 5.9.3 and with tslab's 5.0.4, and runs what is to be run.
 *
 * @returns {Promise<{status: number, output: string}>}
 */
export const checkConsumer = async () => {
  const blocks = writeReadmeBlocks();
  const compile = (compiler, config, ...args) => [
    compiler,
    ["-p", path.join(consumer, config), "--pretty", "false", ...args],
  ];
  const runnable = ["src/plain.js", ...blocks.map((name) => `generated/${name}.js`)];
  const commands = [
    compile(tsc, "tsconfig.node.json"),
    compile(tslabTsc, "tsconfig.tslab.json"),
    compile(tslabTsc, "tsconfig.older.json"),
    ...runnable.map((file) => [path.join(generated, "dist", file), []]),
    ["--disable-warning=ExperimentalWarning", [path.join(consumer, "smoke.cjs")]],
  ];
  let status = 0;
  let output = "";
  for (const [file, args] of commands) {
    const result = ours(await captureNode(file, args));
    if (result.status === 0) continue;
    status = 1;
    output += `${[file, ...args].map((arg) => path.relative(root, arg) || arg).join(" ")}\n${result.output}\n`;
  }
  return { status, output };
};

/**
 * Leaves out what a compiler says of other people's declarations (those of @observablehq/plot speak of a browser). Our own
 * declarations are to be read in full, which is why `skipLibCheck` is not the way.
 */
const ours = ({ status, output }) => {
  const diagnostics = output.split(/^(?=\S+\(\d+,\d+\): error )/m);
  const kept = diagnostics.filter((text) => !/^(\.\.\/)*node_modules\//.test(text)).join("");
  return { status: kept === "" && output !== "" ? 0 : status, output: kept };
};

/** Writes each TypeScript block of the READMEs as a module of its own, named after the file and the block's line: the names. */
const writeReadmeBlocks = () => {
  const names = [];
  fs.rmSync(generated, { recursive: true, force: true });
  fs.mkdirSync(generated, { recursive: true });
  const readmes = [
    "README.md",
    "CONTRIBUTING.md",
    ...packages().map(({ name }) => path.join("packages", name, "README.md")),
  ];
  for (const readme of readmes.filter((file) => fs.existsSync(path.join(root, file)))) {
    for (const { line, code } of typeScriptBlocks(path.join(root, readme))) {
      const name = `${readme.replace(/\.md$/, "").replaceAll(path.sep, "-")}-${line}`;
      names.push(name);
      fs.writeFileSync(path.join(generated, `${name}.ts`), `// ${readme}, line ${line}\n${code}`);
    }
  }
  return names;
};

/**
 * The TypeScript blocks of a page, each as a module of its own.
 *
 * @param {string} file
 * @returns {{line: number, code: string}[]} `line`: where the block begins
 */
export const typeScriptBlocks = (file) => {
  const text = fs.readFileSync(file, "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((block) => ({
    line: text.slice(0, block.index).split("\n").length,
    code: `${block[1]}export {};\n`,
  }));
};
