import { sizeOf, type Graph, type Keep, type Mask, type Params, type Var } from "../../../ir/types.js";
import { usedInputs } from "../../dce.js";
import { arrange, isDifferentiable, withoutEffects } from "../../graphs.js";
import { compact, given, maskKey, maskOf, nth, pick, positions, range, spread, union } from "../../lists.js";
import { graphMemo } from "../../memo.js";
import { partialEval } from "../../partialEval.js";
import type { Dual, Jvp, JvpRules } from "../rule.js";
import { loopJvp } from "./loops.js";

/** Tangents of what has bodies. */
export const controlJvp: JvpRules<"call" | "cond" | "scan" | "while"> = {
  ...loopJvp,

  call: ({ b, mode, jvp }, equation, inputs, tangents) => {
    const { body, map } = equation.params;
    const active = given(tangents);
    const ts = compact(tangents);
    const mapOf = (mapped: Mask): typeof map => (map === null ? null : { size: map.size, mapped });
    const flag = (i: number): boolean => map !== null && nth(map.mapped, i);
    const tangentFlags = positions(active).map(flag);

    if (mode === "forward") {
      const dual = jvp(body, active, mode);
      const mapped = [...inputs.map((_, i) => flag(i)), ...tangentFlags];
      const outputs = b.emit("call", { body: dual.graph, map: mapOf(mapped) }, [...inputs, ...ts]);
      return dualOf(outputs, dual.activeOut);
    }

    if (map !== null && map.size * recordedEntries(body) > mostRecorded) {
      // Kept for all elements, the states of their loops would leave the cache: each is run again before it is run back.
      const primal = b.emit("call", equation.params, inputs);
      const dual = jvp(body, active, mode);
      const half = tangentHalf(dual.graph, body.outputs.length);
      const used = usedInputs(half);
      if (half.outputs.length === 0) return dualOf(primal, dual.activeOut);
      const again = b.emit(
        "call",
        { body: narrowed(half, used), map: mapOf(pick([...map.mapped, ...tangentFlags], used)) },
        pick([...inputs, ...ts], used),
      );
      return { outputs: primal, tangents: spread(again, dual.activeOut) };
    }
    const halves = splitBody(jvp, body, active);
    const outputs = b.emit("call", { body: halves.known, map }, inputs);
    const residuals = halves.residuals.map((source) =>
      source.kind === "input"
        ? { variable: nth(inputs, source.at), mapped: flag(source.at) }
        : { variable: nth(outputs, source.at), mapped: map !== null },
    );
    const linear =
      halves.linear.outputs.length === 0
        ? []
        : b.emit(
            "call",
            { body: halves.linear, map: mapOf([...residuals.map(({ mapped }) => mapped), ...tangentFlags]) },
            [...residuals.map(({ variable }) => variable), ...ts],
          );
    return {
      outputs: outputs.slice(0, body.outputs.length),
      tangents: spread(linear, halves.activeOut),
    };
  },

  cond: ({ b, mode, jvp }, equation, inputs, tangents) => {
    const { branches } = equation.params;
    const predicate = nth(inputs, 0);
    const active = given(tangents.slice(1));
    const ts = compact(tangents);
    const [activeTrue, activeFalse] = both(branches, (branch) => jvp(branch, active, mode).activeOut);
    // A tangent of one branch is a real zero in the other.
    const wanted = union(activeTrue, activeFalse);
    const duals = both(branches, (branch) => jvp(branch, active, mode, wanted).graph);
    if (mode === "forward") {
      return dualOf(b.emit("cond", { branches: duals }, [...inputs, ...ts]), wanted);
    }
    const outputs = b.emit("cond", equation.params, inputs);
    if (!wanted.includes(true)) return { outputs, tangents: wanted.map(() => null) };
    // The operands are kept, and a branch computes again what its tangents need.
    const halves = both(duals, (dual) => tangentHalf(dual, wanted.length));
    const used = union(usedInputs(halves[0]), usedInputs(halves[1]));
    const linear = both(halves, (half) => narrowed(half, used));
    const operands = pick([...inputs.slice(1), ...ts], used);
    return { outputs, tangents: spread(b.emit("cond", { branches: linear }, [predicate, ...operands]), wanted) };
  },
};

function both<T>(pair: readonly [Graph, Graph], run: (graph: Graph) => T): readonly [T, T] {
  return [run(pair[0]), run(pair[1])];
}

/** Primal outputs, followed by the tangents set in the mask. */
function dualOf(outputs: readonly Var[], active: Mask): Dual {
  return { outputs: outputs.slice(0, active.length), tangents: spread(outputs.slice(active.length), active) };
}

/** Entries (numbers) that a map keeps of its loops for a gradient; more are computed again. Some MB, as for a loop's blocks. */
const mostRecorded = 2 ** 19;

/** Numbers that the loops of a body would record for its gradient; those of run-time length are not counted. */
function recordedEntries(body: Graph): number {
  let entries = 0;
  for (const { op, params } of body.equations) {
    if (op === "call") {
      const { body: inner, map } = params as Params["call"];
      entries += recordedEntries(inner) * (map?.size ?? 1);
    } else if (op === "scan") {
      const { length, nConst, nCarry, body: step, keep } = params as Params["scan"];
      if (isCapped(keep)) return Infinity;
      for (const { type } of step.inputs.slice(nConst, nConst + nCarry)) {
        if (isDifferentiable(type)) entries += (length ?? 0) * (type.kind === "array" ? sizeOf(type.shape) : 0);
      }
    } else if (op === "while" && isCapped((params as Params["while"]).keep)) {
      return Infinity;
    }
  }
  return entries;
}

/** Whether a loop's states are to be few: then an element's are gone before the next element runs. */
function isCapped({ kind }: Keep): boolean {
  return kind === "capped" || kind === "states";
}

const graphs = graphMemo<Graph>();

/** The outputs after the first `count` ones, computed without checks. */
export function tangentHalf(dual: Graph, count: number): Graph {
  return graphs(dual, `tangents ${count}`, () =>
    withoutEffects(arrange(dual, range(0, dual.inputs.length), range(count, dual.outputs.length - count))),
  );
}

/** The Graph with the used inputs only. */
export function narrowed(graph: Graph, used: Mask): Graph {
  return graphs(graph, `inputs ${maskKey(used)}`, () =>
    arrange(graph, positions(used), range(0, graph.outputs.length)),
  );
}

/** Where a residual of a call comes from. */
type Source = { readonly kind: "input" | "output"; readonly at: number };

interface Halves {
  /** (primals) -> outputs of the body, residuals that are no inputs. */
  readonly known: Graph;
  /** (residuals, tangents) -> tangents set in `activeOut`. */
  readonly linear: Graph;
  readonly residuals: readonly Source[];
  readonly activeOut: Mask;
}

const halvesOf = new WeakMap<Jvp, ReturnType<typeof graphMemo<Halves>>>();

/** The linearized body of a call in two. Residuals cross as outputs of the known call, or are operands of it. */
function splitBody(jvp: Jvp, body: Graph, active: Mask): Halves {
  let memo = halvesOf.get(jvp);
  if (memo === undefined) halvesOf.set(jvp, (memo = graphMemo<Halves>()));
  return memo(body, maskKey(active), () => {
    const count = body.outputs.length;
    const dual = jvp(body, active, "linearize");
    const nIn = body.inputs.length;
    const split = partialEval(dual.graph, [...maskOf(nIn, false), ...maskOf(dual.graph.inputs.length - nIn, true)]);
    // A tangent that depends on no tangent is zero.
    const flows = split.unknownOut.slice(count);
    const all = split.known.outputs;
    const first = all.length - split.residuals;
    const kept = all.slice(0, count);
    const residuals = all.slice(first).map((variable): Source => {
      const input = split.known.inputs.indexOf(variable);
      if (input >= 0) return { kind: "input", at: input };
      const output = kept.indexOf(variable);
      if (output >= 0) return { kind: "output", at: output };
      kept.push(variable);
      return { kind: "output", at: kept.length - 1 };
    });
    const known = arrange(
      split.known,
      range(0, split.known.inputs.length),
      kept.map((variable) => all.indexOf(variable)),
    );
    const activeTangents = positions(dual.activeOut).filter((_, k) => flows[k] === true);
    return {
      known,
      linear: split.linear,
      residuals,
      activeOut: body.outputs.map((_, i) => activeTangents.includes(i)),
    };
  });
}
