import { ArgumentError } from "@simgrad/core";
import { execFileSync } from "node:child_process";
import os from "node:os";
import path from "node:path";

/** What the command line asks for. */
export interface InstallCommand {
  readonly action: "install" | "uninstall" | "help";
  /** Folder below which Jupyter looks for `share/jupyter`, or the user's data folder itself. */
  readonly target: { readonly prefix: string } | "user" | "sys-prefix";
}

/** Reads `install [--prefix DIR | --user | --sys-prefix]`. @throws ArgumentError if it is none of these. */
export function readCommand(args: readonly string[]): InstallCommand {
  const [action, ...rest] = args;
  if (action === undefined || args.includes("--help") || args.includes("-h")) return { action: "help", target: "user" };
  if (action !== "install" && action !== "uninstall") throw unknown(action, "install, uninstall or --help");
  const [flag, value, ...more] = rest.flatMap((arg) =>
    arg.startsWith("--prefix=") ? ["--prefix", arg.slice(9)] : [arg],
  );
  if (flag === undefined) return { action, target: "user" };
  if (flag === "--prefix" && value !== undefined && more.length === 0)
    return { action, target: { prefix: path.resolve(value) } };
  if ((flag === "--user" || flag === "--sys-prefix") && value === undefined)
    return { action, target: flag === "--user" ? "user" : "sys-prefix" };
  throw unknown(rest.join(" "), "--prefix DIR, --user or --sys-prefix");
}

/**
 * The folder that holds JupyterLab's extensions. The user's is that of Jupyter's documentation, "Common Directories and File
 * Locations": JUPYTER_DATA_DIR, else a place by operating system.
 */
export function extensionsFolder(target: InstallCommand["target"], env: NodeJS.ProcessEnv = process.env): string {
  if (target === "sys-prefix") return path.join(pythonPrefix(), "share", "jupyter", "labextensions");
  if (target !== "user") return path.join(target.prefix, "share", "jupyter", "labextensions");
  return path.join(env["JUPYTER_DATA_DIR"] ?? userData(env), "labextensions");
}

function userData(env: NodeJS.ProcessEnv): string {
  if (process.platform === "win32") return path.join(env["APPDATA"] ?? os.homedir(), "jupyter");
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Jupyter");
  return path.join(env["XDG_DATA_HOME"] ?? path.join(os.homedir(), ".local", "share"), "jupyter");
}

function pythonPrefix(): string {
  for (const python of ["python3", "python"]) {
    try {
      return execFileSync(python, ["-c", "import sys; print(sys.prefix)"], { encoding: "utf8" }).trim();
    } catch {
      // The next name may be there.
    }
  }
  throw new ArgumentError({
    what: "install: there is no Python to ask for its prefix.",
    fix: "use --user or --prefix DIR.",
  });
}

function unknown(got: string, expected: string): ArgumentError {
  return new ArgumentError({ what: "install: the command is not understood.", got, expected });
}
