/** 2^52: from here on every float64 is an integer, and below, adding it rounds to one. */
const big = 4503599627370496;

/** To the nearest integer, ties to even; the sign of a zero is kept. Equal to the wasm instruction f64.nearest. */
export function roundToEven(x: number): number {
  if (x > 0) return x < big ? x + big - big : x;
  // Zeros and NaN come back as they are.
  return x < 0 && x > -big ? -(big - x - big) : x;
}
