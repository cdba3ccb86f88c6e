import { describe, expect, it } from "@jest/globals";
import { ArgumentError, np, type Tensor } from "@simgrad/core";
import { areaConstraint } from "../energies/areaConstraint.js";
import { sumOfEnergies } from "../energies/energy.js";
import { helfrich } from "../energies/helfrich.js";
import { volumeConstraint } from "../energies/volumeConstraint.js";
import { totalArea } from "../geometry/areas.js";
import { enclosedVolume } from "../geometry/volume.js";
import { icosphere } from "../shapes/icosphere.js";
import { augmentedLagrangian } from "./augmentedLagrangian.js";
import { fire } from "./fire.js";

describe("augmentedLagrangian", () => {
  const { geometry, topology } = icosphere(1);
  const area = totalArea(geometry.positions, topology).item();
  const volume = 0.9 * enclosedVolume(geometry.positions, topology).item();
  const stretch = np.array([0.9, 0.9, 1.2]);
  const start = geometry.with({ positions: geometry.positions.mul(stretch) });
  const constraints = [areaConstraint(), volumeConstraint()];
  const energy = sumOfEnergies(helfrich(), areaConstraint(), volumeConstraint());
  const params = {
    bendingModulus: np.array(0.25),
    totalArea: np.array(area),
    areaModulus: np.array(30),
    totalVolume: np.array(volume),
    volumeModulus: np.array(60),
  };

  it("finds the tension and the pressure of a vesicle of given area and volume", () => {
    const descent = fire({ energy, dt: 5e-3, maxDt: 5e-2, steps: 4000 });
    const minimize = augmentedLagrangian({ descent, constraints: constraints, rounds: 6, tolerance: 1e-5 });
    const found = minimize({ geometry: start, topology, energy: params });
    expect(found.converged).toBe(true);
    const { positions } = found.geometry;
    expect(totalArea(positions, topology).item() / area).toBeCloseTo(1, 5);
    expect(enclosedVolume(positions, topology).item() / volume).toBeCloseTo(1, 5);
    // The bending energy does not change with size: so tension and pressure must balance in a growth of all lengths.
    const { surfaceTension, pressure } = found.energy as {
      readonly surfaceTension?: Tensor;
      readonly pressure?: Tensor;
    };
    const [tension, inside] = [surfaceTension?.item() ?? NaN, pressure?.item() ?? NaN];
    expect((2 * tension * area) / (3 * inside * volume)).toBeCloseTo(1, 2);
  });

  it("refuses options that make no sense, and descents that end nowhere", () => {
    const wild = fire({ energy, dt: 1e6, steps: 20 });
    expect(() => augmentedLagrangian({ descent: wild, constraints: constraints, rounds: 0 })).toThrow(ArgumentError);
    const minimize = augmentedLagrangian({ descent: wild, constraints: constraints });
    expect(() => minimize({ geometry: start, topology, energy: params })).toThrow("not finite");
  });
});
