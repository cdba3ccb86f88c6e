import fs from "node:fs";
import path from "node:path";
import { modelsIn, runBiomodels } from "../conformance/biomodels.mjs";
import { compareBiomodels } from "../conformance/compareBiomodels.mjs";
import { compareSuite } from "../conformance/compareSuite.mjs";
import { casesFolder } from "../conformance/lib/cases.mjs";
import { allIds, idsOf, isId, runSuite } from "../conformance/suite.mjs";
import { ensureBuilt } from "./lib/build.mjs";
import { main, noMoreArguments, takeOption } from "./lib/main.mjs";
import { root, shown } from "./lib/paths.mjs";
import { Problem } from "./lib/problem.mjs";

const help = `
npm run conformance -- --suite DIR [--cases FILE] [--out DIR]
npm run conformance -- --biomodels DIR [--reference roadrunner] [--out DIR]

Runs the SBML Test Suite, of which DIR is the root or its cases/semantic, or those of its cases whose ids FILE lists, one a line.
Each case is run at its highest level and version, and its CSV is written to OUT/cases before any expected result is read; then all are compared
by the rule of the suite. OUT/conformance.json has {passed: [id], failed: [{id, reason}], refused: [{id, reason}]}.

Or runs all SBML files of a folder, and beside libRoadRunner, which is installed into .cache; OUT/biomodels.json has what ran, and where the two
disagree, with who is right. Both may be asked for at once. --out is out/ where it is not given. The status is 1 where a case of the suite failed.
What the figures mean: conformance/README.md
`;

await main(help, async (args) => {
  const { suite, biomodels, out } = readArguments(args);
  await ensureBuilt();
  fs.mkdirSync(out, { recursive: true });
  const failed = suite === undefined ? 0 : await reportSuite(suite, out);
  if (biomodels !== undefined) await reportBiomodels(biomodels, out);
  return failed > 0 ? 1 : 0;
});

function readArguments(args) {
  const from = process.env.INIT_CWD ?? process.cwd();
  const place = (name) => {
    const given = takeOption(args, name);
    return given === undefined ? undefined : path.resolve(from, given);
  };
  const [suite, cases, biomodels] = [place("--suite"), place("--cases"), place("--biomodels")];
  const out = place("--out") ?? path.join(root, "out");
  const reference = takeOption(args, "--reference");
  noMoreArguments(args);
  if (suite === undefined && biomodels === undefined)
    throw new Problem("What shall be run? Give --suite DIR or --biomodels DIR.");
  if (cases !== undefined && suite === undefined) throw new Problem("--cases goes with --suite DIR.");
  if (reference !== undefined && biomodels === undefined) throw new Problem("--reference goes with --biomodels DIR.");
  if (reference !== undefined && reference !== "roadrunner")
    throw new Problem(`There is no reference ${JSON.stringify(reference)}: the only one is roadrunner.`);
  return {
    suite: suite === undefined ? undefined : readSuite(suite, cases),
    biomodels: biomodels === undefined ? undefined : { folder: readModels(biomodels), reference },
    out,
  };
}

function readSuite(suite, cases) {
  expectFolder(suite);
  const folder = casesFolder(suite);
  if (folder === null) {
    throw new Problem(
      `There are no cases in ${shown(suite)}: it should have folders such as 00001, itself or in cases/semantic.`,
    );
  }
  if (cases === undefined) return { folder, ids: allIds(folder) };
  if (fs.statSync(cases, { throwIfNoEntry: false })?.isFile() !== true)
    throw new Problem(`There is no file ${shown(cases)}: it should have the id of a case in each line.`);
  const ids = idsOf(cases);
  const wrong = ids.find((id) => !isId(id));
  if (wrong !== undefined)
    throw new Problem(`${shown(cases)} has the line ${JSON.stringify(wrong)}, which is no id such as 00001.`);
  if (ids.length === 0) throw new Problem(`${shown(cases)} names no case.`);
  return { folder, ids };
}

function readModels(folder) {
  expectFolder(folder);
  if (modelsIn(folder).length > 0) return folder;
  throw new Problem(`There are no models in ${shown(folder)}: it should have files such as BIOMD0000000001.xml.`);
}

function expectFolder(folder) {
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new Problem(`There is no folder ${shown(folder)}.`);
}

async function reportSuite(suite, out) {
  await runSuite({ ...suite, out });
  const { passed, failed, refused } = compareSuite(out);
  for (const { id, reason } of failed) process.stdout.write(`${id}: ${reason}\n`);
  process.stdout.write(
    `${passed.length} passed, ${failed.length} failed, ${refused.length} refused: ${shown(path.join(out, "conformance.json"))}\n`,
  );
  return failed.length;
}

async function reportBiomodels({ folder, reference }, out) {
  await runBiomodels({ folder, out, withReference: reference !== undefined });
  const { ran, refused, failed, reference: other } = compareBiomodels(out);
  process.stdout.write(`${ran} models ran, ${failed.length} failed, ${refused.length} refused\n`);
  for (const { id, reason } of [...failed, ...refused]) process.stdout.write(`  ${id}: ${reason}\n`);
  if (other !== undefined) {
    const percent = ((100 * other.agree) / other.ran).toFixed(1);
    process.stdout.write(`libRoadRunner ran ${other.ran}; with ${other.agree} of these (${percent} %) ours agrees\n`);
    for (const { id, reason, right, why } of other.disagreements)
      process.stdout.write(`  ${id}: ${reason}\n    right: ${right}; ${why}\n`);
  }
  process.stdout.write(`${shown(path.join(out, "biomodels.json"))}\n`);
}
