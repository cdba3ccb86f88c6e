/**
 * Results of a contender: named scalars and vectors.
 * @typedef {Readonly<Record<string, number | readonly number[]>>} Result
 */

/**
 * Largest relative difference between two results: for each named quantity the 2-norm of the difference over the 2-norm
 * of `b`'s.
 * @param {Result} a
 * @param {Result} b
 * @returns {number} Infinity where names or lengths differ or a number is not finite.
 */
export function relativeDifference(a, b) {
  const names = Object.keys(b);
  if (names.length === 0 || names.length !== Object.keys(a).length) return Infinity;
  return Math.max(...names.map((name) => quantityDifference(a[name], b[name])));
}

/**
 * 2-norm of a vector.
 * @param {readonly number[]} values
 * @returns {number}
 */
export function norm(values) {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/**
 * Relative difference of one quantity.
 * @param {number | readonly number[] | undefined} a
 * @param {number | readonly number[] | undefined} b
 * @returns {number}
 */
function quantityDifference(a, b) {
  const left = typeof a === "number" ? [a] : (a ?? []);
  const right = typeof b === "number" ? [b] : (b ?? []);
  if (left.length !== right.length || right.length === 0) return Infinity;
  const difference = norm(left.map((value, i) => (value ?? NaN) - (right[i] ?? NaN)));
  const relative = difference === 0 ? 0 : difference / norm(right);
  // JSON turns NaN into null, which counts as 0 in a difference; and NaN compares false with every tolerance, so it must not get out.
  return Number.isFinite(relative) ? relative : Infinity;
}
