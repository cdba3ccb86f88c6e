import { ArgumentError } from "@simgrad/core";

/** Demands whole numbers of at least `least`, each by its name. */
export function expectCounts(of: string, counts: Readonly<Record<string, number>>, least: number): void {
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isInteger(count) && count >= least) continue;
    throw new ArgumentError({
      what: `${of}: \`${name}\` is not a count that makes a mesh.`,
      got: String(count),
      expected: `a whole number, at least ${least}`,
    });
  }
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
