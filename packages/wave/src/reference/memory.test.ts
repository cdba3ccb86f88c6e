import { describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const packageFolder = fileURLToPath(new URL("../..", import.meta.url));

// A process of its own for each length, on the built packages: what a test runner allocates would hide what a run does.
const program = `
import { grad, l2, np } from "@simgrad/core";
import { acousticWave1d } from "@simgrad/wave";
const wave = acousticWave1d({ cells: 1000, dt: 5e-4, steps: Number(process.argv.at(-1)) });
const gradient = grad((speed) => l2(np.zeros(1000))(wave.simulate({ speed }).final))(np.linspace(0.85, 1, 1000));
if (!(np.norm(gradient).item() > 1)) throw new Error("the gradient is wrong");
console.log(process.resourceUsage().maxRSS);
`;

/** Peak of resident memory, MB. */
function peak(steps: number): number {
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program, "--", String(steps)], {
    cwd: packageFolder,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return Number(output) / 1024;
}

describe("memory of a gradient that steps back", () => {
  it("does not grow with the steps: 5000 and 500,000 peak within 10 MB", () => {
    // Made by npm run build, which npm test runs first.
    expect(existsSync(`${packageFolder}/dist/index.js`)).toBe(true);
    expect(Math.abs(peak(500_000) - peak(5_000))).toBeLessThan(10);
  }, 120_000);
});
