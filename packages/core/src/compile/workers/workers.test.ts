import { describe, expect, it } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { cond, foriLoop, scan, whileLoop } from "../../trace/control.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { grad, valueAndGrad } from "../grad.js";
import { jit } from "../jit.js";
import { vmap } from "../vmap.js";
import { workersOf, type Job } from "./pool.js";
import { workerSource } from "./workerSource.js";

const starts = np.array(Array.from({ length: 7 }, (_, i) => [1, 0.3 - 0.1 * i, 0.2 * i]));
const decay = (y: Tensor, k: Tensor): Tensor =>
  foriLoop(0, 700, (_, x) => x.sub(np.roll(np.sin(x).mul(k), 1).mul(x).mul(0.01)), y);
const misfit = (y: Tensor, k: Tensor): Tensor => decay(y, k).square().sum();
const rate = np.array([0.3, 0.2, 0.1]);

const bits = (x: Tensor): readonly bigint[] => [...new BigInt64Array(Float64Array.from(x.data).buffer)];

describe("a batch over workers", () => {
  it("has the same bits for any number of them, more than there are elements included", () => {
    const f = vmap((y: Tensor) => decay(y, rate));
    const expected = bits(jit(f)(starts));
    for (const workers of [1, 2, 3, 9]) expect(bits(jit(f, { workers })(starts))).toEqual(expected);
    expect(bits(jit(f, { workers: 2, backend: "js" })(starts))).toEqual(expected);
    expect(bits(jit(f, { workers: 2, backend: "interpreter" })(starts))).toEqual(expected);
  });

  it("gives each element's gradient, and that of a sum in one order", () => {
    const each = vmap(valueAndGrad((y: Tensor) => misfit(y, rate)));
    const expected = jit(each)(starts).map(bits);
    expect(jit(each, { workers: 3 })(starts).map(bits)).toEqual(expected);

    const total = grad((k: Tensor) => vmap((y: Tensor) => misfit(y, k))(starts).sum());
    const [one, two, five] = [1, 2, 5].map((workers) => bits(jit(total, { workers })(rate)));
    expect(two).toEqual(one);
    expect(five).toEqual(one);
    const plain = jit(total)(rate).toArray() as number[];
    (jit(total, { workers: 2 })(rate).toArray() as number[]).forEach((value, i) =>
      expect(value).toBeCloseTo(plain[i] as number, 12),
    );
  });

  it("takes elements that differ in trips, other dtypes, results on other axes, and what has no loop", () => {
    const count = (limit: Tensor): Tensor =>
      whileLoop(
        (c) => np.less(c, limit),
        (c) => c.mul(2).add(1),
        np.array(0.5),
      );
    const limits = np.array([1, 100, 3, 1e9, 7]);
    const growth = vmap(valueAndGrad((x: Tensor) => count(np.array(50)).mul(x).add(count(x).mul(x))));
    expect(jit(growth, { workers: 2 })(limits).map(bits)).toEqual(jit(growth)(limits).map(bits));

    const mixed = vmap(
      (n: Tensor, x: Tensor) => scan((c) => [c.add(n.astype("float32")), c], x, { length: 5 })[1] as Tensor,
      { outAxes: 1 },
    );
    const args = [np.array([1, 2, 3], "int32"), np.array([0.1, 0.2, 0.3], "float32")] as const;
    expect(jit(mixed, { workers: 2 })(...args).toArray()).toEqual(jit(mixed)(...args).toArray());

    const plain = vmap((x: Tensor) => np.exp(x).sum());
    expect(bits(jit(plain, { workers: 3 })(starts))).toEqual(bits(jit(plain)(starts)));
  });

  it("is used again: calls one after another, runs at once", async () => {
    const f = jit(
      vmap((y: Tensor) => decay(y, rate)),
      { workers: 2 },
    );
    const expected = bits(f(starts));
    expect(bits(f(starts))).toEqual(expected);
    const progress: number[] = [];
    const both = await Promise.all([
      f.run([starts], { onProgress: (done) => progress.push(done) }),
      f.run([starts.mul(1)]),
    ]);
    expect(both.map(bits)).toEqual([expected, expected]);
    expect(progress.at(-1)).toBe(1);
  });

  it("has the same bits for elements alone and together, whatever they compute", () => {
    const matrix = np.array([
      [4, 1, 0.3],
      [1, 3, 0.2],
      [0.3, 0.2, 5],
    ]);
    const works: readonly ((y: Tensor) => Tensor)[] = [
      (y) => np.matmul(matrix, np.exp(y)).div(np.exp(y).sum()),
      (y) => np.cumsum(y).mul(np.take(y, np.array([2, 0, 1], "int32"), { axis: 0 })),
      (y) =>
        cond(
          y.sum().greater(1),
          (x: Tensor) => x.sin(),
          (x: Tensor) => x.cos().mul(x),
          y,
        ),
      (y) => foriLoop(0, 300, (_, x) => np.matmul(matrix, x).div(np.matmul(matrix, x).square().sum().sqrt()), y),
    ];
    for (const work of works) {
      const each = vmap(valueAndGrad((y: Tensor) => work(y).mul(rate).sum()));
      const [one, ...others] = [1, 2, 7].map((workers) => jit(each, { workers })(starts).map(bits));
      for (const other of others) expect(other).toEqual(one);
    }
  });

  it("gives gradients through loops before and after it, whose Histories another part reads", () => {
    const settle = (x: Tensor): Tensor => foriLoop(0, 300, (_, y) => y.sub(y.sin().mul(1e-3)), x);
    const fall = (x: Tensor): Tensor =>
      whileLoop(
        (y) => y.sum().greater(0.2),
        (y) => y.mul(0.99),
        x,
      );
    for (const before of [settle, fall]) {
      const total = grad((k: Tensor) => {
        const rates = before(k);
        return settle(vmap((y: Tensor) => decay(y, rates))(starts).sum({ axis: 0 }))
          .square()
          .sum();
      });
      const [one, three] = [1, 3].map((workers) => bits(jit(total, { workers })(rate)));
      expect(three).toEqual(one);
      const plain = jit(total)(rate).toArray() as number[];
      (jit(total, { workers: 2 })(rate).toArray() as number[]).forEach((value, i) =>
        expect(value).toBeCloseTo(plain[i] as number, 12),
      );
    }
  });

  it("keeps to a limit of Histories, with the same bits", () => {
    const total = grad((k: Tensor) => vmap((y: Tensor) => misfit(y, k))(starts).sum());
    const expected = bits(jit(total, { workers: 2 })(rate));
    expect(bits(jit(total, { workers: 2, historyLimitBytes: 20_000 })(rate))).toEqual(expected);
  });

  it("says with checkFinite where a value stopped being finite, run in slices or to the end", async () => {
    const f = jit(
      vmap((y: Tensor) => foriLoop(0, 50, (_, x) => x.sub(np.log(x)), y)),
      { workers: 2, checkFinite: true },
    );
    expect(f(np.array([1, 2, 3])).shape).toEqual([3]);
    expect(() => f(np.array([1, 2, -3]))).toThrow("NaN first came out of `log` of -3 at [2]");
    await expect(f.run([np.array([1, 2, -3])])).rejects.toThrow("NaN first came out of `log` of -3 at [2]");
  });

  it("stops where it is aborted, and runs again afterwards", async () => {
    const long = jit(
      vmap((y: Tensor) => foriLoop(0, 20_000_000, (_, x) => x.mul(0.999).add(0.001), y)),
      { workers: 2 },
    );
    const signal = { aborted: false };
    setTimeout(() => (signal.aborted = true), 30);
    await expect(long.run([starts], { signal })).rejects.toMatchObject({ code: "ABORTED" });
    const f = vmap((y: Tensor) => decay(y, rate));
    expect(bits(jit(f, { workers: 2 })(starts))).toEqual(bits(jit(f)(starts)));
  });

  it("is refused by name where nothing is mapped, or the number is none", () => {
    expect(() => jit((y: Tensor) => decay(y, rate), { workers: 2 })(rate)).toThrow("no batch axis");
    expect(() =>
      jit(
        vmap((y: Tensor) => y.mul(2)),
        { workers: 0 },
      )(rate),
    ).toThrow("no number of worker threads");
    expect(() =>
      jit(
        vmap((y: Tensor) => y.mul(2)),
        { workers: 1.5 },
      )(rate),
    ).toThrow("no number of worker threads");
  });

  it("names a thread that ended, and replaces it", () => {
    const f = jit(
      vmap((y: Tensor) => decay(y, rate)),
      { workers: 2 },
    );
    const expected = bits(f(starts));
    workersOf(2).forEach((worker) => worker.giveUp("a test ended it"));
    expect(bits(f(starts))).toEqual(expected);
    // What no job looks like ends the thread while others wait for it.
    workersOf(2)[1]?.post(null as unknown as Job);
    try {
      expect(bits(f(starts))).toEqual(expected);
    } catch (error) {
      expect(error).toMatchObject({ code: "UNSUPPORTED", message: expect.stringContaining("worker thread failed") });
    }
    expect(bits(f(starts))).toEqual(expected);
  });

  it("runs in a worker whose source does not keep the process alive", () => {
    const program = `
      const { Worker } = require("node:worker_threads");
      new Worker(${JSON.stringify(workerSource)}, { eval: true, workerData: new SharedArrayBuffer(8) }).unref();
      setTimeout(() => console.log("ended"), 10);`;
    const { stdout, status } = spawnSync(process.execPath, ["-e", program], { encoding: "utf8", timeout: 20_000 });
    expect([stdout.trim(), status]).toEqual(["ended", 0]);
  });
});
