import { describe, expect, it } from "@jest/globals";
import { bspline, fit, halfSquared, lbfgs, np, perLeaf, sobolev, tikhonov, type Tensor } from "@simgrad/core";
import { acousticWave1d, gaussianNoise, type WaveResult } from "../index.js";

// Data and model come from the same scheme, and a line flatters a prior on second differences: these bounds tell that the
// machinery works, not what data from elsewhere would give.
const cells = 1000;
const run = { cells, dt: 5e-4, steps: 5000 };
const wave = acousticWave1d(run);
const truth = np.linspace(0.9, 1.0, cells);
const params = { speed: np.linspace(0.85, 1.0, cells) };
const observed = wave.run({ speed: truth }).final;
const metric = sobolev({ length: 0.1 });
const smooth = tikhonov({ alpha: 1e-4, order: 2, dx: 1 / (cells - 1), of: ({ speed }: { speed: Tensor }) => speed });
const exhaust = { memory: 20, maxIterations: 1000, gradientTolerance: 0, valueTolerance: 0, stepTolerance: 0 };

function rmse({ speed }: { readonly speed: Tensor }): number {
  return np.sqrt(np.mean(np.square(np.sub(speed, truth)))).item();
}

describe("the inversion of 1000 cells and 5000 steps", () => {
  it("comes to 2e-4 within 250 evaluations in the Sobolev metric", async () => {
    const optimizer = lbfgs({ ...exhaust, metric, maxEvaluations: 250 });
    const result = await fit({ simulator: wave, loss: halfSquared(observed), params, optimizer });
    expect(rmse(result.params)).toBeLessThan(2e-4);
    expect(result.evaluations).toBeLessThanOrEqual(250);
  }, 120_000);

  it("comes to 1e-6 within 400 with Tikhonov's regularisation on top", async () => {
    const optimizer = lbfgs({ ...exhaust, metric, maxEvaluations: 400 });
    const regularizers = [smooth];
    const result = await fit({ simulator: wave, loss: halfSquared(observed), params, regularizers, optimizer });
    expect(rmse(result.params)).toBeLessThan(1e-6);
    expect(result.evaluations).toBeLessThanOrEqual(400);
  }, 120_000);

  it("comes to 1e-11 within 120 with eight splines", async () => {
    const parametrization = perLeaf({ speed: bspline({ coefficients: 8, points: cells }) });
    const optimizer = lbfgs({ ...exhaust, gradientTolerance: 1e-10, maxEvaluations: 120 });
    const result = await fit({ simulator: wave, loss: halfSquared(observed), params, parametrization, optimizer });
    expect(rmse(result.params)).toBeLessThan(1e-11);
    expect(result.evaluations).toBeLessThanOrEqual(120);
  }, 120_000);

  it("stays below 1.2e-3 with noise of 1e-3", async () => {
    const noisy = np.add(observed, gaussianNoise(observed, { sigma: 1e-3, seed: 1 }));
    const optimizer = lbfgs({ ...exhaust, metric, maxEvaluations: 120 });
    const regularizers = [smooth];
    const result = await fit({ simulator: wave, loss: halfSquared(noisy), params, regularizers, optimizer });
    expect(rmse(result.params)).toBeLessThan(1.2e-3);
  }, 120_000);

  it("comes to 5e-4 with the traces of two receivers in place of the last field", async () => {
    const listening = acousticWave1d({ ...run, receivers: { cells: [250, 750] } });
    const traces = ({ traces: read }: WaveResult): Tensor => read as Tensor;
    const optimizer = lbfgs({ ...exhaust, metric, maxEvaluations: 250 });
    const loss = halfSquared(traces(listening.run({ speed: truth })));
    const result = await fit({ simulator: listening, output: traces, loss, params, optimizer });
    expect(rmse(result.params)).toBeLessThan(5e-4);
  }, 120_000);
});
