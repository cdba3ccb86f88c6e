import { np, ShapeError, type Tensor } from "@simgrad/core";
import { areaFromMetric, determinant2, entry2, faceMetrics } from "../geometry/metric.js";
import type { GeometricMesh } from "../mesh/geometricMesh.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { checkNumbers, expectOneOrEach } from "./checkParams.js";

/** Parameters of a sheet that is elastic in its surface. */
export interface SheetParams {
  /** Metrics of the faces at rest, [faces, 2, 2]: `faceMetrics` of a mesh, or one that no surface has. */
  readonly restMetric: Tensor;
}

/**
 * Invariants of the right Cauchy-Green tensor C = restMetric^-1 metric of faces, with the areas of these at rest:
 * [...] each.
 */
export interface Strain {
  readonly trace: Tensor;
  readonly determinant: Tensor;
}

/**
 * Measures by how much metrics differ from those at rest: [..., 2, 2] each, to [...]. Both invariants do not depend
 * on coordinates.
 */
export function strainOf(metric: Tensor, restMetric: Tensor): Strain {
  const restDeterminant = determinant2(restMetric);
  const [a, b, c, d] = [entry2(metric, 0, 0), entry2(metric, 0, 1), entry2(metric, 1, 0), entry2(metric, 1, 1)];
  const adjugate = entry2(restMetric, 1, 1)
    .mul(a)
    .sub(entry2(restMetric, 0, 1).mul(c))
    .sub(entry2(restMetric, 1, 0).mul(b))
    .add(entry2(restMetric, 0, 0).mul(d));
  return { trace: adjugate.div(restDeterminant), determinant: determinant2(metric).div(restDeterminant) };
}

/** Integrates a density over the sheet at rest: the sum over faces of density times area at rest. */
export function sheetEnergy<Params extends SheetParams>(
  owner: string,
  { positions }: GeometricMesh,
  topology: HalfEdgeMesh,
  params: Params,
  density: (strain: Strain, each: (name: keyof Params & string) => Tensor) => Tensor,
): Tensor {
  const restMetric = np.asarray(params.restMetric).astype(positions.dtype);
  expectMetric(owner, restMetric, topology.faceCount);
  const each = (name: keyof Params & string): Tensor => {
    const given = np.asarray(params[name] as Tensor).astype(positions.dtype);
    expectOneOrEach(owner, name, given, topology.faceCount, "faces");
    return given;
  };
  const strain = strainOf(faceMetrics(positions, topology), restMetric);
  return density(strain, each).mul(areaFromMetric(restMetric)).sum();
}

/** Demands metrics at rest, and moduli, that are finite. */
export function checkSheet(owner: string, params: SheetParams, moduli: Readonly<Record<string, Tensor>>): void {
  checkNumbers(owner, "restMetric", params.restMetric);
  for (const [name, modulus] of Object.entries(moduli)) checkNumbers(owner, name, modulus);
}

function expectMetric(owner: string, given: Tensor, faces: number): void {
  const [rows, ...rest] = given.shape;
  if (rows === faces && rest.length === 2 && rest.every((extent) => extent === 2)) return;
  throw new ShapeError({
    what: `${owner}: params.energy.restMetric is not one metric for each of the faces.`,
    got: `[${given.shape.join(", ")}]`,
    expected: `[${faces}, 2, 2]`,
    fix: "take faceMetrics(positions, topology) of a mesh at rest.",
  });
}
