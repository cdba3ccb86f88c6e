import { describe, expect, it } from "@jest/globals";
import {
  AbortedError,
  ArgumentError,
  DTypeError,
  grad,
  jit,
  NumericalError,
  np,
  rollout,
  ShapeError,
  statusOf,
  type Tensor,
} from "@simgrad/core";
import { CflError } from "../cflError.js";
import { acousticWave1d, type AcousticWave1dOptions } from "./acousticWave1d.js";
import { ricker } from "./sources.js";

const small: AcousticWave1dOptions = { cells: 50, dt: 0.01, steps: 40 };
const dx = 1 / 49;
const numbers = (tensor: Tensor): number[] => Array.from(tensor.data);

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return null;
}

describe("acousticWave1d", () => {
  it("returns the field at each output time, and the last one as final", () => {
    const wave = acousticWave1d({ ...small, every: 10 });
    const { final, outputs, times, traces, status } = wave.run({ speed: 1 });
    expect(final.shape).toEqual([50]);
    expect(outputs.shape).toEqual([4, 50]);
    expect(numbers(outputs.at(3).get())).toEqual(numbers(final));
    expect(numbers(times).map((time) => Number(time.toFixed(10)))).toEqual([0.11, 0.21, 0.31, 0.41]);
    expect(traces).toBeNull();
    expect(statusOf(status).name).toBe("ok");
  });

  it("gives the same bits in one go and in segments", () => {
    const speed = np.linspace(0.8, 1.1, 50);
    const whole = acousticWave1d(small).run({ speed }).final;
    const parts = acousticWave1d({ ...small, every: 8 }).run({ speed }).final;
    expect(numbers(parts)).toEqual(numbers(whole));
  });

  it("goes on from the state of an earlier run", () => {
    const whole = acousticWave1d({ ...small, steps: 30 }).run({ speed: 0.9 });
    const first = acousticWave1d({ ...small, steps: 10 }).run({ speed: 0.9 });
    const second = acousticWave1d({ ...small, steps: 20, initial: () => first.state }).run({ speed: 0.9 });
    expect(numbers(second.final)).toEqual(numbers(whole.final));
  });

  it("takes a constant speed as a number, and as a profile of equal entries", () => {
    const wave = acousticWave1d(small);
    expect(numbers(wave.run({ speed: 0.9 }).final)).toEqual(numbers(wave.run({ speed: np.full(50, 0.9) }).final));
  });

  it("moves the pulse in the direction it is given", () => {
    const centre = (direction: "right" | "left" | "both"): number => {
      const field = numbers(
        acousticWave1d({ ...small, steps: 15, pulse: { width: 0.05, direction } }).run({ speed: 1 }).final,
      );
      return field.reduce((sum, u, i) => sum + u * i * dx, 0) / field.reduce((sum, u) => sum + u, 0);
    };
    expect(centre("right")).toBeCloseTo(0.66, 2);
    expect(centre("left")).toBeCloseTo(0.34, 2);
    expect(centre("both")).toBeCloseTo(0.5, 6);
  });

  it("reads receivers at their own interval, from the fields that the run passes through", () => {
    const cells = [3, 20, 44];
    const wave = acousticWave1d({ ...small, receivers: { cells, every: 4 } });
    const every = acousticWave1d({ ...small, every: 4 });
    const { traces, traceTimes } = wave.run({ speed: 1 });
    const { outputs, times } = every.run({ speed: 1 });
    expect(traces?.shape).toEqual([10, 3]);
    expect(numbers(traces as Tensor)).toEqual(numbers(np.take(outputs, np.array(cells, "int32"), { axis: 1 })));
    expect(numbers(traceTimes as Tensor)).toEqual(numbers(times));
  });

  it("reads the same traces with and without output fields", () => {
    const receivers = { cells: [3, 20], every: 4 };
    const one = acousticWave1d({ ...small, receivers }).run({ speed: 1 }).traces as Tensor;
    const many = acousticWave1d({ ...small, receivers, every: 10 }).run({ speed: 1 }).traces as Tensor;
    expect(numbers(many)).toEqual(numbers(one));
  });

  it("starts at rest where there are sources, and answers them linearly", () => {
    const at = (amplitude: number): Tensor =>
      acousticWave1d({ ...small, sources: [{ cell: 10, series: ricker({ frequency: 8, amplitude }) }] }).run({
        speed: 1,
      }).final;
    expect(Math.max(...numbers(at(1)))).toBeGreaterThan(1e-4);
    expect(numbers(at(2))).toEqual(numbers(at(1).mul(2)));
  });

  it("runs shots as a batch, each as if it were alone", () => {
    const shots = [5, 25, 40].map((cell) => [{ cell, series: ricker({ frequency: 8 }) }]);
    const receivers = { cells: [10, 30], every: 2 };
    const speed = np.linspace(0.9, 1.1, 50);
    const together = acousticWave1d({ ...small, shots, receivers, every: 20 }).run({ speed });
    expect(together.final.shape).toEqual([3, 50]);
    expect(together.outputs.shape).toEqual([2, 3, 50]);
    expect(together.traces?.shape).toEqual([3, 20, 2]);
    shots.forEach((sources, shot) => {
      const alone = acousticWave1d({ ...small, sources, receivers, every: 20 }).run({ speed });
      expect(numbers(together.final.at(shot).get())).toEqual(numbers(alone.final));
      expect(numbers((together.traces as Tensor).at(shot).get())).toEqual(numbers(alone.traces as Tensor));
    });
  });

  it("lets the series of its sources be a parameter, with a gradient", () => {
    const wave = acousticWave1d({
      ...small,
      sources: [{ cell: 10, series: ricker({ frequency: 8 }) }],
      receivers: { cells: [30] },
    });
    const series = ricker({ frequency: 6 })(wave.stepTimes).reshape([40, 1]);
    const other = acousticWave1d({ ...small, sources: [{ cell: 10, series: series.ravel() }] });
    expect(numbers(wave.run({ speed: 1, series }).final)).toEqual(numbers(other.run({ speed: 1 }).final));
    const loss = (given: Tensor): Tensor =>
      np.sum(np.square(wave.simulate({ speed: np.array(1), series: given }).final));
    const gradient = grad(loss)(series);
    const h = 1e-6;
    const bump = (sign: number): Tensor => series.at(7, 0).add(sign * h);
    const difference = (loss(bump(1)).item() - loss(bump(-1)).item()) / (2 * h);
    expect(gradient.at(7, 0).get().item()).toBeCloseTo(difference, 8);
  });

  it("runs without blocking, to the same bits, until it is aborted", async () => {
    const wave = acousticWave1d(small);
    const parts: number[] = [];
    const { final } = await wave.run.async({ speed: 1 }, { onProgress: (done) => parts.push(done) });
    expect(numbers(final)).toEqual(numbers(wave.run({ speed: 1 }).final));
    expect(parts.at(-1)).toBe(1);
    await expect(wave.run.async({ speed: 1 }, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
    await expect(wave.run.async({ speed: 3 })).rejects.toThrow(CflError);
  });

  it("is a simulator: rollout runs it with other counts", () => {
    const wave = acousticWave1d(small);
    const run = rollout(wave, { steps: 12, every: 6 });
    const other = acousticWave1d({ ...small, steps: 12, every: 6 });
    expect(numbers(run({ speed: np.array(1) }).outputs)).toEqual(numbers(other.run({ speed: 1 }).outputs));
  });

  it("keeps float32 where the speed is float32", () => {
    const { final, times } = acousticWave1d(small).run({ speed: np.linspace(0.9, 1, 50, { dtype: "float32" }) });
    expect([final.dtype, times.dtype]).toEqual(["float32", "float32"]);
  });

  it("finds the nearest cell, and the largest stable step", () => {
    const wave = acousticWave1d(small);
    expect([wave.cellAt(0), wave.cellAt(0.5), wave.cellAt(2)]).toEqual([0, 25, 49]);
    expect(wave.maxStableDt(2)).toBe(dx / 2);
  });
});

describe("acousticWave1d, given wrong input", () => {
  it("refuses a step beyond the stability limit before the run, and names the largest stable one", () => {
    const wave = acousticWave1d(small);
    const speed = np.linspace(1, 2.5, 50);
    const error = caught(() => wave.run({ speed }));
    expect(error).toBeInstanceOf(CflError);
    const { code, message, data } = error as CflError;
    expect(code).toBe("CFL");
    expect(data).toMatchObject({ cell: 49, dt: 0.01, courant: (2.5 * 0.01) / dx });
    const recommended = Number(/dt <= ([\d.e-]+)/.exec(message)?.[1]);
    expect(recommended).toBeLessThanOrEqual(dx / 2.5);
    expect(recommended).toBeGreaterThan((dx / 2.5) * 0.9999);
    expect(statusOf(acousticWave1d({ ...small, dt: recommended }).run({ speed }).status).name).toBe("ok");
  });

  it("says the same of a constant speed without a cell, and of a profile given to simulate", () => {
    expect(caught(() => acousticWave1d(small).run({ speed: 3 }))).toMatchObject({ code: "CFL", data: { cell: null } });
    expect(() => acousticWave1d(small).simulate({ speed: np.full(50, 3) })).toThrow(CflError);
  });

  it("fails when run where the speed was not known before", () => {
    const run = jit((speed: Tensor) => acousticWave1d(small).simulate({ speed: speed.mul(3) }).final);
    expect(() => run(np.ones(50))).toThrow(NumericalError);
    expect(() => run(np.ones(50))).toThrow(/dx \/ dt = 2.04082/);
    expect(() => run(np.full(50, -0.1))).toThrow(NumericalError);
    expect(run(np.full(50, 0.3)).shape).toEqual([50]);
  });

  it.each([
    ["negative", -0.5],
    ["zero", 0],
    ["infinite", Infinity],
  ])("refuses a %s speed, naming the cell", (_, value) => {
    const speed = np.ones(50).at(17).set(value);
    expect(() => acousticWave1d(small).run({ speed })).toThrow(ArgumentError);
    expect(() => acousticWave1d(small).run({ speed })).toThrow(`params.speed[17] = ${value}`);
  });

  it("refuses NaN, naming parameter and entry", () => {
    const speed = np.ones(50).at(17).set(NaN);
    expect(() => acousticWave1d(small).run({ speed })).toThrow(/NaN in params.speed at entry 17/);
    expect(() => acousticWave1d(small).run({ speed: NaN })).toThrow(/NaN in params.speed\./);
  });

  it("refuses a speed of another length, printing both shapes with the argument's name", () => {
    const error = caught(() => acousticWave1d(small).run({ speed: np.ones(49) }));
    expect(error).toBeInstanceOf(ShapeError);
    expect((error as ShapeError).message).toContain("params.speed of shape [49]");
    expect((error as ShapeError).message).toContain("[50]");
    expect(() => jit((speed: Tensor) => acousticWave1d(small).simulate({ speed }).final)(np.ones([50, 1]))).toThrow(
      ShapeError,
    );
  });

  it("refuses a speed of integers", () => {
    expect(() => acousticWave1d(small).run({ speed: np.ones(50, "int32") })).toThrow(DTypeError);
  });

  it.each<[string, Partial<AcousticWave1dOptions>, string]>([
    ["zero steps", { steps: 0 }, "steps: 0"],
    ["a fraction of a step", { steps: 2.5 }, "steps: 2.5"],
    ["a negative step", { dt: -0.01 }, "dt: -0.01"],
    ["no cells", { cells: 2 }, "cells: 2"],
    ["a length of zero", { length: 0 }, "length: 0"],
    ["an output interval that does not divide the steps", { every: 7 }, "every: 7"],
    ["a receiver off the string", { receivers: { cells: [50] } }, "cell 50"],
    ["a negative source cell", { sources: [{ cell: -1, series: ricker({ frequency: 8 }) }] }, "cell -1"],
    [
      "a receiver interval that does not divide the steps",
      { receivers: { cells: [1], every: 7 } },
      "receivers.every: 7",
    ],
    ["a pulse without width", { pulse: { width: 0 } }, "pulse.width: 0"],
    ["stepping back by blocks of no steps", { adjoint: { blocks: 0 } }, "blocks: 0"],
  ])("refuses %s", (_, options, text) => {
    expect(() => acousticWave1d({ ...small, ...options })).toThrow(ArgumentError);
    expect(() => acousticWave1d({ ...small, ...options })).toThrow(text);
  });

  it("refuses a source whose series does not have an entry for each step", () => {
    expect(() => acousticWave1d({ ...small, sources: [{ cell: 1, series: [1, 2, 3] }] })).toThrow(ShapeError);
    const wave = acousticWave1d({ ...small, sources: [{ cell: 1, series: ricker({ frequency: 8 }) }] });
    expect(() => wave.run({ speed: 1, series: np.ones([39, 1]) })).toThrow(/\[39, 1\].*\[40, 1\]/);
  });

  it("refuses shots of unequal numbers of sources, and two ways to say one thing", () => {
    const source = { cell: 1, series: ricker({ frequency: 8 }) };
    expect(() => acousticWave1d({ ...small, shots: [[source], [source, source]] })).toThrow(/2 in shot 1, 1 in shot 0/);
    expect(() => acousticWave1d({ ...small, sources: [source], shots: [[source]] })).toThrow(ArgumentError);
    expect(() => acousticWave1d({ ...small, pulse: {}, initial: (x) => ({ previous: x, current: x }) })).toThrow(
      ArgumentError,
    );
  });
});
