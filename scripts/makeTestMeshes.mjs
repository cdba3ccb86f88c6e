import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt } from "./lib/build.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";

const help = `
node scripts/makeTestMeshes.mjs

Makes the folder test_meshes/ anew: text files of meshes, those that must be refused among them, and a README with counts and checksums.
What is in them is told by packages/mesh-vertex/src/testMeshes.
`;

await main(help, async () => {
  await ensureBuilt();
  const made = path.join(root, "packages", "mesh-vertex", "dist", "testMeshes", "readme.js");
  const { testMeshFolder } = await import(pathToFileURL(made).href);
  const folder = path.join(root, "test_meshes");
  const files = testMeshFolder((text) => createHash("sha256").update(text).digest("hex"));
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, "refused"), { recursive: true });
  for (const { name, contents } of files) await writeFile(path.join(folder, name), contents);
  console.log(`${files.length} files in test_meshes/`);
});
