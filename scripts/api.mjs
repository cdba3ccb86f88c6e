import { apiReports } from "./lib/api.mjs";
import { ensureBuilt } from "./lib/build.mjs";
import { main, noMoreArguments } from "./lib/main.mjs";
import { Problem } from "./lib/problem.mjs";
import { step } from "./lib/step.mjs";

const help = `
npm run api

Writes the API reports anew: packages/*/etc/*.api.md, what each package exports, with types. They are committed, so that
a change of the public API is seen in review; npm run check compares them with the code.
`;

await main(help, async (args) => {
  noMoreArguments(args);
  await ensureBuilt();
  await step("writing the API reports", async () => {
    const { status, output } = await apiReports({ write: true });
    if (status !== 0) throw new Problem("The API reports could not be written: the lines above say why.", output);
  });
});
