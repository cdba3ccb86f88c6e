import assert from "node:assert/strict";
import { test } from "node:test";
import { grad, np, rollout, runner, type Tensor } from "@simgrad/core";
import { heatRod } from "./heatRod.js";

const start = 300;
const params = { diffusivity: 0.1, leftEnd: 400 };

/** How far the temperatures after some time are from the straight line between the two ends, in K. */
function offTheLine(cells: number, time: number): number[] {
  const rod = heatRod({ cells, dt: 1e-3, start });
  const { final } = runner(rod, rollout(rod, { steps: Math.round(time / rod.dt) }))(params);
  return Array.from(final.data, (value, i) => {
    const x = rod.x.data[i] ?? NaN;
    return value - (params.leftEnd + (start - params.leftEnd) * x);
  });
}

test("a rod comes to rest on the straight line between its ends", () => {
  const off = offTheLine(9, 40);
  assert.equal(off.length, 9);
  for (const difference of off) assert.ok(Math.abs(difference) < 1e-9, `${difference} K`);
});

test("it gets there as the slowest wave decays: exp(-a (pi / length)^2 t)", () => {
  const rateOf = (cells: number): number => {
    const middle = (cells - 1) / 2;
    const [early, late] = [1.5, 2.5].map((time) => offTheLine(cells, time)[middle] ?? NaN) as [number, number];
    return Math.log(early / late);
  };
  const exact = params.diffusivity * Math.PI ** 2;
  const [coarse, fine] = [rateOf(9), rateOf(19)].map((rate) => rate / exact - 1) as [number, number];
  assert.ok(Math.abs(fine) < 2e-3, `the rate is off by ${fine}`);
  // The differences are of second order in the width of a cell.
  assert.ok(Math.abs(fine) < Math.abs(coarse) / 3, `${coarse} with 9 cells, ${fine} with 19`);
});

test("what cannot be run is refused by name", () => {
  assert.throws(() => heatRod({ cells: 0, dt: 1e-3 }), /cells: 0/);
  assert.throws(() => heatRod({ cells: 9, dt: -1 }), /dt: -1/);
  assert.throws(() => heatRod({ cells: 9, dt: 1e-3, length: Infinity }), /length: Infinity/);
});

test("a diffusivity that is unstable is refused also where it is found only in the run", () => {
  const rod = heatRod({ cells: 9, dt: 1e-3, start });
  const warmth = (diffusivity: Tensor): Tensor =>
    rollout(rod, { steps: 4 })({ diffusivity, leftEnd: np.array(400) }).final.sum();
  assert.throws(() => grad(warmth)(2 * rod.maxDiffusivity), /params\.diffusivity is out of range.*at most/);
  assert.ok(grad(warmth)(rod.maxDiffusivity).item() > 0);
});
