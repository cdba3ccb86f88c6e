import { relativeDifference } from "./compare.mjs";

/**
 * One line of a bench's result, as written to JSON.
 * @typedef {object} Row
 * @property {string} bench
 * @property {string} work
 * @property {string} dtype
 * @property {string} rival
 * @property {string} unit Of `ours`, `theirs`, `oursFirst` and `theirsFirst`.
 * @property {number} ours Hot, median.
 * @property {number} theirs
 * @property {number} ratio ours / theirs.
 * @property {number} oursFirst First call in a fresh process, median.
 * @property {number} theirsFirst
 * @property {number | null} oursPeakMb Null where the system does not tell.
 * @property {number | null} theirsPeakMb
 * @property {number} [oursError] Relative to known truth, where the work knows it.
 * @property {number} [theirsError]
 * @property {string} [note] What the rival did not do.
 */

/**
 * A row with what is printed beside it.
 * @typedef {object} Judged
 * @property {Row} row
 * @property {string} variant The rival's variant that stands in the row.
 * @property {number} difference Relative difference of the two results.
 * @property {boolean} agree Whether the two results are the same, to the work's tolerance.
 * @property {boolean} sound Whether they agree and nothing is wrong with either side alone: only such a row is written.
 */

/**
 * Pairs our figures with each rival's fastest.
 * @param {object} options
 * @param {string} options.bench
 * @param {import("./measure.mjs").Work} options.work
 * @param {string} options.dtype
 * @param {readonly import("./measure.mjs").Figures[]} options.figures
 * @returns {readonly Judged[]} One entry for each rival.
 */
export function judge({ bench, work, dtype, figures }) {
  const ours = fastest(figures, "ours");
  if (ours === undefined) return [];
  const rivals = [...new Set(figures.map(({ contender }) => contender))].filter((name) => name !== "ours");
  return rivals.flatMap((rival) => {
    const theirs = fastest(figures, rival);
    if (theirs === undefined) return [];
    const difference = relativeDifference(ours.result, theirs.result);
    const agree = difference <= (work.rivalTolerance?.[rival] ?? work.tolerance[dtype] ?? 0);
    return {
      row: {
        bench,
        work: work.name,
        dtype,
        rival,
        unit: work.unit ?? "ms",
        ours: ours.hot,
        theirs: theirs.hot,
        ratio: ours.hot / theirs.hot,
        oursFirst: ours.first,
        theirsFirst: theirs.first,
        oursPeakMb: ours.peakMb,
        theirsPeakMb: theirs.peakMb,
        ...(work.error === undefined
          ? {}
          : { oursError: work.error(ours.result, dtype), theirsError: work.error(theirs.result, dtype) }),
        ...(theirs.note === undefined ? {} : { note: theirs.note }),
      },
      variant: theirs.variant,
      difference,
      agree,
      sound: agree && ours.problems.length === 0 && theirs.problems.length === 0,
    };
  });
}

/**
 * A contender's fastest variant of those that may stand in a row.
 * @param {readonly import("./measure.mjs").Figures[]} figures
 * @param {string} contender
 * @returns {import("./measure.mjs").Figures | undefined} Undefined where it has none.
 */
function fastest(figures, contender) {
  return figures
    .filter((entry) => entry.contender === contender && !entry.aside)
    .toSorted((a, b) => a.hot - b.hot)
    .at(0);
}
