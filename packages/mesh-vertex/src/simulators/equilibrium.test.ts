import { describe, expect, it } from "@jest/globals";
import {
  ArgumentError,
  cg,
  grad,
  jit,
  np,
  NumericalError,
  random,
  valueAndGrad,
  vmap,
  type Tensor,
} from "@simgrad/core";
import { edgeLengthAndArea } from "../energies/edgeLengthAndArea.js";
import { sumOfEnergies } from "../energies/energy.js";
import { lineTension } from "../energies/lineTension.js";
import { faceAreas, totalArea } from "../geometry/areas.js";
import { edgeLengths } from "../geometry/lengths.js";
import { disk } from "../shapes/disk.js";
import { equilibrium } from "./equilibrium.js";
import { gradientDescent } from "./gradientDescent.js";

const { geometry: regular, topology } = disk(2);
const noise = random.normal(random.key(5), regular.positions.shape).mul(0.05);
const geometry = regular.with({ positions: regular.positions.add(noise) });
const energy = edgeLengthAndArea();
/** Does not change with the motion of the whole mesh. */
const spread = (positions: Tensor): Tensor => faceAreas(positions, topology).square().sum();

describe("equilibrium", () => {
  it("has the derivative of a long descent, without its steps", () => {
    const relaxed = equilibrium(energy);
    const [value, slope] = jit(
      valueAndGrad((restLength: Tensor) => spread(relaxed(geometry, topology, { restLength }).geometry.positions)),
    )(0.4);
    const descent = gradientDescent({ energy, stepSize: 0.05, steps: 20_000 });
    const [far, farSlope] = jit(
      valueAndGrad((restLength: Tensor) =>
        spread(descent.simulate({ geometry, topology, energy: { restLength } }).state.geometry.positions),
      ),
    )(0.4);
    expect(value.item() / far.item()).toBeCloseTo(1, 9);
    expect(Math.abs(slope.item() / farSlope.item() - 1)).toBeLessThan(1e-6);
  });

  it("comes with its certificate, and in the place of the start", () => {
    const {
      residual,
      smallestEigenvalue,
      converged,
      geometry: end,
    } = equilibrium(energy)(geometry, topology, {
      restLength: np.array(0.4),
    });
    expect(residual.item()).toBeLessThan(1e-9);
    expect(smallestEigenvalue.item()).toBeGreaterThan(1e-3);
    expect(converged.item()).toBe(1);
    const shift = end.positions.sub(geometry.positions).mean({ axis: 0 });
    expect(np.abs(shift).max().item()).toBeLessThan(1e-10);
  });

  it("refuses what is free to move as a whole, and what has not arrived", () => {
    const params = { restLength: np.array(0.4) };
    expect(() => equilibrium(energy, { modes: "none" })(geometry, topology, params)).toThrow(NumericalError);
    expect(() => equilibrium(energy, { maxIterations: 1 })(geometry, topology, params)).toThrow("tolerance");
    const unchecked = equilibrium(energy, { modes: "none", check: false })(geometry, topology, params);
    expect(unchecked.converged.item()).toBe(0);
    expect(() => equilibrium(energy, { fixed: [99] })(geometry, topology, params)).toThrow(ArgumentError);
  });

  it("leaves fixed vertices where they are, and is differentiable in that", () => {
    const rim = Array.from(topology.isBoundaryVertex.data).flatMap((on, vertex) => (on ? [vertex] : []));
    const tension = { tension: np.array(1) };
    const film = sumOfEnergies(lineTension(), edgeLengthAndArea());
    const relaxed = equilibrium(film, { fixed: rim });
    const lengthOf = (positions: Tensor): Tensor => {
      const { geometry: end } = relaxed(geometry.with({ positions }), topology, {
        ...tension,
        restLength: np.array(0.5),
      });
      return edgeLengths(end.positions, topology).square().sum();
    };
    const slope = grad(lengthOf)(geometry.positions);
    const inner = topology.isBoundaryVertex.logicalNot().expandDims(1);
    expect(
      np
        .abs(np.where(inner, slope, 0))
        .max()
        .item(),
    ).toBe(0);
    const vertex = rim[3] as number;
    const h = 1e-5;
    const at = (by: number): number => lengthOf(geometry.positions.at(vertex, 0).add(by)).item();
    expect(slope.at(vertex, 0).get().item()).toBeCloseTo((at(h) - at(-h)) / (2 * h), 6);
  });

  it("goes by a descent and by products alone where it is told to", () => {
    const descent = gradientDescent({ energy, stepSize: 0.05, steps: 20_000 });
    const relaxed = equilibrium(energy, {
      descend: (params) => descent.simulate(params).state.geometry,
      linearSolver: (product, b) => cg(product, b, { rtol: 1e-12 }).x,
    });
    const ofLength = (restLength: Tensor): Tensor =>
      spread(relaxed(geometry, topology, { restLength }).geometry.positions);
    const direct = equilibrium(energy);
    const wanted = grad((restLength: Tensor) => spread(direct(geometry, topology, { restLength }).geometry.positions));
    expect(jit(grad(ofLength))(0.4).item() / wanted(0.4).item()).toBeCloseTo(1, 8);
    expect(() => equilibrium(energy, { linearSolver: (_, b) => b })).toThrow(ArgumentError);
  });

  it("maps over parameters", () => {
    const relaxed = equilibrium(energy);
    const of = (restLength: Tensor): Tensor =>
      totalArea(relaxed(geometry, topology, { restLength }).geometry.positions, topology);
    const both = vmap(of)(np.array([0.4, 0.45]));
    expect(both.at(1).get().item()).toBeCloseTo(of(np.array(0.45)).item(), 12);
  });
});
