import { ArgumentError, np, type Tensor } from "@simgrad/core";

/** Options of `gaussianNoise`. */
export interface NoiseOptions {
  /** Standard deviation, in the unit of the data. */
  readonly sigma: number;
  /** Another seed, other noise; the same seed, the same bits. Default 0. */
  readonly seed?: number;
}

/**
 * Independent Gaussian errors to add to data, in their shape and dtype.
 *
 * Source: G. E. P. Box and M. E. Muller, A note on the generation of random normal deviates, Ann. Math. Statist. 29 (1958).
 *
 * @throws ArgumentError unless sigma is a number from 0 on.
 * @example
 * ```ts
 * const measured = np.add(observed, gaussianNoise(observed, { sigma: 1e-3, seed: 7 }));
 * ```
 */
export function gaussianNoise(data: Tensor, options: NoiseOptions): Tensor {
  const { sigma, seed = 0 } = options;
  if (!(sigma >= 0 && sigma < Infinity)) {
    throw new ArgumentError({
      what: "gaussianNoise: sigma is out of range.",
      got: `sigma: ${sigma}`,
      expected: "a number from 0 on",
    });
  }
  const uniform = uniforms(seed);
  const normals = Float64Array.from(
    { length: data.size },
    () => sigma * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
  return np.array(normals, data.dtype).reshape(data.shape);
}

/**
 * Numbers between 0 and 1, both excluded, one a call. The two 16-bit halves come from a linear congruential generator of 32
 * bits, whose low bits are poor (W. H. Press et al., Numerical Recipes, 3rd ed., section 7.1.2).
 */
export function uniforms(seed: number): () => number {
  let state = (Math.imul(seed, 0x9e3779b1) + 0x7f4a7c15) >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 16;
  };
  return () => (next() * 65536 + next() + 0.5) / 2 ** 32;
}
