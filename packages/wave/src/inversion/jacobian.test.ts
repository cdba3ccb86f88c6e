import { describe, expect, it } from "@jest/globals";
import { ArgumentError, jacfwd, np, ShapeError, type Tensor } from "@simgrad/core";
import { acousticWave1d } from "../acoustic1d/acousticWave1d.js";
import { illumination } from "./illumination.js";
import { estimateSensitivity, jacobianProducts, sensitivity } from "./jacobian.js";
import { gaussianNoise } from "./noise.js";
import { resolution } from "./resolution.js";
import { singularValues } from "./singularValues.js";

const cells = 40;
const wave = acousticWave1d({ cells, dt: 0.02, steps: 120 });
const field = (speed: Tensor): Tensor => wave.simulate({ speed }).final;
const speed = np.linspace(0.9, 1.1, cells);
const jacobian = jacfwd(field)(speed) as Tensor;
const largest = (tensor: Tensor): number => np.max(np.abs(tensor)).item();

describe("products with the Jacobian of a run", () => {
  it("are the columns of the whole Jacobian", () => {
    const products = jacobianProducts(field, speed, np.eye(cells));
    expect(largest(np.sub(np.transpose(products, [1, 0]), jacobian))).toBeLessThan(1e-12 * largest(jacobian));
  });

  it("have the columns' norms as sensitivity, for all cells or for chosen ones", () => {
    const exact = np.sqrt(np.sum(np.square(jacobian), 0));
    expect(largest(np.sub(sensitivity(field, speed), exact))).toBeLessThan(1e-12 * largest(exact));
    const some = sensitivity(field, speed, [3, 39]);
    expect(some.data[1]! / exact.data[39]!).toBeCloseTo(1, 12);
  });

  it("are estimated from random probes, better with more of them", () => {
    const exact = sensitivity(field, speed);
    const errorOf = (probes: number): number => {
      const estimate = estimateSensitivity(field, speed, { probes, seed: 3 });
      return np.norm(np.sub(estimate, exact)).item() / np.norm(exact).item();
    };
    expect(errorOf(1000)).toBeLessThan(0.05);
    expect(errorOf(10)).toBeLessThan(0.5);
    const again = estimateSensitivity(field, speed, { probes: 5, seed: 3 });
    expect(again.data).toEqual(estimateSensitivity(field, speed, { probes: 5, seed: 3 }).data);
  });

  it("take functions with results of any shape", () => {
    const movie = acousticWave1d({ cells, dt: 0.02, steps: 120, every: 30 });
    const outputs = (c: Tensor): Tensor => movie.simulate({ speed: c }).outputs;
    expect(jacobianProducts(outputs, speed, np.ones([1, cells])).shape).toEqual([1, 4 * cells]);
    expect(estimateSensitivity(outputs, speed, { probes: 2 }).shape).toEqual([cells]);
  });

  it("refuse directions, entries and probes that do not fit", () => {
    expect(() => jacobianProducts(field, speed, np.ones([2, 3]))).toThrow(ShapeError);
    expect(() => sensitivity(field, speed, [40])).toThrow(ArgumentError);
    expect(() => sensitivity(field, np.array(1))).toThrow(ShapeError);
    expect(() => estimateSensitivity(field, speed, { probes: 0 })).toThrow(ArgumentError);
  });
});

describe("what one look at the last field tells", () => {
  const seed = acousticWave1d({ cells: 1000, dt: 5e-4, steps: 5000 });
  const last = (c: Tensor): Tensor => seed.simulate({ speed: c }).final;
  const truth = np.linspace(0.9, 1.0, 1000);

  it("is 36 to 48 times less about the walls than about the inside", () => {
    // From the singular value decomposition of the whole Jacobian by an independent program: 0.008 at the left wall, 0.13 at
    // 0.1, 0.29 in the middle, 0.006 at the right wall.
    const [left, tenth, middle, right] = sensitivity(last, truth, [0, 100, 500, 999]).data as Float64Array;
    expect(left!).toBeCloseTo(0.008, 3);
    expect(tenth!).toBeCloseTo(0.13, 2);
    expect(middle!).toBeCloseTo(0.29, 2);
    expect(right!).toBeCloseTo(0.006, 3);
  });

  it("is fewer numbers than there are cells: blocks of 50 cells are told apart inside, and not at the walls", () => {
    const blocks = np.array(
      Array.from({ length: 20 }, (_, b) => Array.from({ length: 1000 }, (__, i) => (Math.floor(i / 50) === b ? 1 : 0))),
    );
    const decomposition = singularValues(np.transpose(jacobianProducts(last, truth, blocks), [1, 0]));
    const { diagonal, count } = resolution(decomposition, 0.3);
    expect(count).toBeLessThan(20);
    expect(count).toBeGreaterThan(10);
    expect(diagonal.data[0]).toBeLessThan(diagonal.data[10]! / 2);
    expect(diagonal.data[19]).toBeLessThan(diagonal.data[10]! / 2);
  });
});

describe("illumination", () => {
  it("evens out a gradient: L Lᵀ is the inverse of the diagonal of JᵀJ, up to the floor", () => {
    const felt = sensitivity(field, speed);
    const metric = illumination({ sensitivity: felt, floor: 1e-6 });
    const gradient = Float64Array.from(np.square(felt).data);
    const even = metric.apply(metric.applyTranspose(gradient));
    for (const entry of even) expect(entry / even[0]!).toBeCloseTo(1, 5);
  });

  it("works inside another metric, whose transpose is found", () => {
    const inner = illumination({ sensitivity: np.linspace(1, 2, cells) });
    const metric = illumination({ sensitivity: sensitivity(field, speed), metric: inner });
    const [a, b] = [1, 2].map((s) => Float64Array.from(gaussianNoise(speed, { sigma: 1, seed: s }).data)) as [
      Float64Array,
      Float64Array,
    ];
    const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, entry, i) => sum + entry * y[i]!, 0);
    expect(dot(metric.apply(a), b)).toBeCloseTo(dot(a, metric.applyTranspose(b)), 10);
  });

  it("refuses a sensitivity that is nowhere positive", () => {
    expect(() => illumination({ sensitivity: np.zeros(3) })).toThrow(ArgumentError);
    expect(() => illumination({ sensitivity: np.ones([2, 2]) })).toThrow(ShapeError);
  });
});

describe("gaussianNoise", () => {
  it("has the standard deviation that it is told, no mean, and normal tails", () => {
    const noise = gaussianNoise(np.zeros(40_000), { sigma: 2, seed: 9 });
    expect(np.mean(noise).item()).toBeCloseTo(0, 1);
    expect(np.sqrt(np.mean(np.square(noise))).item()).toBeCloseTo(2, 1);
    const beyond = Array.from(noise.data).filter((value) => Math.abs(value) > 4).length / 40_000;
    expect(beyond).toBeGreaterThan(0.04);
    expect(beyond).toBeLessThan(0.051);
  });

  it("is the same for a seed, another for another, in the data's shape and dtype", () => {
    const data = np.zeros([3, 5], "float32");
    const noise = gaussianNoise(data, { sigma: 1, seed: 1 });
    expect([noise.shape, noise.dtype]).toEqual([[3, 5], "float32"]);
    expect(gaussianNoise(data, { sigma: 1, seed: 1 }).data).toEqual(noise.data);
    expect(gaussianNoise(data, { sigma: 1, seed: 2 }).data).not.toEqual(noise.data);
    expect(() => gaussianNoise(data, { sigma: -1 })).toThrow(ArgumentError);
  });
});
