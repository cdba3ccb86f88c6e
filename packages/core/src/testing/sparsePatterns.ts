import { seededRandom } from "./random.js";

/** A square pattern by rows, columns ascending in each. */
export interface PatternRows {
  readonly shape: readonly [rows: number, columns: number];
  readonly rowPointers: readonly number[];
  readonly columns: readonly number[];
}

/** The five-point Laplacian of a square grid of `side` x `side` points. */
export function laplacianPattern(side: number): PatternRows {
  const rows: number[][] = [];
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const own = i * side + j;
      rows.push([
        ...(i > 0 ? [own - side] : []),
        ...(j > 0 ? [own - 1] : []),
        own,
        ...(j < side - 1 ? [own + 1] : []),
        ...(i < side - 1 ? [own + side] : []),
      ]);
    }
  }
  return byRows(rows);
}

/** Jacobian of a random reaction network: each reaction changes three species at a rate that depends on two of them. */
export function networkPattern(species: number, reactions: number, seed: number): PatternRows {
  const random = seededRandom(seed);
  const rows = Array.from({ length: species }, (_, i) => new Set([i]));
  for (let reaction = 0; reaction < reactions; reaction++) {
    const [a, b, c] = [0, 1, 2].map(() => random.integer(0, species)) as [number, number, number];
    for (const changed of [a, b, c]) rows[changed]!.add(a).add(b);
  }
  return byRows(rows.map((row) => [...row].sort((x, y) => x - y)));
}

/** The diagonal and `others` more entries in each row, anywhere. */
export function scatteredPattern(size: number, others: number, seed: number): PatternRows {
  const random = seededRandom(seed);
  return byRows(
    Array.from({ length: size }, (_, i) => {
      const row = new Set([i]);
      while (row.size <= Math.min(others, size - 1)) row.add(random.integer(0, size));
      return [...row].sort((x, y) => x - y);
    }),
  );
}

function byRows(rows: readonly (readonly number[])[]): PatternRows {
  const rowPointers = [0];
  for (const row of rows) rowPointers.push(rowPointers[rowPointers.length - 1]! + row.length);
  return { shape: [rows.length, rows.length], rowPointers, columns: rows.flat() };
}
