import { describe, expect, it } from "@jest/globals";
import { ArgumentError, grad, np, random, ShapeError, vmap, type Tensor } from "@simgrad/core";
import { checkGrads } from "@simgrad/core/testing";
import { faceAreas, orientedAreas } from "../geometry/areas.js";
import { cellAreas, cellPerimeters } from "../geometry/cells.js";
import { edgeMidpoints, faceCentroids } from "../geometry/centroids.js";
import { angleSums, cornerAngles } from "../geometry/cornerAngles.js";
import { oppositeCotangents } from "../geometry/cotangents.js";
import { edgeLengths } from "../geometry/lengths.js";
import { barycentricAreas, mixedAreas } from "../geometry/vertexAreas.js";
import {
  circumcenters,
  dualLengths,
  voronoiAreas,
  voronoiCornerAreas,
  voronoiPerimeters,
} from "../geometry/voronoi.js";
import { flatTorus } from "../shapes/torus.js";
import { periodicDisplacement, shearedDisplacement, wrapPositions } from "./periodicDisplacement.js";

const box = [3, 2];
const shear = 0.3;
const largest = (x: Tensor): number => np.max(np.abs(x)).item();

describe("a displacement", () => {
  it("leads to the nearest image", () => {
    const across = periodicDisplacement(box);
    const got = across(np.array([[0.1, 0.1], [2.9, 1], [1, 1]]), np.array([[2.9, 1.9], [0.1, 1], [2, 1.5]])); // prettier-ignore
    expect(largest(got.sub(np.array([[-0.2, -0.2], [0.2, 0], [1, 0.5]])))).toBeLessThan(1e-15); // prettier-ignore
    const inSpace = periodicDisplacement([1, 2, 3])(np.zeros([1, 3]), np.array([[0.9, 1.9, 2.9]]));
    expect(inSpace.toArray()).toEqual([[0.9 - 1, 1.9 - 2, 2.9 - 3]]);
  });

  it("shifts the images above a sheared box", () => {
    const across = shearedDisplacement({ box, shear });
    // The image of (0.8, 0.1) above is (0.8 + 0.6, 2.1).
    const got = across(np.array([[1.3, 1.9]]), np.array([[0.8, 0.1]]));
    expect(largest(got.sub(np.array([[0.1, 0.2]])))).toBeLessThan(1e-15);
    const back = across(np.array([[0.8, 0.1]]), np.array([[1.3, 1.9]]));
    expect(largest(back.add(got))).toBeLessThan(1e-15);
    const none = shearedDisplacement({ box })(np.array([[0.1, 0.1]]), np.array([[2.9, 1.9]]));
    expect(none.toArray()).toEqual(periodicDisplacement(box)(np.array([[0.1, 0.1]]), np.array([[2.9, 1.9]])).toArray());
  });

  it("does not change with the image of a point, in or out of the box", () => {
    const from = random.uniform(random.key(1), [20, 2]);
    const to = random.uniform(random.key(2), [20, 2]);
    const periods = np.floor(random.uniform(random.key(3), [20, 2]).mul(7)).sub(3);
    const [columns, rows] = [periods.slice(null, 0), periods.slice(null, 1)];
    const vector = np.stack([columns.mul(3).add(rows.mul(2 * shear)), rows.mul(2)], 1);
    const across = shearedDisplacement({ box, shear });
    expect(largest(across(from, to.add(vector)).sub(across(from, to)))).toBeLessThan(1e-14);
    const wrapped = wrapPositions(to.add(vector), { box, shear });
    expect(largest(across(from, wrapped).sub(across(from, to)))).toBeLessThan(1e-14);
    expect(np.min(wrapped).item()).toBeGreaterThanOrEqual(0);
    expect(np.max(wrapped.div(np.array(box))).item()).toBeLessThan(1);
  });

  it("is differentiable in the box and the shear, and mapped over them", () => {
    const [from, to] = [np.array([[0.1, 0.2]]), np.array([[2.8, 1.7]])];
    checkGrads(
      (a: Tensor, b: Tensor, extents: Tensor, s: Tensor) =>
        shearedDisplacement({ box: extents, shear: s })(a, b).square().sum(),
      [from, to, np.array(box), np.array(shear)],
    );
    const rise = grad((extents: Tensor) => periodicDisplacement(extents)(from, to).sum());
    expect(rise(np.array(box)).toArray()).toEqual([-1, -1]);
    const many = vmap((s: Tensor) => shearedDisplacement({ box, shear: s })(from, to))(np.array([0, shear]));
    expect(many.shape).toEqual([2, 1, 2]);
    expect(many.at(1).get().toArray()).toEqual(shearedDisplacement({ box, shear })(from, to).toArray());
  });

  it("refuses boxes that are none", () => {
    expect(() => periodicDisplacement([1, 0])).toThrow(ArgumentError);
    expect(() => periodicDisplacement([1, NaN])).toThrow(ArgumentError);
    expect(() => periodicDisplacement([1])).toThrow(ShapeError);
    expect(() => periodicDisplacement([1, 1])(np.zeros([2, 3]), np.zeros([2, 3]))).toThrow("differ in dimension");
  });
});

describe("a mesh in a periodic box", () => {
  const { topology, geometry } = flatTorus(6, 5, { box: [3, 2], jitter: 0.1 });
  const x = geometry.positions;
  const across = periodicDisplacement(box);

  it("covers the box once", () => {
    expect(faceAreas(x, topology, across).sum().item()).toBeCloseTo(6, 13);
    expect(orientedAreas(x, topology, across).sum().item()).toBeCloseTo(6, 13);
    for (const areas of [voronoiAreas, mixedAreas, barycentricAreas]) {
      expect(areas(x, topology, across).sum().item()).toBeCloseTo(6, 13);
    }
    const corners = circumcenters(x, topology, across);
    expect(largest(cellAreas(corners, x, topology, across).sub(voronoiAreas(x, topology, across)))).toBeLessThan(1e-14);
    expect(largest(angleSums(x, topology, across).sub(2 * Math.PI))).toBeLessThan(1e-13);
  });

  it("does not change where vertices go through a side of the box", () => {
    const shift = np.array([1.7, -0.9]);
    const moved = wrapPositions(x.add(shift), { box });
    const functions = [
      edgeLengths,
      faceAreas,
      cornerAngles,
      oppositeCotangents,
      dualLengths,
      voronoiCornerAreas,
      voronoiAreas,
      voronoiPerimeters,
      mixedAreas,
    ];
    for (const f of functions)
      expect(largest(f(moved, topology, across).sub(f(x, topology, across)))).toBeLessThan(1e-12);
    for (const f of [faceCentroids, edgeMidpoints, circumcenters]) {
      const difference = across(f(x, topology, across).add(shift), f(moved, topology, across));
      expect(largest(difference)).toBeLessThan(1e-13);
    }
  });

  it("is affinely the same in a sheared box", () => {
    const tilted = np.stack([x.slice(null, 0).add(x.slice(null, 1).mul(shear)), x.slice(null, 1)], 1);
    const displacement = shearedDisplacement({ box, shear });
    const areas = orientedAreas(tilted, topology, displacement);
    expect(largest(areas.sub(orientedAreas(x, topology, across)))).toBeLessThan(1e-14);
    expect(voronoiAreas(tilted, topology, displacement).sum().item()).toBeCloseTo(6, 13);
    expect(cellPerimeters(faceCentroids(tilted, topology, displacement), tilted, topology, displacement).shape).toEqual(
      [topology.vertexCount],
    );
  });

  it("has a pressure: the derivative of its energy in the box", () => {
    const energy = (extents: Tensor): Tensor => {
      const scaled = x.div(np.array(box)).mul(extents);
      return voronoiAreas(scaled, topology, periodicDisplacement(extents)).sum();
    };
    const pressure = grad(energy)(np.array(box));
    expect(pressure.at(0).get().item()).toBeCloseTo(2, 12);
    expect(pressure.at(1).get().item()).toBeCloseTo(3, 12);
  });
});
