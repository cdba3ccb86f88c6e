import { describe, expect, it } from "@jest/globals";
import { grad, np, random, ShapeError, type Tensor } from "@simgrad/core";
import { checkGrads } from "@simgrad/core/testing";
import {
  anglesFromSides,
  cotangent,
  cotangentsFromSides,
  signedAngle,
  signedAngleAbout,
  unsignedAngle,
} from "./angle.js";
import { polygonArea, polygonPerimeter } from "./polygon.js";
import { projectOn, projectOut, projector } from "./projection.js";
import { perpendicular, rotateAboutAxis, rotationFromQuaternion, rotationMatrix } from "./rotation.js";
import {
  barycentricCoordinates,
  circumcenter,
  circumcenterFromSides,
  orientedTriangleArea,
  tetrahedronVolume,
  triangleArea,
  triangleAreaFromSides,
  triangleNormal,
} from "./triangle.js";
import { vectorLength } from "./vectors.js";

const close = (got: Tensor, want: unknown, tolerance = 1e-14): void => {
  expect(np.max(np.abs(got.sub(np.array(want as number[])))).item()).toBeLessThan(tolerance);
};
const sides = (a: Tensor, b: Tensor, c: Tensor): readonly [Tensor, Tensor, Tensor] => [
  vectorLength(c.sub(b)),
  vectorLength(a.sub(c)),
  vectorLength(b.sub(a)),
];
const corners = (dimension: number, seed: number): [Tensor, Tensor, Tensor] =>
  [0, 1, 2].map((k) => random.normal(random.key(seed + k), [5, dimension])) as [Tensor, Tensor, Tensor];

describe("triangles", () => {
  it("have an area with a sign in the plane, and none in space", () => {
    expect(orientedTriangleArea([0, 0], [1, 0], [0, 1]).item()).toBe(0.5);
    expect(orientedTriangleArea([0, 0], [0, 1], [1, 0]).item()).toBe(-0.5);
    expect(triangleArea([0, 0], [0, 1], [1, 0]).item()).toBe(0.5);
    expect(triangleArea([0, 0, 1], [0, 2, 1], [0, 0, 4]).item()).toBe(3);
    expect(() => orientedTriangleArea([0, 0, 0], [1, 0, 0], [0, 1, 0])).toThrow(ShapeError);
  });

  it("have the same area by their sides, needles included", () => {
    const [a, b, c] = corners(3, 1);
    close(triangleAreaFromSides(...sides(a, b, c)), triangleArea(a, b, c).toArray(), 1e-13);
    expect(triangleAreaFromSides(3, 4, 5).item()).toBe(6);
    // A needle: base b, and sides of 1 that are all but half of it; Heron's formula as it is usually written keeps no
    // digit.
    const [side, base] = [1, 2 - 2 ** -50];
    const height = Math.sqrt((1 - base / 2) * (1 + base / 2));
    expect(triangleAreaFromSides(side, side, base).item() / ((base * height) / 2)).toBeCloseTo(1, 14);
    expect(triangleAreaFromSides(1, 1, 3).item()).toBe(0);
  });

  it("have a circumcenter as far from each corner", () => {
    for (const dimension of [2, 3]) {
      const [a, b, c] = corners(dimension, 11);
      const center = circumcenter(a, b, c);
      const radius = vectorLength(center.sub(a));
      close(vectorLength(center.sub(b)).sub(radius), 0, 1e-12);
      close(vectorLength(center.sub(c)).sub(radius), 0, 1e-12);
      const weights = circumcenterFromSides(...sides(a, b, c));
      const there = [a, b, c].map((corner, k) => corner.mul(weights.slice(null, [k, k + 1])));
      close(there.reduce((sum, x) => sum.add(x)).sub(center), 0, 1e-12);
    }
    expect(circumcenter([0, 0], [2, 0], [0, 4]).toArray()).toEqual([1, 2]);
    expect(circumcenterFromSides(5, 4, 3).toArray()).toEqual([0, 0.5, 0.5]);
  });

  it("have angles that sum to pi, of either sort", () => {
    const [a, b, c] = corners(3, 21);
    const angles = anglesFromSides(...sides(a, b, c));
    close(angles.sum({ axis: 1 }), Math.PI, 1e-12);
    close(angles.slice(null, 0), unsignedAngle(b.sub(a), c.sub(a)).toArray(), 1e-12);
    close(np.reciprocal(np.tan(angles)), cotangentsFromSides(...sides(a, b, c)).toArray(), 1e-10);
    close(
      cotangent(b.sub(a), c.sub(a)),
      cotangentsFromSides(...sides(a, b, c))
        .slice(null, 0)
        .toArray(),
      1e-11,
    );
    close(anglesFromSides(1, 1, Math.SQRT2), [Math.PI / 4, Math.PI / 4, Math.PI / 2], 1e-15);
  });

  it("have normals by the right-hand rule", () => {
    expect(triangleNormal([0, 0, 0], [2, 0, 0], [0, 2, 0]).toArray()).toEqual([0, 0, 1]);
    expect(triangleNormal([0, 0, 0], [0, 2, 0], [2, 0, 0]).toArray()).toEqual([0, 0, -1]);
    expect(triangleNormal([0, 0, 0], [1, 1, 1], [2, 2, 2]).toArray()).toEqual([0, 0, 0]);
  });

  it("have barycentric coordinates that give points back, or their projections", () => {
    for (const dimension of [2, 3]) {
      const [a, b, c] = corners(dimension, 31);
      const weights = np.array([0.5, -0.25, 0.75]);
      const mix = (w: (k: number) => Tensor | number): Tensor =>
        a
          .mul(w(0))
          .add(b.mul(w(1)))
          .add(c.mul(w(2)));
      const point = mix((k) => weights.at(k).get());
      const off = dimension === 2 ? point : point.add(triangleNormal(a, b, c).mul(3));
      const found = barycentricCoordinates(off, a, b, c);
      close(found.sub(weights), 0, 1e-11);
      close(found.sum({ axis: 1 }), 1, 1e-12);
    }
  });

  it("make tetrahedra, positive where the fourth corner sees the others clockwise", () => {
    expect(tetrahedronVolume([0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]).item()).toBeCloseTo(1 / 6, 16);
    expect(tetrahedronVolume([0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, -6]).item()).toBe(-1);
  });
});

describe("angles and rotations", () => {
  it("have signs", () => {
    expect(signedAngle([1, 0], [0, 1]).item()).toBe(Math.PI / 2);
    expect(signedAngle([0, 1], [1, 0]).item()).toBe(-Math.PI / 2);
    expect(unsignedAngle([0, 1], [1, 0]).item()).toBe(Math.PI / 2);
    expect(signedAngleAbout([0, 0, 1], [1, 0, 0], [0, 2, 0]).item()).toBe(Math.PI / 2);
    expect(signedAngleAbout([0, 0, -1], [1, 0, 0], [0, 2, 0]).item()).toBe(-Math.PI / 2);
    expect(cotangent([1, 0], [1, 1]).item()).toBe(1);
    expect(cotangent([1, 1], [1, 0]).item()).toBe(-1);
    expect(cotangent([1, 1, 0], [1, 0, 0]).item()).toBe(1);
  });

  it("are accurate near 0", () => {
    expect(unsignedAngle([1, 0], [1, 1e-12]).item()).toBeCloseTo(1e-12, 25);
  });

  it("turn vectors as quaternions and matrices do", () => {
    const axis = [1, 2, -2];
    const angle = 0.7;
    const half = axis.map((x) => (x / 3) * Math.sin(angle / 2));
    const matrix = rotationFromQuaternion([Math.cos(angle / 2), ...half].map((x) => 5 * x));
    const v = np.array([0.3, -1.2, 0.4]);
    close(matrix.matmul(v), rotateAboutAxis(v, axis, angle).toArray(), 1e-15);
    close(matrix.matmul(matrix.T), np.eye(3).toArray(), 1e-15);
    close(rotateAboutAxis([1, 0, 0], [0, 0, 2], Math.PI / 2), [0, 1, 0], 1e-15);
    close(rotationMatrix(Math.PI / 2).matmul(np.array([1, 0])), [0, 1], 1e-15);
    expect(perpendicular([[1, 2]]).toArray()).toEqual([[-2, 1]]);
  });

  it("project", () => {
    expect(projectOn([1, 2, 3], [0, 0, 5]).toArray()).toEqual([0, 0, 3]);
    expect(projectOut([1, 2, 3], [0, 0, 5]).toArray()).toEqual([1, 2, 0]);
    const v = random.normal(random.key(4), [3]);
    const n = random.normal(random.key(5), [3]);
    close(projector(n).matmul(v), projectOut(v, n).toArray(), 1e-15);
  });
});

describe("polygons", () => {
  it("have a positive area where they are counterclockwise", () => {
    const square = [
      [0, 0],
      [2, 0],
      [2, 2],
      [0, 2],
    ];
    expect(polygonArea(square).item()).toBe(4);
    expect(polygonArea([...square].reverse()).item()).toBe(-4);
    expect(polygonPerimeter(square).item()).toBe(8);
    expect(polygonArea([square, [...square].reverse()]).toArray()).toEqual([4, -4]);
    expect(() => polygonArea([[0, 0]])).toThrow(ShapeError);
  });

  it("keep their digits far from the origin", () => {
    const far = np.array([[0, 0], [1, 0], [1, 1], [0.5, 1.5], [0, 1]]).add(2 ** 30); // prettier-ignore
    expect(polygonArea(far).item()).toBe(1.25);
  });
});

describe("derivatives of trigonometry", () => {
  const point = (k: number, dimension: number): Tensor => random.normal(random.key(40 + k), [dimension]);
  const three = (dimension: number): [Tensor, Tensor, Tensor] => [0, 1, 2].map((k) => point(k, dimension)) as never;

  it("are those of differences", () => {
    checkGrads((a: Tensor, b: Tensor, c: Tensor) => circumcenter(a, b, c), three(2));
    checkGrads((a: Tensor, b: Tensor, c: Tensor) => circumcenter(a, b, c), three(3));
    checkGrads((a: Tensor, b: Tensor, c: Tensor) => triangleNormal(a, b, c), three(3));
    checkGrads((a: Tensor, b: Tensor, c: Tensor) => barycentricCoordinates(a.mul(0.5), a, b, c), three(3));
    checkGrads((a: Tensor, b: Tensor, c: Tensor) => triangleAreaFromSides(...sides(a, b, c)), three(2));
    checkGrads((u: Tensor, v: Tensor) => [unsignedAngle(u, v), cotangent(u, v)], [point(3, 3), point(4, 3)]);
    checkGrads(
      (v: Tensor, axis: Tensor, angle: Tensor) => rotateAboutAxis(v, axis, angle),
      [point(5, 3), point(6, 3), np.array(0.4)],
    );
    checkGrads((q: Tensor) => rotationFromQuaternion(q), [point(7, 4)]);
  });

  it("are 0 where there is no area or length", () => {
    const zero = np.zeros([3]);
    const area = (a: Tensor): Tensor => triangleArea(a, [1, 0, 0], [2, 0, 0]);
    expect(grad(area)(zero).abs().toArray()).toEqual([0, 0, 0]);
    expect(grad((x: Tensor) => vectorLength(x))(zero).toArray()).toEqual([0, 0, 0]);
    expect(grad((a: Tensor) => circumcenter(a, [1, 0, 0], [2, 0, 0]).sum())(zero).data.every(Number.isFinite)).toBe(
      true,
    );
    expect(grad((x: Tensor) => triangleAreaFromSides(x, 1, 2))(np.array(1)).item()).toBe(0);
  });
});
