import type { SparsePattern } from "./pattern.js";

/** A function of a pattern that computes each result once. */
export function perPattern<T>(make: (pattern: SparsePattern) => T): (pattern: SparsePattern) => T {
  const known = new WeakMap<SparsePattern, { readonly value: T }>();
  return (pattern) => {
    let entry = known.get(pattern);
    if (entry === undefined) known.set(pattern, (entry = { value: make(pattern) }));
    return entry.value;
  };
}
