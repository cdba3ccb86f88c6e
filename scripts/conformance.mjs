import fs from "node:fs";
import path from "node:path";
import { runBiomodels } from "../conformance/biomodels.mjs";
import { compareSuite } from "../conformance/compareSuite.mjs";
import { casesFolder } from "../conformance/lib/cases.mjs";
import { runSuite } from "../conformance/suite.mjs";
import { ensureBuilt } from "./lib/build.mjs";
import { main, noMoreArguments, takeOption } from "./lib/main.mjs";
import { root, shown } from "./lib/paths.mjs";
import { Problem } from "./lib/problem.mjs";

const help = `
npm run conformance -- --suite DIR [--cases FILE] [--out DIR]
npm run conformance -- --biomodels DIR [--reference roadrunner] [--out DIR]

Runs the SBML Test Suite, of which DIR is the root or its cases/semantic, or those of its cases whose ids FILE lists, one a line.
Each case is run at its highest level and version, and its CSV is written to out/cases before any expected result is read; then all are compared
by the rule of the suite. out/conformance.json has {passed: [id], failed: [{id, reason}], refused: [{id, reason}]}.

Or runs all SBML files of a folder, and beside libRoadRunner, which is installed into .cache; out/biomodels.json has what ran and where the two
disagree. Both may be asked for at once. The status is 1 where a case failed.
`;

await main(help, async (args) => {
  const from = process.env.INIT_CWD ?? process.cwd();
  const folder = (name) => {
    const given = takeOption(args, name);
    return given === undefined ? undefined : path.resolve(from, given);
  };
  const [suite, cases, biomodels] = [folder("--suite"), folder("--cases"), folder("--biomodels")];
  const out = folder("--out") ?? path.join(root, "out");
  const reference = takeOption(args, "--reference");
  noMoreArguments(args);
  if (suite === undefined && biomodels === undefined)
    throw new Problem("What shall be run? Give --suite DIR or --biomodels DIR.");
  if (reference !== undefined && reference !== "roadrunner")
    throw new Problem("The one reference there is, is roadrunner.");
  if (reference !== undefined && biomodels === undefined) throw new Problem("--reference goes with --biomodels DIR.");
  for (const needed of [suite, cases, biomodels]) {
    if (needed !== undefined && !fs.existsSync(needed)) throw new Problem(`There is no ${needed}.`);
  }
  if (suite !== undefined && casesFolder(suite) === null) {
    throw new Problem(
      `There are no cases in ${suite}: it should have folders such as 00001, itself or in cases/semantic.`,
    );
  }
  if (biomodels !== undefined && !fs.readdirSync(biomodels).some((name) => name.endsWith(".xml"))) {
    throw new Problem(`There are no models in ${biomodels}: it should have files such as BIOMD0000000001.xml.`);
  }
  await ensureBuilt();
  fs.mkdirSync(out, { recursive: true });
  let failed = 0;
  if (suite !== undefined) {
    await runSuite({ suite, cases, out });
    const result = compareSuite(out);
    failed = result.failed.length;
    for (const { id, reason } of result.failed) process.stdout.write(`${id}: ${reason}\n`);
    process.stdout.write(
      `${result.passed.length} passed, ${failed} failed, ${result.refused.length} refused: ${shown(path.join(out, "conformance.json"))}\n`,
    );
  }
  if (biomodels !== undefined) {
    const result = await runBiomodels({ folder: biomodels, out, withReference: reference !== undefined });
    const { ran, refused, failed: ended, reference: other } = result;
    process.stdout.write(`${ran} models ran, ${ended.length} failed, ${refused.length} refused\n`);
    for (const { id, reason } of ended) process.stdout.write(`  ${id}: ${reason}\n`);
    if (reference !== undefined) {
      process.stdout.write(`libRoadRunner ran ${other.ran}; of these ${other.agree} agree\n`);
      for (const { id, reason } of other.disagreements) process.stdout.write(`  ${id}: ${reason}\n`);
    }
    process.stdout.write(`${shown(path.join(out, "biomodels.json"))}\n`);
  }
  return failed > 0 ? 1 : 0;
});
