import fs from "node:fs";
import path from "node:path";
import { CreatePluginError } from "./errors.js";
import { checkPackageName, unscoped } from "./packageName.js";
import { templateFiles } from "./template.js";

/** What `createPlugin` takes. */
export interface CreatePluginOptions {
  /** Name of the package, as npm takes it: `heat-rod`, `@someone/heat-rod`. */
  readonly name: string;
  /** Folder of the package; default the name, without its scope, in the working directory. */
  readonly dir?: string;
}

/** A package that was made. */
export interface CreatedPlugin {
  /** Its folder, an absolute path. */
  readonly dir: string;
  /** Its files, with slashes, below `dir`. */
  readonly files: readonly string[];
}

/**
 * Makes a package with a simulator: sources, tests, a notebook, and what builds and checks them. The folder is there as a
 * whole or not at all: the files are written beside it and then moved.
 *
 * @throws CreatePluginError with the code NAME if npm would not take the name; with FOLDER if the folder holds anything but a `.git`.
 */
export function createPlugin(options: CreatePluginOptions): CreatedPlugin {
  const { name } = options;
  checkPackageName(name);
  const dir = path.resolve(options.dir ?? unscoped(name));
  checkFree(dir);
  const files = templateFiles(name);
  fs.mkdirSync(path.dirname(dir), { recursive: true });
  const beside = fs.mkdtempSync(path.join(path.dirname(dir), `.${path.basename(dir)}-`));
  try {
    const whole = path.join(beside, path.basename(dir));
    for (const file of files) {
      const place = path.join(whole, file.path);
      fs.mkdirSync(path.dirname(place), { recursive: true });
      fs.writeFileSync(place, file.text);
    }
    if (fs.existsSync(dir)) moveEntries(whole, dir);
    else fs.renameSync(whole, dir);
  } finally {
    fs.rmSync(beside, { recursive: true, force: true });
  }
  return { dir, files: files.map((file) => file.path) };
}

/** A new repository, cloned from where it is hosted, has a .git and nothing else. */
const allowed = [".git"];

function checkFree(dir: string): void {
  const stat = fs.statSync(dir, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const found = stat.isDirectory() ? fs.readdirSync(dir).filter((name) => !allowed.includes(name)) : null;
  if (found?.length === 0) return;
  throw new CreatePluginError("FOLDER", {
    what: `The folder ${dir} is not free.`,
    got: found === null ? "a file of that name" : `${found.slice(0, 3).join(", ")}${found.length > 3 ? ", ..." : ""}`,
    expected: "a folder that is empty, or not there yet",
    fix: "name another one: --dir DIR.",
  });
}

/** Moves what lies in one folder into another, which may be somebody's working directory and so stays the same one. */
function moveEntries(from: string, to: string): void {
  const moved: string[] = [];
  try {
    for (const name of fs.readdirSync(from)) {
      fs.renameSync(path.join(from, name), path.join(to, name));
      moved.push(name);
    }
  } catch (error) {
    for (const name of moved) fs.rmSync(path.join(to, name), { recursive: true });
    throw error;
  }
}
