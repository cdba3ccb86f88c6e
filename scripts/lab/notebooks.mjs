import fs from "node:fs";
import path from "node:path";
import { ownKernel } from "../lib/notebook.mjs";

/**
 * Writes a notebook for a test.
 *
 * @param {string} folder
 * @param {string} name file name
 * @param {readonly string[]} sources one for each code cell
 * @param {{kernel?: string, outputs?: readonly object[]}} [options] `outputs`: MIME bundles below the first cell
 */
export const writeNotebook = (folder, name, sources, { kernel = ownKernel, outputs = [] } = {}) => {
  const cells = sources.map((source, i) => ({
    id: `cell-${i}`,
    cell_type: "code",
    metadata: {},
    source,
    execution_count: null,
    outputs: i > 0 ? [] : outputs.map((data) => ({ output_type: "display_data", data, metadata: {} })),
  }));
  const kernelspec = { name: kernel, display_name: "TypeScript (simgrad)", language: "typescript" };
  const content = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
  fs.writeFileSync(path.join(folder, name), JSON.stringify(content));
};

/** A wavy surface over a square, as the source of cells: `positions`, `faces`, and the function `surface` of a phase. */
export const surfaceSource = (points) => `
const points = ${points};
const surface = (phase: number): Float64Array => {
  const data = new Float64Array(3 * points * points);
  for (let i = 0; i < points * points; i++) {
    const x = (i % points) / (points - 1);
    const y = Math.floor(i / points) / (points - 1);
    data.set([x, y, 0.15 * Math.sin(6 * x + phase) * Math.cos(5 * y)], 3 * i);
  }
  return data;
};
const faceList = new Uint32Array(6 * (points - 1) ** 2);
for (let row = 0, at = 0; row + 1 < points; row++) {
  for (let column = 0; column + 1 < points; column++, at += 6) {
    const a = row * points + column;
    faceList.set([a, a + 1, a + points, a + 1, a + points + 1, a + points], at);
  }
}
const faces = { shape: [faceList.length / 3, 3], data: faceList };
const at = (phase: number) => ({ shape: [points * points, 3], data: surface(phase) });
`;
