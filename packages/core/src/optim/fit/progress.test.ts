import { describe, expect, it } from "@jest/globals";
import { progressLine, terminalProgress } from "./progress.js";

const facts = { step: 30, steps: 60, loss: 0.00012345678, best: 1e-5, evaluations: 41, seconds: 1.26 };

describe("progress of a fit", () => {
  it("is a line with a bar where the number of steps is known", () => {
    expect(progressLine(facts)).toBe(
      "[##########..........] step 30 of 60  loss 1.2346e-4  best 1.0000e-5  41 evaluations  1.3 s",
    );
    expect(progressLine({ ...facts, steps: Infinity, loss: 12.5, best: 0 })).toBe(
      "step 30  loss 12.5  best 0  41 evaluations  1.3 s",
    );
  });

  it("is written over itself, within the width of the terminal, and left standing at the end", () => {
    const written: string[] = [];
    const progress = terminalProgress({ columns: 40, write: (text) => written.push(text) });
    progress.show(facts);
    progress.show(facts);
    progress.end(facts);
    expect(written).toHaveLength(2);
    expect(written[0]).toMatch(/^\r.{39}$/);
    expect(written[1]).toMatch(/^\r.{39}\n$/);
  });
});
