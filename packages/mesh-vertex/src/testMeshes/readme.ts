import { refusedFiles } from "./refusedFiles.js";
import type { RefusedFile, ValidFile } from "./testMesh.js";
import { validFiles } from "./validFiles.js";

/** A file of test_meshes/, ready to be written. */
export interface FileOfFolder {
  /** Path in the folder. */
  readonly name: string;
  readonly contents: string;
}

/**
 * All files of test_meshes/, with the README that lists them.
 * @param sha256 hexadecimal checksum of a text in UTF-8
 */
export function testMeshFolder(
  sha256: (text: string) => string,
  valid: readonly ValidFile[] = validFiles(),
  refused: readonly RefusedFile[] = refusedFiles(),
): FileOfFolder[] {
  const read = table(
    ["file", "what it is", "vertices", "faces", "V - E + F", "boundaries", "read with", "sha256"],
    valid.map(({ name, about, counts, options, contents }) => {
      const option = Object.entries(options).map(([key, value]) => `${key}: ${String(value)}`);
      return [name, about, ...counts.map(String), option.join(", "), sha256(contents)];
    }),
  );
  const not = table(
    ["file", "what is wrong", "line", "element", "message", "sha256"],
    refused.map(({ name, about, line, element, message, contents }) => {
      const place = element === null ? "" : `${element.kind} ${String(element.index)}`;
      return [name, about, line === null ? "" : String(line), place, message, sha256(contents)];
    }),
  );
  const readme = `# Test meshes

Made by \`node scripts/makeTestMeshes.mjs\` from \`packages/mesh-vertex/src/testMeshes\`, always the same to the byte: change them there. A test
compares the files with what is made, reads them, and compares counts.

Numbers have as many digits as give back the float64. Elements are counted from 0, lines from 1. Larger spheres, and families for studies
of convergence, are functions of \`@simgrad/mesh-vertex\`: \`icosphere(5)\` has 10,242 vertices.

## Meshes that are read

${read}

## Meshes that are refused

${not}
`;
  return [
    ...[...valid, ...refused].map(({ name, contents }) => ({ name, contents })),
    { name: "README.md", contents: readme },
  ];
}

/** A table of Markdown with columns in line. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, k) => Math.max(3, title.length, ...rows.map((row) => (row[k] as string).length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, k) => cell.padEnd(widths[k] as number)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
