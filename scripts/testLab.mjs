import { ensureBuilt } from "./lib/build.mjs";
import { main } from "./lib/main.mjs";
import { Problem } from "./lib/problem.mjs";
import { checkPython, ensureVenv } from "./lib/venv.mjs";
import { ensureChromium } from "./lab/browser.mjs";
import { labCases, runLab } from "./lab/run.mjs";

const help = `
npm run test:lab [-- WORDS OF A NAME]

Opens notebooks in a real JupyterLab with a real Chromium, and looks at what is seen. Screenshots are kept in out/.
Chromium is taken from /usr/bin, or from where SIMGRAD_CHROMIUM says; as root on Debian and Ubuntu it is installed by apt
where it is missing. The last line is "N passed, N failed, 0 skipped".
`;

await main(help, async (words) => {
  const cases = labCases().filter(({ name }) => words.every((word) => name.includes(word)));
  if (cases.length === 0) {
    throw new Problem(
      `No case has ${words.join(" ")} in its name; there are:\n${labCases()
        .map(({ name }) => name)
        .join("\n")}`,
    );
  }
  await checkPython();
  await ensureBuilt();
  await ensureVenv();
  const { passed, failed } = await runLab(await ensureChromium(), cases);
  process.stdout.write(`\n${passed} passed, ${failed} failed, 0 skipped\n`);
  return failed > 0 ? 1 : 0;
});
