import { ensureInstalled } from "./lib/install.mjs";
import { main, noMoreArguments } from "./lib/main.mjs";

const help = `
node scripts/installChromium.mjs

Installs Debian's Chromium for npm run test:lab where none is found; needs root.
`;

await main(help, async (args) => {
  noMoreArguments(args);
  // The tests' own way to find it needs the npm packages.
  await ensureInstalled();
  const { ensureChromium } = await import("./lab/browser.mjs");
  await ensureChromium();
});
