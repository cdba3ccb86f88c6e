import { cond, np, stopGradient, whileLoop, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { flipEdge, quadrilateral } from "./flip.js";

/** Options of `flipShortestDual`. */
export interface FlipShortestDualOptions {
  /** Most edges that are tried in one step. Default 10. */
  readonly maxFlips?: number;
  /** Steps in which a flipped edge is left alone. Default 5. */
  readonly rest?: number;
  /** Edges with a dual length below it are flipped. Default 0. */
  readonly threshold?: number;
}

/** A mesh after the flips of one step. */
export interface FlipShortestDualResult {
  readonly topology: HalfEdgeMesh;
  /** [halfEdges] int32: steps for which each edge still rests. */
  readonly cooldown: Tensor;
  /** 0-d int32: number of edges that were flipped. */
  readonly flips: Tensor;
}

/** What the loop over the flips of one step carries. */
interface Sweep {
  readonly topology: HalfEdgeMesh;
  readonly cooldown: Tensor;
  /** [halfEdges]: dual lengths of the edges that may still be flipped, infinity for all others. */
  readonly open: Tensor;
  readonly tries: Tensor;
  readonly flips: Tensor;
}

/**
 * Flips the interior edges with the shortest dual edges, if these are negative: the T1s of one step of a tissue of
 * Voronoi cells, whose dual lengths pass through 0 there. Meant for compiled loops: where no edge is to be flipped,
 * it costs one pass over the edges.
 *
 * The shortest comes first, and each is judged on the mesh as it is by then: an edge that can no longer be flipped
 * stays, and the edges around one that was flipped wait for the next step, since their lengths are those of another
 * mesh. The derivative is that of the taken branch: lengths decide, and nothing flows through them.
 *
 * @param lengths [halfEdges]: signed lengths of the dual edges, equal on both halves.
 * @param cooldown [halfEdges] int32: steps for which each edge rests, zeros at first.
 */
export function flipShortestDual(
  topology: HalfEdgeMesh,
  lengths: Tensor,
  cooldown: Tensor,
  options: FlipShortestDualOptions = {},
): FlipShortestDualResult {
  const { maxFlips = 10, rest = 5, threshold = 0 } = options;
  const fixed = stopGradient(lengths);
  const isInterior = np.minimum(topology.face, np.take(topology.face, topology.twin)).greaterEqual(0);
  const isOpen = np.logicalAnd(np.logicalAnd(isInterior, np.equal(cooldown, 0)), fixed.less(threshold));
  const rested = np.maximum(cooldown.sub(1), 0);
  const none = np.array(0, "int32");
  return cond(
    isOpen.any(),
    (): FlipShortestDualResult => {
      const start: Sweep = {
        topology,
        cooldown: rested,
        open: np.where(isOpen, fixed, Infinity),
        tries: none,
        flips: none,
      };
      const sweep = whileLoop(
        ({ open, tries }: Sweep) => np.logicalAnd(open.min().less(threshold), tries.less(maxFlips)),
        (now) => flipNext(now, rest),
        start,
      );
      return { topology: sweep.topology, cooldown: sweep.cooldown, flips: sweep.flips };
    },
    (): FlipShortestDualResult => ({ topology, cooldown: rested, flips: none }),
  );
}

function flipNext({ topology, cooldown, open, tries, flips }: Sweep, rest: number): Sweep {
  const { halfEdge, twin, next, previous, twinNext, twinPrevious } = quadrilateral(topology, open.argmin());
  const { topology: after, flipped } = flipEdge(topology, halfEdge);
  const own = np.stack([halfEdge, twin]);
  const around = np.stack([next, previous, twinNext, twinPrevious]);
  const stale = np.concatenate([around, np.take(topology.twin, around)]);
  return {
    topology: after,
    cooldown: cooldown.at(own).set(np.where(flipped, rest, np.take(cooldown, own))),
    open: open
      .at(own)
      .set(Infinity)
      .at(stale)
      .set(np.where(flipped, Infinity, np.take(open, stale))),
    tries: tries.add(1),
    flips: flips.add(flipped.astype("int32")),
  };
}
