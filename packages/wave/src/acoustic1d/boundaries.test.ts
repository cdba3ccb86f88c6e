import { describe, expect, it } from "@jest/globals";
import { ArgumentError, explain, grad, jit, l2, np, type Tensor } from "@simgrad/core";
import { acousticWave1d, type AcousticWave1dOptions } from "./acousticWave1d.js";
import { ricker } from "./sources.js";
import type { WaveState } from "./state.js";

const cells = 400;
const dx = 1 / (cells - 1);
const open: AcousticWave1dOptions = { cells, dt: 0.5 * dx, steps: 1600, boundaries: "absorbing" };
const numbers = (tensor: Tensor): number[] => Array.from(tensor.data);

/** The part of the energy that is still there after a run with Courant number 0.5. */
function left(options: AcousticWave1dOptions, speed: Tensor | number): number {
  const wave = acousticWave1d(options);
  const params = { speed: np.asarray(speed) };
  const before = wave.energy(wave.init(params), params).item();
  return wave.energy(wave.run(params).state, params).item() / before;
}

describe("absorbing ends", () => {
  it("let out all but 1e-8 of the energy of a pulse, whichever way it goes", () => {
    for (const direction of ["right", "left", "both"] as const) {
      expect(left({ ...open, pulse: { width: 0.05, direction } }, 1)).toBeLessThan(1e-8);
    }
  });

  it("let out what comes where the speed varies along the string", () => {
    const speed = np.linspace(0.6, 1.2, cells);
    const fixed = left({ ...open, boundaries: "fixed", pulse: { width: 0.05 } }, speed);
    expect(fixed).toBeCloseTo(1, 10);
    // What is left was sent back from inside, where the speed changes; the end itself sends nothing of this size back.
    expect(left({ ...open, steps: 3200, pulse: { width: 0.05 } }, speed)).toBeLessThan(1e-6);
  });

  it("send back the part (k dx)^2 (1 - C^2) / 16 of a wave's height, as the grid's dispersion has it", () => {
    const k = (2 * Math.PI) / (16 * dx);
    const packet = (x: Tensor, shift: number): Tensor => {
      const distance = x.sub(0.5 + shift);
      return np.exp(np.square(distance.div(0.12)).neg()).mul(np.cos(distance.mul(k)));
    };
    // The packet moves at the speed of the grid's waves: sin(w dt / 2) = C sin(k dx / 2).
    const dt = 0.5 * dx;
    const omega = (2 / dt) * Math.asin(0.5 * Math.sin((k * dx) / 2));
    const initial = (x: Tensor): WaveState => ({ previous: packet(x, 0), current: packet(x, (omega / k) * dt) });
    const rest = left({ cells, dt, steps: 1450, initial, boundaries: { right: "absorbing", left: "fixed" } }, 1);
    const half = [(k * dx) / 2, (omega * dt) / 2].map(Math.cos) as [number, number];
    const exact = (half[1] - half[0]) / (half[1] + half[0]);
    expect(exact / (((k * dx) ** 2 * 0.75) / 16)).toBeCloseTo(1, 1);
    expect(Math.sqrt(rest) / exact).toBeCloseTo(1, 1);
  });

  it("only ever take energy away", () => {
    const wave = acousticWave1d({ ...open, steps: 1, pulse: { width: 0.03 } });
    const params = { speed: np.linspace(0.7, 1.3, cells) };
    const step = jit((state: WaveState) =>
      wave.step(state, params, { index: np.array(0, "int32"), time: np.array(0), dt: wave.dt }),
    );
    let state = wave.init(params);
    let energy = wave.energy(state, params).item();
    const first = energy;
    for (let k = 0; k < 1500; k++) {
      state = step(state);
      const next = wave.energy(state, params).item();
      expect(next - energy).toBeLessThan(1e-13 * first);
      energy = next;
    }
  });

  it("stay stable for 100,000 steps at the largest stable step", () => {
    const wave = acousticWave1d({ ...open, dt: dx, steps: 100_000, pulse: { width: 0.05 } });
    const final = wave.run({ speed: 1 }).final;
    expect(np.max(np.abs(final)).item()).toBeLessThan(1e-9);
  });

  it("can be had on one side: the other one still turns the wave over", () => {
    const options = { ...open, steps: 800, pulse: { width: 0.05 } };
    const oneSide = acousticWave1d({ ...options, boundaries: { left: "absorbing" } });
    const fixed = acousticWave1d({ ...options, boundaries: "fixed" });
    expect(oneSide.boundaries).toEqual({ left: "absorbing", right: "fixed" });
    // Until the wave has come to the left end, both are the same, but for what the start sends there: the pulse is moved on by
    // a formula that is not quite that of the grid.
    const difference = np.sub(oneSide.run({ speed: 1 }).final, fixed.run({ speed: 1 }).final);
    expect(np.max(np.abs(difference)).item()).toBeLessThan(1e-3);
    expect(np.min(fixed.run({ speed: 1 }).final).item()).toBeLessThan(-0.99);
    // The wave meets the absorbing end once, where the other test has it meet two.
    expect(left({ ...options, steps: 1600, boundaries: { left: "absorbing" } }, 1)).toBeLessThan(1e-6);
  });

  it("leave no way back: there is no stepBack, and asking for it is an error", () => {
    expect(acousticWave1d(open).stepBack).toBeUndefined();
    expect(acousticWave1d({ ...open, boundaries: "fixed" }).stepBack).toBeDefined();
    expect(() => acousticWave1d({ ...open, adjoint: "inverse" }).simulate({ speed: np.array(1) })).toThrow(
      /cannot be run backwards/,
    );
  });

  it("give the same gradient to the bit with all fields stored and with blocks, by default without being told", () => {
    const few = { cells: 60, dt: 0.01, steps: 120, boundaries: "absorbing" } as const;
    const speed = np.linspace(0.9, 1.1, 60);
    const shots = [10, 30].map((cell) => [{ cell, series: ricker({ frequency: 8 }) }]);
    for (const rest of [{}, { shots, receivers: { cells: [0, 59], every: 4 } }]) {
      const gradients = [undefined, "all", { blocks: 7 }, { blocks: 50 }].map((adjoint) => {
        const wave = acousticWave1d({
          ...few,
          ...rest,
          ...(adjoint === undefined ? {} : { adjoint: adjoint as "all" }),
        });
        const loss = (c: Tensor): Tensor => {
          const { final, traces } = wave.simulate({ speed: c });
          return np.sum(np.square(traces ?? final));
        };
        return { gradient: grad(loss)(speed), loss: jit(loss) };
      });
      const [first, ...others] = gradients as [(typeof gradients)[number], ...typeof gradients];
      for (const { gradient } of others) expect(numbers(gradient)).toEqual(numbers(first.gradient));
      const direction = np.sin(np.linspace(0, 11, 60));
      const h = 1e-6;
      const along = (sign: number): number => first.loss(speed.add(direction.mul(sign * h))).item();
      const scale = np.norm(first.gradient).item() * np.norm(direction).item();
      const slope = np.dot(first.gradient, direction).item();
      expect(Math.abs(slope - (along(1) - along(-1)) / (2 * h)) / scale).toBeLessThan(1e-7);
    }
  });

  it("store one field in 71 where 5000 steps would fill the memory with fields", () => {
    const wave = acousticWave1d({ cells: 1000, dt: 5e-4, steps: 5000, boundaries: "absorbing" });
    const loss = (speed: Tensor): Tensor => l2(np.zeros(1000))(wave.simulate({ speed }).final);
    // 71 is the square root of 5000: whole states at the blocks' starts, and the fields of one block.
    expect(String(explain(grad(loss))(np.linspace(0.9, 1, 1000)))).toMatch(/scan\{length: 71/);
  });

  it("refuse what is no end", () => {
    expect(() => acousticWave1d({ ...open, boundaries: "open" as "fixed" })).toThrow(ArgumentError);
    expect(() => acousticWave1d({ ...open, boundaries: { left: "free" as "fixed" } })).toThrow(/left: "free"/);
  });
});
