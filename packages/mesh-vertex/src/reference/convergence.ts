import { np, type Tensor } from "@simgrad/core";
import { faceAreas, totalArea } from "../geometry/areas.js";
import { faceCentroids } from "../geometry/centroids.js";
import { angleDefects, integratedMeanCurvature, meanCurvatureVectors } from "../geometry/curvature.js";
import { edgeLengths } from "../geometry/lengths.js";
import { vertexNormals } from "../geometry/normals.js";
import { dotProduct } from "../geometry/vectors.js";
import { faceGradients } from "../operators/gradient.js";
import { surfaces, type Point, type Surface } from "./surfaces.js";

/** What the study measures. */
export const quantities = [
  "gradient",
  "area",
  "Gaussian curvature",
  "mean curvature, dihedral",
  "mean curvature, Laplace",
] as const;

/** The error of one quantity on one surface. */
export interface ConvergenceRow {
  readonly surface: string;
  readonly quantity: (typeof quantities)[number];
  /** Mean lengths of edges. */
  readonly steps: readonly number[];
  readonly errors: readonly number[];
  /** Slope of log error over log step, by least squares. */
  readonly rate: number;
}

/**
 * Measures how errors shrink with the length of edges, on meshes of smooth surfaces with jittered vertices: gradients
 * of a smooth function (root mean square over the faces), the area of all (relative), and curvatures integrated over
 * eight patches (root mean square over the patches, each the sum over its vertices).
 */
export function convergenceStudy(levels = 5): readonly ConvergenceRow[] {
  return surfaces.flatMap((surface) => {
    const measured = Array.from({ length: levels }, (_, level) => errorsOf(surface, level));
    const steps = measured.map(({ step }) => step);
    return quantities.map((quantity) => {
      const errors = measured.map((of) => of.errors[quantity]);
      return { surface: surface.name, quantity, steps, errors, rate: slope(steps, errors) };
    });
  });
}

/** The study as a table in Markdown. */
export function formatStudy(rows: readonly ConvergenceRow[]): string {
  const count = rows[0]?.errors.length ?? 0;
  const table = [
    ["surface", "error of", ...Array.from({ length: count }, (_, k) => `level ${k}`), "rate"],
    ["---", "---", ...Array.from({ length: count + 1 }, () => "---:")],
    ...rows.map((row) => [
      row.surface,
      row.quantity,
      ...row.errors.map((error) => error.toExponential(1)),
      row.rate.toFixed(2),
    ]),
  ];
  return table.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

interface Errors {
  readonly step: number;
  readonly errors: Readonly<Record<(typeof quantities)[number], number>>;
}

function errorsOf(surface: Surface, level: number): Errors {
  const { topology, geometry } = surface.mesh(level);
  const x = geometry.positions;
  const points = x.toArray() as unknown as Point[];
  const patches = points.map((point) => surface.patchOf(point));
  const ofPatches = (values: Tensor, exact: (point: Point) => number): number => {
    const sums = Array.from({ length: 8 }, () => 0);
    values.data.forEach((value, v) => {
      const patch = patches[v] as number;
      if (patch >= 0) sums[patch] = (sums[patch] as number) + value;
    });
    const squares = sums.map((sum, k) => (sum - integral(surface, surface.patches[k] as never, exact)) ** 2);
    return Math.sqrt(squares.reduce((a, b) => a + b) / 8);
  };
  const along = dotProduct(meanCurvatureVectors(x, topology), vertexNormals(x, topology));
  const area = integral(surface, surface.domain, () => 1);
  return {
    step: edgeLengths(x, topology).mean().item(),
    errors: {
      gradient: gradientError(surface, x, topology),
      area: Math.abs(totalArea(x, topology).item() / area - 1),
      "Gaussian curvature": ofPatches(angleDefects(x, topology), surface.gaussianCurvature),
      "mean curvature, dihedral": ofPatches(integratedMeanCurvature(x, topology), surface.meanCurvature),
      "mean curvature, Laplace": ofPatches(along, surface.meanCurvature),
    },
  };
}

function gradientError(surface: Surface, x: Tensor, topology: Parameters<typeof faceAreas>[1]): number {
  const components = [0, 1, 2].map((k) => x.slice(null, k)) as [Tensor, Tensor, Tensor];
  const [a, b, c] = components;
  const values = np.sin(a.mul(2)).add(b.mul(c)).add(b);
  const exact = (faceCentroids(x, topology).toArray() as unknown as Point[]).map((point) => {
    const slopeThere = [2 * Math.cos(2 * point[0]), point[2] + 1, point[1]];
    const normal = surface.normal(point);
    const square = normal.reduce((sum, n) => sum + n * n, 0);
    const out = slopeThere.reduce((sum, g, k) => sum + g * (normal[k] as number), 0) / square;
    return slopeThere.map((g, k) => g - out * (normal[k] as number));
  });
  const areas = faceAreas(x, topology);
  const squares = faceGradients(values, x, topology).sub(np.array(exact)).square().sum({ axis: 1 });
  return Math.sqrt(squares.mul(areas).sum().item() / areas.sum().item());
}

// Nodes and weights of Gauss and Legendre with 5 points on [-1, 1]; Abramowitz and Stegun, table 25.4.
const nodes = [-0.906179845938664, -0.538469310105683, 0, 0.538469310105683, 0.906179845938664];
const weights = [0.236926885056189, 0.478628670499366, 0.568888888888889, 0.478628670499366, 0.236926885056189];
const pieces = 16;

/** Integral over a part of a surface. */
function integral(surface: Surface, [[u0, u1], [v0, v1]]: Surface["domain"], of: (point: Point) => number): number {
  const [du, dv] = [(u1 - u0) / pieces, (v1 - v0) / pieces];
  let sum = 0;
  for (let i = 0; i < pieces * 5; i++) {
    const u = u0 + du * (Math.floor(i / 5) + 0.5 + 0.5 * (nodes[i % 5] as number));
    for (let j = 0; j < pieces * 5; j++) {
      const v = v0 + dv * (Math.floor(j / 5) + 0.5 + 0.5 * (nodes[j % 5] as number));
      const weight = (weights[i % 5] as number) * (weights[j % 5] as number);
      sum += weight * areaElement(surface, u, v) * of(surface.at(u, v));
    }
  }
  return (sum * du * dv) / 4;
}

/** Area per area of the parameters, by central differences of the fourth order. */
function areaElement(surface: Surface, u: number, v: number): number {
  const h = 1e-3;
  const slopeAlong = (du: number, dv: number): number[] => {
    const at = (k: number): Point => surface.at(u + k * h * du, v + k * h * dv);
    const [a, b, c, d] = [at(-2), at(-1), at(1), at(2)];
    return [0, 1, 2].map(
      (i) => ((a[i] as number) - 8 * (b[i] as number) + 8 * (c[i] as number) - (d[i] as number)) / (12 * h),
    );
  };
  const [p = 0, q = 0, r = 0] = slopeAlong(1, 0);
  const [s = 0, t = 0, w = 0] = slopeAlong(0, 1);
  return Math.hypot(q * w - r * t, r * s - p * w, p * t - q * s);
}

function slope(steps: readonly number[], errors: readonly number[]): number {
  const [x, y] = [steps.map(Math.log), errors.map(Math.log)];
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [xm, ym] = [mean(x), mean(y)];
  const rise = x.reduce((sum, value, k) => sum + (value - xm) * ((y[k] as number) - ym), 0);
  return rise / x.reduce((sum, value) => sum + (value - xm) ** 2, 0);
}
