import { describe, expect, it } from "@jest/globals";
import { createWaits } from "./waits.js";

describe("waits", () => {
  it("settle as what is awaited does", async () => {
    const waits = createWaits();
    expect(await waits.through(Promise.resolve(3), "1:0:0")).toBe(3);
    expect(waits.through(4, "1:0:0")).toBe(4);
    await expect(waits.through(Promise.reject(new Error("no")), "1:0:0")).rejects.toThrow("no");
  });

  it("end where they stand, and finally blocks run", async () => {
    const waits = createWaits();
    const steps: string[] = [];
    const run = (async () => {
      try {
        await waits.through(new Promise(() => {}), "1:0:0");
      } finally {
        steps.push("finally");
      }
    })();
    waits.end();
    await expect(run).rejects.toThrow("the cell was stopped");
    expect(steps).toEqual(["finally"]);
  });

  it("note the places that an error came through, the innermost first", async () => {
    const waits = createWaits();
    const error = new Error("deep");
    const inner = async (): Promise<void> => {
      await waits.through(Promise.reject(error), "2:5:1");
    };
    await expect(waits.through(inner(), "3:0:0")).rejects.toBe(error);
    expect(waits.placesOf(error)).toEqual(["2:5:1", "3:0:0"]);
  });

  it("close an iterator that is left early, and not one that is done", async () => {
    const waits = createWaits();
    const log: string[] = [];
    const counted = (length: number): AsyncIterable<number> => ({
      [Symbol.asyncIterator]: () => {
        let at = 0;
        return {
          next: () => Promise.resolve(at < length ? { done: false, value: at++ } : { done: true, value: undefined }),
          return: () => {
            log.push(`closed ${length}`);
            return Promise.resolve({ done: true, value: undefined });
          },
        };
      },
    });
    const seen: unknown[] = [];
    for await (const value of waits.each(counted(2), "1:0:0")) seen.push(value);
    for await (const value of waits.each(counted(5), "1:0:0")) {
      seen.push(value);
      break;
    }
    expect(seen).toEqual([0, 1, 0]);
    expect(log).toEqual(["closed 5"]);
  });
});
