import { ArgumentError } from "@simgrad/core";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const extension = "@simgrad/jupyter-lab-extension";

/**
 * Copies the JupyterLab extension into a folder of extensions; an older one is replaced. It is written beside its place and
 * moved, so that there is never half of one.
 *
 * @returns where it is
 * @throws ArgumentError if the extension has not been built.
 */
export function installExtension(folder: string, source: string = builtExtension()): string {
  const place = path.join(folder, extension);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  const beside = fs.mkdtempSync(`${place}-`);
  try {
    fs.cpSync(source, beside, { recursive: true });
    fs.chmodSync(beside, 0o755);
    fs.rmSync(place, { recursive: true, force: true });
    fs.renameSync(beside, place);
  } finally {
    fs.rmSync(beside, { recursive: true, force: true });
  }
  return place;
}

/** Removes the extension; null if there was none. */
export function uninstallExtension(folder: string): string | null {
  const place = path.join(folder, extension);
  if (!fs.existsSync(place)) return null;
  fs.rmSync(place, { recursive: true });
  return place;
}

function builtExtension(): string {
  const manifest = createRequire(import.meta.url).resolve(`${extension}/package.json`);
  const folder = path.join(path.dirname(manifest), "labextension");
  if (fs.existsSync(path.join(folder, "package.json"))) return folder;
  throw new ArgumentError({
    what: "install: the JupyterLab extension has not been built.",
    expected: folder,
    fix: "run npm run build in the repository.",
  });
}
