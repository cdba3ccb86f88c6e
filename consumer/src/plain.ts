/** Ordinary use of each package, run after it is compiled: it ends with an error where the packages do not work together. */
import { grad, jit, np, scan, type Tensor } from "@simgrad/core";
import { acousticWave1d } from "@simgrad/wave";

const halfSquare = (x: Tensor): Tensor => np.sum(x.mul(x)).mul(0.5);
const decay = (rate: Tensor): Tensor => scan((x) => [x.sub(x.mul(rate)), null], 1, { length: 10 })[0];
const wave = acousticWave1d({ cells: 50, length: 1, dt: 5e-3, steps: 20 });

const found: readonly (readonly [string, number, number])[] = [
  ["grad", grad(halfSquare)(np.array([1, 2, 3])).data[1] ?? NaN, 2],
  ["jit of scan", jit(decay)(0.5).item(), 2 ** -10],
  ["wave", wave.run({ speed: np.linspace(0.9, 1, 50) }).final.shape[0] ?? NaN, 50],
];

for (const [name, got, expected] of found) {
  if (Math.abs(got - expected) > 1e-12) throw new RangeError(`${name}: got ${got}, expected ${expected}`);
}
