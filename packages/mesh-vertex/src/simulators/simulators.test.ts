import { describe, expect, it } from "@jest/globals";
import { np, statusOf, type Tensor } from "@simgrad/core";
import { edgeLengthAndArea } from "../energies/edgeLengthAndArea.js";
import { lineTension } from "../energies/lineTension.js";
import { sumOfEnergies, weightedEnergy } from "../energies/energy.js";
import { edgeLengths } from "../geometry/lengths.js";
import type { GeometricMesh } from "../mesh/geometricMesh.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { disk } from "../shapes/disk.js";
import { fire } from "./fire.js";
import { gradientDescent } from "./gradientDescent.js";
import { overdamped } from "./overdamped.js";

const { topology, geometry } = disk(3);
const energy = edgeLengthAndArea();
const at = (restLength: number): { readonly restLength: Tensor } => ({ restLength: np.array(restLength) });
const start = { geometry, topology, energy: at(0.4) };

describe("simulators of meshes", () => {
  it("find the minimum of one energy, FIRE much sooner than plain descent", () => {
    const plain = gradientDescent({ energy, stepSize: 0.02, steps: 2000 }).run(start);
    const fast = fire({ energy, dt: 0.05, steps: 400 }).run(start);
    expect(fast.final.energy.item()).toBeLessThan(1e-20);
    expect(plain.final.energy.item()).toBeGreaterThan(1e-12);
    expect(plain.records.data.every((value, i) => i === 0 || value <= (plain.records.data[i - 1] as number))).toBe(
      true,
    );
  });

  it("move without noise as plain descent does, and with it by as much as the temperature says", () => {
    const cold = overdamped({ energy, dt: 0.01, steps: 50 }).run(start);
    const plain = gradientDescent({ energy, stepSize: 0.01, steps: 50 }).run(start);
    expect(cold.final.positions.toArray()).toEqual(plain.final.positions.toArray());

    // Without forces, the mean square of a coordinate grows by 2 mobility temperature per time.
    const none = weightedEnergy(0, energy);
    const options = { energy: none, dt: 0.1, steps: 400, mobility: 2, temperature: 0.25 };
    const free = overdamped({ ...options, seed: 7 }).run(start);
    const moved = free.final.positions.sub(geometry.positions).square().mean().item();
    expect(Math.abs(moved / (2 * 2 * 0.25 * 40) - 1)).toBeLessThan(0.3);
    expect(
      overdamped({ ...options, seed: 7 })
        .run(start)
        .final.positions.toArray(),
    ).toEqual(free.final.positions.toArray());
    expect(
      overdamped({ ...options, seed: 8 })
        .run(start)
        .final.positions.toArray(),
    ).not.toEqual(free.final.positions.toArray());
  });

  it("take sums of energies, with the parameters of all, and functions of the user", () => {
    const both = sumOfEnergies(energy, weightedEnergy(-2, lineTension()));
    const params = { restLength: np.array(0.4), tension: np.array(0.1) };
    const expected = energy(geometry, topology, params).item() - 2 * lineTension()(geometry, topology, params).item();
    expect(both(geometry, topology, params).item()).toBeCloseTo(expected, 14);
    const { records } = gradientDescent({ energy: both, stepSize: 0.01, steps: 3 }).run({
      geometry,
      topology,
      energy: params,
    });
    expect(records.data[0]).toBeCloseTo(expected, 14);
    const own = (mesh: GeometricMesh, half: HalfEdgeMesh, { k }: { readonly k: Tensor }): Tensor =>
      edgeLengths(mesh.positions, half).square().sum().mul(k);
    const run = gradientDescent({ energy: own, stepSize: 0.01, steps: 3 }).run({
      geometry,
      topology,
      energy: { k: np.array(1) },
    });
    expect(run.records.at(2).get().item()).toBeLessThan(run.records.at(0).get().item());
  });

  it("run in float32", () => {
    const single = geometry.with({ positions: geometry.positions.astype("float32") });
    const params = { restLength: np.array(0.4, "float32") };
    for (const make of [fire, overdamped, gradientDescent]) {
      const { final } = make({ energy, dt: 0.01, stepSize: 0.01, temperature: 1e-4, steps: 20 }).run({
        topology,
        geometry: single,
        energy: params,
      });
      expect(final.positions.dtype).toBe("float32");
    }
  });

  it("say by status where a run has left all bounds", () => {
    const { status } = gradientDescent({ energy, stepSize: 100, steps: 1000 }).run(start);
    expect(statusOf(status).name).toBe("nonFinite");
  });

  it("refuse what is no mesh, no energy, and options out of range", () => {
    const run = gradientDescent({ energy, stepSize: 0.01, steps: 3 }).run as (params: unknown) => unknown;
    expect(() => run({ geometry: topology, topology, energy: at(1) })).toThrow("params.geometry");
    expect(() => run({ geometry, topology: geometry, energy: at(1) })).toThrow("params.topology");
    expect(() => run({ geometry, topology })).toThrow("params.energy");
    expect(() => run({ geometry, topology, energy: at(-1) })).toThrow("params.energy.restLength = -1");
    expect(() => run({ geometry: disk(2).geometry, topology, energy: at(1) })).toThrow("[37, ...]");
    expect(() => gradientDescent({ stepSize: 1, steps: 1 } as never)).toThrow("no energy");
    expect(() => gradientDescent({ energy, stepSize: 0, steps: 1 })).toThrow("stepSize: 0");
    expect(() => overdamped({ energy, dt: 1, steps: 1, temperature: -1 })).toThrow("temperature: -1");
    expect(() => fire({ energy, steps: 1, dt: NaN })).toThrow("dt: NaN");
  });
});
