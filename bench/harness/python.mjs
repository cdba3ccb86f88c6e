import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Version of Python that the pinned requirements are for. */
const VERSION = "3.11";

/**
 * Makes the virtual environment of the Python rivals, or finds it as it should be.
 * @param {string} folder Where it is, or shall be.
 * @param {string} requirements Path of the pinned requirements.
 * @param {(line: string) => void} log Progress.
 * @returns {string} Path of its python.
 * @throws {Error} Where Python or its venv module is missing, or the packages cannot be installed.
 */
export function ensureVenv(folder, requirements, log) {
  const python = join(folder, "bin", "python");
  const stamp = join(folder, "requirements.sha256");
  const wanted = createHash("sha256").update(readFileSync(requirements)).update(VERSION).digest("hex");
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return python;

  const base = findPython();
  log(`making ${folder} (Python ${VERSION} with the pinned packages; once, about a minute)`);
  rmSync(folder, { recursive: true, force: true });
  run(base, ["-m", "venv", folder], `the venv module of ${base} is missing (Debian's package: python${VERSION}-venv)`);
  run(
    python,
    ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "-r", requirements],
    "the pinned packages could not be installed",
  );
  writeFileSync(stamp, wanted);
  return python;
}

/**
 * Finds a Python of the wanted version.
 * @returns {string} Its command.
 */
function findPython() {
  const candidates = [process.env["SIMGRAD_PYTHON"], `python${VERSION}`, "python3", "python"];
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    const asked = spawnSync(candidate, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], {
      encoding: "utf8",
    });
    if (asked.status === 0 && asked.stdout.trim() === VERSION) return candidate;
  }
  throw new Error(
    `Python ${VERSION} is needed for the JAX rival and was not found. Install it, name it in SIMGRAD_PYTHON, ` +
      `or leave the rival out with --only.`,
  );
}

/**
 * Runs a command to its end.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {string} problem What a failure means.
 */
function run(file, args, problem) {
  const done = spawnSync(file, [...args], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${problem}\n${done.error?.message ?? ""}${done.stdout}${done.stderr}`.trim());
}
