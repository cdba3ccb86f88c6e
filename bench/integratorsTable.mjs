/**
 * Prints the tables of docs/integrators.md: how fast the methods converge, and what stiff problems cost. `node bench/integratorsTable.mjs`, after
 * `npm run build`.
 */

import {
  dormandPrince5,
  euler,
  heun,
  integrate,
  jit,
  np,
  rk4,
  rodas5p,
  statusOf,
  tsit5,
  velocityVerlet,
} from "@simgrad/core";
import { stiffProblems } from "../packages/core/dist/testing/stiffProblems.js";

const frequency = 2;
const end = 3;
const start = { position: 1, velocity: 0 };

/** x'' = -4 x + cos t. */
const driven = (t, { position, velocity }, w) => ({
  position: velocity,
  velocity: np.cos(t).sub(position.mul(np.square(w))),
});
const exact = (t) => (1 - 1 / (frequency ** 2 - 1)) * Math.cos(frequency * t) + Math.cos(t) / (frequency ** 2 - 1);
const missOf = (options) =>
  Math.abs(integrate(driven, start, { times: [0, end], ...options }, frequency).final.position.item() - exact(end));

/** The method with steps of one size: loose tolerances, and a factor next to 1. */
const held = (method) => ({ ...method, controller: { ...method.controller, minFactor: 1 - 1e-12, maxFactor: 1 } });

const row = (name, order, misses) => {
  const last = Math.log2(misses.at(-2) / misses.at(-1));
  console.log(
    `| ${name} | ${order} | ${misses.map((miss) => miss.toExponential(1)).join(" | ")} | ${last.toFixed(2)} |`,
  );
};

console.log("| method | order | n steps | 2 n | 4 n | 8 n | last rate |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const method of [euler(), heun(), velocityVerlet(), rk4()]) {
  row(
    method.name,
    method.order,
    [40, 80, 160, 320].map((substeps) => missOf({ method, substeps })),
  );
}
for (const method of [tsit5(), dormandPrince5(), rodas5p()]) {
  const misses = [20, 40, 80, 160].map((n) => missOf({ method: held(method), rtol: 1e3, firstStep: end / n }));
  row(method.name, 5, misses);
}

console.log("\n| problem | rtol | steps | relative error at the end | over rtol |");
console.log("| --- | ---: | ---: | ---: | ---: |");
for (const problem of stiffProblems) {
  for (const rtol of [1e-4, 1e-7, 1e-10]) {
    const options = { times: [0, problem.end], method: rodas5p(), rtol, atol: rtol * problem.atol };
    const solve = jit((y0, params) => integrate(problem.rhs, y0, options, params));
    const { final, status, accepted } = solve(np.array(problem.start), np.array(problem.params));
    const miss = Math.max(...problem.final.map((value, i) => Math.abs(final.data[i] / value - 1)));
    const steps = statusOf(status).name === "ok" ? accepted.item() : statusOf(status).name;
    console.log(
      `| ${problem.name} | ${rtol.toExponential(0)} | ${steps} | ${miss.toExponential(1)} | ${(miss / rtol).toFixed(2)} |`,
    );
  }
}
