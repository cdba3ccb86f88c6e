import fs from "node:fs";
import path from "node:path";
import { outFolder, root, shown } from "./paths.mjs";
import { Problem } from "./problem.mjs";
import { capture } from "./run.mjs";
import { step } from "./step.mjs";
import { jupyterEnvironment, venvPython } from "./venv.mjs";

/** Seconds that one cell may take; the longest one so far takes less than one. */
const cellTimeout = 900;

/** The kernel of this repository. */
export const ownKernel = "simgrad";

/**
 * Executes a notebook in a TypeScript kernel. What it leaves in `out/` appears there only when all went well:
 * `NAME.ipynb` and `NAME.html` with the outputs, and the files that the notebook itself wrote.
 *
 * @param {string} file path of the notebook
 * @param {string} [kernel] `tslab` for stock tslab
 * @returns {Promise<{files: string[], rows: {what: string, value: unknown, note?: string}[]}>} the files written, and the
 *   rows of `NAME.json`, in which the notebook says what it found (none if it writes no such file)
 */
export const executeNotebook = async (file, kernel = ownKernel) => {
  const name = path.basename(file, ".ipynb");
  fs.mkdirSync(outFolder, { recursive: true });
  const beside = fs.mkdtempSync(path.join(outFolder, ".partial-"));
  try {
    const executed = path.join(beside, `${name}.ipynb`);
    await step(`executing ${path.relative(root, file)}`, async () => {
      const execute = ["--execute", `--ExecutePreprocessor.kernel_name=${kernel}`];
      const result = await nbconvert(
        ["--to", "notebook", ...execute, file, "--output-dir", beside, "--output", name],
        beside,
      );
      if (result.status !== 0) {
        throw new Problem(
          `The notebook ${shown(file)} failed: the lines above show the cell and what it printed.`,
          withoutTraceback(result.output),
        );
      }
      checkOutputs(executed, file);
    });
    await step(`writing ${name}.html`, async () => {
      const result = await nbconvert(["--to", "html", executed, "--output-dir", beside, "--output", name], beside);
      if (result.status !== 0) throw new Problem(`nbconvert could not make ${name}.html.`, result.output);
    });
    const rows = readRows(path.join(beside, `${name}.json`));
    return { files: moveAll(beside, outFolder), rows };
  } finally {
    fs.rmSync(beside, { recursive: true, force: true });
  }
};

/** Outputs that need a page of JupyterLab: a saved notebook has the pictures beside them. */
const liveTypes = ["application/vnd.simgrad.view+json", "application/vnd.jupyter.widget-view+json"];

/**
 * Puts the outputs of an executed notebook into the notebook itself, so that a code host shows its pictures: without live
 * views, whose data would double the file, and without the times of the run.
 */
export const saveOutputs = (file, executed) => {
  const notebook = JSON.parse(fs.readFileSync(executed, "utf8"));
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    metadata: without(cell.metadata, ["execution"]),
    ...(cell.outputs === undefined ? {} : { outputs: cell.outputs.map(withoutLive) }),
  }));
  const text = `${JSON.stringify({ ...notebook, cells }, null, 1)}\n`;
  const beside = `${file}.partial`;
  fs.writeFileSync(beside, text);
  fs.renameSync(beside, file);
};

const withoutLive = (output) =>
  output.data === undefined ? output : { ...output, data: without(output.data, liveTypes) };

const without = (object, names) => Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

/** The notebooks of the repository, in the order of their numbers. */
export const allNotebooks = () => {
  const folder = path.join(root, "notebooks");
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => path.join(folder, name));
};

const nbconvert = (args, out) =>
  capture(
    venvPython,
    [...["-m", "nbconvert", "--log-level=WARN"], ...[`--ExecutePreprocessor.timeout=${cellTimeout}`, ...args]],
    { env: { ...jupyterEnvironment, SIMGRAD_OUT: out } },
  );

/**
 * Fails on an error or a line on stderr in any cell. Stock tslab has no message for errors: what goes wrong in a cell
 * that has ended (in a timer, say) is seen on stderr alone, and nbconvert lets it pass.
 */
const checkOutputs = (executed, file) => {
  const { cells } = JSON.parse(fs.readFileSync(executed, "utf8"));
  const complaints = cells.flatMap((cell, index) =>
    (cell.outputs ?? [])
      .filter(
        (output) => output.output_type === "error" || (output.output_type === "stream" && output.name === "stderr"),
      )
      .map((output) => `cell ${index + 1}: ${joined(output.text ?? output.traceback ?? output.evalue)}`),
  );
  if (complaints.length > 0) {
    throw new Problem(`The notebook ${shown(file)} printed errors, which the lines above show.`, complaints.join("\n"));
  }
};

const joined = (text) => (Array.isArray(text) ? text.join("") : String(text));

/** nbconvert shows its own Python stack before the cell; a reader needs the cell and its output. */
const withoutTraceback = (output) => {
  const at = output.indexOf("An error occurred while executing the following cell");
  return at < 0 ? output : output.slice(at);
};

const readRows = (file) => (fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")).rows ?? []) : []);

const moveAll = (from, to) =>
  fs
    .readdirSync(from)
    .sort()
    .map((name) => {
      fs.renameSync(path.join(from, name), path.join(to, name));
      return path.join(to, name);
    });
