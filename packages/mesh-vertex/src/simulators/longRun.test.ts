import { describe, expect, it } from "@jest/globals";
import { AbortedError, np } from "@simgrad/core";
import { areaPerimeter } from "../energies/areaPerimeter.js";
import { edgeLengthAndArea } from "../energies/edgeLengthAndArea.js";
import { disk, hexagon } from "../shapes/disk.js";
import { gradientDescent } from "./gradientDescent.js";
import { selfPropelledVoronoi } from "./selfPropelledVoronoi.js";

// As many vertices as the seed's mesh, or about.
const mesh = disk(6);
const params = { ...mesh, energy: { restLength: np.array(0.2) } };

describe("a run of 20,000 steps", () => {
  it("shows how far it is, and ends where the run without a pause does", async () => {
    const descent = gradientDescent({ energy: edgeLengthAndArea(), stepSize: 0.01, steps: 20_000 });
    const shown: number[] = [];
    const { state } = await descent.run.async(params, { onProgress: (done) => shown.push(done) });
    expect(shown.length).toBeGreaterThan(2);
    expect(shown.every((done, i) => done >= (shown[i - 1] ?? 0) && done <= 1)).toBe(true);
    expect(shown.at(-1)).toBe(1);
    const straight = descent.run(params).state;
    expect(Array.from(state.geometry.positions.data)).toEqual(Array.from(straight.geometry.positions.data));
  });

  it("ends early when it is aborted, also one that flips edges, and can be run again", async () => {
    const cells = hexagon(5);
    const tissue = selfPropelledVoronoi({ energy: areaPerimeter(), dt: 0.01, steps: 20_000 });
    const of = {
      ...cells,
      energy: { restArea: np.array(0.035), restPerimeter: np.array(0.7) },
      motility: { speed: np.array(0.002), rotationalDiffusion: np.array(1) },
    };
    const controller = new AbortController();
    const shown: number[] = [];
    const run = tissue.run.async(of, {
      signal: controller.signal,
      onProgress(done) {
        shown.push(done);
        if (shown.length === 2) controller.abort();
      },
    });
    await expect(run).rejects.toThrow(AbortedError);
    expect(shown.length).toBe(2);
    expect(shown[1]).toBeLessThan(1);
    const again = await tissue.run.async(of, { signal: new AbortController().signal });
    expect(again.status.item()).toBe(0);
  });
});
