/** Sum of products, in order. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** 2-norm; entries whose squares overflow give Infinity. */
export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** Sum of the absolute values. */
export function norm1(a: Float64Array): number {
  let sum = 0;
  for (const entry of a) sum += Math.abs(entry);
  return sum;
}

/** Largest absolute value; NaN where an entry is NaN. */
export function maxAbs(a: Float64Array): number {
  let largest = 0;
  for (const entry of a) largest = Math.max(largest, Math.abs(entry));
  return largest;
}

/** x + factor * direction, as a new vector. */
export function along(x: Float64Array, factor: number, direction: Float64Array): Float64Array {
  return x.map((entry, i) => entry + factor * direction[i]!);
}

/** Adds factor * direction to x in place. */
export function addScaled(x: Float64Array, factor: number, direction: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i]! += factor * direction[i]!;
}

/** a - b. */
export function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((entry, i) => entry - b[i]!);
}

/** factor * a. */
export function scaled(a: Float64Array, factor: number): Float64Array {
  return a.map((entry) => factor * entry);
}

/** Whether every entry is finite. */
export function allFinite(a: Float64Array): boolean {
  return a.every(Number.isFinite);
}
