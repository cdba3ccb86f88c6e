import { describe, expect, it } from "@jest/globals";
import { grad, jit, jvp, l2, np, valueAndGrad, vjp, type Adjoint, type Tensor } from "@simgrad/core";
import { acousticWave1d, type AcousticWave1dOptions } from "./acousticWave1d.js";
import { ricker } from "./sources.js";

const cells = 1000;
const options = { cells, dt: 5e-4, steps: 5000 } as const;
const wave = acousticWave1d(options);
const target = np.linspace(0.9, 1.0, cells);
const start = np.linspace(0.85, 1.0, cells);
const observed = wave.run({ speed: target }).final;
const misfitWith =
  (adjoint: Adjoint) =>
  (speed: Tensor): Tensor =>
    l2(observed)(acousticWave1d({ ...options, adjoint }).simulate({ speed }).final);
const misfit = jit((speed: Tensor) => l2(observed)(wave.simulate({ speed }).final));

/** Numbers between -1 and 1, the same in each run: a linear congruential generator (Numerical Recipes, 3rd ed., section 7.1.2). */
function randomDirection(seed: number, size: number): Tensor {
  let state = seed >>> 0;
  return np.array(
    Float64Array.from({ length: size }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 31 - 1;
    }),
  );
}

describe("the gradient of 5000 steps", () => {
  const gradient = grad(misfit)(start);

  it("agrees with central differences within 1e-7 of |g||d| in 20 random directions", () => {
    const h = 1e-6;
    for (let seed = 1; seed <= 20; seed++) {
      const direction = randomDirection(seed, cells);
      const along = (sign: number): number => misfit(start.add(direction.mul(sign * h))).item();
      const difference = (along(1) - along(-1)) / (2 * h);
      const scale = np.norm(gradient).item() * np.norm(direction).item();
      expect(Math.abs(np.dot(gradient, direction).item() - difference) / scale).toBeLessThan(1e-7);
    }
  });

  it("passes the dot-product test: <J d, r> = <d, J* r> within 1e-12", () => {
    const field = (speed: Tensor): Tensor => wave.simulate({ speed }).final;
    const direction = randomDirection(21, cells);
    const residual = randomDirection(22, cells);
    const [, forward] = jvp(field, [start], [direction]);
    const [back] = vjp(field, start)[1](residual);
    const left = np.dot(forward, residual).item();
    const right = np.dot(direction, back).item();
    expect(Math.abs(left - right) / (np.norm(forward).item() * np.norm(residual).item())).toBeLessThan(1e-12);
  });

  it("leaves a Taylor remainder of slope 2", () => {
    const direction = np.sin(np.linspace(0, 9, cells));
    const slope = np.dot(gradient, direction).item();
    const f0 = misfit(start).item();
    const remainders = [1e-2, 1e-3, 1e-4].map((h) =>
      Math.abs(misfit(start.add(direction.mul(h * 0.1))).item() - f0 - 0.1 * h * slope),
    );
    const slopes = remainders.slice(1).map((remainder, i) => Math.log10((remainders[i] as number) / remainder));
    for (const value of slopes) expect(Math.abs(value - 2)).toBeLessThan(0.1);
  });

  it("is the same to the bit with all fields stored and with blocks", () => {
    const all = grad(misfitWith("all"))(start);
    for (const blocks of [50, 71]) expect(grad(misfitWith({ blocks }))(start).data).toEqual(all.data);
    expect(grad(misfitWith("auto"))(start).data).toEqual(all.data);
  });

  it("is the same within 1e-11 by stepping back", () => {
    const all = grad(misfitWith("all"))(start);
    const difference = np.norm(np.sub(grad(misfitWith("inverse"))(start), all)).item();
    expect(difference / np.norm(all).item()).toBeLessThan(1e-11);
  });
});

describe("gradients of recorded runs", () => {
  const few = { cells: 60, dt: 0.01, steps: 80 } as const;
  const speed = np.linspace(0.9, 1.1, 60);
  const check = (loss: (speed: Tensor) => Tensor): void => {
    const gradient = grad(loss)(speed);
    const compiled = jit(loss);
    const h = 1e-6;
    for (let seed = 1; seed <= 5; seed++) {
      const direction = randomDirection(seed, 60);
      const along = (sign: number): number => compiled(speed.add(direction.mul(sign * h))).item();
      const scale = np.norm(gradient).item() * np.norm(direction).item();
      expect(Math.abs(np.dot(gradient, direction).item() - (along(1) - along(-1)) / (2 * h)) / scale).toBeLessThan(
        1e-7,
      );
    }
  };

  it.each<[string, Adjoint]>([
    ["stepping back", "inverse"],
    ["all stored", "all"],
    ["blocks", { blocks: 7 }],
  ])("are right for output fields, %s", (_, adjoint) => {
    const run = acousticWave1d({ ...few, every: 8, adjoint });
    check((c) => np.sum(np.square(run.simulate({ speed: c }).outputs)));
  });

  it.each<[string, Adjoint]>([
    ["stepping back", "inverse"],
    ["all stored", "all"],
    ["blocks", { blocks: 7 }],
  ])("are right for receivers of several shots, %s", (_, adjoint) => {
    const shots = [10, 30].map((cell) => [{ cell, series: ricker({ frequency: 8 }) }]);
    const run = acousticWave1d({ ...few, shots, receivers: { cells: [20, 50], every: 4 }, adjoint });
    check((c) => np.sum(np.square(run.simulate({ speed: c }).traces as Tensor)).mul(1e4));
  });
});

describe("the wave on every backend", () => {
  const backends = ["wasm", "js", "interpreter"] as const;
  const speed = np.linspace(0.9, 1.1, 61);
  const shots = [10, 30].map((cell) => [{ cell, series: ricker({ frequency: 8 }) }]);
  const all = { cells: 61, dt: 0.01, steps: 70 } as const;

  it.each<[string, AcousticWave1dOptions]>([
    ["a pulse, stepping back", all],
    ["a pulse, blocks", { ...all, adjoint: { blocks: 9 } }],
    ["output fields", { ...all, every: 7 }],
    ["shots with receivers", { ...all, shots, receivers: { cells: [20, 50], every: 5 } }],
  ])("gives the same bits: %s", (_, given) => {
    for (const dtype of ["float64", "float32"] as const) {
      const run = acousticWave1d(given);
      const loss = (c: Tensor): Tensor => {
        const { outputs, traces } = run.simulate({ speed: c });
        return np.sum(np.square(traces ?? outputs));
      };
      const results = backends.map((backend) => jit(valueAndGrad(loss), { backend })(speed.astype(dtype)));
      const [wasm, ...others] = results.map(([value, gradient]) => [value.data, gradient.data]);
      for (const other of others) expect(other).toEqual(wasm);
    }
  });

  it("has a float32 gradient near the float64 one", () => {
    const single = observed.astype("float32");
    const misfit32 = (c: Tensor): Tensor => l2(single)(wave.simulate({ speed: c }).final);
    const exact = grad(misfit)(start);
    const difference = np.sub(grad(misfit32)(start.astype("float32")).astype("float64"), exact);
    expect(np.norm(difference).item() / np.norm(exact).item()).toBeLessThan(1e-3);
  });
});
