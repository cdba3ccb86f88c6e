import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { ArgumentError } from "../../../util/errors.js";
import { np } from "../../../trace/np.js";
import type { Tensor } from "../../../trace/tensor.js";
import { adam } from "../../adam.js";
import { lbfgs } from "../../solvers/lbfgs.js";
import { sobolev } from "../../metric/sobolev.js";
import { minimize } from "../fit.js";
import type { FitResult } from "../result.js";
import { CheckpointError } from "./checkpointError.js";
import { checkpointWriter, readCheckpoint } from "./checkpoints.js";
import { decode, encode, type Storable } from "./codec.js";
import { fileStore } from "./fileStore.js";
import type { CheckpointStore } from "./store.js";

const folder = mkdtempSync(join(tmpdir(), "simgrad-checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = (): string => join(folder, `${++files}.checkpoint`);

const valley = (x: Tensor): Tensor => {
  const n = x.size;
  const [head, tail] = [x.slice([0, n - 1]), x.slice([1, n])];
  return tail
    .sub(head.square())
    .square()
    .mul(100)
    .add(np.square(np.sub(1, head)))
    .sum();
};
const start = np.linspace(-1, 1, 12);

/** A store in memory that can fail. */
function memoryStore(): CheckpointStore & { newest: string | null; older: string | null; full: boolean } {
  return {
    name: "memory",
    olderName: "memory.older",
    newest: null,
    older: null,
    full: false,
    async read() {
      return this.newest;
    },
    async readOlder() {
      return this.older;
    },
    async write(text, keepNewest) {
      if (this.full) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      if (keepNewest) this.older = this.newest;
      this.newest = text;
    },
  };
}

function bitsOf(result: FitResult<Tensor>): string {
  const { params, losses, gradientNorms, iterations, evaluations, reason } = result;
  return encode([params, losses, gradientNorms, iterations, evaluations, reason]);
}

describe("the text of a checkpoint", () => {
  it("gives back every value to the bit", () => {
    const odd = Float64Array.of(0, -0, NaN, Infinity, -Infinity, 5e-324, 0.1, 1 / 3, Number.MAX_VALUE);
    const value: Storable = {
      numbers: Array.from(odd),
      vector: odd,
      empty: new Float64Array(0),
      long: Float64Array.from({ length: 30_000 }, (_, i) => Math.sin(i)),
      tensors: [np.array([1.5, -0], "float32"), np.array([[1, -2]], "int32"), np.array(true), np.array(Math.PI)],
      nothing: null,
      missing: undefined,
      text: 'ä\n\u2028"',
      $: "a name like those of the format",
      bytes: false,
    };
    const back = decode(encode(value)).value as { readonly [name: string]: Storable };
    expect(encode(back)).toBe(encode(value));
    expect(back["vector"]).toEqual(odd);
    expect(Object.is((back["numbers"] as number[])[1], -0)).toBe(true);
    expect((back["tensors"] as Tensor[]).map(({ dtype, shape }) => [dtype, shape])).toEqual([
      ["float32", [2]],
      ["int32", [1, 2]],
      ["bool", []],
      ["float64", []],
    ]);
    expect(back["text"]).toBe(value.text);
  });

  it("shows that it is damaged, wherever", () => {
    const text = encode({ x: Float64Array.of(1, 2, 3), name: "fit" });
    for (let i = 0; i < text.length; i++) {
      const changed = text.slice(0, i) + (text[i] === "7" ? "8" : "7") + text.slice(i + 1);
      const isLastBreak = i === text.length - 1;
      if (!isLastBreak) expect(decode(changed).problem).not.toBeNull();
      expect(decode(text.slice(0, i)).problem).not.toBeNull();
    }
  });
});

describe("files of checkpoints", () => {
  it("keep the newest and the one before", async () => {
    const store = fileStore(newPath());
    const writer = checkpointWriter(store);
    expect(await readCheckpoint(store)).toBeNull();
    for (const value of [1, 2, 3]) await writer.write(value);
    expect(await readCheckpoint(store)).toBe(3);
    expect(await readCheckpoint(fileStore(store.olderName))).toBe(2);
    expect(existsSync(`${store.name}.part`)).toBe(false);
  });

  it("name the older one where the newest is damaged, and never write over it while it is the only whole one", async () => {
    const store = fileStore(newPath());
    for (const value of [1, 2]) await checkpointWriter(store).write(value);
    writeFileSync(store.name, readFileSync(store.name, "utf8").slice(0, -3));
    await expect(readCheckpoint(store)).rejects.toThrow(CheckpointError);
    await expect(readCheckpoint(store)).rejects.toThrow(`resume: ${JSON.stringify(store.olderName)}`);
    expect(await readCheckpoint(fileStore(store.olderName))).toBe(1);
    await checkpointWriter(store).write(3);
    expect(await readCheckpoint(store)).toBe(3);
    expect(await readCheckpoint(fileStore(store.olderName))).toBe(1);
  });

  it("stay as they are where nothing can be written", async () => {
    const store = fileStore(newPath());
    await checkpointWriter(store).write(1);
    mkdirSync(`${store.name}.part`);
    await expect(checkpointWriter(store).write(2)).rejects.toThrow(CheckpointError);
    expect(await readCheckpoint(store)).toBe(1);
    await expect(checkpointWriter(fileStore(join(folder, "no", "folder"))).write(1)).rejects.toThrow(/ENOENT/);
  });
});

describe("a fit that is saved", () => {
  const optimizers = [
    [lbfgs({ memory: 4, maxIterations: 60 }), {}],
    [lbfgs({ memory: 4, maxIterations: 60, metric: sobolev({ length: 0.1 }) }), {}],
    [adam({ learningRate: 0.03 }), { steps: 60 }],
  ] as const;

  it.each(optimizers.map(([optimizer, options], i) => [`${optimizer.name} ${i}`, optimizer, options] as const))(
    "goes on from any step to the same bits: %s",
    async (_, optimizer, options) => {
      const whole = bitsOf(await minimize(valley, start, optimizer, options));
      for (const stop of [0, 1, 7, 40]) {
        const save = { to: newPath(), every: 1 };
        const part = await minimize(valley, start, optimizer, {
          ...options,
          save,
          onStep: ({ step }) => step < stop,
        });
        expect(part.iterations).toBe(stop);
        const seen: number[] = [];
        const rest = await minimize(valley, start, optimizer, {
          ...options,
          save,
          resume: true,
          onStep: ({ step }) => void seen.push(step),
        });
        expect(seen[0]).toBe(stop + 1);
        expect(bitsOf(rest)).toBe(whole);
      }
    },
  );

  it("starts where there is no checkpoint yet, and ends at once where it had ended", async () => {
    const save = newPath();
    const options = { save, resume: true };
    const first = await minimize(valley, start, lbfgs(), options);
    const again = await minimize(valley, start, lbfgs(), options);
    expect(bitsOf(again)).toBe(bitsOf(first));
    await expect(minimize(valley, start, lbfgs(), { resume: newPath() })).rejects.toThrow(CheckpointError);
  });

  it("is not gone on with by another fit", async () => {
    const save = newPath();
    await minimize(valley, start, lbfgs({ maxIterations: 2 }), { save });
    await expect(minimize(valley, np.zeros(3), lbfgs(), { save, resume: true })).rejects.toThrow(ArgumentError);
    await expect(minimize(valley, start, adam({ learningRate: 1 }), { save, resume: true, steps: 2 })).rejects.toThrow(
      /belongs to another fit.*optimizer: adam.*lbfgs/,
    );
  });

  it("ends with an error on a full disk, which carries the result so far, and keeps the checkpoint before", async () => {
    const store = memoryStore();
    const run = minimize(valley, start, lbfgs(), {
      save: { to: store, every: 1 },
      onStep: ({ step }) => void (store.full = step >= 5),
    });
    const error = await run.then(
      () => null,
      (reason: unknown) => reason as CheckpointError,
    );
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error?.message).toMatch(/ENOSPC.*make room/);
    expect((error?.data["result"] as FitResult<Tensor>).iterations).toBe(5);
    store.full = false;
    const rest = await minimize(valley, start, lbfgs(), { save: store, resume: true });
    expect(bitsOf(rest)).toBe(bitsOf(await minimize(valley, start, lbfgs())));
  });

  it("is saved when it is aborted", async () => {
    const store = memoryStore();
    const controller = new AbortController();
    await minimize(valley, start, lbfgs(), {
      save: { to: store, every: 1000 },
      signal: controller.signal,
      onStep: ({ step }) => void (step === 9 && controller.abort()),
    });
    const rest = await minimize(valley, start, lbfgs(), { save: store, resume: true });
    expect(bitsOf(rest)).toBe(bitsOf(await minimize(valley, start, lbfgs())));
  });
});
