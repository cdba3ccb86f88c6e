/**
 * Makes points one that lie at the same place, or within `distance` of one that was met before them, in the order of
 * the points.
 * @param flat x, y, z of each point, all finite
 * @returns the points that stay, flat, and for each given point the number of the one that stands for it
 */
export function weld(
  flat: readonly number[],
  distance: number,
): { readonly positions: number[]; readonly numberOf: number[] } {
  const positions: number[] = [];
  const numberOf: number[] = [];
  const cells = new Map<string, number[]>();
  const size = distance === 0 ? 1 : distance;
  const cellOf = (x: number): number => (distance === 0 ? x : Math.floor(x / size));
  const around = distance === 0 ? [0] : [-1, 0, 1];
  for (let i = 0; 3 * i < flat.length; i++) {
    const point = flat.slice(3 * i, 3 * i + 3) as [number, number, number];
    const cell = point.map(cellOf) as [number, number, number];
    const near: number[] = [];
    for (const dx of around) {
      for (const dy of around) {
        for (const dz of around) near.push(...(cells.get(`${cell[0] + dx} ${cell[1] + dy} ${cell[2] + dz}`) ?? []));
      }
    }
    let found = Infinity;
    for (const j of near) {
      const [x, y, z] = point.map((c, k) => c - (positions[3 * j + k] as number)) as [number, number, number];
      if (x * x + y * y + z * z <= distance * distance) found = Math.min(found, j);
    }
    if (found === Infinity) {
      found = positions.length / 3;
      positions.push(...point);
      const key = cell.join(" ");
      const list = cells.get(key);
      if (list === undefined) cells.set(key, [found]);
      else list.push(found);
    }
    numberOf.push(found);
  }
  return { positions, numberOf };
}
