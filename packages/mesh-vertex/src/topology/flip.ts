import { np, whileLoop, type Tensor } from "@simgrad/core";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";

/** A mesh after an attempt to flip one of its edges. */
export interface FlipResult {
  /** The flipped mesh, or the mesh as it was. */
  readonly topology: HalfEdgeMesh;
  /** 0-d bool: whether the edge was flipped. */
  readonly flipped: Tensor;
}

/**
 * Turns an edge of two triangles into the other diagonal of their quadrilateral: a T1 of the cells around the
 * vertices. All arrays keep their sizes, so that it works inside of compiled loops.
 *
 * Half-edge h from a to b, with the corners c on its left and d on its right, runs from d to c afterwards, a quarter
 * turn counterclockwise. Half-edges keep their twins, and both faces their numbers; the half-edge of h's face is then
 * the one from c to a, that of the other face the one from d to b. Where `canFlip` does not hold, the mesh stays as
 * it is.
 *
 * @param halfEdge number of either half of the edge: a 0-d int32 tensor, traced or not.
 *
 * @example
 * const square = HalfEdgeMesh.fromFaces(4, [[0, 1, 2], [0, 2, 3]]);
 * flipEdge(square, 1).topology.faces.toArray(); // [[1, 2, 3], [3, 0, 1]]
 */
export function flipEdge(topology: HalfEdgeMesh, halfEdge: Tensor | number): FlipResult {
  const quad = quadrilateral(topology, halfEdge);
  const flipped = isFlippable(topology, quad);
  return { topology: flipWhere(flipped, topology, quad), flipped };
}

/**
 * Whether an edge may be flipped, a 0-d bool: it has faces on both sides, and the opposite corners are different
 * vertices that no edge joins yet. This also keeps edges of vertices with three neighbours, which would be left with
 * two.
 */
export function canFlip(topology: HalfEdgeMesh, halfEdge: Tensor | number): Tensor {
  return isFlippable(topology, quadrilateral(topology, halfEdge));
}

/** The half-edges of the two faces at an edge, and their corners; of no meaning at the boundary. 0-d each. */
export interface Quadrilateral {
  readonly halfEdge: Tensor;
  readonly twin: Tensor;
  /** From b, where the half-edge ends, to c, and from c to a, where it starts. */
  readonly next: Tensor;
  readonly previous: Tensor;
  /** From a to d, and from d to b. */
  readonly twinNext: Tensor;
  readonly twinPrevious: Tensor;
  readonly a: Tensor;
  readonly b: Tensor;
  readonly c: Tensor;
  readonly d: Tensor;
}

/** Finds the two faces of an edge. */
export function quadrilateral(topology: HalfEdgeMesh, halfEdge: Tensor | number): Quadrilateral {
  const h = np.asarray(halfEdge).astype("int32");
  const twin = np.take(topology.twin, h);
  const previous = np.take(topology.previous, h);
  const twinPrevious = np.take(topology.previous, twin);
  return {
    halfEdge: h,
    twin,
    next: np.take(topology.next, h),
    previous,
    twinNext: np.take(topology.next, twin),
    twinPrevious,
    a: np.take(topology.origin, h),
    b: np.take(topology.origin, twin),
    c: np.take(topology.origin, previous),
    d: np.take(topology.origin, twinPrevious),
  };
}

function isFlippable(topology: HalfEdgeMesh, quad: Quadrilateral): Tensor {
  const faces = np.take(topology.face, np.stack([quad.halfEdge, quad.twin]));
  const isInterior = faces.min().greaterEqual(0);
  return np.logicalAnd(isInterior, isNeighbor(topology, quad.previous, quad.d).logicalNot());
}

/**
 * Whether a vertex is the origin of a half-edge or joined to it by an edge: goes once round the origin, and ends also
 * where the arrays do not fit together.
 */
function isNeighbor(topology: HalfEdgeMesh, leaving: Tensor, vertex: Tensor): Tensor {
  const isAt = (h: Tensor): Tensor => np.equal(np.take(topology.destination, h), vertex);
  const { found } = whileLoop(
    ({ found, isLast, steps }: { h: Tensor; found: Tensor; isLast: Tensor; steps: Tensor }) =>
      np.logicalAnd(np.logicalOr(found, isLast).logicalNot(), steps.less(topology.halfEdgeCount)),
    ({ h, steps }) => {
      const after = np.take(topology.twin, np.take(topology.previous, h));
      return { h: after, found: isAt(after), isLast: np.equal(after, leaving), steps: steps.add(1) };
    },
    {
      h: leaving,
      found: np.logicalOr(isAt(leaving), np.equal(np.take(topology.origin, leaving), vertex)),
      isLast: np.array(false),
      steps: np.array(0, "int32"),
    },
  );
  return found;
}

/**
 * Writes the flipped half-edges where `isLegal`, and else the old values once more: the arrays are updated in place
 * either way.
 */
function flipWhere(isLegal: Tensor, topology: HalfEdgeMesh, quad: Quadrilateral): HalfEdgeMesh {
  const { halfEdge: h, twin: t, next, previous, twinNext, twinPrevious, a, b, c, d } = quad;
  const write = (values: Tensor, places: readonly Tensor[], flipped: readonly Tensor[]): Tensor => {
    const at = np.stack(places);
    return values.at(at).set(np.where(isLegal, np.stack(flipped), np.take(values, at)));
  };
  const { face, halfEdgeOfVertex } = topology;
  const [own, other] = [np.take(face, h), np.take(face, t)];
  const instead = (vertex: Tensor, left: Tensor, by: Tensor): Tensor => {
    const old = np.take(halfEdgeOfVertex, vertex);
    return np.where(np.equal(old, left), by, old);
  };
  return new HalfEdgeMesh({
    origin: write(topology.origin, [h, t], [d, c]),
    destination: write(topology.destination, [h, t], [c, d]),
    next: write(
      topology.next,
      [h, previous, twinNext, t, twinPrevious, next],
      [previous, twinNext, h, twinPrevious, next, t],
    ),
    previous: write(
      topology.previous,
      [h, previous, twinNext, t, twinPrevious, next],
      [twinNext, h, previous, next, t, twinPrevious],
    ),
    twin: topology.twin,
    face: write(face, [twinNext, next], [own, other]),
    halfEdgeOfVertex: write(halfEdgeOfVertex, [a, b], [instead(a, h, twinNext), instead(b, t, next)]),
    // along the boundary there is no face: then these are old values of face 0, written to itself
    halfEdgeOfFace: write(
      topology.halfEdgeOfFace,
      [np.maximum(own, 0), np.maximum(other, 0)],
      [previous, twinPrevious],
    ),
  });
}
