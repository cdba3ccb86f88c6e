import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { KernelError } from "../errors.js";

/** Where a kernelspec is to be put. */
export type Place =
  | { readonly kind: "user" }
  /** The Python environment in use. */
  | { readonly kind: "sys-prefix" }
  | { readonly kind: "prefix"; readonly folder: string };

/**
 * Folder `kernels` of Jupyter at a place ("Kernel specs" in jupyter_client's documentation).
 *
 * @throws KernelError if `sys-prefix` is asked for and there is no Python.
 */
export function kernelsFolder(place: Place, environment: NodeJS.ProcessEnv = process.env): string {
  switch (place.kind) {
    case "user":
      return path.join(userData(environment), "kernels");
    case "prefix":
      return path.join(path.resolve(place.folder), "share", "jupyter", "kernels");
    case "sys-prefix":
      return path.join(sysPrefix(environment), "share", "jupyter", "kernels");
  }
}

function userData(environment: NodeJS.ProcessEnv): string {
  const asked = environment["JUPYTER_DATA_DIR"];
  if (asked !== undefined && asked !== "") return asked;
  const home = os.homedir();
  if (process.platform === "darwin") return path.join(home, "Library", "Jupyter");
  if (process.platform === "win32") return path.join(environment["APPDATA"] ?? home, "jupyter");
  return path.join(environment["XDG_DATA_HOME"] ?? path.join(home, ".local", "share"), "jupyter");
}

function sysPrefix(environment: NodeJS.ProcessEnv): string {
  const active = environment["VIRTUAL_ENV"] ?? environment["CONDA_PREFIX"];
  if (active !== undefined && active !== "") return active;
  for (const python of ["python3", "python"]) {
    const { status, stdout } = spawnSync(python, ["-c", "import sys; print(sys.prefix)"], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  throw new KernelError({
    what: "no Python was found",
    expected: "python3 on the PATH, whose environment --sys-prefix names",
    fix: "Name the folder by --prefix, or use --user",
  });
}
