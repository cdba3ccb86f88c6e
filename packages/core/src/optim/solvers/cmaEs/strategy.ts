/** Constants of the evolution strategy for a number of parameters. */
export interface Strategy {
  /** Samples of a step (lambda). */
  readonly population: number;
  /** Samples with a positive weight (mu). */
  readonly parents: number;
  /** Weights by rank; the positive ones sum to 1. */
  readonly weights: Float64Array;
  /** mu_eff. */
  readonly effective: number;
  /** c_sigma and d_sigma. */
  readonly sigmaRate: number;
  readonly sigmaDamping: number;
  /** c_c. */
  readonly pathRate: number;
  /** c_1 and c_mu. */
  readonly rankOne: number;
  readonly rankMu: number;
  /** Expected length of a standard normal vector. */
  readonly expectedNorm: number;
  /** Steps that the eigenvectors are kept: they are not worth their cost every time. */
  readonly eigenInterval: number;
  /** Steps over which the best values must not change for a stop. */
  readonly horizon: number;
}

/** N. Hansen, The CMA Evolution Strategy: A Tutorial, 2016 (arXiv:1604.00772), Table 1, equations (48) to (58). */
export function strategyOf(n: number, population: number): Strategy {
  const raw = Array.from({ length: population }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1));
  const parents = Math.floor(population / 2);
  const effectiveOf = (part: readonly number[]): number => sum(part) ** 2 / sum(part.map((weight) => weight ** 2));
  const effective = effectiveOf(raw.slice(0, parents));
  const effectiveNegative = effectiveOf(raw.slice(parents));
  const rankOne = 2 / ((n + 1.3) ** 2 + effective);
  const rankMu = Math.min(1 - rankOne, (2 * (0.25 + effective + 1 / effective - 2)) / ((n + 2) ** 2 + effective));
  const negative = Math.min(
    1 + rankOne / rankMu,
    1 + (2 * effectiveNegative) / (effective + 2),
    (1 - rankOne - rankMu) / (n * rankMu),
  );
  const [positiveSum, negativeSum] = [
    sum(raw.filter((weight) => weight > 0)),
    -sum(raw.filter((weight) => weight < 0)),
  ];
  const sigmaRate = (effective + 2) / (n + effective + 5);
  return {
    population,
    parents,
    weights: Float64Array.from(raw, (weight) =>
      weight >= 0 ? weight / positiveSum : (negative * weight) / negativeSum,
    ),
    effective,
    sigmaRate,
    sigmaDamping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + sigmaRate,
    pathRate: (4 + effective / n) / (n + 4 + (2 * effective) / n),
    rankOne,
    rankMu,
    expectedNorm: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
    eigenInterval: Math.max(1, Math.floor(1 / (10 * n * (rankOne + rankMu)))),
    horizon: 10 + Math.ceil((30 * n) / population),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
