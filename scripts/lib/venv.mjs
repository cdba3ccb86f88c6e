import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { root, venvFolder } from "./paths.mjs";
import { Problem } from "./problem.mjs";
import { capture, run, runNode } from "./run.mjs";
import { step } from "./step.mjs";

const oldestPython = [3, 11];
const candidates = ["python3.11", "python3.12", "python3.13", "python3.14", "python3", "python"];
const requirements = path.join(root, "scripts", "python-requirements.txt");
const stamp = path.join(venvFolder, "installed.txt");
const programs = path.join(venvFolder, process.platform === "win32" ? "Scripts" : "bin");

/** Python of the virtual environment. */
export const venvPython = path.join(programs, process.platform === "win32" ? "python.exe" : "python");

/** Variables that keep Jupyter to the virtual environment, whatever the user has set up for himself. */
export const jupyterEnvironment = {
  JUPYTER_PATH: path.join(venvFolder, "share", "jupyter"),
  JUPYTER_CONFIG_DIR: path.join(venvFolder, "etc", "jupyter"),
  JUPYTER_RUNTIME_DIR: path.join(venvFolder, "var", "jupyter"),
  JUPYTER_DATA_DIR: path.join(venvFolder, "share", "jupyter"),
  JUPYTER_PLATFORM_DIRS: "1",
  PYTHONWARNINGS: "ignore",
};

/** Says what is missing for the virtual environment before anything long begins. */
export const checkPython = async () => {
  if (!isMade()) await findPython();
};

/** Makes the virtual environment with JupyterLab and the TypeScript kernel in it, unless it is there already. */
export const ensureVenv = async () => {
  if (!isMade()) {
    const python = await findPython();
    await step("making a Python environment in .venv", async () => {
      fs.rmSync(venvFolder, { recursive: true, force: true });
      await run(python, ["-m", "venv", venvFolder], {
        failure: `${python} -m venv failed: the lines above say why; on Debian and Ubuntu the system package python3-venv is needed.`,
      });
    });
    await step("installing JupyterLab into .venv", () =>
      run(venvPython, ["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "-r", requirements], {
        failure:
          "pip could not install JupyterLab: the lines above say why; the Python package index must be reachable for the first run.",
      }),
    );
    fs.writeFileSync(stamp, fingerprint());
  }
  await installOurs();
};

/**
 * Installs the kernel and the JupyterLab extension of this repository as a reader would, and beside the kernel stock
 * tslab, for `npm run notebook`.
 */
const installOurs = async () => {
  const kernels = path.join(venvFolder, "share", "jupyter", "kernels");
  for (const program of ["jupyter-kernel/dist/cli.js", "jupyter-widgets/dist/install/main.js"]) {
    await runNode(path.join(root, "packages", program), ["install", "--prefix", venvFolder], {
      failure: `packages/${program} could not install into .venv: the lines above say why.`,
    });
  }
  const spec = {
    argv: [
      process.execPath,
      // Node 20 warns when a cell loads an ES module; a notebook would show that as an error.
      "--disable-warning=ExperimentalWarning",
      path.join(root, "node_modules", "tslab", "bin", "tslab"),
      "kernel",
      "--config-path",
      "{connection_file}",
    ],
    display_name: "TypeScript (tslab)",
    language: "typescript",
  };
  writeIfChanged(path.join(kernels, "tslab", "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
};

const findPython = async () => {
  const asked = process.env.SIMGRAD_PYTHON;
  const seen = [];
  for (const python of asked === undefined ? candidates : [asked]) {
    const version = await capture(python, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
    if (version.status !== 0) continue;
    const [major, minor] = version.output.trim().split(".").map(Number);
    if (major < oldestPython[0] || (major === oldestPython[0] && minor < oldestPython[1])) {
      seen.push(`${python} is ${major}.${minor}`);
      continue;
    }
    const venv = await capture(python, ["-c", "import venv, ensurepip"]);
    if (venv.status === 0) return python;
    seen.push(
      `${python} has no venv module, which on Debian and Ubuntu is the system package python${major}.${minor}-venv (or python3-venv)`,
    );
  }
  const none = asked === undefined ? "none was found" : `${asked} does not run`;
  const found = seen.length === 0 ? none : seen.join("; ");
  throw new Problem(
    `JupyterLab needs Python ${oldestPython.join(".")} or newer with its venv module, and ${found}: install python3 and python3-venv, or name a Python in SIMGRAD_PYTHON, and run the command again.`,
  );
};

const isMade = () => fs.existsSync(venvPython) && readText(stamp) === fingerprint();

/** What the environment depends on: the pinned packages, and where it lies (its programs hold absolute paths). */
const fingerprint = () =>
  crypto.createHash("sha256").update(fs.readFileSync(requirements)).update("\0").update(venvFolder).digest("hex");

const readText = (file) => {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
};

const writeIfChanged = (file, text) => {
  if (readText(file) === text) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
};
