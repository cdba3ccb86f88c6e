import fs from "node:fs";
import path from "node:path";
import { draw, drawingFile } from "./lib/drawing.mjs";
import { main, noMoreArguments } from "./lib/main.mjs";
import { shown } from "./lib/paths.mjs";

const help = `
npm run draw

Draws scripts/importTable.json, which says who may import whom, to docs/architecture.svg.
`;

await main(help, async (args) => {
  noMoreArguments(args);
  fs.mkdirSync(path.dirname(drawingFile), { recursive: true });
  fs.writeFileSync(drawingFile, draw());
  process.stdout.write(`${shown(drawingFile)}\n`);
});
