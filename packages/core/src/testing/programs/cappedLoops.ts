import { arrayTypeOf, graphBuilder, type Builder } from "../../ir/builder.js";
import type { Equation, Graph } from "../../ir/types.js";
import { mapBodies, memoised, withEquations } from "../../transforms/bodies.js";
import { cappedParts, keepCapped, type CappedParts } from "../../transforms/strategies/capped.js";
import { pairsOf } from "../../transforms/strategies/pairs.js";
import type { Kept, Recorded } from "../../transforms/strategies/checkpoints.js";
import { loopParts } from "../../transforms/loopParts.js";
import type { Replay } from "../../transforms/strategies/replay.js";
import { minus, plus } from "../../transforms/strategies/emitLoops.js";

/** The Graph with every loop that can be capped keeping `rows` states, whatever its `keep` says. */
export function capLoops(graph: Graph, rows: number, parts: CappedParts = cappedParts): Graph {
  const cap: (graph: Graph) => Graph = memoised((one) => {
    const flat = one.equations.map((equation) => mapBodies(equation, cap));
    const lists: (readonly Equation[])[] = flat.map((equation) => [equation]);
    for (const pair of pairsOf(one, flat)) {
      const { forward, reverse } = keepCapped(pair, rows, parts);
      lists[pair.first] = forward;
      lists[pair.second] = reverse;
    }
    return withEquations(one, lists.flat(), one.outputs);
  });
  return cap(graph);
}

/** A defect in what loops under a cap do. */
export interface PlantedCapBug {
  readonly name: string;
  readonly parts: CappedParts;
}

/** Defects in what a recording run leaves, and in how a reverse run takes it. */
export const plantedCapBugs: readonly PlantedCapBug[] = [
  keptBug("more states are said to lie behind the last kept one", (kept, b) => ({
    ...kept,
    behind: plus(b, kept.behind, 1),
  })),
  keptBug("kept states are taken for those of a step later", (kept, b) => {
    // All but the start: a run that does not find step 0 would not end.
    const type = arrayTypeOf(kept.positions);
    const one = b.literal("int32", type.shape, 1);
    const moved = b.one("min", {}, [b.one("iota", { type, axis: 0 }, []), one]);
    return { ...kept, positions: b.one("add", {}, [kept.positions, moved]) };
  }),
  keptBug("the reverse run starts a step early", (kept, b) => ({ ...kept, trips: minus(b, kept.trips, 1) })),
  {
    name: "a state is read after its step",
    parts: {
      ...cappedParts,
      emitReverse: (b, pair, replay, ...rest) =>
        cappedParts.emitReverse(
          b,
          pair,
          { ...replay, entries: late(replay, loopParts(pair.recorded).consts.length) },
          ...rest,
        ),
    },
  },
];

function keptBug(name: string, spoil: (kept: Kept, b: Builder) => Kept): PlantedCapBug {
  const spoilt = (recorded: Recorded, b: Builder): Recorded => ({ ...recorded, kept: spoil(recorded.kept, b) });
  const parts: CappedParts = {
    ...cappedParts,
    recordCounted: (b, ...rest) => spoilt(cappedParts.recordCounted(b, ...rest), b),
    recordOnline: (b, ...rest) => spoilt(cappedParts.recordOnline(b, ...rest), b),
  };
  return { name, parts };
}

/** What the Histories hold one step later. */
function late({ step, entries }: Replay, nConst: number): Graph {
  const b = graphBuilder();
  const inputs = entries.inputs.map(({ type }) => b.input(type));
  const next = b.inline(step, inputs);
  return b.build(b.inline(entries, [...inputs.slice(0, nConst), ...next, ...inputs.slice(nConst + next.length)]));
}
