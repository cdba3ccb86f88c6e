import { describe, expect, it } from "@jest/globals";
import { AbortedError, LeakedTracerError, TreeError, UnsupportedError } from "../util/errors.js";
import { scan } from "../trace/control.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { explain } from "./explain.js";
import { grad } from "./grad.js";
import { jit } from "./jit.js";
import { lruMap } from "./lru.js";

describe("jit", () => {
  it("gives what the function gives, as tensors", () => {
    const f = jit((p: { x: Tensor; n: Tensor }, k: Tensor) => ({
      sum: p.x.sum().mul(k),
      list: [p.n, 1] as const,
      none: null,
    }));
    const { sum, list, none } = f({ x: Float64Array.of(1, 2), n: np.array(3, "int32") }, 10);
    expect([sum.item(), list[0].item(), list[1].item(), none]).toEqual([30, 3, 1, null]);
  });

  it("traces once for each structure, shapes and dtypes, not for contents", () => {
    let traces = 0;
    const f = jit((x: Tensor) => (traces++, x.add(1)));
    expect([1, 2, 2.5].map((x) => f(x).item())).toEqual([2, 3, 3.5]);
    const forNumbers = traces;
    f(np.array([1, 2]));
    f(np.array([3, 4]));
    expect(traces - forNumbers).toBe(1);
    f(np.array([1, 2], "float32"));
    f(np.array([1, 2, 3]));
    expect(traces - forNumbers).toBe(3);
    expect(forNumbers).toBeLessThanOrEqual(2);
  });

  it("reads captured variables when it traces", () => {
    let offset = np.array(1);
    const f = jit((x: Tensor) => x.add(offset));
    expect(f(1).item()).toBe(2);
    offset = np.array(100);
    expect(f(1).item()).toBe(2);
    expect(f(np.array([1])).toArray()).toEqual([101]);
  });

  it("lets numbers take the dtype of what they meet", () => {
    const f = jit((x: Tensor, k: Tensor) => x.mul(k));
    expect(f(np.ones(2, "float32"), 0.1).dtype).toBe("float32");
    expect(f(np.ones(2, "int32"), 3).toArray()).toEqual([3, 3]);
    expect(() => f(np.ones(2, "int32"), 0.5)).toThrow(/different dtypes meet/);
  });

  it("owns what it returns", () => {
    const f = jit((x: Tensor) => ({ x, y: x.add(0) }));
    const first = f(np.array([1, 2]));
    f(np.array([5, 6]));
    expect([first.x.toArray(), first.y.toArray()]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it("refuses leaves that are no numbers, and leaked tracers", () => {
    expect(() => jit((x: Tensor) => x)("a" as never)).toThrow(TreeError);
    expect(() => jit((x: Tensor) => x)("a" as never)).toThrow(/arguments of jit\(function\).*\[0\].*the string "a"/);
    const leaked: Tensor[] = [];
    const f = jit((x: Tensor) => (leaked.push(x), x));
    f(1);
    expect(() => f(leaked[0] as Tensor)).toThrow(LeakedTracerError);
    expect(() => jit((x: Tensor) => x.add(leaked[0] as Tensor))(2)).toThrow(LeakedTracerError);
  });

  it("leaves no state behind an error in the function", () => {
    const f = jit((x: Tensor) => x.add(np.zeros(3)));
    expect(() => f(np.zeros(2))).toThrow(/np\.add/);
    expect(f(np.zeros(3)).shape).toEqual([3]);
  });
});

describe("run", () => {
  const count = jit(
    (steps: Tensor) => scan((x, k: Tensor) => [x.mul(0.999).add(k), null], steps, { xs: np.ones(300_000) })[0],
  );

  it("resolves to what the call returns, with the event loop going on", async () => {
    const f = jit((x: Tensor) => scan((c) => [c.sin().add(x), null], x, { length: 3_000_000 })[0]);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const progress: number[] = [];
    const result = await f.run([0.5], { onProgress: (done) => progress.push(done) });
    clearInterval(timer);
    expect(result).toEqual(f(0.5));
    expect(turns).toBeGreaterThan(2);
    expect(progress.at(-1)).toBe(1);
    expect(progress.every((done, i) => done >= (progress[i - 1] ?? 0) && done <= 1)).toBe(true);
  });

  it("runs several times at once", async () => {
    const expected = [1, 2, 3].map((x) => count(x).item());
    const results = await Promise.all([1, 2, 3].map((x) => count.run([x])));
    expect(results.map((result) => result.item())).toEqual(expected);
  });

  it("stops where its signal is aborted", async () => {
    const f = jit((x: Tensor) => scan((c) => [c.sin().add(x), null], x, { length: 1_000_000_000 })[0]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    await expect(f.run([0.5], { signal: controller.signal })).rejects.toThrow(AbortedError);
    await expect(f.run([0.5], { signal: controller.signal })).rejects.toThrow(/before it began/);
  });

  it("is refused inside a trace", () => {
    const inner = jit((x: Tensor) => x.add(1));
    expect(() => jit((x: Tensor) => inner.run([x]) as never)(1)).toThrow(UnsupportedError);
  });

  it("rejects with what is wrong in the function", async () => {
    await expect(jit((x: Tensor) => x.add(np.zeros(3))).run([np.zeros(2)])).rejects.toThrow(/np\.add/);
  });
});

describe("explain", () => {
  it("shows every stage", () => {
    const loss = (x: Tensor): Tensor => scan((c) => [c.mul(x), null], 1, { length: 5 })[0];
    const explained = explain(grad(loss))(2);
    const names = explained.stages.map(({ name }) => name);
    expect(names[0]).toBe("trace");
    expect(names).toContain("loops");
    expect(names.at(-1)).toMatch(/^code \(wasm\)$/);
    expect(String(explained)).toContain("scan");
    expect(explained.codeSize).toBeGreaterThan(0);
    expect(explain(loss)(2).stages[0]?.text).toContain("scan");
  });
});

describe("lruMap", () => {
  it("forgets what was not used for longest", () => {
    const map = lruMap<number>(2);
    map.set("a", 1);
    map.set("b", 2);
    map.get("a");
    map.set("c", 3);
    expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([1, undefined, 3]);
  });
});
