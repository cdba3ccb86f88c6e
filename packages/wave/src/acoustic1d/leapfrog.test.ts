import { describe, expect, it } from "@jest/globals";
import { np, type Tensor } from "@simgrad/core";
import { acousticWave1d } from "./acousticWave1d.js";
import { ricker } from "./sources.js";
import type { WaveState } from "./state.js";

describe("the leapfrog scheme", () => {
  it("keeps its energy within 1e-12 over 5000 steps, with a speed that varies", () => {
    const wave = acousticWave1d({ cells: 1000, dt: 5e-4, steps: 5000 });
    const params = { speed: np.linspace(0.9, 1.0, 1000) };
    const before = wave.energy(wave.init(params), params).item();
    const after = wave.energy(wave.run(params).state, params).item();
    expect(before).toBeGreaterThan(1);
    expect(Math.abs(after - before) / before).toBeLessThan(1e-12);
  });

  it("moves a pulse exactly one cell a step at C = 1, and turns it over at the wall", () => {
    const cells = 101;
    const dx = 1 / (cells - 1);
    const shape = (cell: number): number => Math.exp(-(((cell - 30) / 6) ** 2));
    const field = (shift: number): Tensor => np.array(Array.from({ length: cells }, (_, i) => shape(i - shift)));
    const wave = acousticWave1d({
      cells,
      dt: dx,
      steps: 40,
      initial: () => ({ previous: field(0), current: field(1) }),
    });
    const difference = np.max(np.abs(np.sub(wave.run({ speed: 1 }).final, field(41)))).item();
    expect(difference).toBeLessThan(1e-10);
    // The wall lies at cell 101, so that cell i sees the mirror image of cell 202 - i. 142 steps later the top is at 202 - 172 = 30.
    const back = acousticWave1d({
      cells,
      dt: dx,
      steps: 141,
      initial: () => ({ previous: field(0), current: field(1) }),
    });
    const mirrored = np.array(Array.from({ length: cells }, (_, i) => -shape(202 - i - 142)));
    expect(np.max(np.abs(np.sub(back.run({ speed: 1 }).final, mirrored))).item()).toBeLessThan(1e-8);
  });

  it("converges with order 2 to the exact standing wave", () => {
    // sin(pi y) cos(pi t) between walls at y = 0 and 1; the first cell lies one dx from the wall. The time 0.7 is no
    // extremum of the cosine, where the error of the phase would not show.
    const errorOf = (cells: number): number => {
      const dx = 1 / (cells + 1);
      const steps = Math.round(0.7 / (0.5 * dx));
      const dt = 0.7 / steps;
      const y = np.linspace(dx, 1 - dx, cells);
      const exact = (time: number): Tensor => np.sin(y.mul(Math.PI)).mul(Math.cos(Math.PI * time));
      const initial = (): WaveState => ({ previous: exact(0), current: exact(dt) });
      const wave = acousticWave1d({ cells, length: 1 - 2 * dx, dt, steps: steps - 1, initial });
      return np.max(np.abs(np.sub(wave.run({ speed: 1 }).final, exact(0.7)))).item();
    };
    const errors = [50, 100, 200, 400].map(errorOf);
    const orders = errors.slice(1).map((error, i) => Math.log2((errors[i] as number) / error));
    for (const order of orders) expect(Math.abs(order - 2)).toBeLessThan(0.06);
    expect(Math.abs((orders.at(-1) as number) - 2)).toBeLessThan(0.02);
  });

  it("steps back to where it came from, with sources as well", () => {
    const series = ricker({ frequency: 20 });
    const wave = acousticWave1d({ cells: 200, dt: 2e-3, steps: 500, pulse: {}, sources: [{ cell: 40, series }] });
    const params = { speed: np.linspace(0.8, 1.2, 200) };
    let state = wave.init(params);
    const passed: WaveState[] = [];
    const clock = (index: number) => ({ index: np.array(index, "int32"), time: np.array(0), dt: wave.dt });
    for (let k = 0; k < 60; k++) {
      passed.push(state);
      state = wave.step(state, params, clock(k));
    }
    for (let k = 59; k >= 0; k--) {
      state = wave.stepBack?.(state, params, clock(k)) as WaveState;
      const off = np.max(np.abs(np.sub(state.previous, (passed[k] as WaveState).previous))).item();
      expect(off).toBeLessThan(1e-12);
    }
  });

  it("is reciprocal: source and receiver may change places, in any medium", () => {
    const speed = np.linspace(0.7, 1.3, 120).mul(np.add(1, np.sin(np.linspace(0, 20, 120)).mul(0.1)));
    const traceOf = (from: number, to: number): Tensor => {
      const sources = [{ cell: from, series: ricker({ frequency: 12 }) }];
      return acousticWave1d({ cells: 120, dt: 4e-3, steps: 400, sources, receivers: { cells: [to] } }).run({ speed })
        .traces as Tensor;
    };
    const there = traceOf(17, 90);
    const back = traceOf(90, 17);
    const scale = np.max(np.abs(there)).item();
    expect(scale).toBeGreaterThan(1e-3);
    expect(np.max(np.abs(np.sub(there, back))).item() / scale).toBeLessThan(1e-12);
  });
});
