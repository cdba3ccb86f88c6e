/** Elements of the inputs that a number depends on, ascending. Shared, and never changed. */
export type Dependence = Int32Array;

/** No dependence. */
export const nothing: Dependence = new Int32Array(0);

/** Union of two sets; one of them itself where that has all. */
export function union(a: Dependence, b: Dependence): Dependence {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  const merged = new Int32Array(a.length + b.length);
  let i = 0;
  let j = 0;
  let n = 0;
  while (i < a.length && j < b.length) {
    const x = a[i]!;
    const y = b[j]!;
    merged[n++] = x < y ? x : y;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  while (i < a.length) merged[n++] = a[i++]!;
  while (j < b.length) merged[n++] = b[j++]!;
  if (n === a.length) return a;
  return n === b.length ? b : merged.slice(0, n);
}

/** Union of many sets, by halves, so that none is copied often. */
export function unionOf(sets: readonly Dependence[]): Dependence {
  let level = [...new Set(sets)].filter((set) => set.length > 0);
  while (level.length > 1) {
    const next: Dependence[] = [];
    for (let k = 0; k < level.length; k += 2) {
      const [first, second] = [level[k]!, level[k + 1]];
      next.push(second === undefined ? first : union(first, second));
    }
    level = next;
  }
  return level[0] ?? nothing;
}
