import fs from "node:fs";

/**
 * Reads from `disagreements.md` who is right where two programs disagree on a model, and why.
 *
 * @returns {Map<string, { right: string, why: string }>} by id of the model
 */
export const readVerdicts = () => {
  const text = fs.readFileSync(new URL("../disagreements.md", import.meta.url), "utf8");
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const [, id, right, why] = line.split("|").map((cell) => cell.trim());
      return /^BIOMD\d{10}$/.test(id ?? "") ? [[id, { right, why }]] : [];
    }),
  );
};
