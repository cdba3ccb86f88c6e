import { describe, expect, it } from "@jest/globals";
import { adam, applyUpdates, grad, jit, l2, np, type Tensor } from "@simgrad/core";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { acousticWave1d } from "../acoustic1d/acousticWave1d.js";

// The numbers come from independent C and NumPy programs of the same scheme, with the file that says so.
const shared = process.env["SIMGRAD_SHARED"] ?? fileURLToPath(new URL("../../../../../shared", import.meta.url));
const path = `${shared}/oracles/wave_seed.json`;
const found = existsSync(path);

interface Oracle {
  readonly float64: {
    readonly "constantLoss_c0.8_target1.0": number;
    readonly linearLoss: number;
    readonly linearGradientNorm: number;
    readonly linearGradientRange: readonly [number, number];
    readonly argminCell: number;
    readonly argmaxCell: number;
    readonly adam1000: {
      readonly learningRate: number;
      readonly rmseAfter51Updates: number;
      readonly rmseAfter101Updates: number;
      readonly lossAfter1000Below: number;
      readonly rmseAfter1000Between: readonly [number, number];
    };
  };
  readonly float32_notebook: { readonly linearLoss: number };
}

const cells = 1000;
const wave = acousticWave1d({ cells, dt: 5e-4, steps: 5000 });
const target = np.linspace(0.9, 1.0, cells);
const start = np.linspace(0.85, 1.0, cells);

function misfitTo(speed: Tensor | number): (guess: Tensor) => Tensor {
  const loss = l2(wave.run({ speed }).final);
  return (guess) => loss(wave.simulate({ speed: guess }).final);
}

function rmse(a: Tensor, b: Tensor): number {
  return np.sqrt(np.mean(np.square(np.sub(a, b)))).item();
}

/** One compiled step of Adam: new parameters and new state. */
function adamStep(misfit: (guess: Tensor) => Tensor, learningRate: number) {
  const optimizer = adam({ learningRate });
  const step = jit((guess: Tensor, state: readonly unknown[]): [Tensor, readonly unknown[]] => {
    const [updates, next] = optimizer.update(grad(misfit)(guess), state);
    return [applyUpdates(guess, updates), next];
  });
  return { optimizer, step };
}

(found ? describe : describe.skip)(
  "the inversion of 1000 cells and 5000 steps, against other programs' numbers",
  () => {
    const { float64: oracle, float32_notebook: single } = JSON.parse(
      found ? readFileSync(path, "utf8") : '{"float64":{},"float32_notebook":{}}',
    ) as Oracle;

    it("gives the losses of both problems to 1e-6", () => {
      expect(Math.abs(misfitTo(1)(np.array(0.8)).item() - oracle["constantLoss_c0.8_target1.0"])).toBeLessThan(1e-6);
      expect(Math.abs(misfitTo(target)(start).item() - oracle.linearLoss)).toBeLessThan(1e-6);
    });

    it("gives the gradient's norm to 1e-6, and its extremes where they lie", () => {
      const gradient = grad(misfitTo(target))(start);
      expect(Math.abs(np.norm(gradient).item() - oracle.linearGradientNorm)).toBeLessThan(1e-6);
      expect(Math.abs(np.min(gradient).item() - oracle.linearGradientRange[0])).toBeLessThan(1e-6);
      expect(Math.abs(np.max(gradient).item() - oracle.linearGradientRange[1])).toBeLessThan(1e-6);
      expect(np.argmin(gradient).item()).toBe(oracle.argminCell);
      expect(np.argmax(gradient).item()).toBe(oracle.argmaxCell);
    });

    it("runs in float32 where the speed is float32, near the notebook's loss", () => {
      const observed = wave.run({ speed: target.astype("float32") }).final;
      const final = wave.run({ speed: start.astype("float32") }).final;
      expect(final.dtype).toBe("float32");
      expect(Math.abs(l2(observed)(final).item() - single.linearLoss)).toBeLessThan(2e-3);
    });

    it("follows Adam: the errors after 51 and 101 updates to 1e-6, the loss after 1000 below its bound", () => {
      const { optimizer, step } = adamStep(misfitTo(target), oracle.adam1000.learningRate);
      let guess = start;
      let state = optimizer.init(guess);
      const errors: number[] = [];
      for (let i = 0; i < 1000; i++) {
        [guess, state] = step(guess, state);
        errors.push(rmse(guess, target));
      }
      expect(Math.abs((errors[50] as number) - oracle.adam1000.rmseAfter51Updates)).toBeLessThan(1e-6);
      expect(Math.abs((errors[100] as number) - oracle.adam1000.rmseAfter101Updates)).toBeLessThan(1e-6);
      const [low, high] = oracle.adam1000.rmseAfter1000Between;
      expect(errors[999]).toBeGreaterThan(low);
      expect(errors[999]).toBeLessThan(high);
      expect(misfitTo(target)(guess).item()).toBeLessThan(oracle.adam1000.lossAfter1000Below);
    });

    it("recovers a constant speed of 1.0 from 0.8 within 2e-4", () => {
      const { optimizer, step } = adamStep(misfitTo(1), 1e-3);
      let guess = np.array(0.8);
      let state = optimizer.init(guess);
      for (let i = 0; i < 1000; i++) {
        [guess, state] = step(guess, state);
      }
      expect(Math.abs(guess.item() - 1)).toBeLessThan(2e-4);
    });
  },
);
