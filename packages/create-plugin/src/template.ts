import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** A file of the new package. */
export interface TemplateFile {
  /** Its place in the package, with slashes. */
  readonly path: string;
  readonly text: string;
}

const folder = fileURLToPath(new URL("../template/", import.meta.url));

/** What stands in the template wherever the name of the new package belongs: the template is a package itself, with this name. */
const placeholder = "simgrad-plugin-template";

/**
 * What has another name in the template: npm leaves files named .gitignore out of what it publishes, and a package.json inside of a
 * package would be read as that of a part of it.
 */
const renamed: Readonly<Record<string, string>> = { gitignore: ".gitignore", "package.template.json": "package.json" };

/** The files of a package with this name. */
export function templateFiles(name: string): readonly TemplateFile[] {
  const files = filesBelow(folder).map((file): TemplateFile => {
    const text = fs.readFileSync(path.join(folder, file), "utf8").replaceAll(placeholder, name);
    const place = renamed[file] ?? file.split(path.sep).join("/");
    return { path: place, text: place === "package.json" ? withVersions(text) : text };
  });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A checkout of the repository has what the template's own scripts leave there; it is no part of the template. */
const leftOvers = ["node_modules", "dist", "out", ".ipynb_checkpoints"];

function filesBelow(root: string, inside = ""): string[] {
  return fs
    .readdirSync(path.join(root, inside), { withFileTypes: true })
    .filter((entry) => !leftOvers.includes(entry.name))
    .flatMap((entry) => {
      const place = path.join(inside, entry.name);
      return entry.isDirectory() ? filesBelow(root, place) : [place];
    });
}

/** Packages of one version belong together: the new one asks for those that were published with this one. */
function withVersions(manifest: string): string {
  const { version } = JSON.parse(fs.readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
  };
  return manifest.replace(/("@simgrad\/[a-z-]+": )"[^"]*"/g, `$1"^${version}"`);
}
