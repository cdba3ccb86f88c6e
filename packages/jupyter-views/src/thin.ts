/**
 * Leaves out points that cannot be seen: in each of `columns` columns of pixels the first, lowest, highest and last point
 * stay, so the drawn line keeps every peak.
 */
export function thin(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  columns: number,
): readonly (readonly [number, number])[] {
  const length = Math.min(x.length, y.length);
  const point = (i: number): readonly [number, number] => [x[i] as number, y[i] as number];
  if (length <= 4 * columns) return Array.from({ length }, (_, i) => point(i));
  const kept: (readonly [number, number])[] = [];
  for (let column = 0; column < columns; column++) {
    const first = Math.floor((column * length) / columns);
    const end = Math.floor(((column + 1) * length) / columns);
    let [low, high] = [first, first];
    for (let i = first; i < end; i++) {
      if (!((y[i] as number) >= (y[low] as number))) low = i;
      if (!((y[i] as number) <= (y[high] as number))) high = i;
    }
    const indices = new Set([first, Math.min(low, high), Math.max(low, high), end - 1]);
    for (const i of indices) kept.push(point(i));
  }
  return kept;
}
