import { csr, np, sparsePattern, type CsrMatrix, type SparsePattern, type Tensor } from "@simgrad/core";
import { cotangentWeights } from "../geometry/cotangents.js";
import type { Displacement } from "../geometry/displacement.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { sumOutgoing } from "./adjacency.js";

/**
 * Applies the graph Laplacian: sums over the neighbours of (own value less theirs), [vertices, ...] to [vertices, ...].
 *
 * Positive semidefinite, as all Laplacians here: L = -div grad.
 */
export function uniformLaplacian(values: Tensor, topology: HalfEdgeMesh): Tensor {
  return weightedLaplacian(values, null, topology);
}

/**
 * Applies the cotangent Laplacian: sums over the neighbours of weight times (own value less theirs), [vertices, ...]
 * to [vertices, ...]. Its results are integrals over the vertices' cells: divided by their areas (`lumpedMass`) they
 * are values of the Laplacian.
 *
 * Positive semidefinite: L = -div grad. The values satisfy no boundary condition but the natural one: no flux.
 *
 * Source: Pinkall and Polthier 1993, "Computing discrete minimal surfaces and their conjugates"; MacNeal 1949.
 */
export function cotangentLaplacian(
  values: Tensor,
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement?: Displacement,
): Tensor {
  return weightedLaplacian(values, cotangentWeights(positions, topology, displacement), topology);
}

/**
 * Applies the Laplacian with given weights of the half-edges, [halfEdges], or 1 for `null`; positive semidefinite
 * where no weight is negative.
 */
export function weightedLaplacian(values: Tensor, weights: Tensor | null, topology: HalfEdgeMesh): Tensor {
  const differences = np.take(values, topology.origin).sub(np.take(values, topology.destination));
  if (weights === null) return sumOutgoing(differences, topology);
  const shape = [weights.size, ...Array.from({ length: values.ndim - 1 }, () => 1)];
  return sumOutgoing(differences.mul(weights.reshape(shape)), topology);
}

/**
 * The graph Laplacian as a sparse matrix, [vertices, vertices], float64. Positive semidefinite: the diagonal has the
 * numbers of neighbours.
 * @throws TracedValueError where the topology is not known when tracing: use `uniformLaplacian`.
 */
export function uniformLaplacianMatrix(topology: HalfEdgeMesh): CsrMatrix {
  return weightedLaplacianMatrix(np.ones([topology.halfEdgeCount]), topology);
}

/**
 * The cotangent Laplacian as a sparse matrix, [vertices, vertices], with an entry for each vertex and each half-edge.
 * Positive semidefinite: L = -div grad. Its values are differentiable in the positions.
 * @throws TracedValueError where the topology is not known when tracing: use `cotangentLaplacian`.
 */
export function cotangentLaplacianMatrix(
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement?: Displacement,
): CsrMatrix {
  return weightedLaplacianMatrix(cotangentWeights(positions, topology, displacement), topology);
}

/**
 * The Laplacian with given weights of the half-edges, [halfEdges], as a sparse matrix; the same on both halves it is
 * symmetric.
 */
export function weightedLaplacianMatrix(weights: Tensor, topology: HalfEdgeMesh): CsrMatrix {
  const { pattern, diagonal, offDiagonal } = layoutOf(topology);
  const values = np
    .zeros([pattern.nnz], weights.dtype)
    .at(diagonal)
    .set(sumOutgoing(weights, topology))
    .at(offDiagonal)
    .set(weights.neg());
  return csr(pattern, values);
}

/** Where the entries of a Laplacian stand. */
interface Layout {
  readonly pattern: SparsePattern;
  /** int32 [vertices]: the entry on the diagonal of each row. */
  readonly diagonal: Tensor;
  /** int32 [halfEdges]: the entry in the row of its origin, and the column of its destination. */
  readonly offDiagonal: Tensor;
}

const layouts = new WeakMap<Tensor, Layout>();

function layoutOf(topology: HalfEdgeMesh): Layout {
  const known = layouts.get(topology.origin);
  if (known !== undefined) return known;
  const { origin, destination } = topology.toHalfEdges();
  const count = topology.vertexCount;
  const own = Array.from({ length: count }, (_, v) => v);
  const pattern = sparsePattern({
    shape: [count, count],
    rows: [...own, ...origin],
    columns: [...own, ...destination],
  });
  const entryOf = new Map(Array.from(pattern.rows, (row, e) => [row * count + (pattern.columns[e] as number), e]));
  const entries = (rows: ArrayLike<number>, columns: ArrayLike<number>): Tensor =>
    np.array(
      Array.from(rows, (row, i) => entryOf.get(row * count + (columns[i] as number)) as number),
      "int32",
    );
  const layout = { pattern, diagonal: entries(own, own), offDiagonal: entries(origin, destination) };
  layouts.set(topology.origin, layout);
  return layout;
}
