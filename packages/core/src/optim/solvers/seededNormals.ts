/** Uniform number in (0, 1) that seed and counter determine: 53 bits of a hash of both. */
export function uniformAt(seed: number, counter: number): number {
  const high = mix(mix(seed) ^ counter);
  const low = mix(high ^ mix(counter + 0x9e3779b9));
  return ((high >>> 5) * 2 ** 26 + (low >>> 6) + 0.5) / 2 ** 53;
}

/** Standard normal number that seed and counter determine (G. E. P. Box and M. E. Muller, Ann. Math. Statist. 29, 1958). */
export function normalAt(seed: number, counter: number): number {
  const radius = Math.sqrt(-2 * Math.log(uniformAt(seed, 2 * counter)));
  return radius * Math.cos(2 * Math.PI * uniformAt(seed, 2 * counter + 1));
}

/** A bijection of 32 bits whose every output bit depends on every input bit; constants of C. Wellons' hash prospector. */
function mix(value: number): number {
  let bits = (value + 0x9e3779b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
}
