import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import ts from "typescript";
import { seededRandom } from "../../testing/random.js";

/** How often each fit is killed; SIMGRAD_KILLS asks for more. */
const kills = Number(process.env["SIMGRAD_KILLS"] ?? 1);

const folder = mkdtempSync(join(tmpdir(), "simgrad-resume-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The sources as JavaScript, for processes that can be killed. */
beforeAll(() => {
  const source = "packages/core/src";
  for (const name of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts") || name.startsWith("testing")) continue;
    const { outputText } = ts.transpileModule(readFileSync(join(source, name), "utf8"), {
      compilerOptions: { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 },
    });
    const file = join(folder, name.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, outputText);
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "child.js"), child);
}, 60_000);

/** A fit that says each step, and at last its bits. */
const child = `
import { writeSync } from "node:fs";
import { np } from "./trace/np.js";
import { adam } from "./optim/adam.js";
import { lbfgs } from "./optim/solvers/lbfgs.js";
import { cmaEs } from "./optim/solvers/cmaEs.js";
import { minimize } from "./optim/fit/fit.js";
import { encode } from "./optim/fit/checkpoint/codec.js";
const [name, path] = process.argv.slice(2);
const valley = (x) => {
  const [head, tail] = [x.slice([0, x.size - 1]), x.slice([1, x.size])];
  return tail.sub(head.square()).square().mul(100).add(np.square(np.sub(1, head))).sum();
};
const optimizers = {
  lbfgs: [lbfgs({ memory: 6, maxIterations: 60 }), {}],
  adam: [adam({ learningRate: 0.02 }), { steps: 60 }],
  cmaEs: [cmaEs({ maxIterations: 60 }), {}],
};
const [optimizer, options] = optimizers[name];
const saving = path === undefined ? {} : { save: { to: path, every: 1 }, resume: true };
const result = await minimize(valley, np.linspace(-1, 1, name === "cmaEs" ? 8 : 60), optimizer, {
  ...options,
  ...saving,
  onStep: ({ step }) => void writeSync(1, step + "\\n"),
});
const { params, losses, iterations, evaluations, reason } = result;
writeSync(1, "bits " + JSON.stringify(encode([params, losses, iterations, evaluations, reason])) + "\\n");
`;

/** Runs the child; kills it some ms after a step, if asked. @returns what it said last of its bits, and its steps */
async function run(
  args: readonly string[],
  kill?: { readonly step: number; readonly ms: number },
): Promise<{ bits: string | null; steps: number[] }> {
  const process_ = spawn(process.execPath, [join(folder, "child.js"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const steps: number[] = [];
  let bits: string | null = null;
  const ended = new Promise((resolve) => process_.once("close", resolve));
  for await (const line of createInterface({ input: process_.stdout })) {
    if (line.startsWith("bits ")) bits = line;
    else steps.push(Number(line));
    if (kill !== undefined && Number(line) === kill.step) setTimeout(() => process_.kill("SIGKILL"), kill.ms);
  }
  await ended;
  return { bits, steps };
}

describe("a fit that is killed", () => {
  it.each(["lbfgs", "adam", "cmaEs"])(
    "and resumed ends with the same bits: %s",
    async (name) => {
      const random = seededRandom(7);
      const whole = await run([name]);
      expect(whole.bits).not.toBeNull();
      for (let k = 0; k < kills; k++) {
        const path = join(folder, `${name}-${k}.checkpoint`);
        const broken = await run([name, path], { step: random.integer(1, 50), ms: random.integer(0, 4) });
        const resumed = await run([name, path]);
        expect(resumed.bits).toBe(whole.bits);
        // It did not start over: at most the step that was being made, or saved, is made again.
        if (broken.bits === null) expect(resumed.steps[0]).toBeGreaterThanOrEqual((broken.steps.at(-1) as number) - 1);
      }
    },
    120_000 + kills * 10_000,
  );
});
