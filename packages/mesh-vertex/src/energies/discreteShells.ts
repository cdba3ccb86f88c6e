import { np, type Tensor } from "@simgrad/core";
import { faceAreas } from "../geometry/areas.js";
import { dihedralAngles } from "../geometry/dihedral.js";
import { edgeVectors } from "../geometry/lengths.js";
import { expectDimension, guardedQuotient } from "../geometry/vectors.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { facesToHalfEdges } from "../operators/adjacency.js";
import { checkNumbers, expectOneOrEach } from "./checkParams.js";
import { namedEnergy, type Energy } from "./energy.js";

/** Parameters of `discreteShells`. Of values for half-edges the means of both halves of an edge count. */
export interface DiscreteShellsParams {
  /** Energy, [] or [halfEdges]. */
  readonly bendingModulus: Tensor;
  /**
   * Dihedral angles that the edges would like to have, in radians, [] or [halfEdges]: 0 for a plate, `dihedralAngles`
   * of a shape to keep that shape.
   */
  readonly restAngle: Tensor;
  /** Pure numbers, [] or [halfEdges]: `hingeWeights` of the shape at rest. */
  readonly hingeWeight: Tensor;
}

/**
 * Bending energy of a shell that remembers its shape: the sum over inner edges of bendingModulus hingeWeight (angle -
 * restAngle)^2, with dihedral angles that are positive where the surface is convex.
 *
 * Source: Grinspun, Hirani, Desbrun, Schröder 2003, "Discrete shells", eq. 4.
 *
 * @example
 * const restAngle = dihedralAngles(positions, topology);
 * const hingeWeight = hingeWeights(positions, topology);
 * discreteShells()(bent, topology, { bendingModulus: np.array(1), restAngle, hingeWeight });
 */
export function discreteShells(): Energy<DiscreteShellsParams> {
  const name = "discreteShells";
  return namedEnergy<DiscreteShellsParams>(
    name,
    ({ positions }, topology, params) => {
      expectDimension(name, positions, 3);
      const each = (key: keyof DiscreteShellsParams): Tensor => {
        const given = np.asarray(params[key]).astype(positions.dtype);
        expectOneOrEach(name, key, given, topology.halfEdgeCount, "half-edges");
        return given;
      };
      const bent = dihedralAngles(positions, topology).sub(each("restAngle")).square();
      const ofHalves = bent.mul(each("hingeWeight")).mul(each("bendingModulus"));
      return np.where(topology.isBoundaryEdge, 0, ofHalves).sum().mul(0.5);
    },
    ({ bendingModulus, restAngle, hingeWeight }) => {
      checkNumbers(name, "bendingModulus", bendingModulus);
      checkNumbers(name, "restAngle", restAngle);
      checkNumbers(name, "hingeWeight", hingeWeight);
    },
  );
}

/**
 * Weights of the hinges of a shell, [halfEdges], the same on both halves: the length of an edge over a third of the
 * mean of the heights of its two faces, 3 length^2 / (area + area). 0 at the boundary.
 * @param positions [vertices, 3], at rest.
 */
export function hingeWeights(positions: Tensor, topology: HalfEdgeMesh): Tensor {
  const areas = facesToHalfEdges(faceAreas(positions, topology), topology);
  const squares = edgeVectors(positions, topology).square().sum({ axis: 1 }).mul(3);
  const weights = guardedQuotient(squares, areas.add(np.take(areas, topology.twin)));
  return np.where(topology.isBoundaryEdge, 0, weights);
}
