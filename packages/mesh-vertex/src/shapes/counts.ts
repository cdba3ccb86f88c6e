import { ArgumentError } from "@simgrad/core";

/** More would take minutes and gigabytes to make. */
const most = 5e6;

/** Largest number of rings, or of rows and columns: their square is about a third of the vertices. */
export const mostRings = 1200;

/** Demands whole numbers of at least `least`, each by its name, and no more than there is room for. */
export function expectCounts(
  of: string,
  counts: Readonly<Record<string, number>>,
  least: number,
  largest: number = most,
): void {
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isInteger(count) && count >= least && count <= largest) continue;
    throw new ArgumentError({
      what: `${of}: \`${name}\` is not a count that makes a mesh.`,
      got: String(count),
      expected: `a whole number from ${least} to ${largest}`,
    });
  }
  const product = Object.values(counts).reduce((size, count) => size * count, 1);
  if (product <= most) return;
  throw new ArgumentError({
    what: `${of}: the mesh would be too large.`,
    got: Object.entries(counts)
      .map(([name, count]) => `${name}: ${count}`)
      .join(", "),
    expected: `a product of at most ${most}`,
  });
}

/** Demands finite numbers above 0, each by its name. */
export function expectPositive(of: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isFinite(value) && value > 0) continue;
    throw new ArgumentError({
      what: `${of}: \`${name}\` is not a size.`,
      got: String(value),
      expected: "a finite number above 0",
    });
  }
}
