import { describe, expect, it } from "@jest/globals";
import type { Bundle, Host } from "../host/host.js";
import { tslabHost } from "../host/tslab.js";
import { fitProgress } from "./fitProgress.js";

const report = { step: 1, steps: 4, loss: 0.5, best: 0.25, evaluations: 3, seconds: 1.25 };

function recorder(): { readonly host: Host; readonly shown: Bundle[] } {
  const shown: Bundle[] = [];
  return { shown, host: { name: "test", display: () => undefined, replaceable: () => (bundle) => shown.push(bundle) } };
}

describe("fitProgress", () => {
  it("shows a bar with the steps, the loss and the work done", () => {
    const { host, shown } = recorder();
    fitProgress({ host })(report);
    expect(shown).toEqual([
      {
        "text/html":
          '<div style="font-family: monospace"><progress value="1" max="4" style="width: 16em"></progress> ' +
          "step 1 of 4, loss 0.500000, best 0.250000, 3 evaluations, 1.3 s</div>",
        "text/plain": "step 1 of 4, loss 0.500000, best 0.250000, 3 evaluations, 1.3 s",
      },
    ]);
  });

  it("shows no bar where the number of steps is not known", () => {
    const { host, shown } = recorder();
    fitProgress({ host })({ ...report, steps: Infinity });
    expect(shown[0]?.["text/html"]).not.toContain("<progress");
  });

  it("does not draw more often than asked, and still shows the last report", async () => {
    const { host, shown } = recorder();
    const onStep = fitProgress({ host, every: 20 });
    for (let step = 1; step <= 3; step++) onStep({ ...report, step });
    expect(shown).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(shown.map((bundle) => bundle["text/plain"].slice(0, 11))).toEqual(["step 1 of 4", "step 3 of 4"]);
    onStep({ ...report, step: 4 });
    expect(shown.at(-1)?.["text/plain"]).toMatch(/^step 4 of 4/);
  });

  it("replaces one output of stock tslab", () => {
    const calls: string[] = [];
    const display = (name: string) => ({ raw: (type: string) => void calls.push(`${name} ${type}`) });
    const host = tslabHost({ display: display("appended"), newDisplay: () => display("replaced") });
    const onStep = fitProgress({ host, every: 0 });
    onStep(report);
    onStep({ ...report, step: 2 });
    expect(calls).toEqual(["replaced text/html", "replaced text/html"]);
  });

  it("shows nothing where outputs only grow", () => {
    const lines: unknown[] = [];
    fitProgress({ host: { name: "test", display: (bundle) => lines.push(bundle) } })(report);
    expect(lines).toEqual([]);
  });
});
