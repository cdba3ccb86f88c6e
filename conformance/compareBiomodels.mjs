/**
 * `node conformance/compareBiomodels.mjs OUT`: compares what `biomodels.mjs` wrote with what libRoadRunner gave, and writes `OUT/biomodels.json`. Two curves agree
 * where each value differs by at most the sum of 1e-4 of it, of 1e-6 of the largest of its curve, and of 1e-12 of the largest concentration in the model.
 */

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseCsv } from "./lib/csv.mjs";
import { readVerdicts } from "./lib/verdicts.mjs";

/** What two values may differ by, relative to the reference's, to the largest of its curve, and to the largest of the model: what is less is rounding. */
const [relative, floor, noise] = [1e-4, 1e-6, 1e-12];

/**
 * Compares all models.
 *
 * @param {string} out the folder that `biomodels.mjs` wrote
 */
export const compareBiomodels = (out) => {
  const { ours, reference } = JSON.parse(fs.readFileSync(path.join(out, "models.json"), "utf8"));
  const result = {
    ran: listed(ours, "ran").length,
    refused: listed(ours, "refused"),
    failed: listed(ours, "failed"),
    ...(reference === null ? {} : { reference: compareAll(out, ours, reference) }),
  };
  fs.writeFileSync(path.join(out, "biomodels.json"), `${JSON.stringify(result, null, 1)}\n`);
  return result;
};

const listed = (states, state) =>
  Object.entries(states).flatMap(([id, own]) => (own.state === state ? [{ id, reason: own.reason }] : []));

const compareAll = (out, ours, reference) => {
  const verdicts = readVerdicts();
  const both = listed(reference, "ran").map(({ id }) => id);
  const disagreements = both.flatMap((id) => {
    const { state, reason } = ours[id];
    const text = state === "ran" ? difference(out, id) : `${state}: ${reason}`;
    if (text === null) return [];
    return [{ id, reason: text, ...(verdicts.get(id) ?? { right: "unknown", why: "nobody has looked into it" }) }];
  });
  return {
    ran: both.length,
    failed: listed(reference, "failed"),
    agree: both.length - disagreements.length,
    disagreements,
  };
};

/** Where two runs of a model differ most; null where they agree. */
const difference = (out, id) => {
  const [own, other] = ["biomodels", "roadrunner"].map((name) =>
    parseCsv(fs.readFileSync(path.join(out, name, `${id}.csv`), "utf8")),
  );
  const largestOfAll = largestOf(other.columns.slice(1));
  let worst = { size: 1, text: null };
  for (const [column, name] of other.names.entries()) {
    if (column === 0) continue;
    const at = own.names.indexOf(name, 1);
    if (at < 0) return `${name} is missing`;
    const least = floor * largestOf([other.columns[column]]) + noise * largestOfAll;
    for (const [row, want] of other.columns[column].entries()) {
      const got = own.columns[at][row];
      const size = distance(got, want, relative * Math.abs(want) + least);
      if (size > worst.size) worst = { size, text: `${name} at ${other.columns[0][row]}: ${got}, and ${want} there` };
    }
  }
  return worst.text;
};

/** Largest size of the finite values. */
const largestOf = (columns) =>
  columns.flat().reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);

/** How far two values are apart, in units of what they may be. */
const distance = (got, want, allowed) => {
  if (Object.is(got, want) || got === want) return 0;
  const size = Math.abs(got - want) / allowed;
  return Number.isNaN(size) ? Infinity : size;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { ran, reference } = compareBiomodels(process.argv[2] ?? "out");
  process.stdout.write(
    `${ran} ran${reference === undefined ? "" : `; ${reference.agree} of ${reference.ran} agree`}\n`,
  );
}
