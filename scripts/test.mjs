import fs from "node:fs";
import path from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { main } from "./lib/main.mjs";
import { cacheFolder, root, sharedFolder } from "./lib/paths.mjs";
import { Problem } from "./lib/problem.mjs";
import { capture } from "./lib/run.mjs";
import { checkPython, ensureVenv } from "./lib/venv.mjs";
import { findChromium } from "./lab/browser.mjs";
import { labCases, runLab } from "./lab/run.mjs";

const help = `
npm test [-- OPTIONS AND PATHS OF JEST]

Installs and builds what is missing, and runs the tests of all packages. The last line is "N passed, N failed, N skipped".
The tests in a real JupyterLab (npm run test:lab) follow where Chromium and Python are found, and count as skipped elsewhere.
A part of all: npm test -- packages/core/src/transforms, or npm test -- -t "words of a name".

The tests compare with reference figures in ../shared (or the folder named by SIMGRAD_SHARED). Where that folder is
absent they are skipped; where it is present, a skipped test fails the run.
`;

await main(help, async (args) => {
  await ensureBuilt();
  // Asked before the tests, which take their time.
  const missing = await missingForLab();
  const { status, result } = await runJest(args);
  const lab = args.length === 0 ? await runInLab(missing) : { passed: 0, failed: 0, skipped: [] };
  const passed = result.numPassedTests + lab.passed;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites + lab.failed;
  const skipped = result.numPendingTests + result.numTodoTests + lab.skipped.length;
  const forbidden = skipped > 0 && args.length === 0 && fs.existsSync(sharedFolder);
  if (forbidden) {
    const names = [...skippedTests(result), ...lab.skipped.map((name) => `  in JupyterLab: ${name}`)];
    process.stdout.write(
      `\nA test was skipped although the reference figures are present; it must run, or go:\n${names.join("\n")}\n`,
    );
  }
  process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  if (result.numPassedTests === 0) return 1;
  return status !== 0 || failed > 0 || forbidden ? 1 : 0;
});

/** Why nothing can be tested in JupyterLab here, or null. */
async function missingForLab() {
  if (findChromium() === undefined) return "There is no Chromium (npm run test:lab says more).";
  try {
    await checkPython();
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.message;
  }
}

async function runInLab(missing) {
  const cases = labCases();
  if (missing !== null) {
    process.stdout.write(`\nThe tests in JupyterLab are skipped. ${missing}\n`);
    return { passed: 0, failed: 0, skipped: cases.map(({ name }) => name) };
  }
  await ensureVenv();
  return { ...(await runLab(findChromium(), cases)), skipped: [] };
}

async function runJest(args) {
  const resultFile = path.join(cacheFolder, `jest-${process.pid}.json`);
  fs.mkdirSync(cacheFolder, { recursive: true });
  const jest = path.join(root, "node_modules", "jest", "bin", "jest.js");
  const { status } = await capture(
    process.execPath,
    [
      ...["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", jest],
      ...["--config", path.join(root, "jest.config.mjs"), "--maxWorkers=100%"],
      ...["--json", "--outputFile", resultFile, ...args],
    ],
    { show: true, env: { SIMGRAD_SHARED: sharedFolder } },
  );
  if (!fs.existsSync(resultFile)) throw new Problem("jest ended before it ran the tests: the lines above say why.");
  const result = JSON.parse(fs.readFileSync(resultFile, "utf8"));
  fs.rmSync(resultFile);
  return { status, result };
}

function skippedTests(result) {
  return result.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "pending" || status === "todo")
      .map(({ fullName }) => `  ${path.relative(root, name)}: ${fullName}`),
  );
}
