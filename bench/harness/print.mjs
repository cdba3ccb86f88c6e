import { layOut, short } from "./table.mjs";

/**
 * The table of ratios: one line a row, with the goals that were set.
 * @param {readonly import("./rows.mjs").Judged[]} judged
 * @param {readonly import("./measure.mjs").Work[]} works
 * @returns {string}
 */
export function ratioTable(judged, works) {
  const head = ["work", "dtype", "rival", "its variant", "ours", "theirs", "ratio", "goal"].concat([
    "first",
    "theirs",
    "ratio",
    "goal",
    "peak MB",
    "theirs",
    "goal",
    "error",
    "theirs",
    "difference",
  ]);
  const rows = judged.map(({ row, variant, difference, sound }) => {
    const goal = works.find(({ name }) => name === row.work)?.goals?.[row.rival];
    const firstRatio = row.oursFirst / row.theirsFirst;
    return [
      row.work,
      row.dtype,
      row.rival,
      variant,
      short(row.ours),
      short(row.theirs),
      short(row.ratio),
      judgement(row.ratio, goal?.ratio),
      short(row.oursFirst),
      short(row.theirsFirst),
      short(firstRatio),
      judgement(firstRatio, goal?.first),
      short(row.oursPeakMb),
      short(row.theirsPeakMb),
      row.oursPeakMb === null || row.theirsPeakMb === null
        ? ""
        : judgement(row.oursPeakMb / row.theirsPeakMb, goal?.memory),
      row.oursError?.toExponential(1) ?? "",
      row.theirsError?.toExponential(1) ?? "",
      sound ? difference.toExponential(1) : "DISAGREES",
    ];
  });
  return layOut(head, rows, 4);
}

/**
 * Every variant of every contender, in milliseconds and MB.
 * @param {readonly { work: string, dtype: string, figures: readonly import("./measure.mjs").Figures[] }[]} groups
 * @returns {string}
 */
export function variantTable(groups) {
  const rows = groups.flatMap(({ work, dtype, figures }) =>
    figures.map((entry) => [
      work,
      dtype,
      entry.contender,
      entry.aside ? `${entry.variant} (aside)` : entry.variant,
      short(entry.hot),
      short(entry.first),
      short(entry.peakMb),
      entry.problems.length === 0 ? (entry.note ?? "") : "WRONG",
    ]),
  );
  return layOut(["work", "dtype", "contender", "variant", "hot", "first", "peak MB", ""], rows, 4);
}

/**
 * Says whether a goal is met.
 * @param {number} ratio
 * @param {number | undefined} goal
 * @returns {string}
 */
function judgement(ratio, goal) {
  if (goal === undefined) return "";
  return ratio <= goal ? `<= ${goal} met` : `<= ${goal} missed`;
}
