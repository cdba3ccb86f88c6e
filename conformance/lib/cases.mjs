import fs from "node:fs";
import path from "node:path";

/**
 * The folder in which the cases are: the folder itself, or its `cases/semantic`.
 *
 * @param {string} suite root of the suite, or its `cases/semantic`
 * @returns {string | null} null where there are none
 */
export const casesFolder = (suite) =>
  [path.join(suite, "cases", "semantic"), suite].find(
    (folder) => fs.existsSync(folder) && fs.readdirSync(folder).some((name) => /^\d{5}$/.test(name)),
  ) ?? null;

/**
 * The file of highest level and version of a case.
 *
 * @param {string} folder of all cases
 * @param {string} id five digits
 * @returns {string | null} null where the case has none
 */
export const modelFile = (folder, id) => {
  const own = path.join(folder, id);
  if (!fs.existsSync(own)) return null;
  const files = fs.readdirSync(own).flatMap((name) => {
    const match = /-sbml-l(\d)v(\d)\.xml$/.exec(name);
    return match === null ? [] : [{ name, rank: Number(match[1]) * 10 + Number(match[2]) }];
  });
  const best = files.sort((a, b) => b.rank - a.rank)[0];
  return best === undefined ? null : path.join(own, best.name);
};

/**
 * Reads the settings of a case: what to simulate, and how closely.
 *
 * @param {string} folder of all cases
 * @param {string} id
 */
export const readSettings = (folder, id) => {
  const text = fs.readFileSync(path.join(folder, id, `${id}-settings.txt`), "utf8");
  const entries = new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(":");
      return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
    }),
  );
  const list = (key) =>
    (entries.get(key) ?? "").split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
  const number = (key) => (entries.get(key) ? Number(entries.get(key)) : NaN);
  return {
    start: number("start"),
    duration: number("duration"),
    steps: number("steps"),
    variables: list("variables"),
    amount: new Set(list("amount")),
    concentration: new Set(list("concentration")),
    absolute: number("absolute"),
    relative: number("relative"),
  };
};
